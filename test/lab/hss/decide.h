/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the HSS answers to a request, and what it then believes of the
 * subscriber (TS 29.228 6.1, 6.3).
 * It never touches a Diameter message, a clock or the log.
 */
#ifndef HSS_DECIDE_H
#define HSS_DECIDE_H

#include "cx.h"
#include "subscriber.h"

struct hss_policy
{
	bool strict_server; /* refuse a second S-CSCF (IDENTITY_ALREADY_REGISTERED) */
};

/**
 * Decides UAR, LIR, MAR or SAR and carries it out in the store.
 * @param a  written in whole; freed with cx_answer_clear()
 */
void cx_decide(struct hss_store *store, const struct hss_policy *policy,
		const struct cx_request *req, struct cx_answer *a);

/**
 * The identities of a request against the store.
 * @param sub  whom they belong to, written on success only
 * @return 0, or the Experimental-Result-Code
 */
uint32_t cx_identities_check(const struct hss_store *store,
		const struct cx_request *req, struct hss_sub **sub);

void cx_mar_decide(
		struct hss_sub *sub, const struct cx_request *req, struct cx_answer *a);

#endif
