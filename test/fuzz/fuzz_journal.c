/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Journals from disk and from peers: whatever the octets are, reading ends, a
 * verdict or a call can be added, and it is the first to be read.
 */
#include "reg_explain.h"

#include <stdlib.h>
#include <string.h>

#define KEPT 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check(bool holds)
{
	if(!holds)
		abort();
}

/* How many verdicts; each has its line. */
static unsigned count(struct reg_text journal)
{
	char line[REG_EXPLAIN_SIZE];
	struct reg_entry e;
	unsigned n;

	for(n = 0; reg_journal_next(&journal, &e); n++) {
		reg_explain(&e, line);
		check(strlen(line) < sizeof(line));
	}
	return n;
}

static void check_added(struct reg_text journal, bool unproven)
{
	struct reg_trace t = {.at_ms = 1000,
			.act = REG_ACT_CHALLENGE,
			.why = REG_WHY_RESYNC,
			.reasons = UINT64_C(1) << REG_WHY_RESYNC,
			.status = 401,
			.unproven = unproven};
	uint8_t octets[REG_JOURNAL_ROOM];
	unsigned before_n = count(journal);
	struct reg_entry e;

	journal = reg_journal_add(journal, &t, KEPT, octets);
	check(journal.n <= REG_JOURNAL_MAX);
	check(count(journal) <= KEPT && count(journal) <= before_n + 1);
	check(reg_journal_next(&journal, &e));
	check(e.verdict.status == 401 && e.verdict.unproven == unproven);
}

static void check_call_added(struct reg_text journal)
{
	struct reg_call_end c = {.at_ms = 1000, .means = REG_MEANS_PROBE};
	uint8_t octets[REG_JOURNAL_ROOM];
	unsigned before_n = count(journal);
	struct reg_entry e;

	journal = reg_journal_add_call(journal, &c, KEPT, octets);
	check(journal.n <= REG_JOURNAL_MAX);
	check(count(journal) <= KEPT && count(journal) <= before_n + 1);
	check(reg_journal_next(&journal, &e) && e.kind == REG_ENTRY_CALL);
	check(e.call.means == REG_MEANS_PROBE && e.call.at_ms == 1000);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct reg_text journal = {(const char *)data, n};

	if(n > REG_JOURNAL_MAX)
		return 0;
	check_added(journal, true);
	check_added(journal, false);
	check_call_added(journal);
	return 0;
}
