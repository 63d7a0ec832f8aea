/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A user whom somebody else proves, seen as if we did: what we would hold of
 * his credentials, and the REGISTER that is being proven. Of what the other
 * one asks of the HSS nothing is known here.
 */
#ifndef REG_SHADOW_H
#define REG_SHADOW_H

#include "reg_binding.h"
#include "reg_proof.h"

struct reg_shadow
{
	bool learnt;		   /* once at least: nothing of him is unknown */
	bool digest;		   /* SIP Digest, else AKA */
	int64_t fetched_at_ms; /* our last MAR would have gone; 0: none yet */
	uint32_t vectors_n;	   /* AKA, ahead */
	int64_t nonce_at_ms;   /* of the nonce in use of SIP Digest; 0: none */

	/* the REGISTER at hand, until it is learnt */
	int64_t at_ms; /* 0: there is none */
	uint64_t call, nonce;
	uint32_t cseq;
	bool accepted; /* we would have, as it came */
	bool proved;   /* by an answered challenge of ours */
	bool asked;	   /* a MAR would have gone for it, as goes one of theirs */
	struct reg_trace verdict;
	uint32_t expires_s; /* that goes with the verdict */
};

/** What tells one REGISTER from the next. */
struct reg_shadow_mark
{
	int64_t at_ms;		  /* when it came */
	uint64_t call, nonce; /* hashes; nonce 0: none */
	uint32_t cseq;
};

/** What a REGISTER is to the one at hand. */
enum reg_shadow_part
{
	REG_SHADOW_OPENS,	/* a new one */
	REG_SHADOW_REPEATS, /* the same once more */
	REG_SHADOW_ANSWERS, /* it answers their challenge of it */
};

/** @param wait_s  how long a challenge may be answered [s] */
enum reg_shadow_part reg_shadow_part_of(const struct reg_shadow *s,
		const struct reg_shadow_mark *m, uint32_t wait_s);

/** Fill response, waiting and credential, as our own credentials would. */
void reg_shadow_facts(const struct reg_shadow *s,
		const struct reg_shadow_mark *m, uint32_t wait_s,
		const struct reg_policy *p, struct reg_proof_facts *facts);

/**
 * A new REGISTER, and what we would have said to it.
 * @param vectors_n  that a MAR asks for
 */
void reg_shadow_open(struct reg_shadow *s, const struct reg_shadow_mark *m,
		const struct reg_proof *proof, uint32_t vectors_n);

/**
 * It answers their challenge.
 * @param digest  by the algorithm that it names
 * @return whether they asked the HSS where we would not have
 */
bool reg_shadow_answer(
		struct reg_shadow *s, const struct reg_shadow_mark *m, bool digest);

/** It asks for a resynchronisation: our HSS round as well, and one more. */
void reg_shadow_resync(struct reg_shadow *s, const struct reg_shadow_mark *m,
		uint32_t vectors_n);

/** They have accepted it. */
void reg_shadow_learnt(struct reg_shadow *s, int64_t now_ms);

#endif
