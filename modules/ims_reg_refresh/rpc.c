/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how bindings are shown. Never changes one.
 */
#include "rpc.h"

#include <limits.h>
#include <string.h>
#include <time.h>

#include "bindings.h"
#include "calls.h"
#include "clock.h"
#include "config.h"
#include "credentials.h"
#include "core/reg_journal.h"
#include "core/reg_ladder.h"
#include "core/reg_lifetime.h"
#include "core/reg_uri.h"
#include "pending.h"
#include "rpc_explain.h"
#include "rpc_operate.h"
#include "rpc_owed.h"
#include "rpc_reach.h"
#include "rpc_text.h"
#include "stats.h"
#include "stats_latency.h"
#include "text.h"

#define LIST_MAX 100

static udomain_t *domain;

void rpc_init(udomain_t *in_domain)
{
	domain = in_domain;
}

void rpc_add_text(rpc_t *rpc, void *h, char *name, struct reg_text value)
{
	str s = str_of(value);

	if(s.len == 0)
		s = (str)str_init("");
	rpc->struct_add(h, "S", name, &s);
}

/* The clock of the facts is UTC as well. */
void rpc_print_time(int64_t at_ms, char *dst)
{
	time_t at = (time_t)(at_ms / 1000);
	struct tm tm;

	if(at_ms > 0 && gmtime_r(&at, &tm))
		strftime(dst, RPC_TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm);
	else
		strcpy(dst, "never");
}

void rpc_add_time(rpc_t *rpc, void *h, char *name, int64_t at_ms)
{
	char text[RPC_TIME_SIZE];

	rpc_print_time(at_ms, text);
	rpc->struct_add(h, "s", name, text);
}

static void add_lui(rpc_t *rpc, void *h, const struct reg_binding *b)
{
	int64_t left_ms =
			reg_lifetime_lui_left_ms(b, &config.policy, clock_now_ms());

	rpc->struct_add(h, "d", "lui",
			left_ms == INT64_MAX ? -1 : (int)((left_ms + 999) / 1000));
}

void rpc_add_reach(rpc_t *rpc, void *h, const struct reg_reach *r)
{
	rpc->struct_add(h, "s", "reach", reg_reach_name(r->state));
	rpc_add_time(rpc, h, "reach_at", r->means == REG_MEANS_NONE ? 0 : r->at_ms);
	rpc->struct_add(h, "ss", "reach_by", reg_means_name(r->means),
			"reach_stage", reg_stage_name(r->stage));
}

static void add_binding(rpc_t *rpc, void *h, const struct reg_binding *b)
{
	int64_t now_ms = clock_now_ms();

	rpc_add_text(rpc, h, "contact", b->uri);
	rpc_add_text(rpc, h, "impi", b->impi);
	rpc_add_text(rpc, h, "call_id", b->call_id);
	rpc->struct_add(
			h, "ud", "cseq", b->cseq_accepted, "cseq_seen", (int)b->cseq_seen);
	rpc->struct_add(h, "ud", "lifetime",
			(unsigned)(reg_lifetime_granted_ms(b) / 1000), "remaining",
			(int)reg_binding_remaining_s(b, &config.policy, now_ms));
	rpc_add_time(rpc, h, "granted_at", b->granted_at_ms);
	rpc_add_time(rpc, h, "expires_at", b->expires_at_ms);
	rpc_add_time(rpc, h, "hss_told_at", b->hss_told_at_ms);
	add_lui(rpc, h, b);
	rpc->struct_add(h, "ddd", "facts", b->facts_known, "owed", b->owed,
			"forced", b->forced);
	rpc_add_text(rpc, h, "path", b->path);
	rpc_add_text(rpc, h, "user_agent", b->user_agent);
	rpc_add_reach(rpc, h, &b->reach);
	if(b->instance.n > 0)
		rpc_add_text(rpc, h, "instance", b->instance);
	if(b->reg_id > 0)
		rpc->struct_add(h, "u", "reg_id", b->reg_id);
	if(b->shadow)
		rpc->struct_add(h, "d", "shadow", 1);
}

struct listing
{
	rpc_t *rpc;
	void *ctx;
	struct reg_text prefix;
	int left;
};

static bool list_one(
		struct reg_text key, const struct reg_binding *b, void *param)
{
	struct listing *l = param;
	struct reg_text front = {key.s, l->prefix.n};
	struct reg_entry last = reg_journal_newest(b->journal);
	void *h;

