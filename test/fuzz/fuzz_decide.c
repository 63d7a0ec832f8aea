/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The decision over whatever can be told in its terms: bindings, REGISTER,
 * policy and time are made from octets, within the documented bounds, and the
 * rules that hold for every verdict are checked.
 */
#include "reg_answer.h"
#include "reg_apply.h"
#include "reg_codec.h"
#include "reg_contact.h"
#include "reg_lifetime.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* One REGISTER, and the world that it meets. */
struct scene
{
	struct reg_request req;
	struct reg_set set;
	struct reg_policy p;
	int64_t now_ms;
};

static void check(bool holds)
{
	if(!holds)
		abort();
}

/* Takes what it needs off the front; zeroes when there is no more. */
struct bytes
{
	const uint8_t *at;
	size_t n;
};

static uint8_t take(struct bytes *from)
{
	if(from->n == 0)
		return 0;
	from->n--;
	return *from->at++;
}

static uint32_t take_u32(struct bytes *from)
{
	uint32_t v = take(from);

	v = v << 8 | take(from);
	v = v << 8 | take(from);
	return v << 8 | take(from);
}

/* Seconds: mostly such as an operator or a UE would say. */
static uint32_t take_seconds(struct bytes *from)
{
	static const uint32_t usual[] = {0, 1, 59, 60, 300, 600, 601, 3600, 7200};
	uint8_t choice = take(from);

	return choice < 0xf0 ? usual[choice % COUNT_OF(usual)] : take_u32(from);
}

/* A stamp: near now, or anywhere between the bounds. */
static int64_t take_stamp(struct bytes *from, int64_t now_ms)
{
	uint8_t choice = take(from);
	int64_t v;

	if(choice < 0xc0)
		return now_ms + (int64_t)(int8_t)choice * (take(from) * 100 + 1);
	if(choice < 0xd0)
		return choice & 1 ? REG_STAMP_MAX : -REG_STAMP_MAX;
	v = (int64_t)((uint64_t)take_u32(from) << 32 | take_u32(from));
	return v % (REG_STAMP_MAX + 1);
}

static struct reg_text one_of(
		struct bytes *from, const struct reg_text *texts, size_t n)
{
	return texts[take(from) % n];
}

static struct reg_text take_uri(struct bytes *from)
{
	static const struct reg_text uris[] = {REG_TEXT("sip:a@192.0.2.1"),
			REG_TEXT("sip:%61@192.0.2.1;ob"), REG_TEXT("sip:b@192.0.2.2:5060"),
			REG_TEXT("sip:b@192.0.2.2:5060;x=1"),
			REG_TEXT("sip:b@192.0.2.2:5060;x=2"), REG_TEXT("tel:+4930123"),
			REG_TEXT("sip:c@192.0.2.3"), REG_TEXT("sip:d@192.0.2.4")};

	return one_of(from, uris, COUNT_OF(uris));
}

static struct reg_text take_impi(struct bytes *from)
{
	static const struct reg_text impis[] = {
			REG_TEXT("a@h"), REG_TEXT("b@h"), REG_TEXT("c@h")};

	return one_of(from, impis, COUNT_OF(impis));
}

static struct reg_text take_call_id(struct bytes *from)
{
	static const struct reg_text calls[] = {
			REG_TEXT("1"), REG_TEXT("2"), REG_TEXT("3")};

	return one_of(from, calls, COUNT_OF(calls));
}

static struct reg_text take_instance(struct bytes *from)
{
	static const struct reg_text instances[] = {
			{NULL, 0}, REG_TEXT("<i>"), REG_TEXT("<I>"), REG_TEXT("<j>")};

	return one_of(from, instances, COUNT_OF(instances));
}

static struct reg_text take_path(struct bytes *from)
{
	static const struct reg_text paths[] = {
			{NULL, 0}, REG_TEXT("<sip:p>"), REG_TEXT("<sip:q>")};

	return one_of(from, paths, COUNT_OF(paths));
}

