/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how a challenge is written. Never decides who is challenged.
 */
#include "challenge.h"

#include <stdio.h>

#include "../../core/dprint.h"

#include "config.h"
#include "core/digest.h"
#include "credentials.h"
#include "events.h"
#include "stats.h"
#include "text.h"

#define RETRY_AFTER_S 5

/* @return 0, or -EIO: it did not leave */
static int answer(struct registration *g, struct sip_msg *msg, struct cell *t,
		unsigned status, const char *phrase)
{
	int rc;

	g->verdict.compared.at_ms = g->now_ms;
	g->verdict.compared.status = (uint16_t)status;
	registration_tell(g);
	rc = sip_reply_send(msg, t, status, phrase, &g->reply);
	if(rc < 0)
		LM_ERR("%.*s: the %u was not sent\n", TEXT_FMT(g->reg.req.impu),
				status);
	return rc;
}

static void verdict(struct registration *g, enum reg_act act, enum reg_why why)
{
	g->verdict.compared.act = (uint8_t)act;
	g->verdict.compared.why = (uint8_t)why;
	g->verdict.compared.reasons = reg_why_bit(why);
}

static void retry_after(struct registration *g, uint32_t s)
{
	if(s > 0)
		sip_reply_header(&g->reply, "Retry-After: %u", s);
}

/* RFC 7616 3.3, RFC 3310 3.2; ck and ik are for the P-CSCF (24.229 5.4.1.2.1). */
static void write_challenge(struct registration *g, const struct challenge *c,
		const struct credentials_challenge *made)
{
	struct reg_text realm =
			made->realm[0] ? reg_text_of(made->realm) : c->realm;
	char ck[2 * CX_KEY_N + 1], ik[2 * CX_KEY_N + 1], keys[96] = "";

	if(made->has_keys) {
		digest_hex(made->ck, CX_KEY_N, ck);
		digest_hex(made->ik, CX_KEY_N, ik);
		snprintf(keys, sizeof(keys), ", ck=\"%s\", ik=\"%s\"", ck, ik);
	}
	sip_reply_header(&g->reply,
			"WWW-Authenticate: Digest realm=\"%.*s\", nonce=\"%s\", "
			"algorithm=%s, qop=\"auth\"%s%s",
			TEXT_FMT(realm), made->nonce,
			digest_algorithm_name(made->algorithm),
			c->stale ? ", stale=true" : "", keys);
	digest_wipe(ck, sizeof(ck));
	digest_wipe(ik, sizeof(ik));
	digest_wipe(keys, sizeof(keys));
	if(g->reg.req.path.n > 0)
		sip_reply_header(&g->reply, "Path: %.*s", TEXT_FMT(g->reg.req.path));
}

int challenge_send(struct registration *g, struct sip_msg *msg, struct cell *t,
		const struct challenge *c)
{
	struct credentials_challenge made;

	int rc;

	if(credentials_challenge(&g->reg, &c->ask, g->now_ms, &made) < 0)
		return challenge_fail(g, msg, t, REG_HSS_PERMANENT);
	write_challenge(g, c, &made);
	verdict(g, REG_ACT_CHALLENGE, c->why);
	rc = answer(g, msg, t, 401, "Unauthorized");
	if(rc == 0)
		stats_count(STATS_CHALLENGES);
	else
		credentials_retract(&g->reg.req, &made);
	digest_wipe(&made, sizeof(made));
	digest_wipe(g->reply.text, g->reply.n);
	return rc == 0 ? 1 : -2;
}

int challenge_fail(struct registration *g, struct sip_msg *msg, struct cell *t,
		enum reg_hss hss)
{
	struct reg_resolution r;

	reg_resolve(REG_ACT_CHALLENGE, 0, hss, &config.policy, &r);
	verdict(g, REG_ACT_REJECT,
			hss == REG_HSS_REFUSED ? REG_WHY_HSS_REFUSED : REG_WHY_HSS_SILENT);
	retry_after(g, r.retry_after ? RETRY_AFTER_S : 0);
	answer(g, msg, t, r.status, r.phrase);
	return hss == REG_HSS_REFUSED ? -1 : -2;
}

int challenge_block(struct registration *g, struct sip_msg *msg, struct cell *t,
		bool own, uint32_t blocked_s)
{
	struct challenge_refusal r = {
			403, REG_WHY_CHALLENGE_LOOP, "Challenge Loop", blocked_s};
	bool breaks = false;

	if(blocked_s == 0)
		r.retry_after_s =
				credentials_block(&g->reg.req, own, g->now_ms, &breaks);
	challenge_refuse(g, msg, t, &r);
	if(breaks) {
		stats_count(STATS_CHALLENGE_LOOPS);
		events_fire(EVENT_CHALLENGE_LOOP, msg);
	}
	return -1;
}

int challenge_refuse(struct registration *g, struct sip_msg *msg,
		struct cell *t, const struct challenge_refusal *r)
{
	verdict(g, REG_ACT_REJECT, r->why);
	retry_after(g, r->retry_after_s);
	answer(g, msg, t, r->status, r->phrase);
	return -1;
}
