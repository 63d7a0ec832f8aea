/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows which contact means which binding. Never says what is done about it.
 */
#include "reg_classify.h"
#include "reg_lifetime.h"
#include "reg_uri.h"

#include <string.h>

/* By flow, else by URI; a binding stays for one contact only. */
static int find_named(const struct reg_contact *c, const struct reg_set *set,
		const struct reg_classes *k)
{
	int by_uri = REG_NO_BINDING;
	unsigned i;

	for(i = 0; i < set->n; i++) {
		if(!k->live[i] || k->staying[i] || !reg_contact_is(c, &set->b[i]))
			continue;
		if(reg_contact_both_flows(c, &set->b[i]))
			return (int)i;
		if(by_uri == REG_NO_BINDING)
			by_uri = (int)i;
	}
	return by_uri;
}

static int find_replaced(const struct reg_request *req,
		const struct reg_contact *c, const struct reg_set *set,
		const struct reg_classes *k)
{
	unsigned i, j;
	bool taken;

	for(i = 0; i < set->n; i++) {
		taken = !k->live[i] || k->named[i];
		for(j = 0; j < k->items_n; j++)
			taken = taken || k->items[j].out == (int)i;
		if(!taken && reg_contact_replaces(c, req->impi, &set->b[i]))
			return (int)i;
	}
	return REG_NO_BINDING;
}

static void mark_live(const struct reg_set *set, const struct reg_policy *p,
		int64_t now_ms, struct reg_classes *k)
{
	unsigned i;

	for(i = 0; i < set->n; i++) {
		k->live[i] = reg_binding_live(&set->b[i], p, now_ms);
		k->live_n += k->live[i];
		k->emergency_n += k->live[i] && reg_uri_is_emergency(set->b[i].uri);
	}
}

static void mark_named(struct reg_classes *k, const struct reg_item *item)
{
	int b = item->binding;

	if(item->asked_s > 0)
		k->coming_n++;
	if(b == REG_NO_BINDING)
		return;
	k->named[b] = true;
	k->leaving_n -= k->leaving[b];
	k->staying[b] = item->asked_s > 0;
	k->leaving[b] = item->asked_s == 0;
	k->leaving_n += k->leaving[b];
}

/* The old address leaves, the same flow stays under the new one: it stays. */
static void drop_overruled(struct reg_classes *k, struct reg_item *item)
{
	if(item->asked_s == 0 && item->binding != REG_NO_BINDING
			&& k->staying[item->binding])
		item->binding = REG_NO_BINDING;
}

/* TS 24.229 5.1.6.5: nobody leaves an emergency registration. */
static void mark_star(const struct reg_set *set, struct reg_classes *k)
{
	unsigned i;

	for(i = 0; i < set->n; i++)
		k->named[i] = k->leaving[i] =
				k->live[i] && !reg_uri_is_emergency(set->b[i].uri);
	k->leaving_n = k->live_n - k->emergency_n;
}

void reg_classify(const struct reg_request *req, const struct reg_set *set,
		const struct reg_policy *p, int64_t now_ms, struct reg_classes *ret)
{
	struct reg_item *item;
	unsigned i;

	memset(ret, 0, offsetof(struct reg_classes, items));
	mark_live(set, p, now_ms, ret);
	if(req->star)
		mark_star(set, ret);
	for(i = 0; i < req->contacts_n; i++) {
		item = &ret->items[i];
		*item = (struct reg_item){
				.binding = find_named(&req->contacts[i], set, ret),
				.out = REG_NO_BINDING,
				.emergency = reg_uri_is_emergency(req->contacts[i].uri),
				.asked_s = reg_lifetime_asked_s(req, &req->contacts[i], p)};
		mark_named(ret, item);
	}
	for(i = 0; i < req->contacts_n; i++) {
		item = &ret->items[i];
		ret->items_n = i; /* those before have made their choice */
		drop_overruled(ret, item);
		if(item->binding == REG_NO_BINDING && item->asked_s > 0
				&& p->replace_contact)
			item->out = find_replaced(req, &req->contacts[i], set, ret);
	}
	ret->items_n = req->contacts_n;
}