static void take_policy(struct bytes *from, struct reg_policy *p)
{
	uint8_t switches = take(from);

	p->callid_update = switches & 1;
	p->cseq_gap_update = switches & 2;
	p->path_update = switches & 4;
	p->replace_contact = switches & 8;
	p->overwrite_oldest = switches & 16;
	p->hss_failure_keep = switches & 32;
	p->lui_s = take_seconds(from);
	p->lui_jitter_pct = take(from) % 101;
	p->default_expires_s = take_seconds(from);
	p->min_expires_s = take_seconds(from);
	p->max_expires_s = take_seconds(from);
	p->expiry_grace_s = take_seconds(from);
	p->max_contacts = take(from) % (REG_BINDINGS_MAX + 4);
}

static void take_binding(
		struct bytes *from, int64_t now_ms, struct reg_binding *b)
{
	uint8_t flags = take(from);

	b->facts_known = !(flags & 1);
	b->owed = flags & 2;
	b->forced = flags & 4;
	b->gone = (flags & 0xe0) == 0xe0;
	b->uri = take_uri(from);
	b->instance = take_instance(from);
	b->reg_id = take(from) % 3;
	b->impi = take_impi(from);
	b->call_id = take_call_id(from);
	b->path = take_path(from);
	b->granted_at_ms = take_stamp(from, now_ms);
	b->expires_at_ms = take_stamp(from, now_ms);
	b->hss_told_at_ms = take_stamp(from, now_ms);
	b->cseq_accepted = take(from) % 8;
	b->cseq_seen = b->cseq_accepted + take(from) % 3;
}

static void take_contact(struct bytes *from, struct reg_contact *c)
{
	uint8_t flags = take(from);

	c->uri = take_uri(from);
	c->instance = take_instance(from);
	c->reg_id = take(from) % 3;
	c->has_expires = flags & 1;
	if(c->has_expires)
		c->expires_s = take_seconds(from);
	c->q = REG_Q_NONE;
}

static void take_request(struct bytes *from, struct reg_request *req)
{
	uint8_t flags = take(from);
	unsigned i;

	req->malformed = flags > 0xfa ? "Broken" : NULL;
	req->star = (flags & 7) == 7;
	req->has_expires = flags & 8;
	req->expires_s = req->has_expires ? take_seconds(from) : 0;
	req->proved = flags & 16;
	req->impi = take_impi(from);
	req->call_id = take_call_id(from);
	req->path = take_path(from);
	req->cseq = take(from) % 8;
	req->contacts_n = take(from) % (REG_CONTACTS_MAX + 1);
	for(i = 0; i < req->contacts_n; i++)
		take_contact(from, &req->contacts[i]);
}

static void take_scene(struct bytes *from, struct scene *s)
{
	unsigned i;

	memset(s, 0, sizeof(*s));
	take_policy(from, &s->p);
	s->now_ms = take_stamp(from, 1000000) / 2;
	take_request(from, &s->req);
	s->set.n = take(from) % (REG_BINDINGS_MAX + 1);
	for(i = 0; i < s->set.n; i++)
		take_binding(from, s->now_ms, &s->set.b[i]);
}

static bool stays(const struct reg_verdict *v)
{
	return v->act == REG_ACT_KEEP || v->act == REG_ACT_SHORTEN
		   || v->act == REG_ACT_EXTEND || v->act == REG_ACT_UPDATE
		   || v->act == REG_ACT_OVERWRITE || v->act == REG_ACT_REGISTER;
}

static bool nobody_leaves(const struct reg_verdict *v)
{
	unsigned i;

	for(i = 0; i < v->k.items_n; i++)
		if(v->k.items[i].asked_s == 0)
			return false;
	return true;
}

static enum reg_sar sar_of(enum reg_act act)
{
	switch(act) {
		case REG_ACT_REGISTER:
			return REG_SAR_REGISTRATION;
		case REG_ACT_UPDATE:
		case REG_ACT_OVERWRITE:
			return REG_SAR_RE_REGISTRATION;
		case REG_ACT_DEREGISTER:
			return REG_SAR_USER_DEREGISTRATION;
		default:
			return REG_SAR_NONE;
	}
}

