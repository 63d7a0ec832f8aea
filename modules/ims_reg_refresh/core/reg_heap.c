/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the order of dates. Never knows what they are for.
 */
#include "reg_heap.h"

#include <string.h>

void reg_heap_init(struct reg_heap *h, struct reg_heap_node *nodes,
		uint32_t *order, uint32_t room_n)
{
	h->nodes = nodes;
	h->order = order;
	h->room_n = room_n;
	h->used_n = h->queued_n = 0;
	h->first_free = REG_HEAP_NONE;
}

void reg_heap_move(struct reg_heap *h, struct reg_heap_node *nodes,
		uint32_t *order, uint32_t room_n)
{
	if(h->used_n > 0)
		memcpy(nodes, h->nodes, h->used_n * sizeof(*nodes));
	if(h->queued_n > 0)
		memcpy(order, h->order, h->queued_n * sizeof(*order));
	h->nodes = nodes;
	h->order = order;
	h->room_n = room_n;
}

static int64_t due(const struct reg_heap *h, uint32_t at)
{
	return h->nodes[h->order[at]].due_ms;
}

static void put(struct reg_heap *h, uint32_t at, uint32_t node)
{
	h->order[at] = node;
	h->nodes[node].at = at;
}

static void swap(struct reg_heap *h, uint32_t a, uint32_t b)
{
	uint32_t node = h->order[a];

	put(h, a, h->order[b]);
	put(h, b, node);
}

static uint32_t rise(struct reg_heap *h, uint32_t at)
{
	uint32_t above;

	for(; at > 0; at = above) {
		above = (at - 1) / 2;
		if(due(h, above) <= due(h, at))
			break;
		swap(h, above, at);
	}
	return at;
}

static void sink(struct reg_heap *h, uint32_t at)
{
	uint32_t below;

	while((below = 2 * at + 1) < h->queued_n) {
		if(below + 1 < h->queued_n && due(h, below + 1) < due(h, below))
			below++;
		if(due(h, at) <= due(h, below))
			break;
		swap(h, at, below);
		at = below;
	}
}

static void leave(struct reg_heap *h, uint32_t node)
{
	uint32_t at = h->nodes[node].at;

	if(at == REG_HEAP_NONE)
		return;
	h->queued_n--;
	if(at < h->queued_n) {
		put(h, at, h->order[h->queued_n]);
		sink(h, rise(h, at));
	}
	h->nodes[node].at = REG_HEAP_NONE;
}

uint32_t reg_heap_add(struct reg_heap *h, uint64_t what)
{
	uint32_t node = h->first_free;

	if(node != REG_HEAP_NONE)
		h->first_free = (uint32_t)h->nodes[node].what;
	else if(h->used_n < h->room_n)
		node = h->used_n++;
	else
		return REG_HEAP_NONE;
	h->nodes[node].what = what;
	h->nodes[node].due_ms = 0;
	h->nodes[node].at = REG_HEAP_NONE;
	return node;
}

void reg_heap_set(struct reg_heap *h, uint32_t node, int64_t due_ms)
{
	if(h->nodes[node].at == REG_HEAP_NONE)
		put(h, h->queued_n++, node);
	h->nodes[node].due_ms = due_ms;
	sink(h, rise(h, h->nodes[node].at));
}

void reg_heap_free(struct reg_heap *h, uint32_t node)
{
	leave(h, node);
	h->nodes[node].what = h->first_free;
	h->first_free = node;
}

bool reg_heap_take(struct reg_heap *h, int64_t now_ms, uint64_t *what)
{
	uint32_t node;

	if(h->queued_n == 0 || due(h, 0) > now_ms)
		return false;
	node = h->order[0];
	leave(h, node);
	*what = h->nodes[node].what;
	return true;
}

bool reg_heap_has_before(const struct reg_heap *h, int64_t at_ms)
{
	return h->queued_n > 0 && due(h, 0) < at_ms;
}
