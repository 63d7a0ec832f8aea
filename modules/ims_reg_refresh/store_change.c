/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how a few facts of one record change. Never adds or removes one.
 */
#include "store_table.h"

#include <string.h>

/* Numbers have a fixed size: a record of the same texts is as long. */
static bool rewrite(struct record *r, const struct reg_binding *b)
{
	uint8_t octets[REG_RECORD_MAX];

	if(reg_codec_encode(b, octets, sizeof(octets)) != r->octets_n)
		return false;
	memcpy(store_octets_of(r), octets, r->octets_n);
	return true;
}

bool store_change(uint64_t what,
		void (*change)(struct reg_binding *b, void *param), void *param,
		struct store_one *ret)
{
	unsigned slot = (unsigned)(what >> 32);
	struct slot *s = &store->slots[slot];
	struct record *r;
	bool found;

	lock_get(&s->lock);
	r = store_find(s, what);
	found = r && store_copy_one(r, slot, ret);
	if(found) {
		change(&ret->b, param);
		found = rewrite(r, &ret->b);
	}
	if(found)
		store_follow(r, slot, &ret->b);
	lock_release(&s->lock);
	return found;
}
