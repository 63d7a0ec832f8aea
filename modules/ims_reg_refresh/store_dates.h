/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dates of the store's records, in shared memory; a part of store.c.
 */
#ifndef STORE_DATES_H
#define STORE_DATES_H

#include "core/reg_heap.h"

enum store_date
{
	STORE_EXPIRY, /* a lifetime runs out */
	STORE_OWED,	  /* the HSS is told again */
	STORE_REACH,  /* a UE is probed, or told of as unreachable */
	STORE_DATES_N
};

/** @return 0, or -ENOMEM */
int store_dates_init(void);
void store_dates_destroy(void);

/**
 * Give a record a date.
 * @param node  of this record, or REG_HEAP_NONE: it has none yet
 * @param later_too  false: an earlier date that it has stays, and is looked at
 *                   in its time
 * @return the record's node; REG_HEAP_NONE: no memory
 */
uint32_t store_dates_set(enum store_date which, uint32_t node, uint64_t what,
		int64_t due_ms, bool later_too);

/** A record has no date any more. REG_HEAP_NONE is fine. */
void store_dates_free(enum store_date which, uint32_t node);

/** The earliest that is due. It keeps its node, without a date. */
bool store_dates_take(enum store_date which, int64_t now_ms, uint64_t *what);

/** Whether one is due before that time. */
bool store_dates_before(enum store_date which, int64_t at_ms);

/** How many have a date. */
unsigned store_dates_count(enum store_date which);

#endif
