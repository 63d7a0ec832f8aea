/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the bounds of the buckets. Never measures.
 */
#include "reg_latency.h"

static const uint32_t bounds_ms[REG_LATENCY_ALL] = {
		2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000};

uint32_t reg_latency_bound_ms(unsigned bucket)
{
	return bucket < REG_LATENCY_ALL ? bounds_ms[bucket] : 0;
}

unsigned reg_latency_first(int64_t took_ms)
{
	unsigned i;

	if(took_ms == REG_LATENCY_NEVER)
		return REG_LATENCY_ALL;
	for(i = 0; i < REG_LATENCY_ALL && took_ms > (int64_t)bounds_ms[i]; i++)
		;
	return i;
}
