/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the order in which a host calls the core. Never decides.
 */
#include "world.h"
#include "reg_contact.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void world_init(struct world *w)
{
	memset(w, 0, sizeof(*w));
	w->policy = reg_policy_default;
	w->policy.lui_s = 3600;
	w->policy.lui_jitter_pct = 0;
}

/* A record that its own writer cannot read is the end of the scenario. */
static void broken(const char *what)
{
	fprintf(stderr, "a record cannot be %s\n", what);
	exit(EXIT_FAILURE);
}

void world_load(const struct world *w, struct reg_set *set)
{
	const struct world_record *r;

	for(set->n = 0; set->n < w->records_n; set->n++) {
		r = &w->records[set->n];
		if(reg_codec_decode(r->octets, r->n, &set->b[set->n]) < 0)
			broken("read");
	}
}

void world_save(struct world *w, const struct reg_set *set,
		const struct reg_changes *changes)
{
	static struct world_record fresh[REG_SET_MAX];
	unsigned i, n = 0;
	int rc;

	for(i = 0; i < set->n; i++) {
		if(changes && changes->of[i] == REG_CHANGE_REMOVE)
			continue;
		rc = reg_codec_encode(
				&set->b[i], fresh[n].octets, sizeof(fresh[n].octets));
		if(rc < 0)
			broken("written");
		fresh[n++].n = (size_t)rc;
	}
	memcpy(w->records, fresh, n * sizeof(fresh[0]));
	w->records_n = n;
}

static bool is_waiting(const struct world *w, const struct reg_request *req)
{
	return reg_text_eq(req->impi, reg_text_of(w->waiting_impi))
		   && reg_text_eq(req->call_id, reg_text_of(w->waiting_call_id));
}

static void wait_for(struct world *w, const struct reg_request *req)
{
	snprintf(w->waiting_impi, sizeof(w->waiting_impi), "%.*s", (int)req->impi.n,
			req->impi.s);
	snprintf(w->waiting_call_id, sizeof(w->waiting_call_id), "%.*s",
			(int)req->call_id.n, req->call_id.s);
}

static void gather(const struct world *w, const struct reg_request *req,
		const struct reg_set *set, struct reg_proof_facts *f)
{
	const struct reg_binding *b;
	unsigned i;

	for(i = 0; i < set->n; i++) {
		b = &set->b[i];
		if(!reg_binding_live(b, &w->policy, w->now_ms)
				|| !reg_text_eq(b->impi, req->impi)
				|| (req->contacts_n > 0
						&& !reg_contact_is(&req->contacts[0], b)))
			continue;
		f->bound = true;
		f->reauth_due |= reg_binding_reauth_due(b, &w->policy, w->now_ms);
	}
}

static void note_challenge(
		struct world *w, const struct reg_request *req, struct reg_set *set)
{
	unsigned i;

	for(i = 0; i < set->n; i++)
		reg_binding_challenged(&set->b[i], req->call_id, req->cseq);
	world_save(w, set, NULL);
	wait_for(w, req);
}

static enum reg_proof_act prove(struct world *w, struct reg_request *req,
		enum reg_response response, struct reg_set *set,
		struct world_outcome *ret)
{
	struct reg_proof_facts f = {.protection = req->protection,
			.response = response,
			.credential = w->credential};
	struct reg_proof proof;
	bool challenged;

	gather(w, req, set, &f);
	f.waiting = is_waiting(w, req);
	w->failures_n = response == REG_RESPONSE_WRONG ? w->failures_n + 1 : 0;
	w->resyncs_n = response == REG_RESPONSE_RESYNC ? w->resyncs_n + 1 : 0;
	f.failures_n = w->failures_n;
	f.resyncs_n = w->resyncs_n;
	reg_prove(&f, &w->policy, &proof);
	challenged = proof.act == REG_PROOF_CHALLENGE
				 || proof.act == REG_PROOF_FETCH; /* the MAA comes at once */
	req->proved = proof.proved;
	if(proof.proved)
		w->waiting_impi[0] = '\0';
	if(challenged)
		note_challenge(w, req, set);
	ret->act = challenged ? REG_ACT_CHALLENGE : REG_ACT_REJECT;
	ret->why = proof.why;
	ret->mar = proof.act == REG_PROOF_FETCH;
	ret->status = challenged ? 401 : 403;
	return proof.act;
}

/* Only who is registered there can be re-registered. */
static enum reg_hss hss_answer(struct world_hss *hss, enum reg_sar sar)
{
	hss->sars_n++;
	if(hss->answers != REG_HSS_YES)
		return hss->answers;
	if(sar == REG_SAR_RE_REGISTRATION && !hss->registered)
		return reg_hss_class(5007, true);
	hss->registered = sar != REG_SAR_USER_DEREGISTRATION;
	return reg_hss_class(2001, false);
}

static void ask_hss(struct world *w, const struct reg_request *req,
		const struct reg_set *set, struct reg_verdict *v,
		struct reg_resolution *res)
{
	struct reg_trace asked = v->compared;
	enum reg_hss hss = hss_answer(&w->hss, v->sar);

	reg_resolve(v->act, v->reasons, hss, &w->policy, res);
	w->now_ms += w->hss.takes_ms;
	reg_decide_again(req, set, &w->policy, &asked, w->now_ms, v);
}

static void count(const struct world *w, const struct reg_changes *ch,
		unsigned set_n, struct world_outcome *ret)
{
	struct reg_set set;
	unsigned i;

	for(i = 0; i < set_n; i++)
		ret->removed_n += ch->of[i] == REG_CHANGE_REMOVE;
	world_load(w, &set);
	for(i = 0; i < set.n; i++)
		ret->owed_n += set.b[i].owed;
	ret->bindings_n = set.n;
}

static void conclude(struct world *w, const struct reg_request *req,
		struct reg_set *set, struct reg_verdict *v, struct world_outcome *ret)
{
	struct reg_resolution res = {.commit = true};
	struct reg_changes ch = {0};

	ret->sar = v->sar;
	if(v->sar != REG_SAR_NONE)
		ask_hss(w, req, set, v, &res);
	ret->act = v->act;
	ret->why = v->why;
	ret->reasons = v->reasons;
	ret->status = res.commit ? v->status : res.status;
	ret->expires_s = ret->status == 200 ? v->expires_s : 0;
	if(res.commit
			&& reg_apply(req, v, res.told, res.owe, w->now_ms, set, &ch) < 0)
		broken("added");
	if(res.remove)
		reg_apply_refused(set, req->impi, res.end_event, &ch);
	world_save(w, set, &ch);
	count(w, &ch, set->n, ret);
}

void world_register(struct world *w, struct reg_request *req,
		enum reg_response response, struct world_outcome *ret)
{
	static struct reg_set set;
	struct reg_verdict v;

	memset(ret, 0, sizeof(*ret));
	world_load(w, &set);
	if(prove(w, req, response, &set, ret) != REG_PROOF_ACCEPT) {
		ret->bindings_n = set.n;
		return;
	}
	reg_decide(req, &set, &w->policy, w->now_ms, &v);
	conclude(w, req, &set, &v, ret);
}
