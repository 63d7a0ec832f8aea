/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how a debt is paid. Never sends from within an answer, never while an
 * identity is locked.
 */
#include "on_owed.h"

#include <errno.h>
#include <string.h>

#include "../../core/atomic_ops.h"
#include "../../core/dprint.h"
#include "../../core/mem/shm_mem.h"

#include "binding_events.h"
#include "clock.h"
#include "config.h"
#include "core/reg_owed.h"
#include "cx_rate.h"
#include "stats.h"
#include "text.h"

#define PER_TICK_MAX 20 /* a thousand SARs a second */
#define TICK_MAX_MS 4	/* with what has run out: others share its processor */
#define PROBE_EVERY_MS 1000

static udomain_t *domain;
static struct bindings bindings;
static atomic_t *hss_is_away; /* it did not answer last time */
static int64_t probed_at_ms;  /* the timer's own */

int on_owed_init(void)
{
	hss_is_away = shm_malloc(sizeof(*hss_is_away));
	if(!hss_is_away)
		return -ENOMEM;
	atomic_set(hss_is_away, 0);
	return 0;
}

void on_owed_destroy(void)
{
	if(hss_is_away)
		shm_free(hss_is_away);
	hss_is_away = NULL;
}

void on_owed_domain(udomain_t *in_domain)
{
	domain = in_domain;
}

static bool is_away(enum reg_hss hss)
{
	return hss == REG_HSS_SILENT || hss == REG_HSS_NO_PEER
		   || hss == REG_HSS_BUSY;
}

void on_owed_heard(enum reg_hss hss)
{
	if((atomic_get(hss_is_away) != 0) != is_away(hss))
		atomic_set(hss_is_away, is_away(hss));
}

/* One SAR speaks for all bindings of the set with this private identity. */
static bool is_told_with(
		const struct reg_binding *b, const struct reg_binding *first)
{
	return b->owed && b->ended_sar == first->ended_sar
		   && reg_text_eq(b->impi, first->impi);
}

/* The set is open: note the attempt, and who it is for.
 * @return the SAR to send, or REG_SAR_NONE */
static enum reg_sar begin(struct bindings *b, const struct reg_binding *first,
		int64_t now_ms, struct pending *p)
{
	struct reg_binding *at;
	enum reg_sar sar = REG_SAR_NONE;
	unsigned i;

	for(i = 0; i < b->copy.set.n; i++) {
		at = &b->copy.set.b[i];
		if(!is_told_with(at, first))
			continue;
		if(at->id == first->id)
			sar = reg_owed_sar(at);
		reg_owed_tried(at, now_ms);
		b->changes.of[i] = REG_CHANGE_FACTS;
	}
	memset(p, 0, sizeof(*p));
	p->kind = PENDING_OWED;
	p->domain = domain;
	p->verdict.sar = sar;
	text_copy(p->impu, (struct reg_text){b->key, b->key_n}, REG_IDENTITY_MAX);
	text_copy(p->impi, first->impi, REG_IDENTITY_MAX);
	return sar;
}

static void send_sar(struct pending *p, bool has_profile)
{
	str impu = str_of(reg_text_of(p->impu)),
		impi = str_of(reg_text_of(p->impi));
	uint32_t id = pending_add(p);

	if(id == 0)
		return; /* it stays owed */
	if(cx_sar(id, impu, impi, (enum reg_sar)p->verdict.sar, has_profile) == 0)
		return;
	if(pending_take(id, p) == 0)
		on_owed_heard(REG_HSS_NO_PEER);
}

static void pay(const struct store_one *due, int64_t now_ms)
{
	struct bindings *b = &bindings;
	enum reg_sar sar;
	struct pending p;
	bool has_profile;

	bindings_open(b, domain, due->key);
	sar = begin(b, &due->b, now_ms, &p);
	/* who has ended needs none */
	has_profile = sar != REG_SAR_RE_REGISTRATION || usrloc_has_profile(&b->ul);
	bindings_commit(b, NULL);
	bindings_close(b);
	if(sar != REG_SAR_NONE)
		send_sar(&p, has_profile);
}

static bool may_pay(int64_t now_ms)
{
	if(atomic_get(hss_is_away) && now_ms - probed_at_ms < PROBE_EVERY_MS)
		return false;
	if(!cx_rate_take(CX_RATE_SAR, now_ms))
		return false;
	probed_at_ms = now_ms;
	return true;
}

