/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows where the facts of a proof come from. Never judges them itself; a
 * challenge is stored before its 401 leaves.
 */
#include "prove.h"

#include <errno.h>
#include <string.h>

#include "../../core/dprint.h"

#include "challenge.h"
#include "config.h"
#include "core/reg_contact.h"
#include "credentials.h"
#include "cx_auth.h"
#include "cx_rate.h"
#include "events.h"
#include "pending.h"
#include "stats.h"
#include "suspend.h"
#include "text.h"
#include "unproven.h"

#define TIMED_OUT_A_TICK 16

/* The message that this process has just judged. */
static struct
{
	unsigned id;
	int pid;
	bool proved; /* by an answered challenge */
	char info[CREDENTIALS_INFO_SIZE];
} judged;

int prove_init(void)
{
	return credentials_init() < 0 ? -1 : 0;
}

void prove_destroy(void)
{
	credentials_destroy();
}

static void tell_hss(const char *impi, const char *impu, enum reg_sar type)
{
	str private_id = str_of(reg_text_of(impi));
	str public_id = str_of(reg_text_of(impu));

	cx_sar(0, public_id, private_id, type, true);
}

/* TS 24.229 5.4.1.2.3: nobody answered; a registration lives on. */
void prove_tick(int64_t now_ms)
{
	static struct credentials_user users[TIMED_OUT_A_TICK];
	unsigned i, n = credentials_tick(now_ms, users, TIMED_OUT_A_TICK);

	for(i = 0; i < n && !config.no_timeout_sar; i++)
		tell_hss(users[i].impi, users[i].impu, REG_SAR_AUTHENTICATION_TIMEOUT);
}

bool prove_judged(const struct sip_msg *msg)
{
	return judged.pid != 0 && judged.id == msg->id && judged.pid == msg->pid;
}

bool prove_answered(const struct sip_msg *msg, char *info)
{
	if(!prove_judged(msg) || !judged.proved)
		return false;
	memcpy(info, judged.info, sizeof(judged.info));
	return true;
}

static void remember(const struct sip_msg *msg, bool proved, const char *info)
{
	judged.id = msg->id;
	judged.pid = msg->pid;
	judged.proved = proved;
	memcpy(judged.info, info, sizeof(judged.info));
}

void prove_gather(const struct registration *g, struct reg_proof_facts *f)
{
	const struct reg_set *set = &g->bindings.copy.set;
	const struct reg_binding *b;
	unsigned i;

	for(i = 0; i < set->n; i++) {
		b = &set->b[i];
		if(!reg_binding_live(b, &config.policy, g->now_ms)
				|| !reg_text_eq(b->impi, g->reg.req.impi))
			continue;
		if(b->facts_known && reg_text_eq(b->call_id, g->reg.req.call_id))
			f->known_call = true;
		if(!reg_contact_named(&g->reg.req, b))
			continue;
		f->bound = true;
		f->reauth_due = f->reauth_due
						|| (b->facts_known
								&& reg_binding_reauth_due(
										b, &config.policy, g->now_ms));
	}
}

static void judge(struct registration *g, struct sip_msg *msg,
		udomain_t *domain, struct reg_proof *proof,
		struct credentials_found *found)
{
	struct reg_proof_facts facts = {.protection = g->reg.req.protection};
	struct reg_text method = text_of(msg->first_line.u.request.method);

	bindings_open(&g->bindings, domain, g->reg.req.impu);
	prove_gather(g, &facts);
	credentials_check(&g->reg, method, g->now_ms, &facts, found);
	reg_prove(&facts, &config.policy, proof);
	if(proof->act != REG_PROOF_ACCEPT)
		unproven_note(g, proof);
	else
		g->bindings.unchanged = true;
	bindings_close(&g->bindings);
}

/* HA1 has come, and with it what the UE's old nonce was answered with can be
 * told: right, and it is only stale (row 5); or wrong. */
