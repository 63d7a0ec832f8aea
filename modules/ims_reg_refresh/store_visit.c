/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how records are looked through and counted. Never changes one.
 */
#define _GNU_SOURCE /* memmem */
#include "store_table.h"

#include <string.h>

#include "../../core/mem/mem.h"

/* All records of a slot in one private copy: [n, record]*; NULL: none, or no
 * memory. Heads are kept, their next pointers mean nothing. */
static uint8_t *copy_slot(struct slot *s, size_t *ret_n)
{
	struct record *r;
	size_t n = 0, size;
	uint8_t *copy = NULL, *at;

	lock_get(&s->lock);
	for(r = s->first; r; r = r->next)
		n += sizeof(*r) + ((r->key_n + r->octets_n + 7u) & ~7u);
	if(n > 0)
		copy = at = pkg_malloc(n);
	for(r = s->first; copy && r; r = r->next) {
		size = sizeof(*r) + r->key_n + r->octets_n;
		memcpy(at, r, size);
		at += sizeof(*r) + ((r->key_n + r->octets_n + 7u) & ~7u);
	}
	lock_release(&s->lock);
	*ret_n = n;
	return copy;
}

bool store_visit(unsigned slot,
		bool (*visit)(
				struct reg_text key, const struct reg_binding *b, void *param),
		void *param)
{
	struct reg_binding b;
	struct record *r;
	uint8_t *copy, *at;
	bool on = true;
	size_t n;

	copy = copy_slot(&store->slots[slot], &n);
	for(at = copy; copy && on && at < copy + n;
			at += sizeof(*r) + ((r->key_n + r->octets_n + 7u) & ~7u)) {
		r = (struct record *)at;
		if(reg_codec_decode(store_octets_of(r), r->octets_n, &b) < 0)
			continue;
		b.id = r->id;
		on = visit(store_key_of(r), &b, param);
	}
	if(copy)
		pkg_free(copy);
	return on;
}

bool store_copy_one(struct record *r, unsigned slot, struct store_one *ret)
{
	memcpy(ret->key_text, r->data, r->key_n);
	memcpy(ret->octets, store_octets_of(r), r->octets_n);
	if(reg_codec_decode(ret->octets, r->octets_n, &ret->b) < 0)
		return false;
	ret->key = (struct reg_text){ret->key_text, r->key_n};
	ret->b.id = r->id;
	ret->b.reach.turn = r->turn;
	ret->what = (uint64_t)slot << 32 | r->id;
	return true;
}

struct record *store_find(struct slot *s, uint64_t what)
{
	struct record *r;

	for(r = s->first; r && r->id != (uint32_t)what; r = r->next)
		;
	return r;
}

bool store_due(enum store_date which, int64_t now_ms, struct store_one *ret)
{
	struct record *r;
	struct slot *s;
	uint64_t what;
	bool found = false;

	while(!found && store_dates_take(which, now_ms, &what)) {
		s = &store->slots[what >> 32];
		lock_get(&s->lock);
		r = store_find(s, what);
		found = r && store_copy_one(r, (unsigned)(what >> 32), ret);
		lock_release(&s->lock);
	}
	return found;
}

bool store_due_before(enum store_date which, int64_t at_ms)
{
	return store_dates_before(which, at_ms);
}

void store_date_again(enum store_date which, uint64_t what, int64_t due_ms)
{
	struct slot *s = &store->slots[what >> 32];
	struct record *r;

	lock_get(&s->lock);
	r = store_find(s, what);
	if(r && r->dates[which] != REG_HEAP_NONE)
		store_dates_set(which, r->dates[which], what, due_ms, false);
	lock_release(&s->lock);
}

/* Whether its octets have the text at all; no need to read the others. */
static bool may_be_of(struct record *r, struct reg_text impi)
{
	return memmem(store_octets_of(r), r->octets_n, impi.s, impi.n) != NULL;
}

/* The next record of the identity in a slot, after the one with this id. */
static bool next_of(unsigned slot, struct reg_text impi, uint32_t *id,
		struct store_one *ret)
{
	struct slot *s = &store->slots[slot];
	bool past = *id == 0, found = false;
	struct record *r;

	lock_get(&s->lock);
	for(r = s->first; r && !found; r = r->next) {
		found = past && may_be_of(r, impi) && store_copy_one(r, slot, ret)
				&& reg_text_eq(ret->b.impi, impi);
		past = past || r->id == *id;
	}
	lock_release(&s->lock);
	if(found)
		*id = ret->b.id;
	return found;
}

void store_visit_impi(struct reg_text impi,
		void (*visit)(const struct store_one *one, void *param), void *param)
{
	static struct store_one one;
	unsigned slot;
	uint32_t id;

	for(slot = 0; slot < store->slots_n; slot++)
		for(id = 0; next_of(slot, impi, &id, &one);)
			visit(&one, param);
}

unsigned store_count(void)
{
	if(!store)
		return 0;
	return (unsigned)(atomic_get(&store->count) - atomic_get(&store->ended_n));
}

unsigned store_suspect_count(void)
{
	return store ? (unsigned)atomic_get(&store->suspect_n) : 0;
}

unsigned store_slots_n(void)
{
	return store->slots_n;
}
