/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how a verdict changes the bindings. Never decides, never stores.
 */
#include "reg_apply.h"
#include "reg_owed.h"

#include <errno.h>
#include <string.h>

static void change(struct reg_changes *ch, unsigned i, enum reg_change to)
{
	if(to > ch->of[i])
		ch->of[i] = (uint8_t)to;
}

/* What is owed although no SAR was sent is only held back. */
static void note_hss(const struct reg_verdict *v, bool told, bool owe,
		int64_t now_ms, struct reg_binding *b)
{
	if(told)
		reg_binding_told(b, now_ms);
	if(owe && v->sar == REG_SAR_NONE)
		reg_owed_defer(b, now_ms);
	else if(owe)
		reg_owed_add(b, now_ms);
}

static void refresh(const struct reg_request *req, const struct reg_contact *c,
		const struct reg_item *it, int64_t now_ms, struct reg_set *set,
		struct reg_changes *ch)
{
	unsigned i = (unsigned)it->binding;
	struct reg_binding *b = &set->b[i];

	if(!reg_text_eq(b->uri, c->uri)) {
		ch->moved[i] = true;
		ch->from_uri[i] = b->uri;
	}
	reg_binding_accept(b, req, c, now_ms);
	if(it->act != REG_ACT_KEEP)
		reg_binding_grant(b, it->grant_s, now_ms);
	change(ch, i, REG_CHANGE_REFRESH);
	ch->event[i] = REG_EVENT_REFRESHED;
}

static void add(const struct reg_request *req, const struct reg_contact *c,
		const struct reg_item *it, int64_t now_ms, struct reg_set *set,
		struct reg_changes *ch)
{
	struct reg_binding *b = &set->b[set->n];

	memset(b, 0, sizeof(*b));
	if(it->why == REG_WHY_CONTACT_REPLACED && it->out != REG_NO_BINDING)
		b->journal = set->b[it->out].journal; /* the same device's story */
	reg_binding_accept(b, req, c, now_ms);
	reg_binding_grant(b, it->grant_s, now_ms);
	change(ch, set->n, REG_CHANGE_ADD);
	ch->event[set->n] = REG_EVENT_REGISTERED;
	set->n++;
}

void reg_change_end(struct reg_changes *ch, unsigned i, enum reg_event event,
		enum reg_why why)
{
	change(ch, i, REG_CHANGE_REMOVE);
	ch->event[i] = (uint8_t)event;
	ch->why[i] = (uint8_t)why;
}

/* Died unnoticed, or its end is owed to the HSS, which this REGISTER overtakes;
 * the end of another private identity is owed still. */
static bool is_over(
		const struct reg_request *req, const struct reg_binding *b, bool live)
{
	return !live && (!b->ended_sar || reg_text_eq(b->impi, req->impi));
}

static enum reg_why why_over(const struct reg_binding *b)
{
	if(b->ended_sar)
		return REG_WHY_NONE; /* told when it ended */
	return b->gone ? REG_WHY_ENDED_IN_USRLOC : REG_WHY_EXPIRED;
}

static void remove_one(const struct reg_binding *b, const struct reg_classes *k,
		unsigned i, struct reg_changes *ch)
{
	if(k->leaving[i])
		reg_change_end(ch, i, REG_EVENT_UNREGISTERED,
				k->leaving_n < k->live_n ? REG_WHY_CONTACT_REMOVED
										 : REG_WHY_LAST_CONTACT_REMOVED);
	else
		reg_change_end(ch, i, REG_EVENT_EXPIRED, why_over(b));
}

/* Those that leave, that make room, and those that are over. */
static void remove_bindings(const struct reg_request *req,
		const struct reg_classes *k, const struct reg_set *set,
		unsigned known_n, struct reg_changes *ch)
{
	unsigned i;

	for(i = 0; i < known_n; i++)
		if(k->leaving[i] || is_over(req, &set->b[i], k->live[i]))
			remove_one(&set->b[i], k, i, ch);
	for(i = 0; i < k->items_n; i++)
		if(k->items[i].out != REG_NO_BINDING)
			reg_change_end(ch, (unsigned)k->items[i].out, REG_EVENT_DEACTIVATED,
					k->items[i].why);
}

