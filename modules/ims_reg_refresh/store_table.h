/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the store's table looks, for store*.c alone.
 */
#ifndef STORE_TABLE_H
#define STORE_TABLE_H

#include "../../core/atomic_ops.h"
#include "../../core/locking.h"

#include "store.h"

/* One allocation a binding: key and record follow the head. */
struct record
{
	struct record *next;
	uint32_t id;
	uint32_t dates[STORE_DATES_N]; /* nodes, or REG_HEAP_NONE */
	bool ended;					   /* only a debt is left of it */
	bool suspect;
	uint32_t turn; /* grows with store_change() */
	uint16_t key_n, octets_n, room;
	uint8_t data[];
};

struct slot
{
	gen_lock_t lock;
	uint32_t changes; /* so many, of any of its records */
	struct record *first;
};

struct store
{
	unsigned slots_n;
	atomic_t count, ended_n, suspect_n;
	atomic_t last_id;
	struct slot slots[];
};

extern struct store *store;

static inline unsigned store_slot_of(struct reg_text key)
{
	return reg_text_hash(key, 0) & (store->slots_n - 1);
}

static inline struct reg_text store_key_of(const struct record *r)
{
	struct reg_text t = {(const char *)r->data, r->key_n};

	return t;
}

static inline uint8_t *store_octets_of(struct record *r)
{
	return r->data + r->key_n;
}

/** In its locked slot; NULL: it is gone. */
struct record *store_find(struct slot *s, uint64_t what);

/** @return false: it cannot be read */
bool store_copy_one(struct record *r, unsigned slot, struct store_one *ret);

/**
 * Write a record into its place in the locked slot; there may be none yet.
 * @return 0, or -ENOMEM: nothing has changed
 */
int store_overwrite(struct record **at, struct reg_text key, uint32_t id,
		const uint8_t *octets, size_t n);

/** A record changed in its locked slot: its dates and our totals follow. */
void store_follow(struct record *r, unsigned slot, struct reg_binding *b);

#endif
