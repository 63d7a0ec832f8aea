/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how the two stores are kept in step. Never decides.
 */
#include "bindings.h"

#include <string.h>

#include "../../core/dprint.h"

#include "clock.h"
#include "config.h"
#include "core/reg_owed.h"
#include "profile.h"
#include "stats.h"
#include "text.h"

static struct reg_text key_of(const struct bindings *b)
{
	return (struct reg_text){b->key, b->key_n};
}

/* The key lives in usrloc's profile, which a commit may replace: a copy. */
static void take_key(struct bindings *b)
{
	struct reg_text key = usrloc_key(&b->ul);

	b->key_n = key.n < sizeof(b->key) ? key.n : sizeof(b->key);
	memcpy(b->key, key.s, b->key_n);
}

/* A text of usrloc's becomes ours: it is told of when its contact is gone. One
 * that fits nowhere is passed over. */
static void own(struct store_copy *c, struct reg_text *t)
{
	uint8_t *dst = c->octets + c->octets_n;

	if(t->n > sizeof(c->octets) - c->octets_n)
		t->n = 0;
	if(t->n > 0)
		memcpy(dst, t->s, t->n);
	t->s = (const char *)dst;
	c->octets_n += t->n;
}

static void own_texts(struct store_copy *c)
{
	struct reg_binding *at;

	for(at = c->set.b; at < c->set.b + c->set.n; at++) {
		if(at->id != 0)
			continue;
		own(c, &at->uri);
		own(c, &at->call_id);
		own(c, &at->path);
		own(c, &at->user_agent);
		own(c, &at->received);
		own(c, &at->impi);
	}
}

/* A proof has read the same before the decision, as a rule. */
static bool load_again(struct bindings *b)
{
	bool unchanged = b->unchanged;

	b->unchanged = false;
	return unchanged && reg_text_eq(usrloc_key(&b->ul), key_of(b))
		   && store_load_again(&b->copy);
}

void bindings_open(struct bindings *b, udomain_t *domain, struct reg_text impu)
{
	usrloc_open(&b->ul, domain, impu);
	reg_changes_clear(&b->changes);
	if(!load_again(b)) {
		take_key(b);
		store_load(key_of(b), &b->copy);
	}
	usrloc_merge(&b->ul, &b->copy.set);
	own_texts(&b->copy);
}

/* The default identity changed, and with it the key of every record. */
static void follow_key(struct bindings *b, struct reg_text old)
{
	struct reg_binding *at;
	unsigned i;

	for(i = 0; i < b->copy.set.n; i++) {
		at = &b->copy.set.b[i];
		if(at->id == 0)
			continue;
		store_remove(old, at->id);
		at->id = 0;
		if(!at->gone)
			store_put(key_of(b), at);
	}
}

int bindings_register(struct bindings *b, ims_subscription *profile,
		const struct usrloc_charging *charging)
{
	bool was_known = b->ul.record != NULL;
	char old[REG_IDENTITY_MAX];
	size_t old_n = b->key_n;
	int rc;

	memcpy(old, b->key, old_n);
	rc = usrloc_register(&b->ul, profile, charging);
	if(rc < 0)
		return rc;
	take_key(b);
	if(reg_text_eq(key_of(b), (struct reg_text){old, old_n}))
		return 0;
	if(!was_known)
		store_remove_all(key_of(b)); /* facts of an earlier life */
	follow_key(b, (struct reg_text){old, old_n});
	return 0;
}

int bindings_take_profile(
		struct bindings *b, const struct cx_answer *a, struct reg_text impi)
{
	const struct usrloc_charging charging = {
			a->ccf1, a->ccf2, a->ecf1, a->ecf2};
	bool has_one = usrloc_has_profile(&b->ul);
	ims_subscription *fresh = NULL;
	int rc = 0;

	if(a->user_data.len > 0)
		rc = profile_parse(a->user_data, str_of(impi), b->ul.impu, &fresh);
	else if(!has_one)
		rc = profile_minimal(str_of(impi), b->ul.impu, &fresh);
	if(rc < 0 && has_one) {
		LM_ERR("%.*s: the new profile is unusable (%d), the old one stays\n",
				b->ul.impu.len, b->ul.impu.s, rc);
		rc = 0;
	}
	if(rc == 0)
		rc = bindings_register(b, fresh ? fresh : b->ul.record->s, &charging);
	usrloc_drop_profile(fresh);
	return rc;
}

static bool anybody_left(const struct bindings *b, int64_t now_ms)
{
	unsigned i;

	for(i = 0; i < b->copy.set.n; i++)
		if(b->changes.of[i] != REG_CHANGE_REMOVE
				&& reg_binding_live(&b->copy.set.b[i], &config.policy, now_ms))
			return true;
	return false;
}

void bindings_owe_end(struct bindings *b, struct reg_text impi,
		enum reg_sar sar, int64_t now_ms)
{
	struct reg_binding *at, *last = NULL;
	unsigned i;

	if(anybody_left(b, now_ms))
		return;
	for(i = 0; i < b->copy.set.n; i++) {
		at = &b->copy.set.b[i];
		if(b->changes.of[i] == REG_CHANGE_REMOVE && at->facts_known
				&& (!last || reg_text_eq(at->impi, impi)))
			last = at;
	}
	if(!last)
		return;
	last->id = 0;
	reg_owed_end(last, sar, now_ms);
	if(store_put(key_of(b), last) < 0)
		LM_ERR("%.*s: no room for a SAR that is owed: the HSS will not hear "
			   "of the end\n",
				(int)b->key_n, b->key);
}

/* Those of REGISTERs are counted with them. */
static void count_end(enum reg_why why)
{
	if(why >= REG_WHY_EXPIRED)
		stats_why(why);
}

int bindings_commit_facts(struct bindings *b)
{
	struct reg_binding *at;
	unsigned i;
	int rc, first = 0;

	for(i = 0; i < b->copy.set.n; i++) {
		at = &b->copy.set.b[i];
		rc = 0;
		if(b->changes.of[i] == REG_CHANGE_REMOVE) {
			if(at->id != 0)
				store_remove(key_of(b), at->id);
			count_end(b->changes.why[i]);
		} else if(b->changes.of[i] != REG_CHANGE_NONE) {
			rc = store_put(key_of(b), at);
		}
		if(rc < 0 && first == 0)
			first = rc;
	}
	return first;
}

int bindings_commit(struct bindings *b, const struct usrloc_origin *from)
{
	int rc = usrloc_commit(&b->ul, &b->copy.set, &b->changes, from);

	if(rc < 0)
		return rc;
	reg_event_news(&b->copy.set, &b->changes, clock_now_ms(), &b->news);
	if(b->news.any)
		usrloc_tell(&b->ul, &b->news);
	return bindings_commit_facts(b);
}

void bindings_close(struct bindings *b)
{
	usrloc_close(&b->ul);
}