static void apply_items(const struct reg_request *req,
		const struct reg_verdict *v, bool told, bool owe, int64_t now_ms,
		struct reg_set *set, struct reg_changes *ch)
{
	const struct reg_item *it;
	unsigned i, at;

	for(i = 0; i < v->k.items_n; i++) {
		it = &v->k.items[i];
		if(it->asked_s == 0)
			continue;
		at = it->binding == REG_NO_BINDING ? set->n : (unsigned)it->binding;
		if(it->binding == REG_NO_BINDING)
			add(req, &req->contacts[i], it, now_ms, set, ch);
		else
			refresh(req, &req->contacts[i], it, now_ms, set, ch);
		note_hss(v, told, owe, now_ms, &set->b[at]);
		set->b[at].fresh = v->compared;
		set->b[at].fresh.expires_s = it->grant_s;
	}
}

/* An accepted REGISTER is seen by every binding of its Call-ID. */
static void advance_run(const struct reg_request *req, unsigned known_n,
		struct reg_set *set, struct reg_changes *ch)
{
	struct reg_binding *b;
	unsigned i;

	for(i = 0; i < known_n; i++) {
		b = &set->b[i];
		if(!b->facts_known || !reg_text_eq(b->call_id, req->call_id)
				|| req->cseq <= b->cseq_seen)
			continue;
		b->cseq_seen = req->cseq;
		change(ch, i, REG_CHANGE_FACTS);
	}
}

static void owe(
		unsigned i, int64_t now_ms, struct reg_set *set, struct reg_changes *ch)
{
	if(!set->b[i].facts_known)
		return; /* a trigger of its own */
	reg_owed_add(&set->b[i], now_ms);
	change(ch, i, REG_CHANGE_FACTS);
}

/* Who came while the last one left: the HSS holds the user for gone now. */
static void owe_survivors(const struct reg_classes *k, unsigned known_n,
		int64_t now_ms, struct reg_set *set, struct reg_changes *ch)
{
	unsigned i;

	for(i = 0; i < known_n; i++)
		if(k->live[i] && !k->leaving[i])
			owe(i, now_ms, set, ch);
}

/* The leaving was overtaken by a refresh, but the HSS was told. */
static void owe_all(unsigned known_n, int64_t now_ms, struct reg_set *set,
		struct reg_changes *ch)
{
	unsigned i;

	for(i = 0; i < known_n; i++)
		owe(i, now_ms, set, ch);
}

void reg_apply_noted(const struct reg_verdict *v, struct reg_set *set,
		struct reg_changes *ret)
{
	unsigned i;

	for(i = 0; i < set->n; i++) {
		if(!v->k.named[i] || !set->b[i].facts_known)
			continue;
		set->b[i].fresh = v->compared;
		change(ret, i, REG_CHANGE_FACTS);
	}
}

int reg_apply(const struct reg_request *req, const struct reg_verdict *v,
		bool told, bool owe, int64_t now_ms, struct reg_set *set,
		struct reg_changes *ret)
{
	unsigned known_n = set->n;

	reg_changes_clear(ret);
	if(v->act == REG_ACT_REJECT || v->act == REG_ACT_REPEAT) {
		reg_apply_noted(v, set, ret);
		if(v->sar == REG_SAR_USER_DEREGISTRATION)
			owe_all(known_n, now_ms, set, ret);
		return 0;
	}
	if(known_n > REG_BINDINGS_MAX) /* else REG_SET_MAX holds those to come */
		return -ENOSPC;
	advance_run(req, known_n, set, ret);
	if(v->act == REG_ACT_FETCH)
		return 0;
	remove_bindings(req, &v->k, set, known_n, ret);
	if(v->act == REG_ACT_DEREGISTER)
		owe_survivors(&v->k, known_n, now_ms, set, ret);
	apply_items(req, v, told, owe, now_ms, set, ret);
	return 0;
}

void reg_apply_refused(const struct reg_set *set, struct reg_text impi,
		enum reg_event event, struct reg_changes *ret)
{
	unsigned i;

	reg_changes_clear(ret);
	for(i = 0; i < set->n; i++)
		if(reg_text_eq(set->b[i].impi, impi))
			reg_change_end(ret, i, event,
					set->b[i].ended_sar ? REG_WHY_NONE : REG_WHY_HSS_REFUSED);
}