	if(b->ended_sar || key.n < l->prefix.n || !reg_text_eq(front, l->prefix))
		return true;
	if(l->rpc->add(l->ctx, "{", &h) < 0)
		return false;
	rpc_add_text(l->rpc, h, "impu", key);
	rpc_add_text(l->rpc, h, "contact", b->uri);
	l->rpc->struct_add(h, "u", "remaining",
			reg_binding_remaining_s(b, &config.policy, clock_now_ms()));
	add_lui(l->rpc, h, b);
	l->rpc->struct_add(h, "ss", "act", reg_act_name(last.verdict.act), "why",
			reg_why_name(last.verdict.why));
	return --l->left > 0;
}

/* As a text, since ctl tells no wrong number from a missing one. */
bool rpc_read_count(rpc_t *rpc, void *ctx, int max, int *ret)
{
	uint32_t n;
	str count;

	if(rpc->scan(ctx, "*.S", &count) < 1)
		return true;
	if(reg_text_u32(text_of(count), (uint32_t)max, &n) < 0 || n == 0) {
		rpc->fault(ctx, 400, "count must be a number, 1 to %d", max);
		return false;
	}
	*ret = (int)n;
	return true;
}

/* Both arguments may be missing; one that is missing leaves garbage behind.
 * @return false: a fault was sent */
static bool scan_listing(rpc_t *rpc, void *ctx, struct listing *l)
{
	str prefix;

	if(rpc->scan(ctx, "*.S", &prefix) < 1)
		return true;
	l->prefix = text_of(prefix);
	return rpc_read_count(rpc, ctx, INT_MAX, &l->left);
}

static void rpc_list(rpc_t *rpc, void *ctx)
{
	struct listing l = {rpc, ctx, {NULL, 0}, LIST_MAX};
	unsigned i, n = store_slots_n();

	if(!scan_listing(rpc, ctx, &l))
		return;
	for(i = 0; i < n; i++)
		if(!store_visit(i, list_one, &l))
			return;
}

static int shown_n(str arg)
{
	return arg.len < RPC_SHOWN_MAX ? arg.len : RPC_SHOWN_MAX;
}

unsigned rpc_open_named(rpc_t *rpc, void *ctx, struct bindings *b)
{
	str arg;

	if(rpc->scan(ctx, ".S", &arg) < 1) {
		rpc->fault(ctx, 400, "an IMPU is needed, as sip:user@domain");
		return 0;
	}
	return rpc_open_impu(rpc, ctx, arg, b);
}

unsigned rpc_open_impu(rpc_t *rpc, void *ctx, str arg, struct bindings *b)
{
	char impu[REG_IDENTITY_MAX];
	unsigned i, live_n = 0;
	int n;

	n = reg_uri_identity(text_of(arg), impu, sizeof(impu));
	if(n < 0) {
		rpc->fault(ctx, 400, "not an IMPU: %.*s", shown_n(arg), arg.s);
		return 0;
	}
	bindings_open(b, domain, (struct reg_text){impu, (size_t)n});
	for(i = 0; i < b->copy.set.n; i++)
		live_n += reg_binding_live(
				&b->copy.set.b[i], &config.policy, clock_now_ms());
	if(live_n > 0)
		return live_n;
	bindings_close(b);
	rpc->fault(ctx, 404, "not registered: %.*s", shown_n(arg), arg.s);
	return 0;
}

/* Show every live binding of the implicit set that an identity belongs to. */
static void rpc_show(rpc_t *rpc, void *ctx)
{
	static struct bindings b;
	const struct reg_binding *at;
	unsigned i;
	void *h;

	if(rpc_open_named(rpc, ctx, &b) == 0)
		return;
	for(i = 0; i < b.copy.set.n; i++) {
		at = &b.copy.set.b[i];
		if(reg_binding_live(at, &config.policy, clock_now_ms())
				&& rpc->add(ctx, "{", &h) == 0)
			add_binding(rpc, h, at);
	}
	bindings_close(&b);
}

