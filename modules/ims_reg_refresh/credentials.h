/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Challenges that wait for their answer, by private identity.
 */
#ifndef CREDENTIALS_H
#define CREDENTIALS_H

#include "cx.h"
#include "sip_request.h"

#include "core/reg_proof.h"

/** A challenge lives no longer than await_auth_timeout; of one IMPI at most
 * this many are kept, the newest ones. */
#define CREDENTIALS_CHALLENGES_MAX 4

int credentials_init(void);
void credentials_destroy(void);

/**
 * Keep a challenge, before its 401 leaves.
 * @return 0, or -ENOMEM
 */
int credentials_add(struct reg_text impi, struct reg_text call_id,
		const struct cx_vector *v, int64_t now_ms);

/**
 * What the credentials of a REGISTER are: fills response, waiting, failures_n
 * and resyncs_n. A right answer is right for its CSeq only: a retransmission
 * of it is right again, anything else with that nonce is not.
 * @param resync  CX_RAND_N + CX_AUTS_N octets, written for REG_RESPONSE_RESYNC
 */
void credentials_check(const struct sip_register *r, struct reg_text method,
		int64_t now_ms, struct reg_proof_facts *ret, uint8_t *resync);

/** Forget what is older than await_auth_timeout, one part of all at a call. */
void credentials_tick(int64_t now_ms);

#endif
