/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A histogram of latencies: 1/32 of a power of two wide, from 1 ns on.
 */
#ifndef LATENCY_H
#define LATENCY_H

#include <stdint.h>

#define LATENCY_STEPS 32
#define LATENCY_BUCKETS (64 * LATENCY_STEPS)

struct latency
{
	uint64_t n;
	uint64_t of[LATENCY_BUCKETS];
};

static inline void latency_add(struct latency *l, int64_t ns)
{
	uint64_t v = ns > LATENCY_STEPS ? (uint64_t)ns : LATENCY_STEPS;
	unsigned top = 63u - (unsigned)__builtin_clzll(v);

	l->of[top * LATENCY_STEPS + ((v >> (top - 5)) & (LATENCY_STEPS - 1))]++;
	l->n++;
}

/** The latency that a share of all stays under [us]. */
static inline double latency_us(const struct latency *l, double share)
{
	uint64_t sum = 0, want = (uint64_t)((double)l->n * share);
	unsigned i;

	for(i = 0; i < LATENCY_BUCKETS; i++) {
		sum += l->of[i];
		if(sum > want)
			return (double)((uint64_t)(LATENCY_STEPS + i % LATENCY_STEPS + 1)
							<< (i / LATENCY_STEPS))
				   / LATENCY_STEPS / 1000.0;
	}
	return 0;
}

#endif
