/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows who waits. Never knows what for.
 */
#include "pending.h"

#include <errno.h>
#include <string.h>

#include "../../core/atomic_ops.h"
#include "../../core/locking.h"
#include "../../core/mem/shm_mem.h"

#include "pool.h"

#define POOL_N 256 /* wait at a time, as a rule */
#define SLOTS_N 256
#define SETS_N 4096

struct entry
{
	struct entry *next;
	uint32_t id;
	struct pending p;
};

struct table
{
	atomic_t last_id, count;
	atomic_t sets[1 + SETS_N]; /* REGISTERs that wait, by pending_set() */
	struct
	{
		gen_lock_t lock;
		struct entry *first;
	} slots[SLOTS_N];
};

static struct table *table;
static struct pool *pool;

int pending_init(void)
{
	unsigned i;

	table = shm_malloc(sizeof(*table));
	pool = pool_new(POOL_N, sizeof(struct entry));
	if(!table || !pool)
		return -ENOMEM;
	memset(table, 0, sizeof(*table));
	for(i = 0; i < SLOTS_N; i++)
		lock_init(&table->slots[i].lock);
	return 0;
}

void pending_destroy(void)
{
	struct entry *e, *next;
	unsigned i;

	if(!table)
		return;
	for(i = 0; i < SLOTS_N; i++)
		for(e = table->slots[i].first; e; e = next) {
			next = e->next;
			pool_give(pool, e);
		}
	pool_destroy(pool);
	shm_free(table);
	table = NULL;
}

uint32_t pending_add(const struct pending *p)
{
	struct entry *e = pool_take(pool, sizeof(*e));
	uint32_t id;
	unsigned i;

	if(!e)
		return 0;
	do
		id = (uint32_t)atomic_add(&table->last_id, 1);
	while(id == 0);
	e->id = id;
	e->p = *p;
	i = id % SLOTS_N;
	lock_get(&table->slots[i].lock);
	e->next = table->slots[i].first;
	table->slots[i].first = e;
	lock_release(&table->slots[i].lock);
	atomic_inc(&table->count);
	atomic_inc(&table->sets[p->set]);
	return id;
}

int pending_take(uint32_t id, struct pending *ret)
{
	unsigned i = id % SLOTS_N;
	struct entry **at, *e;

	lock_get(&table->slots[i].lock);
	for(at = &table->slots[i].first; *at && (*at)->id != id;)
		at = &(*at)->next;
	e = *at;
	if(e)
		*at = e->next;
	lock_release(&table->slots[i].lock);
	if(!e)
		return -ENOENT;
	atomic_dec(&table->count);
	atomic_dec(&table->sets[e->p.set]);
	*ret = e->p;
	pool_give(pool, e);
	return 0;
}

uint32_t pending_set(struct reg_text key)
{
	return 1 + (uint32_t)(reg_text_hash(key, 0) % SETS_N);
}

bool pending_holds(struct reg_text key)
{
	return atomic_get(&table->sets[pending_set(key)]) > 0;
}

unsigned pending_count(void)
{
	return (unsigned)atomic_get(&table->count);
}
