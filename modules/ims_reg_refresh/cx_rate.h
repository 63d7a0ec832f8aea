/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * So many requests a second to the HSS, over all processes: sar_rate_limit and
 * mar_rate_limit, a bucket each.
 */
#ifndef CX_RATE_H
#define CX_RATE_H

#include <stdbool.h>
#include <stdint.h>

enum cx_rate
{
	CX_RATE_SAR, /* those that can wait; the others are not counted */
	CX_RATE_MAR,
	CX_RATES_N
};

/** @return 0, or -ENOMEM */
int cx_rate_init(void);
void cx_rate_destroy(void);

/** Whether one more may go now; if so, it counts as gone. */
bool cx_rate_take(enum cx_rate rate, int64_t now_ms);

/** The same for those who come second; see reg_rate_take_spare(). */
bool cx_rate_take_spare(enum cx_rate rate, int64_t now_ms);

#endif
