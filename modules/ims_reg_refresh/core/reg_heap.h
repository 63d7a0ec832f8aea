/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is due next: a heap of appointments. Memory is the caller's, nodes are
 * known by number, so that it can be moved to a larger place as it stands.
 *
 * A node is free, idle (somebody's, without a date) or queued.
 */
#ifndef REG_HEAP_H
#define REG_HEAP_H

#include <stdbool.h>
#include <stdint.h>

#define REG_HEAP_NONE UINT32_MAX

struct reg_heap_node
{
	int64_t due_ms;
	uint64_t what; /* the caller's word for it */
	uint32_t at;   /* place in the order; REG_HEAP_NONE: not queued */
};

struct reg_heap
{
	struct reg_heap_node *nodes; /* room_n of each */
	uint32_t *order;
	uint32_t room_n, used_n, queued_n;
	uint32_t first_free;
};

/** Empty, in memory for room_n nodes. */
void reg_heap_init(struct reg_heap *h, struct reg_heap_node *nodes,
		uint32_t *order, uint32_t room_n);

/** Go on in larger memory; the old one is the caller's to free. */
void reg_heap_move(struct reg_heap *h, struct reg_heap_node *nodes,
		uint32_t *order, uint32_t room_n);

/** An idle node. @return its number; REG_HEAP_NONE: no room */
uint32_t reg_heap_add(struct reg_heap *h, uint64_t what);

/** Queue a node, or change its date. */
void reg_heap_set(struct reg_heap *h, uint32_t node, int64_t due_ms);

/** Give a node back. */
void reg_heap_free(struct reg_heap *h, uint32_t node);

/**
 * Take the earliest one that is due; it is idle then.
 * @return false: nothing is due
 */
bool reg_heap_take(struct reg_heap *h, int64_t now_ms, uint64_t *what);

/** Whether one is due before that time. */
bool reg_heap_has_before(const struct reg_heap *h, int64_t at_ms);

#endif
