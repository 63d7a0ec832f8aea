/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows which pieces are free. Never what is in them.
 */
#include "pool.h"

#include "../../core/locking.h"
#include "../../core/mem/shm_mem.h"

struct piece
{
	struct piece *next;
};

struct pool
{
	gen_lock_t lock;
	size_t size;
	char *first, *end;
	struct piece *free;
};

static size_t aligned(size_t n)
{
	return (n + 15) & ~(size_t)15;
}

static void push(struct pool *p, void *octets)
{
	struct piece *piece = octets;

	piece->next = p->free;
	p->free = piece;
}

struct pool *pool_new(unsigned n, size_t size)
{
	struct pool *p = shm_malloc(aligned(sizeof(*p)) + n * aligned(size));
	char *at;

	if(!p)
		return NULL;
	lock_init(&p->lock);
	p->size = aligned(size);
	p->first = (char *)p + aligned(sizeof(*p));
	p->end = p->first + n * p->size;
	p->free = NULL;
	for(at = p->end; at > p->first;)
		push(p, at -= p->size);
	return p;
}

void pool_destroy(struct pool *p)
{
	if(!p)
		return;
	lock_destroy(&p->lock);
	shm_free(p);
}

void *pool_take(struct pool *p, size_t n)
{
	struct piece *piece = NULL;

	if(n <= p->size) {
		lock_get(&p->lock);
		piece = p->free;
		if(piece)
			p->free = piece->next;
		lock_release(&p->lock);
	}
	return piece ? (void *)piece : shm_malloc(n);
}

void pool_give(struct pool *p, void *piece)
{
	if(!piece)
		return;
	if((char *)piece < p->first || (char *)piece >= p->end) {
		shm_free(piece);
		return;
	}
	lock_get(&p->lock);
	push(p, piece);
	lock_release(&p->lock);
}
