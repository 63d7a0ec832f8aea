/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows what the host keeps to prove a user, and asks the core for the rest.
 * Never decides.
 */
#include "scscf.h"

#include "reg_nonce.h"

#define CHALLENGES_MAX 2

void scscf_begin(struct scscf *s)
{
	s->world.records_n = 0;
	s->world.hss = (struct world_hss){.answers = REG_HSS_YES};
	s->world.waiting_impi[0] = '\0';
	s->vectors_left = 0;
	s->ha1_at_ms = s->nonce_at_ms = -1;
	s->until_ms = 0;
}

static bool is_younger(int64_t since_ms, uint32_t age_s, int64_t now_ms)
{
	return since_ms >= 0 && now_ms - since_ms < (int64_t)age_s * 1000;
}

/* What a challenge can be made of without the HSS. */
static bool has_credential(const struct scscf *s, int64_t now_ms)
{
	if(s->proof == PROOF_DIGEST)
		return is_younger(
				s->ha1_at_ms, s->world.policy.credential_lifetime_s, now_ms);
	return s->vectors_left > 0;
}

/* The credentials that a phone has for its first try. */
static enum reg_response response_of(
		const struct scscf *s, const struct life *l, int64_t now_ms)
{
	if(s->proof != PROOF_DIGEST || !l->secured)
		return REG_RESPONSE_NONE;
	if(!has_credential(s, now_ms))
		return REG_RESPONSE_NO_NONCE;
	return reg_nonce_old(
				   s->nonce_at_ms, s->world.policy.nonce_lifetime_s, now_ms)
				   ? REG_RESPONSE_STALE
				   : REG_RESPONSE_RIGHT;
}

static enum reg_protection protection_of(
		const struct scscf *s, const struct life *l)
{
	if(s->proof == PROOF_PROTECTED && l->secured)
		return REG_PROTECTION_YES;
	return s->proof == PROOF_DIGEST ? REG_PROTECTION_PENDING
									: REG_PROTECTION_NO;
}

static void take_challenge(struct scscf *s, bool fetched, int64_t now_ms)
{
	if(fetched) {
		s->vectors_left = s->vectors_n;
		s->ha1_at_ms = now_ms;
	}
	if(s->proof != PROOF_DIGEST)
		s->vectors_left--;
}

struct asked scscf_ours(
		struct scscf *s, struct life *l, uint32_t expires_s, int64_t now_ms)
{
	enum reg_response response = response_of(s, l, now_ms);
	struct asked asked = {0};
	struct world_outcome o;
	struct reg_request req;
	unsigned i;

	s->world.now_ms = now_ms;
	for(i = 0; i <= CHALLENGES_MAX; i++) {
		s->world.credential = has_credential(s, now_ms);
		life_register(l, expires_s, &req);
		req.protection = protection_of(s, l);
		world_register(&s->world, &req, response, &o);
		asked.mar += o.mar;
		if(o.act != REG_ACT_CHALLENGE)
			break;
		take_challenge(s, o.mar, now_ms);
		l->secured = true;
		response = REG_RESPONSE_RIGHT;
	}
	asked.sar = o.sar != REG_SAR_NONE;
	asked.accepted = o.status == 200;
	asked.granted_s = o.expires_s;
	s->nonce_at_ms = now_ms; /* nextnonce */
	s->until_ms = now_ms + (int64_t)o.expires_s * 1000;
	if(expires_s == 0)
		s->until_ms = 0;
	return asked;
}

bool scscf_ours_expires(struct scscf *s, int64_t now_ms, int64_t *when_ms)
{
	int64_t grace_ms = (int64_t)s->world.policy.expiry_grace_s * 1000;

	if(s->until_ms == 0 || now_ms < s->until_ms + grace_ms)
		return false;
	*when_ms = s->until_ms + grace_ms;
	s->until_ms = 0;
	s->world.records_n = 0;
	s->world.hss.registered = false;
	return true;
}

struct asked scscf_stock(uint32_t expires_s)
{
	return (struct asked){1, 1, true, expires_s};
}
