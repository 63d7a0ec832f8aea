/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the rules for one contact of a REGISTER. Never sees the whole of it.
 */
#include "reg_item.h"
#include "reg_lifetime.h"
#include "reg_uri.h"

uint64_t reg_triggers(const struct reg_binding *b,
		const struct reg_request *req, const struct reg_policy *p,
		int64_t now_ms)
{
	uint64_t t = 0;
	bool same_callid;

	if(b->forced)
		t |= reg_why_bit(REG_WHY_FORCED);
	if(!b->facts_known)
		return t | reg_why_bit(REG_WHY_NO_FACTS);
	same_callid = reg_text_eq(b->call_id, req->call_id);
	if(p->callid_update && !same_callid)
		t |= reg_why_bit(REG_WHY_CALLID_CHANGED);
	if(p->cseq_gap_update && same_callid && req->cseq > b->cseq_seen
			&& req->cseq - b->cseq_seen > 1)
		t |= reg_why_bit(REG_WHY_CSEQ_GAP);
	if(p->path_update && !reg_text_eq(b->path, req->path))
		t |= reg_why_bit(REG_WHY_PATH_CHANGED);
	if(b->owed)
		t |= reg_why_bit(REG_WHY_HSS_OWED);
	if(reg_lifetime_lui_left_ms(b, p, now_ms) == 0)
		t |= reg_why_bit(REG_WHY_LUI_EXPIRED);
	return t;
}

/* The trigger of highest rank: they are enumerated in that order. */
static enum reg_why highest(uint64_t reasons)
{
	unsigned w;

	for(w = 0; w < REG_WHY_N; w++)
		if(reasons & reg_why_bit(w))
			return (enum reg_why)w;
	return REG_WHY_NONE;
}

void reg_item_says(struct reg_item *it, enum reg_act act, enum reg_why why,
		uint32_t grant_s)
{
	it->act = act;
	it->why = why;
	it->grant_s = grant_s;
}

void reg_item_known(const struct reg_binding *b, const struct reg_request *req,
		const struct reg_policy *p, int64_t now_ms, struct reg_item *it)
{
	uint32_t remaining_s = reg_binding_remaining_s(b, p, now_ms);

	it->reasons = reg_triggers(b, req, p, now_ms);
	if(it->reasons)
		reg_item_says(it, REG_ACT_UPDATE, highest(it->reasons), it->asked_s);
	else if(remaining_s == 0 || reg_lifetime_second_half(b, now_ms))
		reg_item_says(it, REG_ACT_EXTEND, REG_WHY_SECOND_HALF, it->asked_s);
	else if(it->asked_s < remaining_s)
		reg_item_says(it, REG_ACT_SHORTEN, REG_WHY_SHORTENED, it->asked_s);
	else
		reg_item_says(it, REG_ACT_KEEP, REG_WHY_FIRST_HALF, remaining_s);
}

static int find_oldest(const struct reg_set *set, const struct reg_classes *k)
{
	int oldest = REG_NO_BINDING;
	unsigned i, j;
	bool taken;

	for(i = 0; i < set->n; i++) {
		taken = !k->live[i] || k->named[i]
				|| reg_uri_is_emergency(set->b[i].uri);
		for(j = 0; j < k->items_n; j++)
			taken = taken || k->items[j].out == (int)i;
		if(!taken
				&& (oldest == REG_NO_BINDING
						|| set->b[i].granted_at_ms
								   < set->b[oldest].granted_at_ms))
			oldest = (int)i;
	}
	return oldest;
}

uint32_t reg_contacts_limit(const struct reg_policy *p)
{
	return p->max_contacts > 0 && p->max_contacts < REG_BINDINGS_MAX
				   ? p->max_contacts
				   : REG_BINDINGS_MAX;
}

/* Rules 11 and 12: a contact that is not known, with count bindings so far. */
void reg_item_unknown(const struct reg_set *set, const struct reg_policy *p,
		uint32_t *count, struct reg_classes *k, struct reg_item *it)
{
	if(it->out != REG_NO_BINDING) {
		reg_item_says(
				it, REG_ACT_UPDATE, REG_WHY_CONTACT_REPLACED, it->asked_s);
	} else if(it->emergency) {
		reg_item_says(it, REG_ACT_UPDATE, REG_WHY_CONTACT_NEW, it->asked_s);
	} else if(*count < reg_contacts_limit(p)) {
		reg_item_says(it, REG_ACT_UPDATE, REG_WHY_CONTACT_NEW, it->asked_s);
		(*count)++;
	} else {
		it->out = p->overwrite_oldest ? find_oldest(set, k) : REG_NO_BINDING;
		reg_item_says(it,
				it->out == REG_NO_BINDING ? REG_ACT_REJECT : REG_ACT_OVERWRITE,
				REG_WHY_TOO_MANY_CONTACTS, it->asked_s);
	}
	it->reasons = reg_why_bit(it->why);
}

/* What weighs more when the contacts of one REGISTER differ. */
static int weight(const struct reg_item *it)
{
	switch(it->act) {
		case REG_ACT_REJECT:
			return 1000;
		case REG_ACT_OVERWRITE:
			return 900;
		case REG_ACT_UPDATE:
			return 800 - (int)it->why;
		case REG_ACT_REGISTER:
			return 40;
		case REG_ACT_EXTEND:
			return 30;
		case REG_ACT_SHORTEN:
			return 20;
		case REG_ACT_KEEP:
			return 10;
		default:
			return 0;
	}
}

const struct reg_item *reg_items_heaviest(const struct reg_classes *k)
{
	const struct reg_item *top = &k->items[0];
	unsigned i;

	for(i = 1; i < k->items_n; i++)
		if(weight(&k->items[i]) > weight(top))
			top = &k->items[i];
	return top;
}

void reg_items_promote(
		struct reg_classes *k, enum reg_act act, enum reg_why why)
{
	unsigned i;

	for(i = 0; i < k->items_n; i++)
		if(k->items[i].asked_s > 0
				&& (k->items[i].act != REG_ACT_OVERWRITE
						&& k->items[i].act != REG_ACT_UPDATE))
			reg_item_says(&k->items[i], act, why, k->items[i].asked_s);
}
