/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a REGISTER is about: which of its contacts name which binding, which
 * come, which leave, which make room. No judgement yet.
 */
#ifndef REG_CLASSIFY_H
#define REG_CLASSIFY_H

#include "reg_contact.h"

/** One contact of the REGISTER and what it means. */
struct reg_item
{
	int binding;	/* index of the binding it names, or REG_NO_BINDING */
	int out;		/* index of the one that goes out for it, or the same */
	bool emergency; /* TS 24.229 5.4.8: beside all others, whatever the limit */
	uint32_t asked_s; /* lifetime asked for [s]; 0: leaves */
	enum reg_act act; /* filled in by the decision, as the next three */
	enum reg_why why;
	uint64_t reasons;
	uint32_t grant_s; /* expires that the 200 will say [s] */
};

struct reg_classes
{
	bool live[REG_BINDINGS_MAX];
	bool named[REG_BINDINGS_MAX];	/* by some contact of this REGISTER */
	bool staying[REG_BINDINGS_MAX]; /* asked > 0 */
	bool leaving[REG_BINDINGS_MAX]; /* asked = 0 or `*`, and not staying */
	unsigned live_n, leaving_n;
	unsigned emergency_n; /* live ones that stay beside all others */
	unsigned coming_n;	  /* contacts that want to stay */
	unsigned items_n;
	struct reg_item items[REG_CONTACTS_MAX]; /* items_n of them are set */
};

/** Live bindings that stay and that the limit of contacts counts. */
static inline uint32_t reg_classes_counted(const struct reg_classes *k)
{
	unsigned apart_n = k->leaving_n + k->emergency_n;

	return k->live_n > apart_n ? k->live_n - apart_n : 0;
}

/** Match the contacts of a well-formed REGISTER with the live bindings. */
void reg_classify(const struct reg_request *req, const struct reg_set *set,
		const struct reg_policy *p, int64_t now_ms, struct reg_classes *ret);

#endif