static void judge_again(struct registration *g, struct sip_msg *msg,
		struct reg_proof *proof, struct credentials_found *found)
{
	struct reg_text method = text_of(msg->first_line.u.request.method);
	struct reg_proof_facts facts = {
			.protection = g->reg.req.protection, .known_call = proof->own};

	credentials_check(&g->reg, method, g->now_ms, &facts, found);
	reg_prove(&facts, &config.policy, proof);
	if(proof->act != REG_PROOF_ACCEPT)
		return;
	proof->act = REG_PROOF_CHALLENGE; /* the script waits for the 401 */
	proof->why = REG_WHY_STALE_NONCE;
	proof->cause = REG_LOOP_STALE_NONCE;
	proof->stale = true;
}

/* What the HSS gave is at hand. */
static int challenge_with(struct registration *g, struct sip_msg *msg,
		struct cell *t, const struct pending *p, const struct cx_auth *auth)
{
	static const struct challenge_refusal wrong = {
			403, REG_WHY_RESPONSE_WRONG, "Forbidden", 0};
	struct reg_proof proof = {.act = REG_PROOF_CHALLENGE,
			.why = (enum reg_why)p->verdict.why,
			.cause = p->ask.cause,
			.own = p->ask.own};
	struct credentials_found found;
	struct challenge c;

	if(auth->algorithm.scheme == DIGEST_SIP
			&& proof.why == REG_WHY_NONCE_UNKNOWN
			&& credentials_store(&g->reg.req, auth, g->now_ms) == 0)
		judge_again(g, msg, &proof, &found);
	if(proof.act == REG_PROOF_BLOCK)
		return challenge_block(g, msg, t, proof.own, found.blocked_s);
	if(proof.act == REG_PROOF_REJECT)
		return challenge_refuse(g, msg, t, &wrong);
	c = (struct challenge){.why = proof.why,
			.ask = {proof.cause, proof.own, auth},
			.realm = reg_text_of(p->realm),
			.stale = proof.stale};
	return challenge_send(g, msg, t, &c);
}

/* The HSS answered, or did not: the challenge, or why there is none. */
static int conclude(struct registration *g, struct sip_msg *msg, struct cell *t,
		const struct pending *p, const struct cx_answer *a)
{
	if(a->hss != REG_HSS_YES)
		return challenge_fail(g, msg, t, a->hss);
	if(a->auth.algorithm.scheme == DIGEST_NO_SCHEME)
		return challenge_fail(g, msg, t, REG_HSS_PERMANENT);
	return challenge_with(g, msg, t, p, &a->auth);
}

void prove_on_maa(uint32_t id, const struct cx_answer *a)
{
	struct registration *g;
	struct resumed r;
	struct pending p;
	int code;

	if(a->hss != REG_HSS_YES)
		stats_count(STATS_MAR_FAILED);
	if(id == 0 || pending_take(id, &p) < 0)
		return;
	if(resume_begin(&r, p.tm_index, p.tm_label, events_wanted) == 0) {
		g = registration_take(p.copy);
		g->verdict.compared.hss_result = a->code;
		code = conclude(g, &r.msg, r.t, &p, a);
		if(a->hss != REG_HSS_YES)
			unproven_failed(g, p.domain);
		resume_end(&r, p.route, "maa_return_code", code);
	}
	registration_drop(p.copy);
}

static void stage(const struct reg_proof *proof, str realm, const char *route,
		struct pending *p)
{
	memset(p, 0, sizeof(*p));
	p->verdict.act = REG_ACT_CHALLENGE;
	p->verdict.why = proof->why;
	p->ask = (struct credentials_ask){proof->cause, proof->own, NULL};
	strncpy(p->route, route ? route : "", sizeof(p->route) - 1);
	if(realm.len < (int)sizeof(p->realm))
		memcpy(p->realm, realm.s, realm.len);
}

/* What the UE can do, as far as its REGISTER shows (TS 24.229 5.4.1.2.1). */
static str scheme_for(const struct sip_register *r)
{
	struct digest_algorithm a;

	if(r->auth.algorithm.n > 0 && digest_algorithm_find(r->auth.algorithm, &a))
		return str_of(reg_text_of(cx_auth_scheme(a)));
	return config.auth_scheme;
}

