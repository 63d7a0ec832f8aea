/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows when a user is proven. Never computes a digest.
 */
#include "reg_proof.h"

static struct reg_proof proof(enum reg_proof_act act, enum reg_why why)
{
	struct reg_proof r = {.act = act, .why = why};

	r.proved = act == REG_PROOF_ACCEPT && why == REG_WHY_RESPONSE_RIGHT;
	return r;
}

/* A challenge: from what is at hand, else the HSS is asked; in a loop neither. */
static struct reg_proof challenge(const struct reg_proof_facts *f,
		enum reg_why why, enum reg_loop_cause cause)
{
	struct reg_proof r;

	if(f->blocked)
		return proof(REG_PROOF_BLOCK, REG_WHY_CHALLENGE_LOOP);
	r = proof(f->credential ? REG_PROOF_CHALLENGE : REG_PROOF_FETCH, why);
	r.cause = cause;
	r.stale = why == REG_WHY_STALE_NONCE || why == REG_WHY_NC_REPLAY;
	return r;
}

bool reg_proof_own(const struct reg_proof_facts *f)
{
	return f->known_call || f->response == REG_RESPONSE_STALE
		   || f->response == REG_RESPONSE_REPLAY;
}

bool reg_proof_trusted(
		const struct reg_proof_facts *f, const struct reg_policy *p)
{
	return p->trust_integrity && f->protection == REG_PROTECTION_YES && f->bound
		   && !f->waiting;
}

static struct reg_proof wrong(
		const struct reg_proof_facts *f, const struct reg_policy *p)
{
	struct reg_proof r;

	if(f->blocked || f->failures_n < p->auth_failures_max)
		return challenge(f, REG_WHY_RESPONSE_WRONG, REG_LOOP_WRONG_RESPONSE);
	r = proof(REG_PROOF_REJECT, REG_WHY_RESPONSE_WRONG);
	r.failed = true;
	return r;
}

/* RFC 3310 3.4: only the HSS can make a vector that the card takes. */
static struct reg_proof resync(
		const struct reg_proof_facts *f, const struct reg_policy *p)
{
	struct reg_proof r;

	if(f->resyncs_n > p->resync_max)
		return proof(REG_PROOF_REJECT, REG_WHY_RESYNC_LIMIT);
	r = challenge(f, REG_WHY_RESYNC, REG_LOOP_RESYNC);
	if(r.act == REG_PROOF_CHALLENGE)
		r.act = REG_PROOF_FETCH;
	r.resync = r.act == REG_PROOF_FETCH;
	return r;
}

static struct reg_proof by_response(
		const struct reg_proof_facts *f, const struct reg_policy *p)
{
	switch(f->response) {
		case REG_RESPONSE_RIGHT:
			return proof(REG_PROOF_ACCEPT, REG_WHY_RESPONSE_RIGHT);
		case REG_RESPONSE_WRONG:
			return wrong(f, p);
		case REG_RESPONSE_STALE:
			return challenge(f, REG_WHY_STALE_NONCE, REG_LOOP_STALE_NONCE);
		case REG_RESPONSE_REPLAY:
			return challenge(f, REG_WHY_NC_REPLAY, REG_LOOP_NC_REPLAY);
		case REG_RESPONSE_RESYNC:
			return resync(f, p);
		case REG_RESPONSE_EMPTY:
			return proof(REG_PROOF_REJECT, REG_WHY_RESPONSE_EMPTY);
		case REG_RESPONSE_NO_NONCE:
			return challenge(f, REG_WHY_NONCE_UNKNOWN, REG_LOOP_NONCE_UNKNOWN);
		default:
			return challenge(f, REG_WHY_NO_CREDENTIAL, REG_LOOP_NO_ANSWER);
	}
}

void reg_prove(const struct reg_proof_facts *f, const struct reg_policy *p,
		struct reg_proof *ret)
{
	if(!reg_proof_trusted(f, p))
		*ret = by_response(f, p);
	else if(!f->reauth_due)
		*ret = proof(REG_PROOF_ACCEPT, REG_WHY_PROTECTED);
	else if(f->response == REG_RESPONSE_RIGHT)
		*ret = proof(REG_PROOF_ACCEPT, REG_WHY_RESPONSE_RIGHT);
	else
		*ret = challenge(f, REG_WHY_REAUTH_DUE, REG_LOOP_NO_ANSWER);
	ret->own = reg_proof_own(f);
}
