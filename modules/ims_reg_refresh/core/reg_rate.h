/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * So many a second, evenly: a token bucket as a value. Who shares it locks it.
 */
#ifndef REG_RATE_H
#define REG_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct reg_rate
{
	int64_t at_ms;	 /* of the last look; 0: never looked at */
	int64_t micro_n; /* millionths of a token at hand */
};

/**
 * Take one token. In no second are more than per_s given out: the bucket holds
 * a tenth of a second's worth, at least one, and what it holds is not refilled
 * within the same second. A clock that went back gives nothing.
 * @param per_s  0: no limit
 */
bool reg_rate_take(struct reg_rate *r, uint32_t per_s, int64_t now_ms);

/**
 * The same for those who come second: half of the bucket is not for them, so
 * that the others find a token however many these are.
 */
bool reg_rate_take_spare(struct reg_rate *r, uint32_t per_s, int64_t now_ms);

#endif
