/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how a request is followed through tm. Never keeps a pointer to one: tm
 * is given a number, which is good until the transaction is gone.
 */
#include "track.h"

#include <stdint.h>

#include "../../core/dprint.h"
#include "../../core/script_cb.h"

#include "bindings.h"
#include "calls.h"
#include "clock.h"
#include "config.h"
#include "core/reg_uri.h"
#include "reach.h"
#include "sip_answer.h"
#include "sip_dialog.h"
#include "stats.h"
#include "text.h"

#define LIFE_MS 900000 /* of a call without an end; tm gives up long before */
#define ACK_MS 32000   /* 64 * T1: RFC 3261 13.3.1.4 */

static struct tm_binds *tm;

/* A response, and where it came from. */
struct heard
{
	struct reg_uas_response response;
	uint64_t uri, tag; /* hashes */
	int64_t now_ms;
};

static struct call_leg *find_leg(struct call *c, uint64_t uri)
{
	unsigned i;

	for(i = 0; i < c->legs_n; i++)
		if(c->legs[i].uri == uri)
			return &c->legs[i];
	return NULL;
}

static void hear(struct call *c, void *param)
{
	const struct heard *h = param;
	struct call_leg *leg = find_leg(c, h->uri);
	enum reg_sign sign;

	if(!leg)
		return;
	leg->used = true;
	if(h->tag != 0)
		leg->tag = h->tag;
	sign = reg_ladder_response(&leg->ladder, &h->response);
	if(leg->ladder.stage == REG_STAGE_NO_ACK && leg->shown != REG_STAGE_NO_ACK)
		c->until_ms = h->now_ms + ACK_MS;
	reach_note(c, leg, sign, h->now_ms);
}

static uint64_t leg_of(const struct cell *t, int branch)
{
	return calls_hash(text_of(t->uac[branch].uri));
}

static void on_response(uint32_t id, struct cell *t, struct sip_msg *rpl)
{
	int branch = tm->t_gett_branch();
	struct heard h = {.now_ms = clock_now_ms()};
	struct sip_dialog d;

	if(branch < 0 || branch >= t->nr_of_outgoings
			|| !sip_answer_read(rpl, t->uas.request, &h.response)
			|| !sip_dialog_read(rpl, &d))
		return;
	h.uri = leg_of(t, branch);
	h.tag = calls_hash(d.to_tag);
	calls_change(id, hear, &h);
}

/* A transaction after its final response, or at its end. */
struct state
{
	const struct cell *t;
	bool at_end;
	int64_t now_ms;
};

static void look_at_leg(struct call *c, struct call_leg *leg, bool timed_out,
		const struct state *s)
{
	leg->used = true;
	if(timed_out && !leg->ladder.timed_out) {
		reach_note(c, leg, reg_ladder_timeout(&leg->ladder), s->now_ms);
		leg->asked_at_ms = s->now_ms; /* a call: there goes the CANCEL */
	}
	if(s->at_end)
		reach_note(c, leg, reg_ladder_gone(&leg->ladder), s->now_ms);
}

static void look(struct call *c, void *param)
{
	const struct state *s = param;
	struct call_leg *leg;
	int i;

	for(i = 0; i < s->t->nr_of_outgoings; i++) {
		leg = find_leg(c, leg_of(s->t, i));
		if(leg)
			look_at_leg(c, leg, s->t->uac[i].request.flags & F_RB_TIMEOUT, s);
	}
}

static void on_transaction(struct cell *t, int type, struct tmcb_params *ps)
{
	uint32_t id = (uint32_t)(uintptr_t)*ps->param;
	struct state s = {t, type == TMCB_DESTROY, clock_now_ms()};

	if(type == TMCB_RESPONSE_IN)
		on_response(id, t, ps->rpl);
	else
		calls_change(id, look, &s);
}

static void go(struct call *c, void *param)
{
	c->gone = true;
}

/* tm lets go of the number: with the transaction, or if there was none. */
static void on_release(void *param)
{
	calls_change((uint32_t)(uintptr_t)param, go, NULL);
}

/* PRACK and ACK are transactions of their own, or none. */
struct dialog_request
{
	bool ack;
	uint32_t rseq;
	uint64_t tag;
	int64_t now_ms;
};

static void climb(struct call *c, void *param)
{
	const struct dialog_request *r = param;
	struct call_leg *leg;

	for(leg = c->legs; leg < c->legs + c->legs_n; leg++) {
		if(!leg->used || leg->tag != r->tag)
			continue;
		if(r->ack)
			reg_ladder_ack(&leg->ladder);
		else
			reg_ladder_prack(&leg->ladder, r->rseq);
		reach_note(c, leg, REG_SIGN_NONE, r->now_ms);
	}
}

