/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Challenge loops: the core's own counting, where the core has it. Else the
 * same names over the same rule: count by cause within a window.
 */
#ifndef LOOP_H
#define LOOP_H

#include "core/reg_policy.h"

#if __has_include("core/reg_loop.h")
#include "core/reg_loop.h"
#define LOOP_WINDOW(p) (p)->loop_window_s
#define LOOP_LIMIT(p) (p)->loop_limit
#else
#include <string.h>

enum reg_loop_cause
{
	REG_LOOP_NO_ANSWER,
	REG_LOOP_WRONG_RESPONSE,
	REG_LOOP_STALE_NONCE,
	REG_LOOP_NONCE_UNKNOWN,
	REG_LOOP_NC_REPLAY,
	REG_LOOP_RESYNC,
	REG_LOOP_CAUSES_N
};

struct reg_loop
{
	int64_t since_ms;
	uint16_t counts[REG_LOOP_CAUSES_N];
};

extern uint32_t loop_window_s, loop_limit;
#define LOOP_WINDOW(p) loop_window_s
#define LOOP_LIMIT(p) loop_limit

/* A nonce that is too old, or used twice, is one that is not alive. */
#define REG_RESPONSE_STALE REG_RESPONSE_NO_NONCE
#define REG_RESPONSE_REPLAY REG_RESPONSE_NO_NONCE

static inline const char *reg_loop_cause_name(unsigned cause)
{
	static const char *const names[] = {"no-answer", "wrong-response",
			"stale-nonce", "nonce-unknown", "nc-replay", "resync"};

	return cause < REG_LOOP_CAUSES_N ? names[cause] : "?";
}

static inline unsigned reg_loop_count(const struct reg_loop *l)
{
	unsigned i, n = 0;

	for(i = 0; i < REG_LOOP_CAUSES_N; i++)
		n += l->counts[i];
	return n;
}

static inline enum reg_loop_cause reg_loop_class(const struct reg_loop *l)
{
	unsigned i, top = 0;

	for(i = 1; i < REG_LOOP_CAUSES_N; i++)
		if(l->counts[i] > l->counts[top])
			top = i;
	return (enum reg_loop_cause)top;
}

static inline void reg_loop_challenge(struct reg_loop *l,
		enum reg_loop_cause cause, const struct reg_policy *p, int64_t now_ms)
{
	(void)p;
	if(reg_loop_count(l) == 0
			|| now_ms - l->since_ms >= (int64_t)loop_window_s * 1000) {
		memset(l, 0, sizeof(*l));
		l->since_ms = now_ms;
	}
	if(l->counts[cause] < UINT16_MAX)
		l->counts[cause]++;
}

static inline void reg_loop_success(struct reg_loop *l)
{
	memset(l, 0, sizeof(*l));
}
#endif

#endif