static void check_verdict(const struct reg_verdict *v)
{
	bool rejected = v->act == REG_ACT_REJECT;

	check(v->act > REG_ACT_NONE && v->act < REG_ACT_CHALLENGE);
	check(v->why > REG_WHY_NONE && v->why <= REG_WHY_SECOND_HALF);
	check(v->status == 200 || v->status == 400 || v->status == 403
			|| v->status == 423 || v->status == 481 || v->status == 500);
	check(rejected == (v->status != 200));
	check(rejected == (v->phrase != NULL));
	check(v->sar == sar_of(v->act));
	check(v->reasons & reg_why_bit(v->why));
	check(v->reasons < reg_why_bit(REG_WHY_N));
	check(!stays(v) || v->expires_s > 0);
}

/* Never more than is asked for; a lifetime that goes on never grows. */
static void check_items(const struct scene *s, const struct reg_verdict *v)
{
	const struct reg_item *it;
	unsigned i;

	for(i = 0; stays(v) && i < v->k.items_n; i++) {
		it = &v->k.items[i];
		check(it->asked_s == 0 || it->act > REG_ACT_NONE);
		check(it->act < REG_ACT_CHALLENGE);
		check((it->asked_s == 0) == (it->grant_s == 0));
		check(it->grant_s <= it->asked_s);
		if(it->act == REG_ACT_KEEP)
			check(it->grant_s <= reg_binding_remaining_s(
						  &s->set.b[it->binding], &s->p, s->now_ms));
	}
}

static bool is_same_item(const struct reg_item *a, const struct reg_item *b)
{
	return a->binding == b->binding && a->out == b->out
		   && a->emergency == b->emergency && a->asked_s == b->asked_s
		   && a->act == b->act && a->why == b->why && a->reasons == b->reasons
		   && a->grant_s == b->grant_s;
}

static void check_determined(const struct scene *s, const struct reg_verdict *v)
{
	struct reg_verdict again;
	unsigned i;

	memset(&again, 0xa5, sizeof(again));
	reg_decide(&s->req, &s->set, &s->p, s->now_ms, &again);
	check(again.act == v->act && again.why == v->why);
	check(again.reasons == v->reasons && again.sar == v->sar);
	check(again.status == v->status && again.expires_s == v->expires_s);
	check(memcmp(&again.k, &v->k, offsetof(struct reg_classes, items)) == 0);
	for(i = 0; i < v->k.items_n; i++)
		check(is_same_item(&again.k.items[i], &v->k.items[i]));
}

/* Every contact that stays is bound, for exactly as long as the 200 says. */
static void check_granted(const struct scene *s, const struct reg_verdict *v,
		const struct reg_set *after, const struct reg_changes *ch,
		unsigned known_n)
{
	const struct reg_item *it;
	unsigned i, at;

	for(i = 0; i < v->k.items_n; i++) {
		it = &v->k.items[i];
		if(it->asked_s == 0)
			continue;
		at = it->binding == REG_NO_BINDING ? known_n++ : (unsigned)it->binding;
		check(ch->of[at] == REG_CHANGE_ADD || ch->of[at] == REG_CHANGE_REFRESH);
		check(reg_binding_live(&after->b[at], &s->p, s->now_ms));
		check(reg_binding_remaining_s(&after->b[at], &s->p, s->now_ms)
				== it->grant_s);
	}
	check(known_n == after->n);
}

static void check_unchanged(const struct reg_set *a, const struct reg_set *b)
{
	unsigned i;

	check(a->n == b->n);
	for(i = 0; i < a->n; i++) {
		check(a->b[i].expires_at_ms == b->b[i].expires_at_ms);
		check(a->b[i].hss_told_at_ms == b->b[i].hss_told_at_ms);
		check(a->b[i].cseq_seen == b->b[i].cseq_seen);
		check(a->b[i].uri.s == b->b[i].uri.s);
		check(a->b[i].owed == b->b[i].owed);
	}
}

static void check_all_gone(
		const struct scene *s, const struct reg_changes *ch, unsigned n)
{
	unsigned i;

	for(i = 0; i < n; i++)
		check(ch->of[i] == REG_CHANGE_REMOVE
				|| !reg_binding_live(&s->set.b[i], &s->p, s->now_ms));
}

