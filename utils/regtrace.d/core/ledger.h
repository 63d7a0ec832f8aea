/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of every implicit set and every private identity so far.
 * Bindings are kept as records of the core's codec.
 */
#ifndef LEDGER_H
#define LEDGER_H

#include "core/reg_codec.h"
#include "core/reg_loop.h"

struct ledger_record
{
	uint16_t n;
	uint8_t octets[];
};

/** One implicit set. */
struct ledger_set
{
	struct ledger_record *records[REG_BINDINGS_MAX];
	unsigned n;
};

/** One private identity. */
struct ledger_user
{
	uint64_t waiting; /* hash of the Call-ID challenged last; 0: none */
	uint32_t failures_n, resyncs_n;
	struct reg_loop loop;
};

struct ledger
{
	struct ledger_set *sets;
	struct ledger_user *users;
	uint32_t sets_n, users_n;
};

/** Make room for the numbers. @return 0; -ENOMEM */
int ledger_reach(struct ledger *l, uint32_t set, uint32_t user);

/** The bindings of a set; texts are views into the ledger until it is saved. */
void ledger_load(const struct ledger_set *s, struct reg_set *ret);

/** Keep the bindings but for the removed ones (changes may be NULL).
 *  @return 0; -ENOMEM; -ENOSPC: more than a set may have */
int ledger_save(
		struct ledger_set *s, const struct reg_set *set, const bool *removed);

void ledger_clear(struct ledger_set *s);
void ledger_free(struct ledger *l);

#endif
