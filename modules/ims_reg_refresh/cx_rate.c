/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how many requests have gone. Never sends one.
 */
#include "cx_rate.h"

#include <errno.h>
#include <string.h>

#include "../../core/locking.h"
#include "../../core/mem/shm_mem.h"

#include "config.h"
#include "core/reg_rate.h"

struct bucket
{
	gen_lock_t lock;
	struct reg_rate rate;
};

static struct bucket *buckets; /* CX_RATES_N */

int cx_rate_init(void)
{
	unsigned i;

	buckets = shm_malloc(CX_RATES_N * sizeof(*buckets));
	if(!buckets)
		return -ENOMEM;
	memset(buckets, 0, CX_RATES_N * sizeof(*buckets));
	for(i = 0; i < CX_RATES_N; i++)
		lock_init(&buckets[i].lock);
	return 0;
}

void cx_rate_destroy(void)
{
	unsigned i;

	if(!buckets)
		return;
	for(i = 0; i < CX_RATES_N; i++)
		lock_destroy(&buckets[i].lock);
	shm_free(buckets);
	buckets = NULL;
}

static uint32_t limit_of(enum cx_rate rate)
{
	return rate == CX_RATE_SAR ? (uint32_t)config.sar_rate_limit
							   : (uint32_t)config.mar_rate_limit;
}

static bool take(enum cx_rate rate, int64_t now_ms,
		bool (*how)(struct reg_rate *r, uint32_t per_s, int64_t now_ms))
{
	uint32_t per_s = limit_of(rate);
	struct bucket *b = &buckets[rate];
	bool taken;

	if(per_s == 0)
		return true;
	lock_get(&b->lock);
	taken = how(&b->rate, per_s, now_ms);
	lock_release(&b->lock);
	return taken;
}

bool cx_rate_take(enum cx_rate rate, int64_t now_ms)
{
	return take(rate, now_ms, reg_rate_take);
}

bool cx_rate_take_spare(enum cx_rate rate, int64_t now_ms)
{
	return take(rate, now_ms, reg_rate_take_spare);
}
