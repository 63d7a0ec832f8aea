/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows where stock's bindings and ours part. Never writes usrloc.
 */
#include "shadow_set.h"

#include "core/reg_owed.h"
#include "stats.h"

/* Stock grants a whole lifetime where we keep the old one. Under us the user
 * would have come before its end, and been served in its second half. */
static void revive(struct reg_set *set, int64_t now_ms)
{
	struct reg_binding *b;
	unsigned i;

	for(i = 0; i < set->n; i++) {
		b = &set->b[i];
		if(b->facts_known && !b->gone && b->expires_at_ms <= now_ms)
			b->expires_at_ms = now_ms + 1;
	}
}

void shadow_set_open(struct bindings *b, udomain_t *domain,
		struct reg_text impu, int64_t now_ms)
{
	bindings_open(b, domain, impu);
	revive(&b->copy.set, now_ms);
}

static bool knows_facts(const struct reg_set *set)
{
	unsigned i;

	for(i = 0; i < set->n; i++)
		if(set->b[i].facts_known && !set->b[i].gone)
			return true;
	return false;
}

/* Stock keeps what we would have replaced. */
void shadow_set_drop_unknown(struct reg_set *set)
{
	unsigned i, n = 0;

	for(i = 0; i < set->n; i++)
		if(set->b[i].facts_known)
			set->b[n++] = set->b[i];
	set->n = n;
}

void shadow_set_own(struct reg_set *set, const struct reg_shadow *s)
{
	if(s->learnt || knows_facts(set))
		shadow_set_drop_unknown(set);
}

void shadow_set_use_number(
		struct bindings *b, struct reg_text call_id, uint32_t cseq)
{
	unsigned i;

	for(i = 0; i < b->copy.set.n; i++) {
		reg_binding_challenged(&b->copy.set.b[i], call_id, cseq);
		if(b->copy.set.b[i].id != 0)
			b->changes.of[i] = REG_CHANGE_FACTS;
	}
	bindings_commit_facts(b);
}

void shadow_set_mark(struct bindings *b)
{
	unsigned i;

	for(i = 0; i < b->copy.set.n; i++) {
		b->copy.set.b[i].shadow = true;
		reg_owed_clear(&b->copy.set.b[i]);
		if(b->copy.set.b[i].gone || b->copy.set.b[i].ended_sar)
			b->changes.of[i] = REG_CHANGE_REMOVE;
	}
}

void shadow_set_count(const struct reg_trace *t)
{
	stats_count(STATS_SHADOW_REGISTERS);
	stats_shadow(t->act, t->why);
	if(t->sar != REG_SAR_NONE)
		stats_count(STATS_SHADOW_SAR_PREDICTED);
	else if(t->status == 200)
		stats_count(STATS_SHADOW_SAR_SAVED);
	if(t->status != 200)
		stats_count(STATS_SHADOW_DIFFER);
}

bool shadow_set_settle(const struct reg_set *set, struct reg_shadow *s)
{
	unsigned i;

	if(s->at_ms == 0
			|| (s->verdict.act != REG_ACT_DEREGISTER
					&& s->verdict.act != REG_ACT_REMOVE))
		return false;
	for(i = 0; i < set->n && !set->b[i].gone; i++)
		;
	if(i == set->n)
		return false;
	shadow_set_count(&s->verdict);
	reg_shadow_learnt(s, s->at_ms);
	return true;
}
