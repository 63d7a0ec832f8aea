/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the rules, in their order. Never carries one out.
 */
#include "reg_decide.h"
#include "reg_item.h"
#include "reg_lifetime.h"

#include <string.h>

static void verdict(struct reg_verdict *v, enum reg_act act, enum reg_why why,
		uint16_t status, enum reg_sar sar)
{
	v->act = act;
	v->why = why;
	v->status = status;
	v->sar = sar;
}

static void reject(struct reg_verdict *v, enum reg_why why, uint16_t status,
		const char *phrase)
{
	verdict(v, REG_ACT_REJECT, why, status, REG_SAR_NONE);
	v->phrase = phrase;
}

static uint32_t clamp_s(int64_t ms)
{
	if(ms <= 0)
		return 0;
	return ms / 1000 < UINT32_MAX ? (uint32_t)(ms / 1000) : UINT32_MAX;
}

void reg_compare(const struct reg_binding *b, const struct reg_request *req,
		const struct reg_policy *p, int64_t now_ms, struct reg_trace *t)
{
	t->cseq_new = req->cseq;
	if(!b || !b->facts_known)
		return;
	t->elapsed_s = clamp_s(reg_lifetime_elapsed_ms(b, now_ms));
	t->lifetime_s = clamp_s(reg_lifetime_granted_ms(b));
	t->cseq_seen = b->cseq_seen;
	t->callid_same = reg_text_eq(b->call_id, req->call_id);
	t->lui_left_s = clamp_s(reg_lifetime_lui_left_ms(b, p, now_ms));
}

static bool any_too_brief(
		const struct reg_request *req, const struct reg_policy *p)
{
	unsigned i;

	for(i = 0; i < req->contacts_n; i++)
		if(reg_lifetime_too_brief(
				   reg_lifetime_asked_s(req, &req->contacts[i], p), p))
			return true;
	return false;
}

/* The first binding named by the REGISTER that saw this Call-ID with the same
 * (below: a higher) CSeq, or REG_NO_BINDING. RFC 3261 10.3 step 7. */
static int find_sequel(const struct reg_request *req, const struct reg_set *set,
		const struct reg_classes *k, bool below)
{
	const struct reg_binding *b;
	unsigned i;

	for(i = 0; i < set->n; i++) {
		b = &set->b[i];
		if(!k->named[i] || !b->facts_known
				|| !reg_text_eq(b->call_id, req->call_id))
			continue;
		if(below ? req->cseq < b->cseq_accepted : req->cseq == b->cseq_accepted)
			return (int)i;
	}
	return REG_NO_BINDING;
}

/* Rules 11 to 16: contacts come or stay in a registered set. */
static void decide_staying(const struct reg_request *req,
		const struct reg_set *set, const struct reg_policy *p, int64_t now_ms,
		struct reg_verdict *v)
{
	struct reg_classes *k = &v->k;
	uint32_t count = reg_classes_counted(k);
	const struct reg_item *top;
	struct reg_item *it;
	unsigned i;

	for(i = 0; i < k->items_n; i++) {
		it = &k->items[i];
		if(it->asked_s == 0)
			reg_item_says(it, REG_ACT_REMOVE, REG_WHY_CONTACT_REMOVED, 0);
		else if(it->binding != REG_NO_BINDING)
			reg_item_known(&set->b[it->binding], req, p, now_ms, it);
		else
			reg_item_unknown(set, p, &count, k, it);
		v->reasons |= it->reasons;
	}
	top = reg_items_heaviest(k);
	if(top->act == REG_ACT_REJECT) {
		reject(v, top->why, 403, "Too Many Contacts");
		return;
	}
	verdict(v, top->act, top->why, 200, REG_SAR_NONE);
	v->expires_s = top->grant_s;
	reg_compare(top->binding == REG_NO_BINDING ? NULL : &set->b[top->binding],
			req, p, now_ms, &v->compared);
	if(top->act == REG_ACT_UPDATE || top->act == REG_ACT_OVERWRITE) {
		v->sar = REG_SAR_RE_REGISTRATION;
		reg_items_promote(k, REG_ACT_UPDATE, top->why);
	}
}

/* Rule 10: nobody of the implicit set is registered. */
static void decide_initial(const struct reg_policy *p, struct reg_verdict *v)
{
	struct reg_classes *k = &v->k;

	if(k->coming_n > reg_contacts_limit(p)) {
		reject(v, REG_WHY_TOO_MANY_CONTACTS, 403, "Too Many Contacts");
		return;
	}
	verdict(v, REG_ACT_REGISTER, REG_WHY_INITIAL, 200, REG_SAR_REGISTRATION);
	reg_items_promote(k, REG_ACT_REGISTER, REG_WHY_INITIAL);
	v->expires_s = reg_items_heaviest(k)->grant_s;
}

/* Rules 6 to 9: nothing in this REGISTER wants to stay. */
static void decide_leaving(const struct reg_request *req,
		const struct reg_set *set, const struct reg_policy *p, int64_t now_ms,
		struct reg_verdict *v)
{
	const struct reg_classes *k = &v->k;
	unsigned i;