static int fetch(struct registration *g, struct sip_msg *msg, struct pending *p,
		str resync)
{
	const struct challenge_refusal busy = {
			500, REG_WHY_MAR_LIMIT, "Too Busy", 1};
	const struct challenge_refusal stuck = {
			500, (enum reg_why)p->verdict.why, "Cannot Suspend", 0};
	str impu = str_of(g->reg.req.impu), impi = str_of(g->reg.req.impi);
	uint32_t id;
	int rc;

	/* users of whom we know come before those of whom nobody knows */
	if(!(p->ask.own ? cx_rate_take(CX_RATE_MAR, g->now_ms)
					: cx_rate_take_spare(CX_RATE_MAR, g->now_ms)))
		return challenge_refuse(g, msg, NULL, &busy);
	p->copy = registration_copy(g, msg);
	rc = p->copy ? suspend(msg, &p->tm_index, &p->tm_label) : -ENOMEM;
	if(rc != 0)
		registration_drop(p->copy);
	if(rc > 0)
		return 0;
	if(rc < 0)
		return challenge_refuse(g, msg, NULL, &stuck);
	id = pending_add(p);
	if(id != 0 && cx_mar(id, impu, impi, scheme_for(&g->reg), resync) == 0)
		return 0;
	suspend_cancel(p->tm_index, p->tm_label);
	if(id != 0 && pending_take(id, p) < 0)
		return 0;
	registration_drop(p->copy);
	challenge_fail(g, msg, NULL, REG_HSS_NO_PEER);
	unproven_failed(g, p->domain);
	return -1;
}

/* Wrong too often: the HSS drops what it has pending (29.228 6.1.2). */
static int refuse(struct registration *g, struct sip_msg *msg,
		const struct reg_proof *proof)
{
	const struct challenge_refusal forbidden = {
			403, proof->why, "Forbidden", 0};

	if(proof->failed && !config.no_failure_sar
			&& credentials_may_tell(&g->reg.req, g->now_ms))
		cx_sar(0, str_of(g->reg.req.impu), str_of(g->reg.req.impi),
				REG_SAR_AUTHENTICATION_FAILURE, true);
	return challenge_refuse(g, msg, NULL, &forbidden);
}

static int accept_user(struct sip_msg *msg, const struct reg_proof *proof,
		const struct credentials_found *found)
{
	remember(msg, proof->proved, found->info);
	stats_why(proof->why);
	if(!proof->proved || !found->answers)
		stats_count(STATS_MAR_SAVED);
	return 1;
}

static int challenge_now(struct registration *g, struct sip_msg *msg, str realm,
		const struct reg_proof *proof)
{
	struct challenge c = {proof->why, {proof->cause, proof->own, NULL},
			text_of(realm), proof->stale};

	stats_count(STATS_MAR_SAVED);
	challenge_send(g, msg, NULL, &c);
	return -1;
}

int prove_user(struct registration *g, struct sip_msg *msg, udomain_t *domain,
		str realm, const char *route)
{
	struct credentials_found found;
	struct reg_proof proof;
	struct pending p;
	str resync = {(char *)found.resync, 0};

	judge(g, msg, domain, &proof, &found);
	remember(msg, false, found.info);
	switch(proof.act) {
		case REG_PROOF_ACCEPT:
			return accept_user(msg, &proof, &found);
		case REG_PROOF_REJECT:
			return refuse(g, msg, &proof);
		case REG_PROOF_BLOCK:
			return challenge_block(g, msg, NULL, proof.own, found.blocked_s);
		case REG_PROOF_CHALLENGE:
			return challenge_now(g, msg, realm, &proof);
		default:
			resync.len = proof.resync ? (int)sizeof(found.resync) : 0;
			stage(&proof, realm, route, &p);
			p.domain = domain;
			return fetch(g, msg, &p, resync);
	}
}
