/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows what we would have done, and what came of it. Never replies, never
 * asks the HSS, never writes usrloc.
 */
#include "on_shadow.h"

#include <string.h>

#include "../../core/dprint.h"
#include "../../core/route.h"

#include "config.h"
#include "prove.h"
#include "shadow_set.h"
#include "stats.h"
#include "suspend.h"
#include "text.h"

#define AGAIN_PART 4 /* of a lifetime, until a date is looked at again */
#define AGAIN_MIN_MS 1000
#define ROUND_MS 30000 /* no round of theirs with the HSS is longer */

static udomain_t *domain;
static struct bindings bindings; /* of the process of dates */

void on_shadow_domain(udomain_t *in_domain)
{
	domain = in_domain;
}

static struct reg_shadow_mark mark_of(const struct registration *g)
{
	struct reg_shadow_mark m = {.at_ms = g->now_ms,
			.call = reg_text_hash(g->reg.req.call_id, 0),
			.cseq = g->reg.req.cseq};

	if(g->reg.auth.nonce.n > 0)
		m.nonce = reg_text_hash(g->reg.auth.nonce, 0);
	return m;
}

static void decide(struct registration *g, struct reg_shadow *s)
{
	g->reg.req.proved = s->proved;
	reg_decide(&g->reg.req, &g->bindings.copy.set, &config.policy, g->now_ms,
			&g->verdict);
	s->verdict = g->verdict.compared;
	s->expires_s = g->verdict.expires_s;
}

static void refuse(struct registration *g, struct reg_shadow *s,
		const struct reg_proof *proof)
{
	struct reg_trace *t = &g->verdict.compared;

	t->at_ms = g->now_ms;
	t->act =
			proof->act == REG_PROOF_REJECT ? REG_ACT_REJECT : REG_ACT_CHALLENGE;
	t->status = proof->act == REG_PROOF_REJECT ? 403 : 401;
	t->why = (uint8_t)proof->why;
	t->reasons = reg_why_bit(proof->why);
	s->verdict = *t;
	s->expires_s = 0;
	if(proof->act == REG_PROOF_FETCH)
		stats_count(STATS_SHADOW_MAR_PREDICTED);
}

static void on_opening(struct registration *g, struct reg_shadow *s,
		const struct reg_shadow_mark *m)
{
	struct reg_proof_facts facts = {.protection = g->reg.req.protection};
	uint32_t wait_s = (uint32_t)config.await_auth_timeout_s;
	struct reg_proof proof;

	if(!s->fetched_at_ms)
		s->digest = reg_text_eq(
				text_of(config.auth_scheme), reg_text_of("SIP Digest"));
	prove_gather(g, &facts);
	reg_shadow_facts(s, m, wait_s, &config.policy, &facts);
	reg_prove(&facts, &config.policy, &proof);
	reg_shadow_open(s, m, &proof, (uint32_t)config.auth_vectors);
	if(proof.act == REG_PROOF_ACCEPT)
		decide(g, s);
	else
		refuse(g, s, &proof);
	shadow_set_use_number(&g->bindings, g->reg.req.call_id, m->cseq);
}

static bool names_digest(const struct sip_register *r)
{
	struct digest_algorithm a;

	if(r->auth.algorithm.n == 0)
		return true; /* RFC 7616 3.4: MD5 */
	return digest_algorithm_find(r->auth.algorithm, &a)
		   && a.scheme == DIGEST_SIP;
}

static void on_answer(struct registration *g, struct reg_shadow *s,
		const struct reg_shadow_mark *m)
{
	static const struct reg_proof resync = {
			.act = REG_PROOF_FETCH, .why = REG_WHY_RESYNC};
	bool ours = !s->accepted;

	shadow_set_use_number(&g->bindings, g->reg.req.call_id, m->cseq - 1);
	if(reg_shadow_answer(s, m, names_digest(&g->reg)))
		stats_count(STATS_SHADOW_MAR_SAVED);
	if(!ours)
		return;
	if(g->reg.auth.auts.n == 0) {
		decide(g, s);
		return;
	}
	reg_shadow_resync(s, m, (uint32_t)config.auth_vectors);
	refuse(g, s, &resync);
}

/* The script asks us when the user is proven: the REGISTER that was challenged
 * never came by here. It was the one before, without credentials. */
static void on_answer_alone(struct registration *g, struct reg_shadow *s,
		const struct reg_shadow_mark *m)
{
	struct reg_shadow_mark before = *m;

	before.nonce = 0;
	before.cseq--;
	shadow_set_use_number(&g->bindings, g->reg.req.call_id, before.cseq);
	on_opening(g, s, &before);
	on_answer(g, s, m);
}

static void judge(struct registration *g, struct reg_shadow *s)
{
	struct reg_shadow_mark m = mark_of(g);
	uint32_t wait_s = (uint32_t)config.await_auth_timeout_s;

	shadow_set_settle(&g->bindings.copy.set, s);
	shadow_set_own(&g->bindings.copy.set, s);
	if(m.nonce == 0)
		shadow_see_all();
	switch(reg_shadow_part_of(s, &m, wait_s)) {
		case REG_SHADOW_OPENS:
			if(m.nonce != 0 && !shadow_sees_all())
				on_answer_alone(g, s, &m);
			else
				on_opening(g, s, &m);
			break;
		case REG_SHADOW_ANSWERS:
			on_answer(g, s, &m);
			break;
		case REG_SHADOW_REPEATS:
			break;
	}
	g->verdict.compared = s->verdict;
	g->verdict.expires_s = s->expires_s;
}

