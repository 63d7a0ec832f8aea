/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the order: stage, ask the HSS, commit, reply. Nothing is stored before
 * the HSS said yes, nothing is replied before it is stored.
 */
#include "on_register.h"

#include <errno.h>
#include <string.h>

#include "../../core/dprint.h"

#include "config.h"
#include "binding_events.h"
#include "on_owed.h"
#include "on_push.h"
#include "pending.h"
#include "prove.h"
#include "cx_rate.h"
#include "shadow.h"
#include "sip_notify.h"
#include "stats.h"
#include "suspend.h"
#include "text.h"

#define RETRY_AFTER_S 5

static void decide(struct registration *g)
{
	reg_decide(&g->reg.req, &g->bindings.copy.set, &config.policy, g->now_ms,
			&g->verdict);
}

static void prepare_ok(struct registration *g)
{
	const struct usrloc_session *ul = &g->bindings.ul;

	sip_reply_ok(&g->reply, &g->reg, &g->bindings.copy.set,
			&g->bindings.changes, ul->record ? ul->record->s : NULL, g->now_ms);
	if(g->auth_info[0])
		sip_reply_header(&g->reply, "Authentication-Info: %s", g->auth_info);
}

/* The commit failed: nothing was promised, and nothing is. */
static void fail(struct registration *g, const char *phrase)
{
	sip_reply_init(&g->reply);
	g->verdict.compared.status = 500;
	g->verdict.phrase = phrase;
	g->verdict.expires_s = 0;
	reg_changes_clear(&g->bindings.changes);
}

/* With probe "refresh": whoever refreshed is looked at when the 200 is out. */
static void ask_for_probes(struct bindings *b, int64_t now_ms)
{
	unsigned i;

	for(i = 0; i < b->copy.set.n; i++)
		if(b->changes.of[i] == REG_CHANGE_REFRESH
				|| b->changes.of[i] == REG_CHANGE_ADD)
			reg_reach_refreshed(&b->copy.set.b[i].reach, now_ms);
}

static int apply(struct registration *g, bool told, bool owe)
{
	struct bindings *b = &g->bindings;
	int rc = reg_apply(&g->reg.req, &g->verdict, told, owe, g->now_ms,
			&b->copy.set, &b->changes);

	if(rc == 0 && config.probe == REG_PROBE_REFRESH)
		ask_for_probes(b, g->now_ms);
	return rc;
}

/* Change the bindings as decided, and write the 200. The set is open. */
static void carry_out(struct registration *g, bool told, bool owe)
{
	struct bindings *b = &g->bindings;

	g->verdict.compared.status = g->verdict.status;
	if(apply(g, told, owe) < 0 || bindings_commit(b, &g->reg.origin) < 0)
		fail(g, "Cannot Store Binding");
	else if(g->verdict.status == 200)
		prepare_ok(g);
}

static int send_reply(
		struct registration *g, struct sip_msg *msg, struct cell *t)
{
	const char *phrase = g->verdict.phrase ? g->verdict.phrase : "OK";
	unsigned status = g->verdict.compared.status;

	if(g->verdict.why == REG_WHY_TOO_BRIEF)
		sip_reply_header(
				&g->reply, "Min-Expires: %u", config.policy.min_expires_s);
	if(sip_reply_send(msg, t, status, phrase, &g->reply) < 0)
		LM_ERR("%.*s: the %u was not sent\n", TEXT_FMT(g->reg.req.impu),
				status);
	return status < 300 ? 1 : -1;
}

static void commit_answer(struct registration *g, const struct cx_answer *a,
		const struct reg_resolution *res)
{
	if(res->told && g->verdict.act != REG_ACT_DEREGISTER
			&& g->verdict.act != REG_ACT_REJECT
			&& bindings_take_profile(&g->bindings, a, g->reg.req.impi) < 0) {
		fail(g, "Unusable User Profile");
		return;
	}
	carry_out(g, res->told, res->owe);
	if(res->owe && g->verdict.act == REG_ACT_DEREGISTER
			&& g->verdict.compared.status == 200)
		bindings_owe_end(&g->bindings, g->reg.req.impi,
				REG_SAR_USER_DEREGISTRATION, g->now_ms);
}

