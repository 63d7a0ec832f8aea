/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how many MARs went out. Never sends one.
 */
#include "mar_rate.h"

#include <errno.h>
#include <string.h>

#include "../../core/locking.h"
#include "../../core/mem/shm_mem.h"

#include "config.h"
#include "core/reg_rate.h"

static struct
{
	gen_lock_t lock;
	struct reg_rate rate;
} * shared;

int mar_rate_init(void)
{
	shared = shm_malloc(sizeof(*shared));
	if(!shared)
		return -ENOMEM;
	memset(shared, 0, sizeof(*shared));
	lock_init(&shared->lock);
	return 0;
}

void mar_rate_destroy(void)
{
	if(!shared)
		return;
	lock_destroy(&shared->lock);
	shm_free(shared);
	shared = NULL;
}

bool mar_rate_take(bool own, int64_t now_ms)
{
	uint32_t per_s = (uint32_t)config.mar_rate_limit;
	bool taken;

	if(per_s == 0)
		return true;
	lock_get(&shared->lock);
	taken = own ? reg_rate_take(&shared->rate, per_s, now_ms)
				: reg_rate_take_spare(&shared->rate, per_s, now_ms);
	lock_release(&shared->lock);
	return taken;
}
