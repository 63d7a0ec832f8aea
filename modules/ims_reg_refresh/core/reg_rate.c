/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how often. Never knows what.
 */
#include "reg_rate.h"

#define MICRO INT64_C(1000000)
#define LOOK_BACK_MS 1000 /* more than the bucket holds comes not of waiting */

static int64_t room_n(uint32_t per_s)
{
	return per_s >= 20 ? per_s / 10 : 1;
}

/* So that a full bucket and a second of refilling make per_s together. */
static int64_t refill_n(uint32_t per_s)
{
	return per_s >= 20 ? (int64_t)per_s - room_n(per_s) : per_s;
}

/* Processes ask with the time at which each began its work: one that was late
 * must not turn the time back, or the same moment would refill twice. */
static void refill(struct reg_rate *r, uint32_t per_s, int64_t now_ms)
{
	int64_t room = room_n(per_s) * MICRO, passed_ms = now_ms - r->at_ms;

	if(r->at_ms != 0 && passed_ms <= 0 && passed_ms > -LOOK_BACK_MS)
		return;
	if(r->at_ms == 0 || passed_ms >= LOOK_BACK_MS)
		r->micro_n = room;
	else if(passed_ms > 0)
		r->micro_n += passed_ms * refill_n(per_s) * (MICRO / 1000);
	if(r->micro_n > room)
		r->micro_n = room;
	r->at_ms = now_ms;
}

static bool take(
		struct reg_rate *r, uint32_t per_s, int64_t kept_n, int64_t now_ms)
{
	if(per_s == 0)
		return true;
	refill(r, per_s, now_ms);
	if(r->micro_n < (kept_n + 1) * MICRO)
		return false;
	r->micro_n -= MICRO;
	return true;
}

bool reg_rate_take(struct reg_rate *r, uint32_t per_s, int64_t now_ms)
{
	return take(r, per_s, 0, now_ms);
}

bool reg_rate_take_spare(struct reg_rate *r, uint32_t per_s, int64_t now_ms)
{
	return take(r, per_s, room_n(per_s) / 2, now_ms);
}
