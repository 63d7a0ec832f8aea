/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The proof of the user, which comes before the decision: gather the facts, let
 * the core judge, send the challenge.
 */
#ifndef PROVE_H
#define PROVE_H

#include "cx.h"
#include "registration.h"

int prove_init(void);
void prove_destroy(void);

/** @return 1 proven; 0 suspended for a MAR; -1 refused and answered */
int prove_user(struct registration *g, struct sip_msg *msg, udomain_t *domain,
		str realm, const char *route);

/**
 * What a valid binding of this IMPI with a contact of this REGISTER says: bound,
 * known_call, reauth_due. The set is open.
 */
void prove_gather(const struct registration *g, struct reg_proof_facts *f);

/** Whether this message came by here at all, just before. */
bool prove_judged(const struct sip_msg *msg);

/**
 * Whether this message was proven by an answered challenge, just before.
 * @param info  out: its Authentication-Info, CREDENTIALS_INFO_SIZE bytes
 */
bool prove_answered(const struct sip_msg *msg, char *info);

/** MAA, or none: in a process of cdp. */
void prove_on_maa(uint32_t id, const struct cx_answer *a);

/** Every second, in the timer process. */
void prove_tick(int64_t now_ms);

#endif
