/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the order of a S-CSCF: prove, decide, ask. All of it is the core's.
 */
#include "judge.h"

#include "core/reg_contact.h"

#include <string.h>

bool judge_accepted(const struct event *e)
{
	return e->status >= 200 && e->status < 300;
}

bool judge_challenged(const struct event *e)
{
	return e->status == 401 || e->status == 407;
}

/* Registered before the capture began: there, but nothing is known of it. */
static void join(struct judge *g)
{
	const struct reg_request *req = &g->e->req;
	struct reg_binding *b;
	unsigned i;

	if(g->set.n > 0)
		return;
	for(i = 0; i < req->contacts_n; i++) {
		b = &g->set.b[g->set.n++];
		memset(b, 0, sizeof(*b));
		b->uri = req->contacts[i].uri;
		b->instance = req->contacts[i].instance;
		b->reg_id = req->contacts[i].reg_id;
		b->impi = req->impi;
	}
}

static bool is_named(const struct reg_request *req, const struct reg_binding *b)
{
	unsigned i;

	for(i = 0; i < req->contacts_n; i++)
		if(reg_contact_is(&req->contacts[i], b))
			return true;
	return req->contacts_n == 0;
}

static void gather(struct judge *g, struct reg_proof_facts *f)
{
	const struct reg_binding *b;
	unsigned i;

	for(i = 0; i < g->set.n; i++) {
		b = &g->set.b[i];
		if(!reg_binding_live(b, g->policy, g->e->at_ms)
				|| !reg_text_eq(b->impi, g->e->req.impi)
				|| !is_named(&g->e->req, b))
			continue;
		f->bound = true;
		f->reauth_due |= b->facts_known
						 && reg_binding_reauth_due(b, g->policy, g->e->at_ms);
	}
}

static void count(struct ledger_user *u, enum reg_response response)
{
	if(response == REG_RESPONSE_NONE || response == REG_RESPONSE_NO_NONCE
			|| response == REG_RESPONSE_STALE
			|| response == REG_RESPONSE_REPLAY)
		return;
	u->waiting = 0; /* answered, however badly */
	if(response == REG_RESPONSE_RIGHT)
		u->failures_n = u->resyncs_n = 0;
	u->failures_n += response == REG_RESPONSE_WRONG;
	u->resyncs_n += response == REG_RESPONSE_RESYNC;
}

static void prove(struct judge *g, struct reg_proof *ret)
{
	struct reg_proof_facts *f = &g->j.f;
	struct ledger_user *u = g->user;

	f->protection = g->e->req.protection;
	f->response = g->e->response;
	gather(g, f);
	f->waiting = u->waiting != 0
				 && u->waiting == reg_text_hash(g->e->req.call_id, 1);
	count(u, f->response);
	f->failures_n = u->failures_n;
	f->resyncs_n = u->resyncs_n;
	reg_prove(f, g->policy, ret);
	g->j.proof = ret->why;
}

/* Not proven: the answer is a challenge, or no. */
static void unproven(struct judge *g, const struct reg_proof *proof)
{
	bool reject = proof->act == REG_PROOF_REJECT;

	g->j.act = reject ? REG_ACT_REJECT : REG_ACT_CHALLENGE;
	g->j.why = proof->why;
	g->j.reasons = reg_why_bit(proof->why);
	g->j.status = reject ? 403 : 401;
	g->j.compared.cseq_new = g->e->req.cseq;
}

/* The HSS's answer as the capture has it; unseen, it is taken for a yes. */
static void resolve(struct judge *g)
{
	enum reg_hss hss = g->e->has_hss ? g->e->hss : REG_HSS_YES;

	reg_resolve(g->v.act, g->v.reasons, hss, g->policy, &g->res);
}

static void decide(struct judge *g)
{
	g->res = (struct reg_resolution){.commit = true};
	reg_decide(&g->e->req, &g->set, g->policy, g->e->at_ms, &g->v);
	g->res.status = g->v.status;
	if(g->v.sar != REG_SAR_NONE)
		resolve(g);
}

static void take_verdict(struct judge *g)
{
	struct judgement *j = &g->j;

	j->act = g->v.act;
	j->why = g->v.why;
	j->reasons = g->v.reasons;
	j->sar = g->v.sar;
	j->status = g->res.status;
	j->expires_s = j->status == 200 ? g->v.expires_s : 0;
	j->compared = g->v.compared;
	j->owe = g->res.owe;
}

void judge(struct judge *g)
{
	struct reg_proof proof = {.act = REG_PROOF_ACCEPT};

	if(g->e->joined)
		join(g);
	if(!g->e->req.malformed) {
		prove(g, &proof);
		g->e->req.proved = proof.proved;
	}
	decide(g);
	if(proof.act == REG_PROOF_ACCEPT)
		take_verdict(g);
	else
		unproven(g, &proof);
}