static void refuse(struct registration *g, const struct reg_resolution *res)
{
	struct bindings *b = &g->bindings;

	g->verdict.compared.status = res->status;
	g->verdict.phrase = res->phrase;
	g->verdict.expires_s = 0;
	if(res->retry_after)
		sip_reply_header(&g->reply, "Retry-After: %u", RETRY_AFTER_S);
	if(res->remove)
		reg_apply_refused(
				&b->copy.set, g->reg.req.impi, res->end_event, &b->changes);
	else
		reg_apply_noted(&g->verdict, &b->copy.set, &b->changes);
	bindings_commit(b, NULL);
}

/* The HSS answered, or cannot: resolve, commit, reply. */
static int conclude(struct registration *g, struct sip_msg *msg, struct cell *t,
		struct pending *p, const struct cx_answer *a)
{
	struct reg_resolution res;
	int sent;

	reg_resolve((enum reg_act)p->verdict.act, p->verdict.reasons, a->hss,
			&config.policy, &res);
	bindings_open(&g->bindings, p->domain, g->reg.req.impu);
	reg_decide_again(&g->reg.req, &g->bindings.copy.set, &config.policy,
			&p->verdict, g->now_ms, &g->verdict);
	g->verdict.expires_s = p->expires_s;
	g->verdict.compared.hss_result = a->code;
	if(res.commit)
		commit_answer(g, a, &res);
	else
		refuse(g, &res);
	bindings_close(&g->bindings);
	reg_flow_step(&p->state, REG_FLOW_COMMIT);
	if(res.owe)
		stats_count(STATS_SAR_OWED);
	reg_flow_step(&p->state, REG_FLOW_REPLY);
	registration_tell(g);
	sent = send_reply(g, msg, t);
	if(res.owe)
		events_fire(EVENT_HSS_OWED, msg);
	binding_events_register(g, msg);
	return sent;
}

static int no_peer(
		struct registration *g, struct sip_msg *msg, struct pending *p)
{
	struct cx_answer a = {.hss = REG_HSS_NO_PEER};

	reg_flow_step(&p->state, REG_FLOW_SEND_FAILED);
	return conclude(g, msg, NULL, p, &a);
}

static void stage(struct registration *g, udomain_t *domain, const char *route,
		struct pending *p)
{
	struct reg_text key = {g->bindings.key, g->bindings.key_n};

	memset(p, 0, sizeof(*p));
	p->domain = domain;
	p->set = pending_set(key);
	p->expires_s = g->verdict.expires_s;
	p->verdict = g->verdict.compared;
	strncpy(p->route, route ? route : "", sizeof(p->route) - 1);
}

/* Suspend, then send: the answer may be faster than this process. */
static int ask_hss(struct registration *g, struct sip_msg *msg,
		udomain_t *domain, bool has_profile, const char *route)
{
	str impu = str_of(g->reg.req.impu), impi = str_of(g->reg.req.impi);
	struct pending p;
	uint32_t id;
	int rc;

	stage(g, domain, route, &p);
	p.copy = registration_copy(g, msg);
	rc = p.copy ? suspend(msg, &p.tm_index, &p.tm_label) : -ENOMEM;
	if(rc != 0)
		registration_drop(p.copy);
	if(rc > 0)
		return 0;
	if(rc < 0) {
		fail(g, "Cannot Suspend");
		return send_reply(g, msg, NULL);
	}
	reg_flow_step(&p.state, REG_FLOW_SEND);
	id = pending_add(&p);
	if(id != 0 && cx_sar(id, impu, impi, g->verdict.sar, has_profile) == 0)
		return 0;
	suspend_cancel(p.tm_index, p.tm_label);
	if(id != 0 && pending_take(id, &p) < 0)
		return 0; /* cdp called back after all */
	registration_drop(p.copy);
	return no_peer(g, msg, &p);
}

static int refuse_malformed(struct registration *g, struct sip_msg *msg)
{
	g->bindings.copy.set.n = 0;
	decide(g);
	registration_tell(g);
	return send_reply(g, msg, NULL);
}

/* Only time asks for this SAR, and too many go already, or others wait longer
 * for theirs: serve now, owe it. */
static bool can_defer(const struct registration *g)
{
	return g->verdict.act == REG_ACT_UPDATE
		   && reg_reasons_timer_only(g->verdict.reasons)
		   && (on_owed_waits_longer(&g->bindings.copy.set, g->now_ms)
				   || !cx_rate_take(CX_RATE_SAR, g->now_ms));
}

