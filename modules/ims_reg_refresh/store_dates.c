/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows when, for all processes. Never knows what follows.
 */
#include "store_dates.h"

#include <errno.h>
#include <string.h>

#include "../../core/locking.h"
#include "../../core/mem/shm_mem.h"

#define FIRST_ROOM_N 1024

struct dates
{
	gen_lock_t lock;
	struct reg_heap heap;
};

static struct dates *all; /* STORE_DATES_N of them */

/* One block: nodes, then their order. */
static struct reg_heap_node *memory_for(uint32_t n, uint32_t **order)
{
	struct reg_heap_node *nodes;

	nodes = shm_malloc((sizeof(*nodes) + sizeof(**order)) * (size_t)n);
	if(nodes)
		*order = (uint32_t *)(nodes + n);
	return nodes;
}

static int start(struct dates *d)
{
	struct reg_heap_node *nodes;
	uint32_t *order;

	nodes = memory_for(FIRST_ROOM_N, &order);
	if(!nodes)
		return -ENOMEM;
	reg_heap_init(&d->heap, nodes, order, FIRST_ROOM_N);
	lock_init(&d->lock);
	return 0;
}

int store_dates_init(void)
{
	unsigned i;

	all = shm_malloc(STORE_DATES_N * sizeof(*all));
	if(!all)
		return -ENOMEM;
	memset(all, 0, STORE_DATES_N * sizeof(*all));
	for(i = 0; i < STORE_DATES_N; i++)
		if(start(&all[i]) < 0)
			return -ENOMEM;
	return 0;
}

void store_dates_destroy(void)
{
	unsigned i;

	if(!all)
		return;
	for(i = 0; i < STORE_DATES_N; i++)
		if(all[i].heap.nodes)
			shm_free(all[i].heap.nodes);
	shm_free(all);
	all = NULL;
}

static bool grow(struct reg_heap *h)
{
	struct reg_heap_node *nodes, *old = h->nodes;
	uint32_t *order;

	nodes = memory_for(h->room_n * 2, &order);
	if(!nodes)
		return false;
	reg_heap_move(h, nodes, order, h->room_n * 2);
	shm_free(old);
	return true;
}

static uint32_t add(struct reg_heap *h, uint64_t what)
{
	uint32_t node = reg_heap_add(h, what);

	if(node == REG_HEAP_NONE && grow(h))
		node = reg_heap_add(h, what);
	return node;
}

uint32_t store_dates_set(enum store_date which, uint32_t node, uint64_t what,
		int64_t due_ms, bool later_too)
{
	struct dates *d = &all[which];
	const struct reg_heap_node *known;

	lock_get(&d->lock);
	if(node == REG_HEAP_NONE)
		node = add(&d->heap, what);
	if(node != REG_HEAP_NONE) {
		known = &d->heap.nodes[node];
		if(later_too || known->at == REG_HEAP_NONE || due_ms < known->due_ms)
			reg_heap_set(&d->heap, node, due_ms);
	}
	lock_release(&d->lock);
	return node;
}

void store_dates_free(enum store_date which, uint32_t node)
{
	struct dates *d = &all[which];

	if(node == REG_HEAP_NONE)
		return;
	lock_get(&d->lock);
	reg_heap_free(&d->heap, node);
	lock_release(&d->lock);
}

bool store_dates_take(enum store_date which, int64_t now_ms, uint64_t *what)
{
	struct dates *d = &all[which];
	bool taken;

	lock_get(&d->lock);
	taken = reg_heap_take(&d->heap, now_ms, what);
	lock_release(&d->lock);
	return taken;
}

bool store_dates_before(enum store_date which, int64_t at_ms)
{
	struct dates *d = &all[which];
	bool found;

	lock_get(&d->lock);
	found = reg_heap_has_before(&d->heap, at_ms);
	lock_release(&d->lock);
	return found;
}

unsigned store_dates_count(enum store_date which)
{
	return all ? all[which].heap.queued_n : 0;
}
