/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how many SARs have gone. Never sends one.
 */
#include "sar_rate.h"

#include <errno.h>
#include <string.h>

#include "../../core/locking.h"
#include "../../core/mem/shm_mem.h"

#include "config.h"
#include "core/reg_rate.h"

struct shared
{
	gen_lock_t lock;
	struct reg_rate rate;
};

static struct shared *shared;

int sar_rate_init(void)
{
	shared = shm_malloc(sizeof(*shared));
	if(!shared)
		return -ENOMEM;
	memset(shared, 0, sizeof(*shared));
	lock_init(&shared->lock);
	return 0;
}

void sar_rate_destroy(void)
{
	if(!shared)
		return;
	lock_destroy(&shared->lock);
	shm_free(shared);
	shared = NULL;
}

bool sar_rate_take(int64_t now_ms)
{
	bool taken;

	if(config.sar_rate_limit == 0)
		return true;
	lock_get(&shared->lock);
	taken = reg_rate_take(&shared->rate, config.sar_rate_limit, now_ms);
	lock_release(&shared->lock);
	return taken;
}
