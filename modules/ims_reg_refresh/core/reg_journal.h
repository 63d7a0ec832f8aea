/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The journal of a binding: its last verdicts and what became of calls to it,
 * newest first, in a few octets each, as they stand at the end of its record
 * (reg_codec.h).
 *
 * An entry is its length in one octet (itself included), its kind in one, and
 * what the kind wants. To add a kind, give it a number that was never used,
 * write it with its length in front, and read it in reg_journal_next(); who does
 * not know a kind passes over it.
 *
 * Entries that change nothing and say the same as the one before are one entry
 * with a count. Calls and verdicts that nobody proved fill half of a journal at
 * the most, together: neither forged REGISTERs nor a busy phone, however many
 * come, drive out more of what was decided.
 */
#ifndef REG_JOURNAL_H
#define REG_JOURNAL_H

#include "reg_binding.h"
#include "reg_ladder.h"

#define REG_JOURNAL_ENTRIES_MAX 32

/** Octets of the longest verdict. */
#define REG_ENTRY_MAX 72

/** What a journal is written into. */
#define REG_JOURNAL_ROOM (REG_JOURNAL_MAX + REG_ENTRY_MAX)

enum reg_entry_kind
{
	REG_ENTRY_VERDICT = 1,
	REG_ENTRY_CALL = 2,
};

/** What became of a request to the UE. */
struct reg_call_end
{
	int64_t at_ms;
	uint8_t means; /* enum reg_means; probe: it was our own */
	uint8_t stage; /* enum reg_stage; none: it was no INVITE */
	uint8_t state; /* enum reg_reach_state that it led to */
};

struct reg_entry
{
	uint32_t times; /* it happened, 1 or more; the values are the last ones */
	struct reg_trace verdict; /* its time is to the second */
	struct reg_call_end call; /* likewise, if that is the kind */
	uint8_t kind;			  /* enum reg_entry_kind */
};

/**
 * A journal with one more verdict, the oldest ones given up for it. The verdict
 * of an unproven REGISTER is not taken in where half of n_max is nothing.
 * @param journal  REG_JOURNAL_MAX octets at the most
 * @param t        act none: nothing to add
 * @param n_max    entries; 0: no journal is kept
 * @param dst      REG_JOURNAL_ROOM octets
 * @return a view of dst or of journal
 */
struct reg_text reg_journal_add(struct reg_text journal,
		const struct reg_trace *t, unsigned n_max, uint8_t *dst);

/** A journal with what became of one more call; else as reg_journal_add(). */
struct reg_text reg_journal_add_call(struct reg_text journal,
		const struct reg_call_end *c, unsigned n_max, uint8_t *dst);

/**
 * Take the newest entry off the front. Octets that are no journal are an
 * empty one.
 * @param at  what is left to read
 * @return false: no more
 */
bool reg_journal_next(struct reg_text *at, struct reg_entry *ret);

/** The newest verdict; act none: there is none. */
struct reg_entry reg_journal_newest(struct reg_text journal);

#endif
