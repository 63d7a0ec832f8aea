/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows where the facts of a proof come from. Never judges them itself; a
 * vector is stored before its 401 leaves.
 */
#include "prove.h"

#include <string.h>

#include "../../core/dprint.h"

#include "config.h"
#include "core/digest.h"
#include "core/reg_contact.h"
#include "credentials.h"
#include "pending.h"
#include "stats.h"
#include "suspend.h"
#include "text.h"

#define RETRY_AFTER_S 5

/* The message that this process has just proven by an answered challenge. */
static struct
{
	unsigned id;
	int pid;
} answered;

int prove_init(void)
{
	return credentials_init();
}

void prove_destroy(void)
{
	credentials_destroy();
}

void prove_tick(int64_t now_ms)
{
	credentials_tick(now_ms);
}

bool prove_answered(const struct sip_msg *msg)
{
	return answered.pid != 0 && answered.id == msg->id
		   && answered.pid == msg->pid;
}

static void remember(const struct sip_msg *msg, bool proved)
{
	answered.id = msg->id;
	answered.pid = proved ? msg->pid : 0;
}

static bool is_named(const struct reg_request *req, const struct reg_binding *b)
{
	unsigned i;

	for(i = 0; i < req->contacts_n; i++)
		if(reg_contact_is(&req->contacts[i], b))
			return true;
	return req->contacts_n == 0; /* a fetch, or `*`: any of the user's own */
}

/* A valid binding of this IMPI with a contact of this REGISTER. */
static void gather_binding(
		const struct registration *g, struct reg_proof_facts *f)
{
	const struct reg_set *set = &g->bindings.copy.set;
	const struct reg_binding *b;
	unsigned i;

	for(i = 0; i < set->n; i++) {
		b = &set->b[i];
		if(!reg_binding_live(b, &config.policy, g->now_ms)
				|| !reg_text_eq(b->impi, g->reg.req.impi)
				|| !is_named(&g->reg.req, b))
			continue;
		f->bound = true;
		f->reauth_due = f->reauth_due
						|| (b->facts_known
								&& reg_binding_reauth_due(
										b, &config.policy, g->now_ms));
	}
}

/* A challenged REGISTER uses up a CSeq number of its Call-ID. */
static void note_challenge(struct registration *g)
{
	struct bindings *b = &g->bindings;
	struct reg_binding *at;
	unsigned i;

	for(i = 0; i < b->copy.set.n; i++) {
		at = &b->copy.set.b[i];
		reg_binding_challenged(at, g->reg.req.call_id, g->reg.req.cseq);
		if(at->id != 0)
			b->changes.of[i] = REG_CHANGE_FACTS;
	}
	bindings_commit(b, NULL);
}

static void judge(struct registration *g, struct sip_msg *msg,
		udomain_t *domain, struct reg_proof *proof, uint8_t *resync)
{
	struct reg_proof_facts facts = {.protection = g->reg.req.protection};
	struct reg_text method = text_of(msg->first_line.u.request.method);

	bindings_open(&g->bindings, domain, g->reg.req.impu);
	gather_binding(g, &facts);
	credentials_check(&g->reg, method, g->now_ms, &facts, resync);
	reg_prove(&facts, &config.policy, proof);
	if(proof->act == REG_PROOF_CHALLENGE)
		note_challenge(g);
	bindings_close(&g->bindings);
}

static int answer(struct registration *g, struct sip_msg *msg, struct cell *t,
		unsigned status, const char *phrase)
{
	g->verdict.compared.at_ms = g->now_ms;
	g->verdict.compared.status = (uint16_t)status;
	registration_tell(g);
	if(sip_reply_send(msg, t, status, phrase, &g->reply) < 0)
		LM_ERR("%.*s: the %u was not sent\n", TEXT_FMT(g->reg.req.impu),
				status);
	return -1;
}

static void verdict(struct registration *g, enum reg_act act, enum reg_why why)
{
	g->verdict.compared.act = (uint8_t)act;
	g->verdict.compared.why = (uint8_t)why;
	g->verdict.compared.reasons = reg_why_bit(why);
}

/* TS 24.229 5.4.1.2.1: the challenge, with the keys for the P-CSCF. */
static int send_challenge(struct registration *g, struct sip_msg *msg,
		struct cell *t, const struct pending *p, const struct cx_vector *v)
{
	char nonce[(CX_RAND_N + CX_AUTN_N + 2) / 3 * 4 + 1];
	char ck[2 * CX_KEY_N + 1], ik[2 * CX_KEY_N + 1];

