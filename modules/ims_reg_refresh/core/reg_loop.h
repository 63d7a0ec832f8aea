/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Challenge loops: one 401 is normal, repetition is the fault. Counted for each
 * private identity, classed by cause, and broken for a while.
 */
#ifndef REG_LOOP_H
#define REG_LOOP_H

#include "reg_policy.h"
#include "reg_text.h"

/** Why a user is challenged again. */
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
	int64_t since_ms;		 /* begin of the window; 0: no challenge */
	int64_t blocked_till_ms; /* 0: not blocked */
	uint16_t counts[REG_LOOP_CAUSES_N];
};

const char *reg_loop_cause_name(unsigned cause);

/** Challenges without success in the window. */
unsigned reg_loop_count(const struct reg_loop *l);

/** The cause of most of them. */
enum reg_loop_cause reg_loop_class(const struct reg_loop *l);

/** A challenge goes out. */
void reg_loop_challenge(struct reg_loop *l, enum reg_loop_cause cause,
		const struct reg_policy *p, int64_t now_ms);

/** Whether one challenge more would be past the limit. */
bool reg_loop_full(
		const struct reg_loop *l, const struct reg_policy *p, int64_t now_ms);

/** The loop is broken: no challenge for a while. */
void reg_loop_block(
		struct reg_loop *l, const struct reg_policy *p, int64_t now_ms);

/** The user was proven: there is no loop. */
void reg_loop_success(struct reg_loop *l);

/** Seconds for which the identity is not challenged, rounded up; 0: it is. */
uint32_t reg_loop_blocked_s(const struct reg_loop *l, int64_t now_ms);

#endif
