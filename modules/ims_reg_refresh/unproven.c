/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows which bindings hear of a REGISTER that nobody proved. Never changes
 * more of them than reg_binding_challenged() allows.
 */
#include "unproven.h"

#include "config.h"
#include "core/reg_contact.h"

static bool is_of(const struct reg_request *req, const struct reg_binding *b)
{
	return reg_text_eq(b->call_id, req->call_id) || reg_contact_named(req, b);
}

static bool is_challenged(const struct reg_proof *proof)
{
	return proof->act == REG_PROOF_CHALLENGE || proof->act == REG_PROOF_FETCH;
}

static struct reg_trace trace_of(
		const struct registration *g, const struct reg_proof *proof)
{
	struct reg_trace t = {.at_ms = g->now_ms,
			.act = REG_ACT_CHALLENGE,
			.why = (uint8_t)proof->why,
			.reasons = reg_why_bit(proof->why),
			.status = 401};

	if(proof->act == REG_PROOF_FETCH)
		t.status = 0; /* the HSS is asked first */
	else if(proof->act != REG_PROOF_CHALLENGE) {
		t.act = REG_ACT_REJECT;
		t.status = 403;
	}
	return t;
}

static void note(struct registration *g, const struct reg_trace *t)
{
	struct bindings *b = &g->bindings;
	struct reg_binding *at;
	unsigned i;

	for(i = 0; i < b->copy.set.n; i++) {
		at = &b->copy.set.b[i];
		if(at->id == 0 || !is_of(&g->reg.req, at))
			continue;
		at->fresh = *t;
		reg_compare(at, &g->reg.req, &config.policy, g->now_ms, &at->fresh);
		at->fresh.unproven = true;
		b->changes.of[i] = REG_CHANGE_FACTS;
	}
}

void unproven_note(struct registration *g, const struct reg_proof *proof)
{
	struct reg_set *set = &g->bindings.copy.set;
	struct reg_trace t = trace_of(g, proof);
	unsigned i;

	note(g, &t);
	for(i = 0; i < set->n && is_challenged(proof); i++)
		reg_binding_challenged(&set->b[i], g->reg.req.call_id, g->reg.req.cseq);
	bindings_commit(&g->bindings, NULL);
}

void unproven_failed(struct registration *g, udomain_t *domain)
{
	bindings_open(&g->bindings, domain, g->reg.req.impu);
	note(g, &g->verdict.compared);
	bindings_commit(&g->bindings, NULL);
	bindings_close(&g->bindings);
}