static void rpc_stats(rpc_t *rpc, void *ctx)
{
	unsigned long value;
	const char *name;
	unsigned i;
	void *h;

	if(rpc->add(ctx, "{", &h) < 0)
		return;
	for(i = 0; (name = stats_print(&i, &value)); i++)
		rpc->struct_add(h, "u", name, (unsigned)value);
	for(i = 0; (name = stats_latency_print(i, &value)); i++)
		rpc->struct_add(h, "u", name, (unsigned)value);
	rpc->struct_add(h, "u", "bindings", store_count());
	rpc->struct_add(h, "u", "owed", store_dates_count(STORE_OWED));
	rpc->struct_add(h, "u", "reach_suspect", store_suspect_count());
	rpc->struct_add(h, "u", "calls", calls_count());
	rpc->struct_add(h, "u", "waiting", pending_count());
}

static void add_loop(rpc_t *rpc, void *ctx, const struct credentials_user *u)
{
	uint32_t blocked_s = reg_loop_blocked_s(&u->loop, clock_now_ms());
	unsigned i;
	void *h;

	if(rpc->add(ctx, "{", &h) < 0)
		return;
	rpc->struct_add(h, "sssus", "impi", u->impi, "impu", u->impu, "call",
			u->own ? "own" : "any", "challenges", reg_loop_count(&u->loop),
			"class", reg_loop_cause_name(reg_loop_class(&u->loop)));
	for(i = 0; i < REG_LOOP_CAUSES_N; i++)
		if(u->loop.counts[i] > 0)
			rpc->struct_add(h, "u", reg_loop_cause_name(i),
					(unsigned)u->loop.counts[i]);
	rpc_add_time(rpc, h, "since", u->loop.since_ms);
	rpc->struct_add(h, "u", "blocked", blocked_s);
}

static void rpc_loops(rpc_t *rpc, void *ctx)
{
	static struct credentials_user users[LIST_MAX];
	unsigned slot, i, n, left = LIST_MAX;

	for(slot = 0; slot < credentials_slots_n() && left > 0; slot++) {
		n = credentials_loops(slot, users, left);
		for(i = 0; i < n; i++)
			add_loop(rpc, ctx, &users[i]);
		left -= n;
	}
}

static void rpc_config(rpc_t *rpc, void *ctx)
{
	const char *name;
	char value[256];
	unsigned i;
	void *h;

	if(rpc->add(ctx, "{", &h) < 0)
		return;
	for(i = 0; (name = config_print(i, value, sizeof(value))); i++)
		rpc->struct_add(h, "s", name, value);
}

static const char *list_doc[] = {
		"Bindings, with the front of their IMPU and how many at most", 0};
static const char *show_doc[] = {"What is known of an IMPU's bindings", 0};
static const char *explain_doc[] = {
		"The last verdicts on each binding of an IMPU, newest first; with "
		"\"text\" after it a line each",
		0};
static const char *force_doc[] = {
		"The next REGISTER of an IMPU's bindings reaches the HSS", 0};
static const char *owed_doc[] = {
		"What the HSS is owed, oldest first, and how many at most", 0};
static const char *reauth_doc[] = {
		"Shorten the lifetimes of an IMPU's bindings and challenge it again",
		0};
static const char *deregister_doc[] = {
		"End the registration of an IMPU: deactivated (default) or rejected",
		0};
static const char *loops_doc[] = {
		"Users who are challenged again and again, with the cause", 0};
static const char *unreachable_doc[] = {
		"Bindings that no longer answer, and how many at most", 0};
static const char *late_doc[] = {
		"Bindings whose refresh is overdue, and how many at most", 0};
static const char *stats_doc[] = {"Counters", 0};
static const char *config_doc[] = {"Parameters in force", 0};

rpc_export_t rpc_exports[] = {
		{"reg_refresh.list", rpc_list, list_doc, RET_ARRAY},
		{"reg_refresh.show", rpc_show, show_doc, RET_ARRAY},
		{"reg_refresh.explain", rpc_explain, explain_doc, RET_ARRAY},
		{"reg_refresh.stats", rpc_stats, stats_doc, 0},
		{"reg_refresh.force_update", rpc_force_update, force_doc, 0},
		{"reg_refresh.reauth", rpc_reauth, reauth_doc, 0},
		{"reg_refresh.deregister", rpc_deregister, deregister_doc, 0},
		{"reg_refresh.owed", rpc_owed, owed_doc, RET_ARRAY},
		{"reg_refresh.unreachable", rpc_unreachable, unreachable_doc,
				RET_ARRAY},
		{"reg_refresh.late", rpc_late, late_doc, RET_ARRAY},
		{"reg_refresh.loops", rpc_loops, loops_doc, RET_ARRAY},
		{"reg_refresh.config", rpc_config, config_doc, 0}, {0, 0, 0, 0}};
