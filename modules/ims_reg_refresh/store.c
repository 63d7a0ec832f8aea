/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows where facts are kept. Never looks into usrloc, never decides.
 */
#include "store.h"

#include <errno.h>
#include <string.h>

#include "../../core/locking.h"
#include "../../core/atomic_ops.h"
#include "../../core/mem/mem.h"
#include "../../core/mem/shm_mem.h"

/* One allocation a binding: key and record follow the head. */
struct record
{
	struct record *next;
	uint32_t id;
	uint16_t key_n, octets_n, room;
	uint8_t data[];
};

struct slot
{
	gen_lock_t lock;
	struct record *first;
};

struct store
{
	unsigned slots_n;
	atomic_t count;
	atomic_t last_id;
	struct slot slots[];
};

static struct store *store;

int store_init(unsigned exponent)
{
	unsigned i, n = 1u << exponent;

	store = shm_malloc(sizeof(*store) + n * sizeof(struct slot));
	if(!store)
		return -ENOMEM;
	memset(store, 0, sizeof(*store) + n * sizeof(struct slot));
	store->slots_n = n;
	for(i = 0; i < n; i++)
		lock_init(&store->slots[i].lock);
	return 0;
}

void store_destroy(void)
{
	struct record *r, *next;
	unsigned i;

	if(!store)
		return;
	for(i = 0; i < store->slots_n; i++) {
		for(r = store->slots[i].first; r; r = next) {
			next = r->next;
			shm_free(r);
		}
		lock_destroy(&store->slots[i].lock);
	}
	shm_free(store);
	store = NULL;
}

static struct slot *slot_of(struct reg_text key)
{
	return &store->slots[reg_text_hash(key, 0) & (store->slots_n - 1)];
}

static struct reg_text key_of(const struct record *r)
{
	struct reg_text t = {(const char *)r->data, r->key_n};

	return t;
}

static uint8_t *octets_of(struct record *r)
{
	return r->data + r->key_n;
}

static void copy_out(struct record *r, struct store_copy *c)
{
	struct reg_binding *b = &c->set.b[c->set.n];
	uint8_t *dst = c->octets + c->octets_n;

	if(c->set.n == REG_BINDINGS_MAX)
		return;
	memcpy(dst, octets_of(r), r->octets_n);
	if(reg_codec_decode(dst, r->octets_n, b) < 0)
		return;
	b->id = r->id;
	c->octets_n += r->octets_n;
	c->set.n++;
}

void store_load(struct reg_text key, struct store_copy *ret)
{
	struct slot *s = slot_of(key);
	struct record *r;

	ret->set.n = 0;
	ret->octets_n = 0;
	lock_get(&s->lock);
	for(r = s->first; r; r = r->next)
		if(reg_text_eq(key_of(r), key))
			copy_out(r, ret);
	lock_release(&s->lock);
}

/* The link that points at the record, or at the end of the chain. */
static struct record **find(struct slot *s, struct reg_text key, uint32_t id)
{
	struct record **at;

	for(at = &s->first; *at; at = &(*at)->next)
		if((*at)->id == id && reg_text_eq(key_of(*at), key))
			break;
	return at;
}

static struct record *record_new(
		struct reg_text key, uint32_t id, const uint8_t *octets, size_t n)
{
	size_t room = (n + 31) & ~(size_t)31; /* so that most refreshes fit */
	struct record *r = shm_malloc(sizeof(*r) + key.n + room);

	if(!r)
		return NULL;
	r->next = NULL;
	r->id = id;
	r->key_n = (uint16_t)key.n;
	r->octets_n = (uint16_t)n;
	r->room = (uint16_t)room;
	memcpy(r->data, key.s, key.n);
	memcpy(octets_of(r), octets, n);
	return r;
}

/* Write into *at, which is the record's place; the old one is freed. */
static int overwrite(struct record **at, struct reg_text key, uint32_t id,
		const uint8_t *octets, size_t n)
{
	struct record *r = *at, *fresh;

	if(r && r->room >= n) {
		memcpy(octets_of(r), octets, n);
		r->octets_n = (uint16_t)n;
		return 0;
	}
	fresh = record_new(key, id, octets, n);
	if(!fresh)
		return -ENOMEM;
	if(r) {
		fresh->next = r->next;
		shm_free(r);
	} else {
		atomic_inc(&store->count);
	}
	*at = fresh;
	return 0;
}

static unsigned count_of(const struct slot *s, struct reg_text key)
{
	const struct record *r;
	unsigned n = 0;

	for(r = s->first; r; r = r->next)
		n += reg_text_eq(key_of(r), key);
	return n;
}

int store_put(struct reg_text key, struct reg_binding *b)
{
	uint8_t octets[REG_RECORD_MAX];
	struct slot *s = slot_of(key);
	uint32_t id = b->id;
	int n, rc;

	if(key.n > REG_IDENTITY_MAX)
		return -EINVAL;
	n = reg_codec_encode(b, octets, sizeof(octets));
	if(n < 0)
		return n;
	if(id == 0)
		id = (uint32_t)atomic_add(&store->last_id, 1);
	lock_get(&s->lock);
	if(b->id == 0 && count_of(s, key) >= REG_BINDINGS_MAX)
		rc = -ENOSPC;
	else
		rc = overwrite(find(s, key, id), key, id, octets, (size_t)n);
	lock_release(&s->lock);
	if(rc == 0)
		b->id = id;
	return rc;
}

void store_remove(struct reg_text key, uint32_t id)
{
	struct slot *s = slot_of(key);
	struct record **at, *r;

	lock_get(&s->lock);
	at = find(s, key, id);
	r = *at;
	if(r) {
		*at = r->next;
		atomic_dec(&store->count);
	}
	lock_release(&s->lock);
	if(r)
		shm_free(r);
}

void store_remove_all(struct reg_text key)
{
	struct slot *s = slot_of(key);
	struct record **at, *r;

	lock_get(&s->lock);
	for(at = &s->first; (r = *at);) {
		if(!reg_text_eq(key_of(r), key)) {
			at = &r->next;
			continue;
		}
		*at = r->next;
		atomic_dec(&store->count);
		shm_free(r);
	}
	lock_release(&s->lock);
}

unsigned store_count(void)
{
	return store ? (unsigned)atomic_get(&store->count) : 0;
}

unsigned store_slots_n(void)
{
	return store->slots_n;
}

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
		if(reg_codec_decode(octets_of(r), r->octets_n, &b) < 0)
			continue;
		b.id = r->id;
		on = visit(key_of(r), &b, param);
	}
	if(copy)
		pkg_free(copy);
	return on;
}