	digest_base64(v->challenge, sizeof(v->challenge), nonce, sizeof(nonce));
	digest_hex(v->ck, CX_KEY_N, ck);
	digest_hex(v->ik, CX_KEY_N, ik);
	sip_reply_header(&g->reply,
			"WWW-Authenticate: Digest realm=\"%s\", nonce=\"%s\", "
			"algorithm=AKAv1-MD5, qop=\"auth\", ck=\"%s\", ik=\"%s\"",
			p->realm, nonce, ck, ik);
	digest_wipe(ck, sizeof(ck));
	digest_wipe(ik, sizeof(ik));
	if(g->reg.req.path.n > 0)
		sip_reply_header(&g->reply, "Path: %.*s", TEXT_FMT(g->reg.req.path));
	stats_count(STATS_CHALLENGES);
	verdict(g, REG_ACT_CHALLENGE, (enum reg_why)p->verdict.why);
	answer(g, msg, t, 401, "Unauthorized");
	digest_wipe(g->reply.text, g->reply.n);
	return 1;
}

/* No vector: no challenge, and the user is not let in. */
static int send_failure(struct registration *g, struct sip_msg *msg,
		struct cell *t, enum reg_hss hss)
{
	struct reg_resolution r;

	reg_resolve(REG_ACT_CHALLENGE, 0, hss, &config.policy, &r);
	verdict(g, REG_ACT_REJECT,
			hss == REG_HSS_REFUSED ? REG_WHY_HSS_REFUSED : REG_WHY_HSS_SILENT);
	if(r.retry_after)
		sip_reply_header(&g->reply, "Retry-After: %u", RETRY_AFTER_S);
	answer(g, msg, t, r.status, r.phrase);
	return hss == REG_HSS_REFUSED ? -1 : -2;
}

static int conclude(struct registration *g, struct sip_msg *msg, struct cell *t,
		const struct pending *p, const struct cx_answer *a)
{
	const struct reg_request *req = &g->reg.req;

	if(!a->has_vector)
		return send_failure(
				g, msg, t, a->hss == REG_HSS_YES ? REG_HSS_PERMANENT : a->hss);
	if(credentials_add(req->impi, req->call_id, &a->vector, g->now_ms) < 0)
		return send_failure(g, msg, t, REG_HSS_PERMANENT);
	return send_challenge(g, msg, t, p, &a->vector);
}

void prove_on_maa(uint32_t id, const struct cx_answer *a)
{
	struct registration *g;
	struct resumed r;
	struct pending p;
	int code;

	if(id == 0 || pending_take(id, &p) < 0
			|| resume_begin(&r, p.tm_index, p.tm_label) < 0)
		return;
	g = registration_read(&r.msg);
	g->verdict.compared.hss_result = a->code;
	code = conclude(g, &r.msg, r.t, &p, a);
	resume_end(&r, p.route, "maa_return_code", code);
}

static void stage(const struct reg_proof *proof, str realm, const char *route,
		struct pending *p)
{
	memset(p, 0, sizeof(*p));
	p->verdict.act = REG_ACT_CHALLENGE;
	p->verdict.why = proof->why;
	strncpy(p->route, route ? route : "", sizeof(p->route) - 1);
	if(realm.len < (int)sizeof(p->realm))
		memcpy(p->realm, realm.s, realm.len);
}

static int ask_hss(struct registration *g, struct sip_msg *msg,
		struct pending *p, str resync)
{
	str impu = str_of(g->reg.req.impu), impi = str_of(g->reg.req.impi);
	uint32_t id;
	int rc;

	rc = suspend(msg, &p->tm_index, &p->tm_label);
	if(rc > 0)
		return 0;
	if(rc < 0) {
		verdict(g, REG_ACT_REJECT, (enum reg_why)p->verdict.why);
		return answer(g, msg, NULL, 500, "Cannot Suspend");
	}
	id = pending_add(p);
	if(id != 0 && cx_mar(id, impu, impi, resync) == 0)
		return 0;
	suspend_cancel(p->tm_index, p->tm_label);
	if(id != 0 && pending_take(id, p) < 0)
		return 0;
	send_failure(g, msg, NULL, REG_HSS_NO_PEER);
	return -1;
}

int prove_user(struct registration *g, struct sip_msg *msg, udomain_t *domain,
		str realm, const char *route)
{
	uint8_t octets[CX_RAND_N + CX_AUTS_N];
	str resync = {(char *)octets, 0};
	struct reg_proof proof;
	struct pending p;

	judge(g, msg, domain, &proof, octets);
	remember(msg, proof.proved);
	if(proof.act == REG_PROOF_ACCEPT) {
		stats_proof(proof.why);
		if(!proof.proved)
			stats_count(STATS_MAR_SAVED);
		return 1;
	}
	if(proof.act == REG_PROOF_REJECT) {
		verdict(g, REG_ACT_REJECT, proof.why);
		return answer(g, msg, NULL, 403, "Forbidden");
	}
	resync.len = proof.resync ? (int)sizeof(octets) : 0;
	stage(&proof, realm, route, &p);
	return ask_hss(g, msg, &p, resync);
}
