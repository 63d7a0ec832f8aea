/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how facts follow a network that did as decided, or otherwise.
 */
#include "judge.h"

#include "core/reg_contact.h"
#include "core/reg_lifetime.h"

/* A 200 may round; more than this is another lifetime [s]. */
#define SAME_S 2

static int find(const struct reg_set *set, const struct reg_contact *c)
{
	unsigned i;

	for(i = 0; i < set->n; i++)
		if(reg_contact_is(c, &set->b[i]))
			return (int)i;
	return REG_NO_BINDING;
}

static void note_challenge(struct judge *g)
{
	const struct reg_request *req = &g->e->req;
	unsigned i;

	for(i = 0; i < g->set.n; i++)
		reg_binding_challenged(&g->set.b[i], req->call_id, req->cseq);
	g->user->waiting = reg_text_hash(req->call_id, 1);
	reg_loop_challenge(&g->user->loop, (enum reg_loop_cause)g->e->cause,
			g->policy, g->e->answered_ms);
}

static void adopt_one(struct judge *g, const struct reg_contact *c)
{
	uint32_t asked_s = reg_lifetime_asked_s(&g->e->req, c, g->policy);
	int at = find(&g->set, c);
	struct reg_binding *b;

	if(asked_s == 0) {
		if(at != REG_NO_BINDING)
			g->removed[at] = true;
		return;
	}
	if(at == REG_NO_BINDING) {
		if(g->set.n >= REG_SET_MAX)
			return;
		at = (int)g->set.n++;
		g->set.b[at] = (struct reg_binding){.hss_told_at_ms = g->e->at_ms};
	}
	b = &g->set.b[at];
	reg_binding_accept(b, &g->e->req, c, g->e->at_ms);
	reg_binding_grant(b, asked_s, g->e->answered_ms);
}

/* The network accepted what should have been refused: as it says. */
static void adopt(struct judge *g)
{
	const struct reg_request *req = &g->e->req;
	unsigned i;

	if(req->malformed)
		return;
	for(i = 0; i < g->set.n; i++)
		g->removed[i] = req->star;
	for(i = 0; i < req->contacts_n; i++)
		adopt_one(g, &req->contacts[i]);
}

static void apply(struct judge *g)
{
	const struct event *e = g->e;
	struct reg_trace asked = g->v.compared;
	struct reg_changes ch = {0};
	int64_t now_ms = e->at_ms;
	unsigned i;

	if(g->v.sar != REG_SAR_NONE) {
		now_ms = e->answered_ms;
		reg_decide_again(&e->req, &g->set, g->policy, &asked, now_ms, &g->v);
	}
	if(reg_apply(&e->req, &g->v, g->res.told, g->res.owe, now_ms, &g->set, &ch)
			< 0)
		return;
	for(i = 0; i < g->set.n; i++)
		g->removed[i] = ch.of[i] == REG_CHANGE_REMOVE;
}

/* Lifetimes are those of the 200. */
static void take_grants(struct judge *g)
{
	const struct event *e = g->e;
	struct reg_contact c = {0};
	struct reg_binding *b;
	uint32_t left_s;
	unsigned i;
	int at;

	for(i = 0; i < e->grants_n; i++) {
		c.uri = e->grants[i].uri;
		at = find(&g->set, &c);
		if(at == REG_NO_BINDING)
			continue;
		b = &g->set.b[at];
		left_s = reg_binding_remaining_s(b, g->policy, e->answered_ms);
		if(e->grants[i].expires_s == 0)
			g->removed[at] = true;
		else if(e->grants[i].expires_s > left_s + SAME_S
				|| left_s > e->grants[i].expires_s + SAME_S)
			reg_binding_grant(b, e->grants[i].expires_s, e->answered_ms);
	}
}

static void accepted(struct judge *g)
{
	reg_loop_success(&g->user->loop);
	g->user->failures_n = g->user->resyncs_n = 0;
	if(g->v.act == REG_ACT_REJECT || !g->res.commit)
		adopt(g);
	else
		apply(g);
	take_grants(g);
}

static void refused(struct judge *g)
{
	struct reg_changes ch;
	unsigned i;

	if(!g->res.remove)
		return;
	reg_apply_refused(&g->set, g->e->req.impi, g->res.end_event, &ch);
	for(i = 0; i < g->set.n; i++)
		g->removed[i] = ch.of[i] == REG_CHANGE_REMOVE;
}

void judge_follow(struct judge *g)
{
	if(judge_accepted(g->e))
		accepted(g);
	else if(judge_challenged(g->e))
		note_challenge(g);
	else if(g->e->status >= 300)
		refused(g);
}
