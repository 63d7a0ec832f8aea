/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how a few facts of one record change. Never adds or removes one.
 */
#include "store_table.h"

/* @return the record's place, or the end of the chain */
static struct record **find(struct slot *s, uint64_t what)
{
	struct record **at;

	for(at = &s->first; *at && (*at)->id != (uint32_t)what; at = &(*at)->next)
		;
	return at;
}

static bool rewrite(struct record **at, const struct store_one *one)
{
	uint8_t octets[REG_RECORD_MAX];
	int n = reg_codec_encode(&one->b, octets, sizeof(octets));

	return n > 0
		   && store_overwrite(at, one->key, one->b.id, octets, (size_t)n) == 0;
}

bool store_change(uint64_t what,
		void (*change)(struct reg_binding *b, void *param), void *param,
		struct store_one *ret)
{
	unsigned slot = (unsigned)(what >> 32);
	struct slot *s = &store->slots[slot];
	struct record **at;
	bool found;

	lock_get(&s->lock);
	at = find(s, what);
	found = *at && store_copy_one(*at, slot, ret);
	if(found) {
		change(&ret->b, param);
		found = rewrite(at, ret);
	}
	if(found)
		store_follow(*at, slot, &ret->b);
	s->changes++;
	lock_release(&s->lock);
	return found;
}