static void defer(struct registration *g)
{
	g->verdict.sar = REG_SAR_NONE;
	carry_out(g, false, true);
	stats_count(STATS_SAR_OWED);
	stats_count(STATS_SAR_DEFERRED);
}

/* Who proves users without us challenges them without us as well: the number
 * before the one of an answer was used up by that. */
static void note_foreign_challenge(struct registration *g)
{
	struct reg_set *set = &g->bindings.copy.set;
	unsigned i;

	if(g->reg.auth.nonce.n == 0 || g->reg.req.cseq == 0)
		return;
	for(i = 0; i < set->n; i++)
		reg_binding_challenged(
				&set->b[i], g->reg.req.call_id, g->reg.req.cseq - 1);
}

int on_register_save(struct sip_msg *msg, udomain_t *domain, const char *route)
{
	struct registration *g = registration_read(msg);
	bool has_profile;
	int sent;

	if(reg_request_malformed(&g->reg.req))
		return refuse_malformed(g, msg);
	g->reg.req.proved = prove_answered(msg, g->auth_info);
	bindings_open(&g->bindings, domain, g->reg.req.impu);
	if(!prove_judged(msg))
		note_foreign_challenge(g);
	decide(g);
	has_profile = usrloc_has_profile(&g->bindings.ul);
	if(g->verdict.sar == REG_SAR_NONE)
		carry_out(g, false, false);
	else if(can_defer(g))
		defer(g);
	bindings_close(&g->bindings);
	if(g->verdict.sar != REG_SAR_NONE)
		return ask_hss(g, msg, domain, has_profile, route);
	if(g->verdict.compared.status == 200)
		stats_count(STATS_SAR_SAVED);
	registration_tell(g);
	sent = send_reply(g, msg, NULL);
	binding_events_register(g, msg);
	return sent;
}

static int return_code(const struct cx_answer *a, int sent)
{
	if(sent == 1)
		return 1;
	return a->hss == REG_HSS_REFUSED || a->hss == REG_HSS_ELSEWHERE
						   || a->hss == REG_HSS_PERMANENT
				   ? -1
				   : -2;
}

/* SAA, or none: in a process of cdp. */
static void on_saa(uint32_t id, const struct cx_answer *a)
{
	struct registration *g;
	struct resumed r;
	struct pending p;
	int sent;

	if(a->hss != REG_HSS_YES)
		stats_count(STATS_SAR_FAILED);
	on_owed_heard(a->hss);
	if(id == 0 || pending_take(id, &p) < 0)
		return;
	if(p.kind == PENDING_OWED) {
		on_owed_answer(&p, a);
		return;
	}
	if(reg_flow_step(&p.state,
			   a->hss == REG_HSS_SILENT ? REG_FLOW_TIMEOUT : REG_FLOW_ANSWER)
					== 0
			&& resume_begin(&r, p.tm_index, p.tm_label, events_wanted) == 0) {
		g = registration_take(p.copy);
		sent = conclude(g, &r.msg, r.t, &p, a);
		resume_end(&r, p.route, "saa_return_code", return_code(a, sent));
	}
	registration_drop(p.copy);
}

int on_register_authenticate(
		struct sip_msg *msg, udomain_t *domain, str realm, const char *route)
{
	struct registration *g = registration_read(msg);

	if(reg_request_malformed(&g->reg.req))
		return refuse_malformed(g, msg);
	return prove_user(g, msg, domain, realm, route);
}

int on_register_init(void)
{
	if(suspend_bind() < 0) {
		LM_ERR("module tm must be loaded before this one\n");
		return -1;
	}
	sip_notify_bind(suspend_tm());
	if(sip_reply_bind(suspend_tm()) < 0) {
		LM_ERR("module sl must be loaded before this one\n");
		return -1;
	}
	if(cx_bind(prove_on_maa, on_saa) < 0
			|| cx_push_bind(on_push_rtr, on_push_ppr) < 0 || usrloc_bind() < 0)
		return -1;
	return registration_init() < 0 || pending_init() < 0
						   || store_init(config.hash_size) < 0
						   || prove_init() < 0 || cx_rate_init() < 0
						   || on_owed_init() < 0
						   || shadow_init(config.hash_size) < 0
				   ? -1
				   : 0;
}

void on_register_destroy(void)
{
	shadow_destroy();
	on_owed_destroy();
	cx_rate_destroy();
	prove_destroy();
	store_destroy();
	pending_destroy();
	registration_destroy();
}
