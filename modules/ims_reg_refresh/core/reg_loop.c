/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows when repetition is a loop. Never answers anyone.
 */
#include "reg_loop.h"

#include <string.h>

const char *reg_loop_cause_name(unsigned cause)
{
	static const char *const names[REG_LOOP_CAUSES_N] = {
			[REG_LOOP_NO_ANSWER] = "no-answer",
			[REG_LOOP_WRONG_RESPONSE] = "wrong-response",
			[REG_LOOP_STALE_NONCE] = "stale-nonce",
			[REG_LOOP_NONCE_UNKNOWN] = "nonce-unknown",
			[REG_LOOP_NC_REPLAY] = "nc-replay",
			[REG_LOOP_RESYNC] = "resync",
	};

	return cause < REG_LOOP_CAUSES_N ? names[cause] : "?";
}

unsigned reg_loop_count(const struct reg_loop *l)
{
	unsigned i, n = 0;

	for(i = 0; i < REG_LOOP_CAUSES_N; i++)
		n += l->counts[i];
	return n;
}

enum reg_loop_cause reg_loop_class(const struct reg_loop *l)
{
	unsigned i, top = 0;

	for(i = 1; i < REG_LOOP_CAUSES_N; i++)
		if(l->counts[i] > l->counts[top])
			top = i;
	return (enum reg_loop_cause)top;
}

/* The window is over, or a block: counting begins anew. */
static bool is_over(
		const struct reg_loop *l, const struct reg_policy *p, int64_t now_ms)
{
	if(l->blocked_till_ms != 0)
		return now_ms >= l->blocked_till_ms;
	return now_ms < l->since_ms
		   || now_ms - l->since_ms >= (int64_t)p->loop_window_s * 1000;
}

void reg_loop_challenge(struct reg_loop *l, enum reg_loop_cause cause,
		const struct reg_policy *p, int64_t now_ms)
{
	if(is_over(l, p, now_ms)) {
		memset(l, 0, sizeof(*l));
		l->since_ms = now_ms;
	}
	if(l->counts[cause] < UINT16_MAX)
		l->counts[cause]++;
}

bool reg_loop_full(
		const struct reg_loop *l, const struct reg_policy *p, int64_t now_ms)
{
	return p->loop_limit > 0 && !is_over(l, p, now_ms)
		   && reg_loop_count(l) >= p->loop_limit;
}

void reg_loop_block(
		struct reg_loop *l, const struct reg_policy *p, int64_t now_ms)
{
	l->blocked_till_ms = now_ms + (int64_t)p->loop_block_s * 1000;
}

void reg_loop_success(struct reg_loop *l)
{
	memset(l, 0, sizeof(*l));
}

uint32_t reg_loop_blocked_s(const struct reg_loop *l, int64_t now_ms)
{
	int64_t left_ms = l->blocked_till_ms - now_ms;

	return left_ms > 0 ? (uint32_t)((left_ms + 999) / 1000) : 0;
}
