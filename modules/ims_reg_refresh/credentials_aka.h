/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AKA vectors of one private identity; a part of credentials.c, which holds the
 * lock.
 */
#ifndef CREDENTIALS_AKA_H
#define CREDENTIALS_AKA_H

#include "credentials.h"
#include "credentials_key.h"

struct credentials_aka_challenge
{
	int64_t made_at_ms; /* 0: empty */
	bool spent;			/* answered, rightly or not */
	bool right;
	bool idle; /* another one was answered rightly: nobody waits for this */
	bool own;  /* reg_proof_own() */
	uint8_t print[CREDENTIALS_PRINT_N]; /* of the right answer */
	uint64_t call_id_hash;
	struct digest_algorithm algorithm;
	struct cx_vector vector;
};

struct credentials_aka
{
	struct digest_algorithm algorithm; /* of the vectors ahead */
	int64_t fetched_at_ms;
	unsigned ahead_n;
	struct cx_vector ahead[CX_VECTORS_MAX];
	struct credentials_aka_challenge challenges[CREDENTIALS_CHALLENGES_MAX];
};

void credentials_aka_store(
		struct credentials_aka *a, const struct cx_auth *auth, int64_t now_ms);

/** Whether a vector is at hand that was not used yet. */
bool credentials_aka_has(const struct credentials_aka *a, int64_t now_ms);

/** Whether it is of this algorithm. */
bool credentials_aka_is(
		const struct credentials_aka *a, struct digest_algorithm algorithm);

/**
 * The next vector becomes a challenge that waits.
 * @param own  reg_proof_own(): it does not make room for those of others
 * @return 0, or -ENOENT
 */
int credentials_aka_challenge(struct credentials_aka *a,
		struct reg_text call_id, bool own, int64_t now_ms,
		struct credentials_challenge *ret);

/** The challenge with this nonce never was. */
void credentials_aka_retract(struct credentials_aka *a, struct reg_text nonce);

/** Whether a challenge of this Call-ID waits. */
bool credentials_aka_waits(
		struct credentials_aka *a, struct reg_text call_id, int64_t now_ms);

enum reg_response credentials_aka_check(struct credentials_aka *a,
		const struct sip_register *r, struct reg_text method, int64_t now_ms,
		uint8_t *resync);

/** Whether nothing in it can still be used. */
bool credentials_aka_done(const struct credentials_aka *a, int64_t now_ms);

#endif
