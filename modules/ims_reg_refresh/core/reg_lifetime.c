/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows durations. Never decides what follows from them.
 */
#include "reg_lifetime.h"

#include "reg_uri.h"

#define UE_LONG_MS 1200000
#define JITTER_STEPS \
	10000 /* a share of the jitter in hundredths of a percent */

uint32_t reg_lifetime_asked_s(const struct reg_request *req,
		const struct reg_contact *c, const struct reg_policy *p)
{
	uint32_t asked_s = p->default_expires_s;

	if(c && c->has_expires)
		asked_s = c->expires_s;
	else if(req->has_expires)
		asked_s = req->expires_s;
	if(p->max_expires_s > 0 && asked_s > p->max_expires_s)
		asked_s = p->max_expires_s;
	if(c && asked_s > 0 && asked_s < p->emergency_min_expires_s
			&& reg_uri_is_emergency(c->uri))
		asked_s = p->emergency_min_expires_s;
	return asked_s;
}

bool reg_lifetime_too_brief(uint32_t asked_s, const struct reg_policy *p)
{
	return asked_s > 0 && asked_s < p->min_expires_s;
}

int64_t reg_lifetime_elapsed_ms(const struct reg_binding *b, int64_t now_ms)
{
	return now_ms > b->granted_at_ms ? now_ms - b->granted_at_ms : 0;
}

int64_t reg_lifetime_granted_ms(const struct reg_binding *b)
{
	return b->expires_at_ms > b->granted_at_ms
				   ? b->expires_at_ms - b->granted_at_ms
				   : 0;
}

int64_t reg_lifetime_near_at_ms(const struct reg_binding *b)
{
	const int64_t near_ms = REG_LIFETIME_NEAR_S * INT64_C(1000);

	if(reg_lifetime_granted_ms(b) < 2 * near_ms)
		return b->granted_at_ms;
	return b->expires_at_ms - near_ms;
}

/* The last REGISTER, if it was in this lifetime. */
static int64_t answered_at_ms(const struct reg_binding *b)
{
	if(b->accepted_at_ms > b->granted_at_ms
			&& b->accepted_at_ms < b->expires_at_ms)
		return b->accepted_at_ms;
	return b->granted_at_ms;
}

int64_t reg_lifetime_due_at_ms(const struct reg_binding *b)
{
	int64_t from_ms = answered_at_ms(b);
	int64_t left_ms = b->expires_at_ms - from_ms;

	if(left_ms <= 0)
		return b->expires_at_ms;
	if(left_ms > UE_LONG_MS)
		return b->expires_at_ms - UE_LONG_MS / 2;
	return from_ms + left_ms / 2;
}

int64_t reg_lifetime_late_at_ms(
		const struct reg_binding *b, const struct reg_policy *p)
{
	int64_t late_ms =
			reg_lifetime_due_at_ms(b) + (int64_t)p->late_margin_s * 1000;

	return late_ms < b->expires_at_ms ? late_ms : INT64_MAX;
}

bool reg_lifetime_second_half(const struct reg_binding *b, int64_t now_ms)
{
	int64_t elapsed_ms = reg_lifetime_elapsed_ms(b, now_ms);

	/* as a difference: twice the elapsed time could overflow */
	return elapsed_ms > reg_lifetime_granted_ms(b) - elapsed_ms;
}

int64_t reg_lifetime_lui_ms(
		const struct reg_binding *b, const struct reg_policy *p)
{
	int64_t lui_ms = (int64_t)p->lui_s * 1000;
	uint64_t share = reg_text_hash(b->instance, b->reg_id);

	share = reg_text_hash(b->impi, share);
	if(b->instance.n == 0 || b->reg_id == 0) /* a flow may change its URI */
		share = reg_text_hash(b->uri, share);
	share %= JITTER_STEPS;
	return lui_ms
		   - lui_ms * (int64_t)p->lui_jitter_pct / 100 * (int64_t)share
					 / JITTER_STEPS;
}

int64_t reg_lifetime_lui_left_ms(
		const struct reg_binding *b, const struct reg_policy *p, int64_t now_ms)
{
	int64_t age_ms = now_ms - b->hss_told_at_ms;
	int64_t lui_ms = reg_lifetime_lui_ms(b, p);

	if(p->lui_s == 0)
		return INT64_MAX;
	if(age_ms < -lui_ms) /* told in a far future: a broken clock, tell again */
		return 0;
	if(age_ms < 0) /* another node's clock: count from now */
		age_ms = 0;
	return age_ms < lui_ms ? lui_ms - age_ms : 0;
}
