/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A verdict in words: what an engineer reads at night, line by line.
 */
#include "fixture.h"
#include "reg_explain.h"

#include <string.h>

struct row
{
	const char *name;
	struct reg_entry e;
	const char *line;
};

#define BIT(why) (UINT64_C(1) << REG_WHY_##why)

/* clang-format off */
static const struct row rows[] = {
	{"keep", {.times = 1, .verdict = {.act = REG_ACT_KEEP, .why = REG_WHY_FIRST_HALF,
		.reasons = BIT(FIRST_HALF), .elapsed_s = 100, .lifetime_s = 600,
		.cseq_seen = 2, .cseq_new = 3, .callid_same = true, .lui_left_s = 3500,
		.status = 200, .expires_s = 500}},
		"keep: first-half; 100 of 600 s gone; CSeq 3 after 2, same Call-ID; "
		"HSS due in 3500 s; answered 200, expires 500 s"},
	{"first registration", {.times = 1, .verdict = {.act = REG_ACT_REGISTER, .why = REG_WHY_INITIAL,
		.reasons = BIT(INITIAL), .cseq_new = 2, .sar = 1, .hss_result = 2001,
		.status = 200, .expires_s = 600}},
		"register: initial; CSeq 2; SAR 1, HSS said 2001; answered 200, "
		"expires 600 s"},
	{"several triggers", {.times = 1, .verdict = {.act = REG_ACT_UPDATE, .why = REG_WHY_FORCED,
		.reasons = BIT(FORCED) | BIT(CSEQ_GAP), .elapsed_s = 1,
		.lifetime_s = 600, .cseq_seen = 2, .cseq_new = 8, .callid_same = true,
		.sar = 2, .hss_result = 2001, .status = 200, .expires_s = 600}},
		"update: forced,cseq-gap; 1 of 600 s gone; CSeq 8 after 2, same "
		"Call-ID; SAR 2, HSS said 2001; answered 200, expires 600 s"},
	{"a silent HSS", {.times = 1, .verdict = {.act = REG_ACT_UPDATE, .why = REG_WHY_CALLID_CHANGED,
		.reasons = BIT(CALLID_CHANGED), .elapsed_s = 9, .lifetime_s = 600,
		.cseq_seen = 8, .cseq_new = 1, .sar = 2, .status = 504}},
		"update: callid-changed; 9 of 600 s gone; CSeq 1 after 8, other "
		"Call-ID; SAR 2, no word of the HSS; answered 504"},
	{"challenges", {.times = 1200, .verdict = {.act = REG_ACT_CHALLENGE,
		.why = REG_WHY_NO_CREDENTIAL, .reasons = BIT(NO_CREDENTIAL),
		.cseq_seen = 8, .cseq_new = 1, .unproven = true, .status = 401}},
		"challenge: no-credential, 1200 times in a row (unproven); CSeq 1 "
		"after 8, other Call-ID; answered 401"},
	{"before the challenge", {.times = 1, .verdict = {.act = REG_ACT_CHALLENGE,
		.why = REG_WHY_REAUTH_DUE, .reasons = BIT(REAUTH_DUE), .cseq_new = 1,
		.unproven = true}},
		"challenge: reauth-due (unproven); CSeq 1; HSS asked for credentials"},
	{"never due", {.times = 1, .verdict = {.act = REG_ACT_REJECT, .why = REG_WHY_TOO_BRIEF,
		.reasons = BIT(TOO_BRIEF), .cseq_new = 4, .lui_left_s = UINT32_MAX,
		.status = 423}},
		"reject: too-brief; CSeq 4; answered 423"},
	{"a call", {.times = 1, .kind = REG_ENTRY_CALL,
		.call = {.means = REG_MEANS_INVITE, .stage = REG_STAGE_PROVISIONAL,
			.state = REG_REACH_SUSPECT}},
		"call: INVITE, provisional; suspect"},
	{"messages", {.times = 3, .kind = REG_ENTRY_CALL,
		.call = {.means = REG_MEANS_MESSAGE, .state = REG_REACH_PROVEN}},
		"call: MESSAGE, 3 times in a row; proven"},
	{"a probe", {.times = 1, .kind = REG_ENTRY_CALL,
		.call = {.means = REG_MEANS_PROBE, .state = REG_REACH_UNPROVEN}},
		"probe: OPTIONS; unproven"},
	{"a call of no kind", {.times = 1, .kind = REG_ENTRY_CALL,
		.call = {.means = 0xff, .stage = 0xff, .state = 0xff}},
		"call: ?, ?; ?"},
};
/* clang-format on */

static void line_row(void **state)
{
	const struct row *row = *state;
	char line[REG_EXPLAIN_SIZE];

	reg_explain(&row->e, line);
	assert_string_equal(line, row->line);
}

/* All reasons there are, all numbers at their largest. */
static void the_longest_line_fits(void **state)
{
	struct reg_entry e;
	char line[REG_EXPLAIN_SIZE];

	memset(&e, 0xff, sizeof(e));
	e.verdict.act = REG_ACT_CHALLENGE;
	e.verdict.why = REG_WHY_N - 1;
	e.verdict.callid_same = e.verdict.unproven = true;
	e.verdict.lui_left_s = UINT32_MAX - 1;
	e.verdict.reasons = reg_why_bit(REG_WHY_N) - 1;
	reg_explain(&e, line);
	assert_non_null(strstr(line, ", expires 4294967295 s"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(the_longest_line_fits),
	};
	static struct CMUnitTest table[COUNT_OF(rows)];

	fixture_rows(table, line_row, rows, COUNT_OF(rows), sizeof(rows[0]));
	return cmocka_run_group_tests(tests, NULL, NULL)
		   + cmocka_run_group_tests_name("lines", table, NULL, NULL);
}