bool on_owed_waits_longer(const struct reg_set *set, int64_t now_ms)
{
	int64_t own_ms = now_ms;
	unsigned i;

	if(config.sar_rate_limit == 0)
		return false;
	for(i = 0; i < set->n; i++)
		if(set->b[i].owed && set->b[i].owed_try_at_ms < own_ms)
			own_ms = set->b[i].owed_try_at_ms;
	return store_due_before(STORE_OWED, own_ms);
}

/* Whether one more fits this tick. A higher limit is reached as well, even if
 * every other tick is missed. */
static bool fits_tick(unsigned n, int64_t now_ms)
{
	return n < (unsigned)config.sar_rate_limit / 25
		   || (n < PER_TICK_MAX && clock_now_ms() - now_ms < TICK_MAX_MS);
}

void on_owed_tick(int64_t now_ms)
{
	static struct store_one due;
	unsigned n;

	for(n = 0; fits_tick(n, now_ms); n++) {
		if(!store_due(STORE_OWED, now_ms, &due))
			return;
		if(!may_pay(now_ms)) {
			store_date_again(STORE_OWED, due.what, due.b.owed_try_at_ms);
			return;
		}
		pay(&due, now_ms);
	}
}

void on_owed_pay(struct reg_text key)
{
	static struct store_copy copy;
	static struct store_one one;
	unsigned i;

	store_load(key, &copy);
	for(i = 0; i < copy.set.n; i++) {
		if(!copy.set.b[i].owed)
			continue;
		one.key = key;
		one.b = copy.set.b[i];
		pay(&one, clock_now_ms());
	}
}

/* An update: told, refused, or to be tried again. */
static void settle_update(struct bindings *b, struct reg_text impi,
		const struct cx_answer *a, const struct reg_resolution *res)
{
	struct reg_binding *at;
	unsigned i;

	if(res->remove) {
		reg_apply_refused(&b->copy.set, impi, res->end_event, &b->changes);
		return;
	}
	if(res->told && a->user_data.len > 0)
		bindings_take_profile(b, a, impi);
	for(i = 0; i < b->copy.set.n; i++) {
		at = &b->copy.set.b[i];
		if(!at->owed || at->ended_sar || !reg_text_eq(at->impi, impi))
			continue;
		if(res->told)
			reg_binding_told(at, clock_now_ms());
		else
			reg_owed_clear(at); /* what it refuses is not asked again */
		b->changes.of[i] = REG_CHANGE_FACTS;
	}
}

/* An end: heard, or not wanted, or perhaps neither. Who came back meanwhile may
 * have been ended by it at the HSS: that is told again. */
static void settle_end(struct bindings *b, struct reg_text impi, bool heard)
{
	struct reg_binding *at;
	int64_t now_ms = clock_now_ms();
	unsigned i;

	for(i = 0; i < b->copy.set.n; i++) {
		at = &b->copy.set.b[i];
		if(at->ended_sar && reg_text_eq(at->impi, impi)) {
			if(heard)
				b->changes.of[i] = REG_CHANGE_REMOVE;
		} else if(at->facts_known
				  && reg_binding_live(at, &config.policy, now_ms)) {
			reg_owed_add(at, now_ms);
			b->changes.of[i] = REG_CHANGE_FACTS;
		}
	}
}

void on_owed_answer(const struct pending *p, const struct cx_answer *a)
{
	enum reg_sar sar = (enum reg_sar)p->verdict.sar;
	struct reg_text impi = reg_text_of(p->impi);
	struct bindings *b = &bindings;
	struct reg_resolution res;

	if(is_away(a->hss) && sar == REG_SAR_RE_REGISTRATION)
		return; /* its next date stands */
	reg_resolve(sar == REG_SAR_RE_REGISTRATION ? REG_ACT_UPDATE
											   : REG_ACT_DEREGISTER,
			reg_why_bit(REG_WHY_HSS_OWED), a->hss, &config.policy, &res);
	bindings_open(b, p->domain, reg_text_of(p->impu));
	if(sar == REG_SAR_RE_REGISTRATION)
		settle_update(b, impi, a, &res);
	else
		settle_end(b, impi, !is_away(a->hss));
	bindings_commit(b, NULL);
	bindings_close(b);
	binding_events_ended(b);
	if(res.told)
		stats_count(STATS_SAR_REPAID);
	LM_INFO("%s: SAR %u that was owed: %s\n", p->impu, sar,
			reg_hss_name(a->hss));
}
