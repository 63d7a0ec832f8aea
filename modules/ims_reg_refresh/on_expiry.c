/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows which bindings have run out. Never touches one that was refreshed
 * meanwhile: it looks again under the lock; nor one whose refresh waits for
 * the HSS.
 */
#include "on_expiry.h"

#include <string.h>

#include "../../core/dprint.h"

#include "binding_events.h"
#include "clock.h"
#include "config.h"
#include "core/reg_journal.h"
#include "core/reg_ladder.h"
#include "core/reg_lifetime.h"
#include "on_shadow.h"
#include "pending.h"
#include "stats.h"
#include "text.h"

/* So long a tick may take, whatever has run out: others share its processor. */
#define TICK_MAX_MS 2
#define PER_TICK_MAX 500 /* the clock may be set back */
#define AGAIN_MS 300

static udomain_t *domain;
static struct bindings bindings;

void on_expiry_init(udomain_t *in_domain)
{
	domain = in_domain;
}

static bool has_run_out(const struct reg_binding *at, int64_t now_ms)
{
	return at->facts_known && reg_binding_run_out(at, &config.policy, now_ms);
}

static void tell(
		const struct bindings *b, const struct reg_binding *at, int64_t now_ms)
{
	struct reg_entry last = reg_journal_newest(at->journal);
	const struct reg_reach *r = &at->reach;

	LM_INFO("%.*s: <%.*s> expired silently: last REGISTER %lld s ago (act=%s "
			"why=%s), User-Agent \"%.*s\", %s since %lld s (by %s, last call: "
			"%s)\n",
			(int)b->key_n, b->key, TEXT_FMT(at->uri),
			(long long)(now_ms - at->accepted_at_ms) / 1000,
			reg_act_name(last.verdict.act), reg_why_name(last.verdict.why),
			TEXT_FMT(at->user_agent), reg_reach_name(r->state),
			(long long)(now_ms - r->since_ms) / 1000, reg_means_name(r->means),
			reg_stage_name(r->stage));
	stats_count(STATS_SILENT_EXPIRIES);
}

/* @return the last one that ran out, or NULL */
static const struct reg_binding *mark_dead(struct bindings *b, int64_t now_ms)
{
	const struct reg_binding *at, *last = NULL;
	unsigned i;

	for(i = 0; i < b->copy.set.n; i++) {
		at = &b->copy.set.b[i];
		if(at->ended_sar || reg_binding_live(at, &config.policy, now_ms))
			continue;
		reg_change_end(&b->changes, i, REG_EVENT_EXPIRED,
				has_run_out(at, now_ms) ? REG_WHY_EXPIRED
										: REG_WHY_ENDED_IN_USRLOC);
		if(!has_run_out(at, now_ms))
			continue; /* usrloc lost it; who ended it has told why */
		tell(b, at, now_ms);
		if(!last || at->expires_at_ms > last->expires_at_ms)
			last = at;
	}
	return last;
}

/* TS 24.229 5.4.1.4.2: the last one is gone, and the HSS must know. It is put
 * down as owed first, and paid as such: it cannot be lost, nor told twice. */
static void expire(struct reg_text key, int64_t now_ms)
{
	struct bindings *b = &bindings;
	const struct reg_binding *last;

	bindings_open(b, domain, key);
	last = mark_dead(b, now_ms);
	bindings_commit(b, NULL);
	if(last)
		bindings_owe_end(b, last->impi, REG_SAR_TIMEOUT_DEREGISTRATION, now_ms);
	bindings_close(b);
	binding_events_ended(b);
}

/* usrloc's timer would end it with the very second. */
static void pad(struct reg_text key, int64_t now_ms)
{
	bindings_open(&bindings, domain, key);
	usrloc_pad(&bindings.ul, &bindings.copy.set, now_ms);
	bindings_close(&bindings);
}

static void mark_late(struct reg_binding *b, void *param)
{
	bool *fresh = param;

	*fresh = !b->late;
	b->late = true;
}

/* TS 24.229 5.1.1.4: it should have been refreshed. */
static void note_late(struct store_one *due, int64_t now_ms)
{
	bool fresh;

	if(due->b.late || now_ms < reg_lifetime_late_at_ms(&due->b, &config.policy)
			|| !store_change(due->what, mark_late, &fresh, due) || !fresh)
		return;
	LM_INFO("%.*s: <%.*s> is overdue, it ends in %u s\n", TEXT_FMT(due->key),
			TEXT_FMT(due->b.uri),
			reg_binding_remaining_s(&due->b, &config.policy, now_ms));
	stats_count(STATS_LATE_REFRESHES);
	binding_events_fire(EVENT_LATE, due->key, &due->b);
}

static int64_t next_look_ms(const struct reg_binding *b, int64_t now_ms)
{
	int64_t near_ms = reg_lifetime_near_at_ms(b);
	int64_t late_ms = reg_lifetime_late_at_ms(b, &config.policy);
	int64_t end_ms =
			b->expires_at_ms + (int64_t)config.policy.expiry_grace_s * 1000;

	if(now_ms < late_ms && late_ms < near_ms)
		return late_ms;
	if(now_ms < near_ms)
		return near_ms; /* it was refreshed since it got its date */
	if(now_ms < late_ms && late_ms < end_ms)
		return late_ms;
	return now_ms < end_ms ? end_ms : now_ms + AGAIN_MS;
}

void on_expiry_tick(int64_t now_ms)
{
	static struct store_one due;
	unsigned n;

	for(n = 0; n < PER_TICK_MAX && clock_now_ms() - now_ms < TICK_MAX_MS; n++) {
		if(!store_due(STORE_EXPIRY, now_ms, &due))
			return;
		if(due.b.shadow) {
			on_shadow_due(&due, now_ms);
			continue;
		}
		if(!has_run_out(&due.b, now_ms)) {
			if(now_ms >= reg_lifetime_near_at_ms(&due.b))
				pad(due.key, now_ms);
			note_late(&due, now_ms);
		} else if(!pending_holds(due.key)) {
			expire(due.key, now_ms);
		}
		store_date_again(STORE_EXPIRY, due.what, next_look_ms(&due.b, now_ms));
	}
}
