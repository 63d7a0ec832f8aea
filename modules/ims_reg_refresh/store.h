/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What we know of each binding: records in shared memory, keyed by implicit
 * set and binding, a lock a slot, copied in and copied out.
 */
#ifndef STORE_H
#define STORE_H

#include "core/reg_binding.h"
#include "core/reg_codec.h"
#include "store_dates.h"

/** Ends of registrations that the HSS has not heard of; more are let go. */
#define STORE_ENDED_MAX 100000

/** One implicit set as copied out; its texts point into octets. */
struct store_copy
{
	struct reg_set set;
	unsigned slot, loaded_n;
	uint32_t changes; /* of the slot, when it was loaded */
	size_t octets_n, loaded_octets_n;
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
 * Make a copy as it was loaded, if a new one would be the same. What it was
 * loaded with must not have been changed, what was added is dropped.
 * @return false: load it anew
 */
bool store_load_again(struct store_copy *c);

/**
 * Copy a binding in: a new one (id 0) gets an id, a known one is replaced.
 * @return 0; -ENOMEM; -EINVAL: does not fit a record; -ENOSPC: set is full
 */
int store_put(struct reg_text key, struct reg_binding *b);

void store_remove(struct reg_text key, uint32_t id);

/** Every binding of a set. */
void store_remove_all(struct reg_text key);

/** One record as copied out; texts point into octets and key_text. */
struct store_one
{
	struct reg_text key;
	struct reg_binding b;
	uint64_t what; /* its name among dates */
	char key_text[REG_IDENTITY_MAX];
	uint8_t octets[REG_RECORD_MAX];
};

/**
 * Take the record whose date is the earliest that is due. It has no date then,
 * until it is put again, or store_date_again().
 */
bool store_due(enum store_date which, int64_t now_ms, struct store_one *ret);

/** Whether a record's date is before that time. */
bool store_due_before(enum store_date which, int64_t at_ms);

/** If the record is there still, and without a date: look at it then. */
void store_date_again(enum store_date which, uint64_t what, int64_t due_ms);

/**
 * Visit every record of a private identity, with no lock held, in one pass over
 * the whole store. The visitor changes nothing in it.
 */
void store_visit_impi(struct reg_text impi,
		void (*visit)(const struct store_one *one, void *param), void *param);

/** Number of bindings; ends that are only owed are none. */
unsigned store_count(void);

/** Number of bindings that are suspect. */
unsigned store_suspect_count(void);

/** The name of a record, short and good for its life. */
uint64_t store_name(struct reg_text key, uint32_t id);

/**
 * Change numbers and the journal of one record; its other texts stay.
 * @param change  runs with the slot locked; a new journal outlives the call
 * @param ret     the record as it is then
 * @return false: it is gone
 */
bool store_change(uint64_t what,
		void (*change)(struct reg_binding *b, void *param), void *param,
		struct store_one *ret);

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