/* Before the script: whatever it does with them, we have seen them. */
static int on_request(struct sip_msg *msg, unsigned flags, void *param)
{
	struct dialog_request r;
	struct sip_dialog d;

	if((msg->REQ_METHOD != METHOD_ACK && msg->REQ_METHOD != METHOD_PRACK)
			|| calls_count() == 0 || !sip_dialog_read(msg, &d))
		return 1;
	r.ack = msg->REQ_METHOD == METHOD_ACK;
	r.rseq = sip_answer_rseq(msg, "RAck");
	r.tag = calls_hash(d.to_tag);
	r.now_ms = clock_now_ms();
	calls_change_dialog(
			calls_hash(d.call_id), calls_hash(d.from_tag), climb, &r);
	return 1;
}

static void let_go(struct call *c, void *param)
{
	const int64_t *now_ms = param;
	struct call_leg *leg;

	for(leg = c->legs; leg < c->legs + c->legs_n; leg++) {
		reg_ladder_no_ack(&leg->ladder);
		if(leg->used)
			reach_note(c, leg, reg_ladder_gone(&leg->ladder), *now_ms);
	}
	c->gone = true;
}

void track_tick(int64_t now_ms)
{
	calls_sweep(now_ms, let_go, &now_ms);
}

int track_init(struct tm_binds *with_tm)
{
	tm = with_tm;
	if(calls_init() < 0
			|| register_script_cb(on_request, PRE_SCRIPT_CB | REQUEST_CB, NULL)
					   < 0)
		return -1;
	return 0;
}

void track_destroy(void)
{
	calls_destroy();
}

static enum reg_means means_of(const struct sip_msg *msg)
{
	switch(msg->REQ_METHOD) {
		case METHOD_INVITE:
			return REG_MEANS_INVITE;
		case METHOD_MESSAGE:
			return REG_MEANS_MESSAGE;
		case METHOD_OPTIONS:
			return REG_MEANS_OPTIONS;
		default:
			return REG_MEANS_OTHER;
	}
}

/* The legs that a set offers. @return whether the Request-URI is one */
static bool read_legs(
		const struct bindings *b, struct reg_text uri, struct call *c)
{
	const struct reg_binding *at;
	bool known = false;
	unsigned i;

	c->legs_n = 0;
	for(i = 0; i < b->copy.set.n; i++) {
		at = &b->copy.set.b[i];
		if(at->id == 0 || at->gone || at->ended_sar)
			continue;
		known = known || reg_text_eq(at->uri, uri);
		c->legs[c->legs_n] = (struct call_leg){
				.what = store_name((struct reg_text){b->key, b->key_n}, at->id),
				.uri = calls_hash(at->uri),
				.asked_at_ms = c->until_ms - LIFE_MS};
		reg_ladder_start(
				&c->legs[c->legs_n].ladder, c->means == REG_MEANS_INVITE);
		c->legs[c->legs_n].shown = REG_STAGE_NONE;
		c->legs_n++;
	}
	return known;
}

/* Of the identity that the request names. */
static bool find_legs(struct sip_msg *msg, udomain_t *domain,
		struct reg_text named, struct call *c)
{
	static struct bindings b;
	char impu[REG_IDENTITY_MAX];
	str *uri = GET_RURI(msg);
	bool known;
	int n = reg_uri_identity(named, impu, sizeof(impu));

	if(n < 0)
		return false;
	bindings_open(&b, domain, (struct reg_text){impu, (size_t)n});
	known = read_legs(&b, text_of(*uri), c);
	bindings_close(&b);
	return known;
}

static bool read_call(struct sip_msg *msg, udomain_t *domain, struct call *c)
{
	struct sip_dialog d;

	if(!sip_dialog_read(msg, &d))
		return false;
	c->means = means_of(msg);
	c->until_ms = clock_now_ms() + LIFE_MS;
	c->call_id = calls_hash(d.call_id);
	c->from_tag = calls_hash(d.from_tag);
	return find_legs(msg, domain, text_of(msg->first_line.u.request.uri), c)
		   || find_legs(msg, domain, d.to, c);
}

static int follow(struct sip_msg *msg, const struct call *c)
{
	struct cell *t = tm->t_gett();
	uint32_t id = calls_add(c);

	if(id == 0)
		return -1;
	if(tm->register_tmcb(msg, t == T_UNDEFINED ? NULL : t,
			   TMCB_RESPONSE_IN | TMCB_RESPONSE_OUT | TMCB_DESTROY,
			   on_transaction, (void *)(uintptr_t)id, on_release)
			> 0)
		return 1;
	on_release((void *)(uintptr_t)id);
	return -1;
}

int track_request(struct sip_msg *msg, udomain_t *domain)
{
	static struct call_leg legs[REG_SET_MAX];
	struct call c = {.legs = legs};
	str *uri = GET_RURI(msg);

	if(msg->REQ_METHOD == METHOD_ACK || msg->REQ_METHOD == METHOD_CANCEL
			|| !read_call(msg, domain, &c)) {
		LM_WARN("not tracked: %.*s to <%.*s> goes to no binding that we know\n",
				msg->first_line.u.request.method.len,
				msg->first_line.u.request.method.s, uri->len, uri->s);
		return -1;
	}
	if(follow(msg, &c) > 0)
		return 1;
	LM_WARN("not tracked: no room for one more request under way\n");
	return -1;
}
