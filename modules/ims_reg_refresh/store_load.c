/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how a set is copied out. Never changes a record.
 */
#include "store_table.h"

#include <string.h>

static void copy_out(struct record *r, struct store_copy *c)
{
	struct reg_binding *b = &c->set.b[c->set.n];
	uint8_t *dst = c->octets + c->octets_n;

	if(c->set.n == REG_BINDINGS_MAX)
		return;
	memcpy(dst, store_octets_of(r), r->octets_n);
	if(reg_codec_decode(dst, r->octets_n, b) < 0)
		return;
	b->id = r->id;
	b->reach.turn = r->turn;
	c->octets_n += r->octets_n;
	c->set.n++;
}

void store_load(struct reg_text key, struct store_copy *ret)
{
	struct slot *s;
	struct record *r;

	ret->slot = store_slot_of(key);
	ret->set.n = 0;
	ret->octets_n = 0;
	s = &store->slots[ret->slot];
	lock_get(&s->lock);
	for(r = s->first; r; r = r->next)
		if(reg_text_eq(store_key_of(r), key))
			copy_out(r, ret);
	ret->changes = s->changes;
	lock_release(&s->lock);
	ret->loaded_n = ret->set.n;
	ret->loaded_octets_n = ret->octets_n;
}

bool store_load_again(struct store_copy *c)
{
	const struct slot *s = &store->slots[c->slot];

	if(__atomic_load_n(&s->changes, __ATOMIC_ACQUIRE) != c->changes)
		return false;
	c->set.n = c->loaded_n;
	c->octets_n = c->loaded_octets_n;
	return true;
}
