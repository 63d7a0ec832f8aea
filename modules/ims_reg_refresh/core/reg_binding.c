/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how facts change. Never reads a clock: now is an argument.
 */
#include "reg_binding.h"
#include "reg_owed.h"
#include "reg_uri.h"

bool reg_binding_live(
		const struct reg_binding *b, const struct reg_policy *p, int64_t now_ms)
{
	if(b->gone || b->ended_sar)
		return false;
	if(!b->facts_known)
		return true;
	return !reg_binding_run_out(b, p, now_ms);
}

bool reg_binding_run_out(
		const struct reg_binding *b, const struct reg_policy *p, int64_t now_ms)
{
	int64_t grace_ms = (int64_t)p->expiry_grace_s * 1000;

	return now_ms >= b->expires_at_ms + grace_ms;
}

uint32_t reg_binding_remaining_s(
		const struct reg_binding *b, const struct reg_policy *p, int64_t now_ms)
{
	int64_t left_ms = b->expires_at_ms - now_ms;

	/* a stamp from the future (another node's clock) never adds lifetime */
	if(now_ms < b->granted_at_ms)
		left_ms = b->expires_at_ms - b->granted_at_ms;
	if(left_ms <= 0)
		return 0;
	if(p->expiry_grace_s > 0)
		left_ms += 999;
	if(left_ms / 1000 > UINT32_MAX)
		return UINT32_MAX;
	return (uint32_t)(left_ms / 1000);
}

void reg_binding_accept(struct reg_binding *b, const struct reg_request *req,
		const struct reg_contact *c, int64_t now_ms)
{
	if(!b->facts_known || !reg_text_eq(b->uri, c->uri)
			|| !reg_text_eq(b->path, req->path))
		reg_reach_moved(&b->reach, now_ms);
	b->late = false;
	b->accepted_at_ms = now_ms;
	b->facts_known = true;
	b->uri = c->uri;
	b->instance = c->instance;
	b->reg_id = c->reg_id;
	b->params = c->params;
	b->q = c->q;
	b->impi = req->impi;
	b->call_id = req->call_id;
	b->path = req->path;
	b->user_agent = req->user_agent;
	b->received = req->received;
	b->cseq_accepted = req->cseq;
	b->cseq_seen = req->cseq;
	b->proved_n++;
	if(req->proved) {
		b->proved_at_ms = now_ms;
		b->proved_n = 0;
		b->reauth = false;
	}
}

void reg_binding_grant(struct reg_binding *b, uint32_t grant_s, int64_t now_ms)
{
	b->granted_at_ms = now_ms;
	b->expires_at_ms = now_ms + (int64_t)grant_s * 1000;
}

bool reg_binding_shorten(struct reg_binding *b, uint32_t left_s, int64_t now_ms)
{
	int64_t end_ms = now_ms + (int64_t)left_s * 1000;

	if(b->expires_at_ms <= end_ms)
		return false;
	b->expires_at_ms = end_ms;
	return true;
}

void reg_binding_told(struct reg_binding *b, int64_t now_ms)
{
	b->hss_told_at_ms = now_ms;
	reg_owed_clear(b);
	b->forced = false;
}

void reg_binding_challenged(
		struct reg_binding *b, struct reg_text call_id, uint32_t cseq)
{
	if(!b->facts_known || !reg_text_eq(b->call_id, call_id))
		return;
	if(b->cseq_seen < UINT32_MAX && cseq == b->cseq_seen + 1)
		b->cseq_seen = cseq;
}

bool reg_binding_reauth_due(
		const struct reg_binding *b, const struct reg_policy *p, int64_t now_ms)
{
	if(reg_uri_is_emergency(b->uri)) /* TS 24.229 5.4.8.5 */
		return false;
	if(b->reauth)
		return true;
	if(p->reauth_every > 0 && b->proved_n >= p->reauth_every)
		return true;
	return p->reauth_interval_s > 0
		   && now_ms - b->proved_at_ms >= (int64_t)p->reauth_interval_s * 1000;
}