/* What remains fits, and can be kept. */
static void sweep(struct reg_set *set, const struct reg_changes *ch)
{
	static uint8_t record[REG_RECORD_MAX];
	unsigned i, n = 0;
	struct reg_binding b;
	int size;

	for(i = 0; i < set->n; i++) {
		if(ch->of[i] == REG_CHANGE_REMOVE)
			continue;
		size = reg_codec_encode(&set->b[i], record, sizeof(record));
		check(size > 0 && reg_codec_decode(record, (size_t)size, &b) == 0);
		set->b[n++] = set->b[i];
	}
	set->n = n;
	check(n <= REG_BINDINGS_MAX);
}

/* The same REGISTER once more, right after it was carried out. (One that left
 * might name another flow of the same URI the second time.) */
static void check_repeat(const struct scene *s, const struct reg_set *after)
{
	struct reg_verdict v;

	reg_decide(&s->req, after, &s->p, s->now_ms, &v);
	check(v.act == REG_ACT_REPEAT && v.why == REG_WHY_RETRANSMISSION);
}

static void check_applied(const struct scene *s, const struct reg_verdict *v,
		const struct reg_resolution *res)
{
	static struct reg_set after;
	struct reg_changes ch;

	after = s->set;
	check(reg_apply(&s->req, v, res->told, res->owe, s->now_ms, &after, &ch)
			== 0);
	check(after.n <= REG_SET_MAX);
	if(v->act == REG_ACT_REJECT && v->sar == REG_SAR_USER_DEREGISTRATION)
		return; /* it was overtaken: those that live on are owed */
	if(v->act == REG_ACT_REJECT || v->act == REG_ACT_REPEAT)
		check_unchanged(&s->set, &after);
	if(v->act == REG_ACT_DEREGISTER)
		check_all_gone(s, &ch, after.n);
	if(stays(v))
		check_granted(s, v, &after, &ch, s->set.n);
	sweep(&after, &ch);
	if(stays(v) && nobody_leaves(v))
		check_repeat(s, &after);
}

/* The HSS answers later: the bindings may have changed, the act has not. */
static void check_again(const struct scene *s, const struct reg_verdict *v,
		uint32_t late_s, const struct reg_resolution *res)
{
	struct scene later = *s;
	struct reg_verdict again;

	later.now_ms += (int64_t)(late_s % 64) * 1000;
	reg_decide_again(&later.req, &later.set, &later.p, &v->compared,
			later.now_ms, &again);
	check(again.act == v->act || again.act == REG_ACT_REJECT
			|| again.act == REG_ACT_REPEAT);
	if(again.act != REG_ACT_DEREGISTER)
		check_applied(&later, &again, res);
}

static void check_resolved(const struct scene *s, const struct reg_verdict *v,
		enum reg_hss hss, struct reg_resolution *res)
{
	reg_resolve(v->act, v->reasons, hss, &s->p, res);
	check(res->commit == (res->status == 200));
	check(!(res->told && res->owe));
	check(res->told == (hss == REG_HSS_YES));
	check(!res->owe || res->commit);
	check(!res->remove || !res->commit);
	check(v->act != REG_ACT_DEREGISTER || res->commit);
	check(res->phrase != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct scene s;
	struct bytes from = {data, n};
	struct reg_resolution res = {.commit = true};
	struct reg_verdict v;
	uint8_t hss = take(&from);

	take_scene(&from, &s);
	reg_decide(&s.req, &s.set, &s.p, s.now_ms, &v);
	check_verdict(&v);
	check_items(&s, &v);
	check_determined(&s, &v);
	if(v.sar != REG_SAR_NONE)
		check_resolved(&s, &v, hss % REG_HSS_N, &res);
	if(!res.commit)
		return 0;
	check_applied(&s, &v, &res);
	if(v.sar != REG_SAR_NONE)
		check_again(&s, &v, hss / REG_HSS_N, &res);
	return 0;
}
