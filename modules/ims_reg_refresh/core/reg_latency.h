/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long the HSS took, in buckets: as Prometheus wants a histogram, each
 * bucket counts all rounds up to its bound.
 */
#ifndef REG_LATENCY_H
#define REG_LATENCY_H

#include <stdint.h>

/** Buckets with a bound, and the last, which counts every round. */
#define REG_LATENCY_N 12
#define REG_LATENCY_ALL (REG_LATENCY_N - 1)

/** What a round took that was never answered [ms]. */
#define REG_LATENCY_NEVER (-1)

/** Bound of a bucket, included [ms]; 0 for REG_LATENCY_ALL. */
uint32_t reg_latency_bound_ms(unsigned bucket);

/** The first bucket that counts a round; those after it count it too. */
unsigned reg_latency_first(int64_t took_ms);

#endif
