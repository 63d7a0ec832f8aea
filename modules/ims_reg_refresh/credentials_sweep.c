/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows whose time is over, and who loops. Never checks an answer.
 */
#include "credentials_table.h"

#include <string.h>

#include "config.h"
#include "credentials_aka.h"
#include "credentials_sip.h"

#define TICKS 4 /* a second each, in which all slots are looked at */

static void describe(const struct credentials_entry *u,
		enum credentials_side side, struct credentials_user *ret)
{
	memcpy(ret->impi, u->text, u->impi_n);
	ret->impi[u->impi_n] = '\0';
	memcpy(ret->impu, u->text + u->impi_n, u->impu_n);
	ret->impu[u->impu_n] = '\0';
	ret->loop = u->loops[side];
	ret->own = side == CREDENTIALS_OWN;
}

static bool loop_is_over(const struct reg_loop *l, int64_t now_ms)
{
	return now_ms - l->since_ms >= (int64_t)config.policy.loop_window_s * 1000
		   && reg_loop_blocked_s(l, now_ms) == 0;
}

/* Whether nothing of a user is worth its memory any more. */
static bool is_done(struct credentials_entry *u, int64_t now_ms)
{
	if(u->sip && !credentials_sip_checks(u->sip, now_ms))
		credentials_drop_sip(u);
	if(u->aka && credentials_aka_done(u->aka, now_ms))
		credentials_drop_aka(u);
	return !u->sip && !u->aka && u->challenged_at_ms == 0
		   && loop_is_over(&u->loops[CREDENTIALS_ANYBODY], now_ms)
		   && loop_is_over(&u->loops[CREDENTIALS_OWN], now_ms);
}

static bool has_timed_out(const struct credentials_entry *u, int64_t now_ms)
{
	return u->challenged_at_ms != 0
		   && now_ms - u->challenged_at_ms
					  >= (int64_t)config.await_auth_timeout_s * 1000;
}

static unsigned sweep(unsigned slot, int64_t now_ms,
		struct credentials_user *timed_out, unsigned max)
{
	struct credentials_entry *u, *next;
	unsigned n = 0;

	credentials_lock_slot(slot);
	for(u = credentials_first(slot); u; u = next) {
		next = u->next;
		if(n < max && has_timed_out(u, now_ms)) {
			describe(u, CREDENTIALS_ANYBODY, &timed_out[n++]);
			u->challenged_at_ms = 0;
			u->sip_call = 0;
		}
		if(is_done(u, now_ms))
			credentials_remove(slot, u);
	}
	credentials_unlock(slot);
	return n;
}

/* Of the timer process alone. */
unsigned credentials_tick(
		int64_t now_ms, struct credentials_user *timed_out, unsigned max)
{
	static unsigned next_slot;
	unsigned i, slots_n = credentials_slots_n() / TICKS + 1, n = 0;

	for(i = 0; i < slots_n && n < max; i++) {
		n += sweep(next_slot, now_ms, timed_out + n, max - n);
		next_slot = (next_slot + 1) % credentials_slots_n();
	}
	return n;
}

unsigned credentials_loops(
		unsigned slot, struct credentials_user *users, unsigned max)
{
	const struct credentials_entry *u;
	unsigned side, n = 0;

	credentials_lock_slot(slot);
	for(u = credentials_first(slot); u; u = u->next)
		for(side = 0; side < CREDENTIALS_SIDES_N && n < max; side++)
			if(reg_loop_count(&u->loops[side]) > 1)
				describe(u, (enum credentials_side)side, &users[n++]);
	credentials_unlock(slot);
	return n;
}
