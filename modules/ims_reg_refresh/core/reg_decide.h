/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The decision: a REGISTER, the bindings of its implicit set, the operator's
 * policy and the time go in; what is done, and the reason, come out.
 */
#ifndef REG_DECIDE_H
#define REG_DECIDE_H

#include "reg_classify.h"

struct reg_verdict
{
	enum reg_act act;
	enum reg_why why;
	uint64_t reasons;		   /* every trigger that holds, reg_why_bit() */
	enum reg_sar sar;		   /* what the HSS must be told, or REG_SAR_NONE */
	uint16_t status;		   /* SIP status if the HSS, when asked, says yes */
	const char *phrase;		   /* reason phrase of a rejection, else NULL */
	uint32_t expires_s;		   /* granted to the contact that decided [s] */
	struct reg_trace compared; /* the values behind the reason */
	struct reg_classes k;	   /* what happens to each contact */
};

/** Nothing is decided yet. */
static inline void reg_verdict_clear(struct reg_verdict *v)
{
	memset(v, 0, offsetof(struct reg_verdict, k.items));
}

/**
 * Decide over an authenticated REGISTER. Pure: the same arguments give the same
 * verdict. Nothing is changed; reg_apply() carries a verdict out.
 */
void reg_decide(const struct reg_request *req, const struct reg_set *set,
		const struct reg_policy *p, int64_t now_ms, struct reg_verdict *ret);

/**
 * The values that explain a verdict on this binding.
 * @param b    NULL: on none
 * @param ret  what is not known of it stays as it is
 */
void reg_compare(const struct reg_binding *b, const struct reg_request *req,
		const struct reg_policy *p, int64_t now_ms, struct reg_trace *ret);

/**
 * Time has passed since a verdict asked the HSS: decide anew, over the bindings
 * as they are now, but do what was decided then. Each contact that stays starts
 * its lifetime again. A REGISTER that a newer one overtook changes nothing, nor
 * does one whose binding left meanwhile.
 * @param asked  the verdict's values of then
 */
void reg_decide_again(const struct reg_request *req, const struct reg_set *set,
		const struct reg_policy *p, const struct reg_trace *asked,
		int64_t now_ms, struct reg_verdict *ret);

#endif