	for(i = 0; i < set->n && !k->leaving[i]; i++)
		;
	reg_compare(i < set->n ? &set->b[i] : NULL, req, p, now_ms, &v->compared);

	if(k->live_n == 0)
		reject(v, REG_WHY_NOT_REGISTERED, 481, "Not Registered");
	else if(k->leaving_n == 0)
		verdict(v, REG_ACT_REMOVE, REG_WHY_NOTHING_TO_REMOVE, 200,
				REG_SAR_NONE);
	else if(k->leaving_n < k->live_n)
		verdict(v, REG_ACT_REMOVE, REG_WHY_CONTACT_REMOVED, 200, REG_SAR_NONE);
	else
		verdict(v, REG_ACT_DEREGISTER, REG_WHY_LAST_CONTACT_REMOVED, 200,
				REG_SAR_USER_DEREGISTRATION);
}

/* Rules 4 and 5. Returns whether one of them holds. */
static bool decide_sequence(const struct reg_request *req,
		const struct reg_set *set, const struct reg_policy *p, int64_t now_ms,
		struct reg_verdict *v)
{
	int b = find_sequel(req, set, &v->k, true);

	if(b != REG_NO_BINDING) {
		reject(v, REG_WHY_OUT_OF_ORDER, 500, "Out Of Order");
	} else {
		b = find_sequel(req, set, &v->k, false);
		if(b == REG_NO_BINDING)
			return false;
		verdict(v, REG_ACT_REPEAT, REG_WHY_RETRANSMISSION, 200, REG_SAR_NONE);
		v->expires_s = reg_binding_remaining_s(&set->b[b], p, now_ms);
	}
	reg_compare(&set->b[b], req, p, now_ms, &v->compared);
	return true;
}

static void decide_rules(const struct reg_request *req,
		const struct reg_set *set, const struct reg_policy *p, int64_t now_ms,
		struct reg_verdict *v)
{
	const char *malformed = reg_request_malformed(req);

	if(malformed) {
		reject(v, REG_WHY_MALFORMED, 400, malformed);
		return;
	}
	if(req->contacts_n == 0 && !req->star) {
		verdict(v, REG_ACT_FETCH, REG_WHY_FETCH, 200, REG_SAR_NONE);
		return;
	}
	reg_classify(req, set, p, now_ms, &v->k);
	if(any_too_brief(req, p)) {
		reject(v, REG_WHY_TOO_BRIEF, 423, "Interval Too Brief");
		return;
	}
	if(decide_sequence(req, set, p, now_ms, v))
		return;
	if(v->k.coming_n == 0)
		decide_leaving(req, set, p, now_ms, v);
	else if(v->k.live_n == 0)
		decide_initial(p, v);
	else
		decide_staying(req, set, p, now_ms, v);
}

void reg_decide(const struct reg_request *req, const struct reg_set *set,
		const struct reg_policy *p, int64_t now_ms, struct reg_verdict *ret)
{
	reg_verdict_clear(ret);
	decide_rules(req, set, p, now_ms, ret);
	ret->reasons |= reg_why_bit(ret->why);
	ret->compared.at_ms = now_ms;
	ret->compared.act = (uint8_t)ret->act;
	ret->compared.why = (uint8_t)ret->why;
	ret->compared.reasons = ret->reasons;
	ret->compared.status = ret->status;
	ret->compared.sar = ret->sar;
	ret->compared.cseq_new = req->cseq;
}

/* Whether what the HSS was asked for is over: its binding, or all of them, left
 * meanwhile. What has left is not called back. */
static bool is_over(const struct reg_classes *k, const struct reg_trace *asked)
{
	bool of_known =
			asked->why >= REG_WHY_FORCED && asked->why <= REG_WHY_LUI_EXPIRED;
	unsigned i;

	if(asked->act != REG_ACT_UPDATE && asked->act != REG_ACT_OVERWRITE)
		return false;
	for(i = 0; i < k->items_n; i++)
		if(k->items[i].binding != REG_NO_BINDING)
			return false;
	return of_known || k->live_n == 0;
}

void reg_decide_again(const struct reg_request *req, const struct reg_set *set,
		const struct reg_policy *p, const struct reg_trace *asked,
		int64_t now_ms, struct reg_verdict *ret)
{
	/* who was alive then is: a refresh in flight wins over the expiry */
	int64_t then_ms = asked->at_ms < now_ms ? asked->at_ms : now_ms;

	reg_decide(req, set, p, then_ms, ret);
	if(is_over(&ret->k, asked))
		reject(ret, REG_WHY_OUT_OF_ORDER, 500, "Overtaken");
	ret->compared = *asked;
	ret->sar = (enum reg_sar)asked->sar;
	ret->reasons = asked->reasons;
	if(ret->act == REG_ACT_REJECT || ret->act == REG_ACT_REPEAT)
		return;
	ret->act = (enum reg_act)asked->act;
	ret->why = (enum reg_why)asked->why;
	reg_items_promote(&ret->k, ret->act, ret->why);
}
