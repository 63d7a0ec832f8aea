/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows what our credentials would be. Never sees one.
 */
#include "reg_shadow.h"

static bool younger(int64_t at_ms, uint32_t limit_s, int64_t now_ms)
{
	return at_ms != 0 && now_ms - at_ms < (int64_t)limit_s * 1000;
}

enum reg_shadow_part reg_shadow_part_of(const struct reg_shadow *s,
		const struct reg_shadow_mark *m, uint32_t wait_s)
{
	if(!younger(s->at_ms, wait_s, m->at_ms) || s->call != m->call)
		return REG_SHADOW_OPENS;
	if(s->cseq == m->cseq)
		return REG_SHADOW_REPEATS;
	/* a refresh may carry the nonce of long ago: it answers nothing */
	return m->nonce != 0 && m->nonce != s->nonce ? REG_SHADOW_ANSWERS
												 : REG_SHADOW_OPENS;
}

/* Whether a challenge could be made without the HSS. */
static bool has_credential(
		const struct reg_shadow *s, const struct reg_policy *p, int64_t now_ms)
{
	return younger(s->fetched_at_ms, p->credential_lifetime_s, now_ms)
		   && (s->digest || s->vectors_n > 0);
}

static enum reg_response response_of(const struct reg_shadow *s,
		const struct reg_shadow_mark *m, const struct reg_policy *p)
{
	if(m->nonce == 0)
		return REG_RESPONSE_NONE;
	if(!s->digest) /* RFC 3310: a vector is good for one challenge */
		return REG_RESPONSE_NO_NONCE;
	if(younger(s->nonce_at_ms, p->nonce_lifetime_s, m->at_ms))
		return REG_RESPONSE_RIGHT;
	return has_credential(s, p, m->at_ms) ? REG_RESPONSE_STALE
										  : REG_RESPONSE_NO_NONCE;
}

void reg_shadow_facts(const struct reg_shadow *s,
		const struct reg_shadow_mark *m, uint32_t wait_s,
		const struct reg_policy *p, struct reg_proof_facts *facts)
{
	facts->response = response_of(s, m, p);
	facts->credential = has_credential(s, p, m->at_ms);
	facts->waiting = younger(s->at_ms, wait_s, m->at_ms) && s->call == m->call
					 && !s->accepted && !s->proved;
}

static void fetch(struct reg_shadow *s, uint32_t vectors_n, int64_t now_ms)
{
	s->fetched_at_ms = now_ms;
	s->vectors_n = vectors_n > 0 ? vectors_n - 1 : 0;
	s->asked = true;
}

void reg_shadow_open(struct reg_shadow *s, const struct reg_shadow_mark *m,
		const struct reg_proof *proof, uint32_t vectors_n)
{
	s->at_ms = m->at_ms;
	s->call = m->call;
	s->nonce = m->nonce;
	s->cseq = m->cseq;
	s->accepted = proof->act == REG_PROOF_ACCEPT;
	s->proved = proof->proved;
	s->asked = false;
	if(proof->act == REG_PROOF_FETCH)
		fetch(s, vectors_n, m->at_ms);
	else if(proof->act == REG_PROOF_CHALLENGE && s->vectors_n > 0)
		s->vectors_n--;
}

bool reg_shadow_answer(
		struct reg_shadow *s, const struct reg_shadow_mark *m, bool digest)
{
	bool saved = !s->asked;

	s->asked = false;
	s->at_ms = m->at_ms;
	s->nonce = m->nonce;
	s->cseq = m->cseq;
	s->digest = digest;
	if(!s->accepted)
		s->proved = true;
	return saved;
}

void reg_shadow_resync(struct reg_shadow *s, const struct reg_shadow_mark *m,
		uint32_t vectors_n)
{
	s->accepted = s->proved = false;
	fetch(s, vectors_n, m->at_ms);
}

void reg_shadow_learnt(struct reg_shadow *s, int64_t now_ms)
{
	s->learnt = true;
	s->at_ms = 0;
	s->call = s->nonce = 0;
	s->cseq = 0;
	if(s->digest)
		s->nonce_at_ms = now_ms; /* each 200 gives the next one */
}
