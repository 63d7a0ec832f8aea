/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long the HSS takes to answer: hss_sar_le_5ms and so on, of the statistics
 * group reg_refresh.
 */
#ifndef STATS_LATENCY_H
#define STATS_LATENCY_H

#include "core/reg_latency.h"

enum stats_round
{
	STATS_ROUND_SAR,
	STATS_ROUND_MAR,
	STATS_ROUNDS_N
};

/** Register all, in mod_init. @return 0 or -1 */
int stats_latency_init(void);

/** @param took_ms  REG_LATENCY_NEVER: nobody answered in time */
void stats_latency_add(enum stats_round round, int64_t took_ms);

/** Name and value of counter i, for the RPC. @return NULL past the last */
const char *stats_latency_print(unsigned i, unsigned long *value);

#endif
