/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What users prove themselves by, kept for each private identity with a public
 * one, since only the HSS knows which belong together: HA1 of SIP Digest, AKA
 * vectors fetched ahead, challenges that wait for their answer, nonces in use,
 * challenge loops.
 */
#ifndef CREDENTIALS_H
#define CREDENTIALS_H

#include "cx.h"
#include "sip_request.h"

#include "core/reg_nonce.h"
#include "core/reg_proof.h"

/** Of one user at most so many challenges wait. */
#define CREDENTIALS_CHALLENGES_MAX 4

/**
 * So many users may have AKA vectors here. One more, and the user of the same
 * slot of the table who was challenged longest ago makes room; where there is
 * none it is one more, at most one a slot.
 */
#define CREDENTIALS_AKA_MAX 65536

#define CREDENTIALS_INFO_SIZE 512

/** What a challenge is to be made of, and how it is counted. */
struct credentials_ask
{
	enum reg_loop_cause cause;
	bool own;					   /* reg_proof_own() */
	const struct cx_auth *fetched; /* what a MAA has just brought, to keep and
									  to make it of; NULL: what is at hand */
};

/** A challenge to be sent. Secret. */
struct credentials_challenge
{
	struct digest_algorithm algorithm;
	char nonce[REG_NONCE_SIZE];
	char realm[CX_REALM_SIZE]; /* empty: the script's */
	bool has_keys;			   /* AKA: for the P-CSCF */
	uint8_t ck[CX_KEY_N], ik[CX_KEY_N];
};

/** What a check found beside the facts. */
struct credentials_found
{
	uint8_t resync[CX_RAND_N + CX_AUTS_N]; /* for REG_RESPONSE_RESYNC */
	uint32_t blocked_s;				  /* of a broken loop; 0: it breaks now */
	bool answers;					  /* a challenge was waiting */
	char info[CREDENTIALS_INFO_SIZE]; /* Authentication-Info, RFC 7616 3.5 */
};

/** @return 0; -ENOMEM; -EIO: no random octets */
int credentials_init(void);
void credentials_destroy(void);

/**
 * What the credentials of a REGISTER are: fills response, waiting, credential,
 * blocked, failures_n and resyncs_n; needs the other facts. A right answer is
 * right again for the very same REGISTER, a retransmission, and for no other.
 */
void credentials_check(const struct sip_register *r, struct reg_text method,
		int64_t now_ms, struct reg_proof_facts *facts,
		struct credentials_found *found);

/** Keep what a MAA brought, without a challenge. @return 0, or -ENOMEM */
int credentials_store(const struct reg_request *req, const struct cx_auth *auth,
		int64_t now_ms);

/**
 * Make a challenge, before its 401 leaves.
 * @return 0; -ENOENT: nothing is at hand; -ENOMEM; -EIO
 */
int credentials_challenge(const struct sip_register *r,
		const struct credentials_ask *ask, int64_t now_ms,
		struct credentials_challenge *ret);

/** The 401 did not leave: nobody can answer the challenge. */
void credentials_retract(
		const struct reg_request *req, const struct credentials_challenge *c);

/**
 * Break the loop of a user.
 * @param own     reg_proof_own()
 * @param breaks  out: false: another process has just done so
 * @return for how long [s]
 */
uint32_t credentials_block(
		const struct reg_request *req, bool own, int64_t now_ms, bool *breaks);

/**
 * Whether the HSS may be told that the user failed: once in
 * challenge_loop_window, or anybody could make us send SARs without end.
 */
bool credentials_may_tell(const struct reg_request *req, int64_t now_ms);

/** HA1 of an IMPI has changed at the HSS (PPR); fetched anew. */
void credentials_forget(struct reg_text impi);

/** One who waited too long, or who loops. */
struct credentials_user
{
	char impi[REG_IDENTITY_MAX + 1], impu[REG_IDENTITY_MAX + 1];
	struct reg_loop loop;
	bool own; /* the user's own call, not anybody's */
};

/**
 * Forget what is too old, one part of all at a call, in the timer process.
 * @param timed_out  users whose challenge was never answered, max at the most
 * @return how many
 */
unsigned credentials_tick(
		int64_t now_ms, struct credentials_user *timed_out, unsigned max);

/** Users with more than one challenge in their window, for the RPC. */
unsigned credentials_loops(
		unsigned slot, struct credentials_user *users, unsigned max);
unsigned credentials_slots_n(void);

#endif
