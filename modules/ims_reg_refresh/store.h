/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What we know of each binding: records in shared memory, keyed by implicit
 * set and binding, a lock a slot, copied in and copied out.
 */
#ifndef STORE_H
#define STORE_H

#include "core/reg_binding.h"
#include "core/reg_codec.h"

/** One implicit set as copied out; its texts point into octets. */
struct store_copy
{
	struct reg_set set;
	size_t octets_n;
	uint8_t octets[REG_BINDINGS_MAX * REG_RECORD_MAX];
};

/** @param exponent  2^exponent slots. @return 0, or -ENOMEM */
int store_init(unsigned exponent);
void store_destroy(void);

/**
 * Copy the bindings of a set out (none is not an error).
 * @param key  the set's key: its default public identity
 */
void store_load(struct reg_text key, struct store_copy *ret);

/**
 * Copy a binding in: a new one (id 0) gets an id, a known one is replaced.
 * @return 0; -ENOMEM; -EINVAL: does not fit a record; -ENOSPC: set is full
 */
int store_put(struct reg_text key, struct reg_binding *b);

void store_remove(struct reg_text key, uint32_t id);

/** Every binding of a set. */
void store_remove_all(struct reg_text key);

/** Number of bindings. */
unsigned store_count(void);

unsigned store_slots_n(void);

/**
 * Visit a copy of every record of one slot, with no lock held.
 * @param visit  returns false to stop
 * @return false: stopped
 */
bool store_visit(unsigned slot,
		bool (*visit)(
				struct reg_text key, const struct reg_binding *b, void *param),
		void *param);

#endif
