/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pieces of shared memory, set apart at start, for what lives as long as a round
 * with the HSS. Taken from the allocator such pieces would leave holes among
 * tm's transactions, which live longer; and finding a place in thousands of
 * holes holds the allocator's lock for milliseconds.
 */
#ifndef POOL_H
#define POOL_H

#include <stddef.h>

struct pool;

/** @param n  pieces of size octets. @return NULL: no memory */
struct pool *pool_new(unsigned n, size_t size);

/** NULL is fine. Nothing that was taken may be used any more. */
void pool_destroy(struct pool *p);

/** A piece of n octets or more; from the allocator if it is larger than those
 * of the pool, or if all are taken. @return NULL: no memory. pool_give() it. */
void *pool_take(struct pool *p, size_t n);

/** NULL is fine. */
void pool_give(struct pool *p, void *piece);

#endif
