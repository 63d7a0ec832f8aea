/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows when a user is proven. Never computes a digest.
 */
#include "reg_proof.h"

static struct reg_proof proof(enum reg_proof_act act, enum reg_why why)
{
	struct reg_proof r = {.act = act, .why = why};

	r.proved = why == REG_WHY_RESPONSE_RIGHT;
	r.resync = act == REG_PROOF_CHALLENGE && why == REG_WHY_RESYNC;
	return r;
}

static bool is_trusted(
		const struct reg_proof_facts *f, const struct reg_policy *p)
{
	return p->trust_integrity && f->protection == REG_PROTECTION_YES && f->bound
		   && !f->waiting;
}

static struct reg_proof by_response(
		const struct reg_proof_facts *f, const struct reg_policy *p)
{
	switch(f->response) {
		case REG_RESPONSE_RIGHT:
			return proof(REG_PROOF_ACCEPT, REG_WHY_RESPONSE_RIGHT);
		case REG_RESPONSE_WRONG:
			return proof(f->failures_n >= p->auth_failures_max
								 ? REG_PROOF_REJECT
								 : REG_PROOF_CHALLENGE,
					REG_WHY_RESPONSE_WRONG);
		case REG_RESPONSE_RESYNC:
			if(f->resyncs_n > p->resync_max)
				return proof(REG_PROOF_REJECT, REG_WHY_RESYNC_LIMIT);
			return proof(REG_PROOF_CHALLENGE, REG_WHY_RESYNC);
		case REG_RESPONSE_EMPTY:
			return proof(REG_PROOF_REJECT, REG_WHY_RESPONSE_EMPTY);
		case REG_RESPONSE_NO_NONCE:
			return proof(REG_PROOF_CHALLENGE, REG_WHY_NONCE_UNKNOWN);
		default:
			return proof(REG_PROOF_CHALLENGE, REG_WHY_NO_CREDENTIAL);
	}
}

void reg_prove(const struct reg_proof_facts *f, const struct reg_policy *p,
		struct reg_proof *ret)
{
	if(is_trusted(f, p))
		*ret = f->reauth_due ? proof(REG_PROOF_CHALLENGE, REG_WHY_REAUTH_DUE)
							 : proof(REG_PROOF_ACCEPT, REG_WHY_PROTECTED);
	else
		*ret = by_response(f, p);
}