int on_shadow_decide(struct sip_msg *msg, udomain_t *d)
{
	struct registration *g = registration_read(msg);
	struct reg_shadow s = {0};

	shadow_enter();
	if(reg_request_malformed(&g->reg.req)) {
		g->bindings.copy.set.n = 0;
		decide(g, &s);
	} else {
		shadow_set_open(&g->bindings, d, g->reg.req.impu, g->now_ms);
		shadow_load(&g->reg.req, &s);
		judge(g, &s);
		shadow_keep(&g->reg.req, &s, g->now_ms);
		bindings_close(&g->bindings);
	}
	registration_tell_shadow(g);
	return 1;
}

/* The same verdict, over the bindings as they are without stock's save(). */
static void decide_learnt(struct registration *g, const struct reg_shadow *s)
{
	struct reg_set *set = &g->bindings.copy.set;

	g->reg.req.proved = s->proved;
	if(s->verdict.why != REG_WHY_NO_FACTS)
		shadow_set_drop_unknown(set);
	if(s->verdict.sar != REG_SAR_NONE) {
		reg_decide_again(&g->reg.req, set, &config.policy, &s->verdict,
				g->now_ms, &g->verdict);
		return;
	}
	reg_decide(&g->reg.req, set, &config.policy, s->verdict.at_ms, &g->verdict);
	g->verdict.act = (enum reg_act)s->verdict.act;
	g->verdict.compared = s->verdict;
}

static int take_in(struct registration *g, struct reg_shadow *s)
{
	struct bindings *b = &g->bindings;
	bool told = s->verdict.sar != REG_SAR_NONE;

	decide_learnt(g, s);
	shadow_set_count(&s->verdict);
	if(reg_apply(&g->reg.req, &g->verdict, told, false, s->verdict.at_ms,
			   &b->copy.set, &b->changes)
			< 0)
		return -1;
	shadow_set_mark(b);
	return bindings_commit_facts(b) < 0 ? -1 : 1;
}

/* Decided earlier; or nobody asked us, and it is decided now. */
static void find_verdict(struct registration *g, struct reg_shadow *s)
{
	struct reg_shadow_mark m = mark_of(g);
	bool known = s->at_ms != 0 && s->call == m.call && s->cseq == m.cseq;

	if(known && (s->accepted || s->proved))
		return;
	shadow_set_own(&g->bindings.copy.set, s);
	s->proved = known || g->reg.req.protection != REG_PROTECTION_YES;
	decide(g, s);
}

static int learn(struct sip_msg *msg, udomain_t *d)
{
	struct registration *g = registration_read(msg);
	struct reg_shadow s;
	int rc;

	if(reg_request_malformed(&g->reg.req))
		return -1;
	shadow_set_open(&g->bindings, d, g->reg.req.impu, g->now_ms);
	shadow_load(&g->reg.req, &s);
	find_verdict(g, &s);
	rc = take_in(g, &s);
	reg_shadow_learnt(&s, g->now_ms);
	shadow_keep(&g->reg.req, &s, g->now_ms);
	bindings_close(&g->bindings);
	g->verdict.compared = s.verdict;
	g->verdict.expires_s = s.expires_s;
	registration_tell_shadow(g);
	return rc;
}

/* After a SAR of stock save() the message is tm's, in shared memory. */
int on_shadow_learn(struct sip_msg *msg, udomain_t *d)
{
	struct sip_msg copy;
	int rc;

	shadow_enter();
	if(get_route_type() != FAILURE_ROUTE)
		return learn(msg, d);
	if(resume_copy(msg, &copy) < 0)
		return -1;
	rc = learn(&copy, d);
	resume_drop(&copy);
	return rc;
}

/* The last one ran out: under us the HSS would hear of it. */
static void count_end(const struct bindings *b, int64_t now_ms)
{
	bool ran_out = false;
	unsigned i;

	for(i = 0; i < b->copy.set.n; i++) {
		if(b->changes.of[i] != REG_CHANGE_REMOVE)
			return;
		ran_out = ran_out
				  || reg_binding_run_out(
						  &b->copy.set.b[i], &config.policy, now_ms);
	}
	if(ran_out)
		stats_count(STATS_SHADOW_SAR_PREDICTED);
}

static void settle(
		struct reg_shadow *s, const struct reg_request *who, int64_t now_ms)
{
	struct bindings *b = &bindings;
	unsigned i;

	for(i = 0; i < b->copy.set.n; i++)
		if(b->copy.set.b[i].gone)
			b->changes.of[i] = REG_CHANGE_REMOVE;
	if(shadow_set_settle(&b->copy.set, s))
		shadow_keep(who, s, now_ms);
	else
		count_end(b, now_ms);
	bindings_commit_facts(b);
}

void on_shadow_due(const struct store_one *due, int64_t now_ms)
{
	int64_t again_ms =
			(due->b.expires_at_ms - due->b.granted_at_ms) / AGAIN_PART;
	struct reg_request who = {.impi = due->b.impi, .impu = due->key};
	struct reg_shadow s;

	bindings_open(&bindings, domain, due->key);
	shadow_load(&who, &s);
	if(now_ms - s.at_ms < ROUND_MS)
		again_ms = 0; /* what comes of his last REGISTER may be learnt yet */
	else
		settle(&s, &who, now_ms);
	bindings_close(&bindings);
	if(again_ms < AGAIN_MIN_MS)
		again_ms = AGAIN_MIN_MS;
	store_date_again(STORE_EXPIRY, due->what, now_ms + again_ms);
}
