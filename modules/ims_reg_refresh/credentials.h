/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What users prove themselves by, kept for each private identity: HA1 of SIP
 * Digest, AKA vectors fetched ahead, challenges that wait for their answer,
 * nonces in use, challenge loops.
 */
#ifndef CREDENTIALS_H
#define CREDENTIALS_H

#include "cx.h"
#include "sip_request.h"

#include "core/reg_nonce.h"
#include "core/reg_proof.h"

/** Of one IMPI at most so many challenges wait, the newest ones. */
#define CREDENTIALS_CHALLENGES_MAX 4

/** At most so many IMPIs have an AKA challenge that waits. */
#define CREDENTIALS_AKA_MAX 65536

#define CREDENTIALS_INFO_SIZE 512

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
	char info[CREDENTIALS_INFO_SIZE]; /* Authentication-Info, RFC 7616 3.5 */
};

/** @return 0; -ENOMEM; -EIO: no random octets */
int credentials_init(void);
void credentials_destroy(void);

/**
 * What the credentials of a REGISTER are: fills response, waiting, credential,
 * blocked, failures_n and resyncs_n. A right answer to an AKA challenge is
 * right for its CSeq only, so that a retransmission is right again and nothing
 * else with that nonce is.
 */
void credentials_check(const struct sip_register *r, struct reg_text method,
		int64_t now_ms, struct reg_proof_facts *facts,
		struct credentials_found *found);

/** Keep what a MAA brought. @return 0; -ENOMEM; -ENOSPC: too many wait */
int credentials_store(struct reg_text impi, struct reg_text impu,
		const struct cx_auth *auth, int64_t now_ms);

/**
 * Make a challenge of what is at hand, before its 401 leaves.
 * @return 0; -ENOENT: nothing is at hand; -EIO
 */
int credentials_challenge(const struct sip_register *r,
		enum reg_loop_cause cause, int64_t now_ms,
		struct credentials_challenge *ret);

/** Break the loop of an IMPI. @return for how long [s] */
uint32_t credentials_block(struct reg_text impi, int64_t now_ms);

/** HA1 has changed at the HSS (PPR); fetched anew. */
void credentials_forget(struct reg_text impi);

/** One that waited too long, or one that loops. */
struct credentials_user
{
	char impi[REG_IDENTITY_MAX + 1], impu[REG_IDENTITY_MAX + 1];
	struct reg_loop loop;
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
