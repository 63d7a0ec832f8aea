/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The journal: what goes in comes out newest first, so many and no more; what
 * nobody proved never drives out what happened; damage is the end of it.
 */
#include "fixture.h"
#include "reg_journal.h"

#include <string.h>

/* A journal that grows from add to add. */
struct book
{
	uint8_t octets[2][REG_JOURNAL_ROOM];
	unsigned side, n_max;
	struct reg_text journal;
};

static void add(struct book *k, struct reg_trace t)
{
	k->side = !k->side;
	k->journal = reg_journal_add(k->journal, &t, k->n_max, k->octets[k->side]);
	assert_true(k->journal.n <= REG_JOURNAL_MAX);
}

static struct reg_trace trace(enum reg_act act, enum reg_why why, uint32_t at_s)
{
	return (struct reg_trace){.at_ms = SECONDS(at_s),
			.act = (uint8_t)act,
			.why = (uint8_t)why,
			.reasons = reg_why_bit(why),
			.status = 200,
			.cseq_new = at_s};
}

static struct reg_trace kept(uint32_t at_s)
{
	return trace(REG_ACT_KEEP, REG_WHY_FIRST_HALF, at_s);
}

static struct reg_trace forged(enum reg_why why, uint32_t at_s)
{
	struct reg_trace t = trace(REG_ACT_CHALLENGE, why, at_s);

	t.unproven = true;
	t.status = 401;
	return t;
}

static void add_call(struct book *k, enum reg_means means, enum reg_stage stage,
		uint32_t at_s)
{
	struct reg_call_end c = {.at_ms = SECONDS(at_s),
			.means = (uint8_t)means,
			.stage = (uint8_t)stage,
			.state = REG_REACH_PROVEN};

	k->side = !k->side;
	k->journal =
			reg_journal_add_call(k->journal, &c, k->n_max, k->octets[k->side]);
	assert_true(k->journal.n <= REG_JOURNAL_MAX);
}

static unsigned read_all(struct reg_text journal, struct reg_entry *ret)
{
	unsigned n = 0;

	while(reg_journal_next(&journal, &ret[n]))
		assert_true(++n <= REG_JOURNAL_ENTRIES_MAX);
	return n;
}

static void assert_same(const struct reg_trace *a, const struct reg_trace *b)
{
	assert_int_equal(a->at_ms / 1000, b->at_ms / 1000);
	assert_int_equal(a->act, b->act);
	assert_int_equal(a->why, b->why);
	assert_int_equal(a->reasons, b->reasons);
	assert_int_equal(a->status, b->status);
	assert_int_equal(a->sar, b->sar);
	assert_int_equal(a->hss_result, b->hss_result);
	assert_int_equal(a->elapsed_s, b->elapsed_s);
	assert_int_equal(a->lifetime_s, b->lifetime_s);
	assert_int_equal(a->cseq_seen, b->cseq_seen);
	assert_int_equal(a->cseq_new, b->cseq_new);
	assert_int_equal(a->lui_left_s, b->lui_left_s);
	assert_int_equal(a->expires_s, b->expires_s);
	assert_int_equal(a->callid_same, b->callid_same);
	assert_int_equal(a->unproven, b->unproven);
}

struct value
{
	const char *name;
	struct reg_trace t;
	size_t octets_n; /* at most */
};

#define ALL_REASONS ((UINT64_C(1) << REG_WHY_N) - 1)

/* clang-format off */
static const struct value values[] = {
	{"a local refresh", {.at_ms = 1763724000999, .act = REG_ACT_KEEP,
		.why = REG_WHY_FIRST_HALF, .reasons = 1u << REG_WHY_FIRST_HALF,
		.status = 200, .elapsed_s = 1000, .lifetime_s = 3600, .cseq_seen = 99,
		.cseq_new = 100, .lui_left_s = 80000, .expires_s = 2600,
		.callid_same = true}, 21},
	{"an update by several triggers", {.at_ms = 1763724000000,
		.act = REG_ACT_UPDATE, .why = REG_WHY_CSEQ_GAP,
		.reasons = 1u << REG_WHY_CSEQ_GAP | 1u << REG_WHY_HSS_OWED,
		.status = 200, .elapsed_s = 10, .lifetime_s = 600, .cseq_seen = 300,
		.cseq_new = 302, .lui_left_s = 0, .expires_s = 600, .sar = 2,
		.hss_result = 2001, .callid_same = true}, 32},
	{"a refusal", {.at_ms = 1763724000000, .act = REG_ACT_REJECT,
		.why = REG_WHY_TOO_BRIEF, .reasons = 1u << REG_WHY_TOO_BRIEF,
		.status = 423, .cseq_new = 1}, 32},
	{"a challenge", {.at_ms = 1763724000000, .act = REG_ACT_CHALLENGE,
		.why = REG_WHY_NO_CREDENTIAL, .reasons = 1u << REG_WHY_NO_CREDENTIAL,
		.status = 401, .unproven = true}, 32},
	{"the largest values", {.at_ms = SECONDS(UINT32_MAX),
		.act = REG_ACT_N - 1, .why = REG_WHY_N - 1, .reasons = ALL_REASONS,
		.status = UINT16_MAX, .sar = UINT32_MAX, .hss_result = UINT32_MAX,
		.elapsed_s = UINT32_MAX, .lifetime_s = UINT32_MAX,
		.cseq_seen = UINT32_MAX, .cseq_new = UINT32_MAX,
		.lui_left_s = UINT32_MAX, .expires_s = UINT32_MAX, .callid_same = true,
		.unproven = true}, REG_ENTRY_MAX},
};
/* clang-format on */

static void value_row(void **state)
{
	const struct value *row = *state;
	struct book k = {.n_max = 8};
	struct reg_entry got[2];

	add(&k, row->t);
	assert_true(k.journal.n <= row->octets_n);
	assert_int_equal(read_all(k.journal, got), 1);
	assert_int_equal(got[0].times, 1);
	assert_same(&got[0].verdict, &row->t);
}

static void newest_comes_first_and_the_oldest_goes(void **state)
{
	struct reg_entry got[REG_JOURNAL_ENTRIES_MAX + 1];
	struct book k = {.n_max = 8};
	uint32_t at_s;

	for(at_s = 1; at_s <= 20; at_s++) {
		add(&k, kept(at_s));
		assert_int_equal(read_all(k.journal, got), at_s < 8 ? at_s : 8);
		assert_int_equal(got[0].verdict.cseq_new, at_s);
	}
	assert_int_equal(got[7].verdict.cseq_new, 13);
}

static void as_many_as_may_be_kept(void **state)
{
	static const unsigned sizes[] = {1, 2, 3, REG_JOURNAL_ENTRIES_MAX};
	struct reg_entry got[REG_JOURNAL_ENTRIES_MAX + 1];
	uint32_t at_s;
	unsigned i;

	for(i = 0; i < COUNT_OF(sizes); i++) {
		struct book k = {.n_max = sizes[i]};

		for(at_s = 0; at_s < 40; at_s++)
			add(&k, kept(at_s));
		assert_int_equal(read_all(k.journal, got), sizes[i]);
	}
}

static void none_is_none(void **state)
{
	struct book k = {.n_max = 8};

	add(&k, kept(1));
	k.n_max = 0;
	add(&k, kept(2));
	assert_int_equal(k.journal.n, 0);
}

static void fewer_are_kept_than_there_are(void **state)
{
	struct reg_entry got[REG_JOURNAL_ENTRIES_MAX + 1];
	struct book k = {.n_max = 8};
	uint32_t at_s;

	for(at_s = 0; at_s < 8; at_s++)
		add(&k, kept(at_s));
	k.n_max = 3;
	add(&k, kept(9));
	assert_int_equal(read_all(k.journal, got), 3);
	assert_int_equal(got[0].verdict.cseq_new, 9);
	assert_int_equal(got[2].verdict.cseq_new, 6);
}

static void nothing_to_add_changes_nothing(void **state)
{
	struct book k = {.n_max = 8};
	struct reg_text was;

	add(&k, kept(1));
	was = k.journal;
	add(&k, (struct reg_trace){0});
	assert_ptr_equal(k.journal.s, was.s);
	assert_int_equal(k.journal.n, was.n);
}

static void the_longest_entries_stay_within_the_bound(void **state)
{
	struct reg_entry got[REG_JOURNAL_ENTRIES_MAX + 1];
	struct reg_trace t = values[COUNT_OF(values) - 1].t;
	struct book k = {.n_max = REG_JOURNAL_ENTRIES_MAX};
	unsigned i;

	t.act = REG_ACT_UPDATE;
	t.unproven = false;
	for(i = 0; i < 40; i++)
		add(&k, t);
	i = read_all(k.journal, got);
	assert_true(i >= REG_JOURNAL_MAX / REG_ENTRY_MAX);
	assert_same(&got[i - 1].verdict, &t);
}

struct again
{
	const char *name;
	enum reg_act act[2];
	enum reg_why why[2];
	bool unproven[2];
	bool counted; /* one entry, twice */
};

/* clang-format off */
#define ACT(a, b) {REG_ACT_##a, REG_ACT_##b}
#define WHY(a, b) {REG_WHY_##a, REG_WHY_##b}
static const struct again agains[] = {
	{"two refreshes are two", ACT(KEEP, KEEP), WHY(FIRST_HALF, FIRST_HALF), {0, 0}, false},
	{"two updates are two", ACT(UPDATE, UPDATE), WHY(FORCED, FORCED), {0, 0}, false},
	{"two retransmissions", ACT(REPEAT, REPEAT), WHY(RETRANSMISSION, RETRANSMISSION), {0, 0}, true},
	{"two refusals", ACT(REJECT, REJECT), WHY(TOO_BRIEF, TOO_BRIEF), {0, 0}, true},
	{"two challenges", ACT(CHALLENGE, CHALLENGE), WHY(NO_CREDENTIAL, NO_CREDENTIAL), {1, 1}, true},
	{"refusals for two reasons", ACT(REJECT, REJECT), WHY(TOO_BRIEF, OUT_OF_ORDER), {0, 0}, false},
	{"a refusal, a repetition", ACT(REJECT, REPEAT), WHY(OUT_OF_ORDER, OUT_OF_ORDER), {0, 0}, false},
	{"one is proven, the other not", ACT(REJECT, REJECT), WHY(HSS_SILENT, HSS_SILENT), {0, 1}, false},
};
/* clang-format on */

static void again_row(void **state)
{
	const struct again *row = *state;
	struct reg_entry got[3];
	struct book k = {.n_max = 8};
	struct reg_trace t;
	uint32_t i;

	for(i = 0; i < 2; i++) {
		t = trace(row->act[i], row->why[i], i + 1);
		t.unproven = row->unproven[i];
		add(&k, t);
	}
	assert_int_equal(read_all(k.journal, got), row->counted ? 1 : 2);
	assert_int_equal(got[0].times, row->counted ? 2 : 1);
	assert_int_equal(got[0].verdict.cseq_new, 2); /* the last one's values */
}

static void a_count_ends_with_what_comes_between(void **state)
{
	struct reg_entry got[4];
	struct book k = {.n_max = 8};

	add(&k, forged(REG_WHY_NO_CREDENTIAL, 1));
	add(&k, kept(2));
	add(&k, forged(REG_WHY_NO_CREDENTIAL, 3));
	assert_int_equal(read_all(k.journal, got), 3);
	assert_int_equal(got[0].times, 1);
	assert_int_equal(got[2].times, 1);
}

/* Whatever is forged, in whatever order: half of the story stays. */
static void no_flood_drives_out_the_story(void **state)
{
	static const enum reg_why whys[] = {REG_WHY_NO_CREDENTIAL,
			REG_WHY_NONCE_UNKNOWN, REG_WHY_RESPONSE_WRONG, REG_WHY_RESYNC,
			REG_WHY_CHALLENGE_LOOP, REG_WHY_STALE_NONCE};
	struct reg_entry got[REG_JOURNAL_ENTRIES_MAX + 1];
	struct book k = {.n_max = 8};
	unsigned i, proven_n = 0;
	uint32_t at_s;

	for(at_s = 1; at_s <= 8; at_s++)
		add(&k, kept(at_s));
	for(; at_s < 10000; at_s++)
		add(&k, forged(whys[at_s % COUNT_OF(whys)], at_s));
	assert_int_equal(read_all(k.journal, got), 8);
	for(i = 0; i < 8; i++)
		if(!got[i].verdict.unproven)
			assert_int_equal(got[i].verdict.cseq_new, 8 - proven_n++);
	assert_int_equal(proven_n, 4);
	assert_int_equal(got[0].verdict.cseq_new, 9999);
}

static void a_call_stands_among_the_verdicts(void **state)
{
	struct reg_entry got[4];
	struct book k = {.n_max = 8};

	add(&k, kept(1));
	add_call(&k, REG_MEANS_INVITE, REG_STAGE_NO_PRACK, 2);
	assert_true(k.journal.n <= 15 + 10);
	add(&k, kept(3));
	assert_int_equal(read_all(k.journal, got), 3);
	assert_int_equal(got[0].kind, REG_ENTRY_VERDICT);
	assert_int_equal(got[1].kind, REG_ENTRY_CALL);
	assert_int_equal(got[1].times, 1);
	assert_int_equal(got[1].call.at_ms, SECONDS(2));
	assert_int_equal(got[1].call.means, REG_MEANS_INVITE);
	assert_int_equal(got[1].call.stage, REG_STAGE_NO_PRACK);
	assert_int_equal(got[1].call.state, REG_REACH_PROVEN);
}

static void equal_calls_are_counted(void **state)
{
	struct reg_entry got[4];
	struct book k = {.n_max = 8};
	uint32_t at_s;

	for(at_s = 1; at_s <= 300; at_s++)
		add_call(&k, REG_MEANS_MESSAGE, REG_STAGE_NONE, at_s);
	assert_int_equal(read_all(k.journal, got), 1);
	assert_int_equal(got[0].times, 300);
	assert_int_equal(got[0].call.at_ms, SECONDS(300));
	add_call(&k, REG_MEANS_PROBE, REG_STAGE_NONE, at_s);
	add_call(&k, REG_MEANS_MESSAGE, REG_STAGE_NONE, at_s);
	assert_int_equal(read_all(k.journal, got), 3);
	assert_int_equal(got[0].times, 1);
}

/* A busy phone, and forged REGISTERs between its calls. */
static void no_call_drives_out_a_verdict(void **state)
{
	struct reg_entry got[REG_JOURNAL_ENTRIES_MAX + 1];
	struct book k = {.n_max = 8};
	unsigned i, verdicts_n = 0;
	uint32_t at_s;

	for(at_s = 1; at_s <= 8; at_s++)
		add(&k, kept(at_s));
	for(; at_s < 1000; at_s++) {
		add_call(&k, REG_MEANS_INVITE, REG_STAGE_COMPLETE + at_s % 3, at_s);
		if(at_s % 5 == 0)
			add(&k, forged(REG_WHY_NO_CREDENTIAL, at_s));
	}
	assert_int_equal(read_all(k.journal, got), 8);
	for(i = 0; i < 8; i++)
		if(got[i].kind == REG_ENTRY_VERDICT && !got[i].verdict.unproven)
			assert_int_equal(got[i].verdict.cseq_new, 8 - verdicts_n++);
	assert_int_equal(verdicts_n, 4);
}

static void the_newest_verdict_is_no_call(void **state)
{
	struct book k = {.n_max = 8};

	add_call(&k, REG_MEANS_MESSAGE, REG_STAGE_NONE, 1);
	assert_int_equal(reg_journal_newest(k.journal).verdict.act, REG_ACT_NONE);
	add(&k, kept(2));
	add_call(&k, REG_MEANS_MESSAGE, REG_STAGE_NONE, 3);
	assert_int_equal(reg_journal_newest(k.journal).verdict.cseq_new, 2);
}

static void one_entry_is_never_a_call(void **state)
{
	struct reg_entry got[2];
	struct book k = {.n_max = 1};

	add(&k, kept(1));
	add_call(&k, REG_MEANS_MESSAGE, REG_STAGE_NONE, 2);
	assert_int_equal(read_all(k.journal, got), 1);
	assert_int_equal(got[0].kind, REG_ENTRY_VERDICT);
}

static void one_entry_is_never_a_forged_one(void **state)
{
	struct reg_entry got[2];
	struct book k = {.n_max = 1};

	add(&k, kept(1));
	add(&k, forged(REG_WHY_NO_CREDENTIAL, 2));
	assert_int_equal(read_all(k.journal, got), 1);
	assert_int_equal(got[0].verdict.cseq_new, 1);
}

struct damage
{
	const char *name;
	struct reg_text octets;
	unsigned entries_n;
};

#define VERDICT_1 "\x0f\x01\x01\x06\x15\0\0\0\x01\x01\x01\x01\x01\x01\x01"

/* clang-format off */
static const struct damage damages[] = {
	{"nothing",                    REG_TEXT(""), 0},
	{"a whole one",                REG_TEXT(VERDICT_1), 1},
	{"a length alone",             REG_TEXT("\x0f"), 0},
	{"no length",                  REG_TEXT("\0\x01\0\0\0\0\0\0\0\0"), 0},
	{"a length of one",            REG_TEXT("\x01\x01\0\0\0\0\0\0\0\0"), 0},
	{"longer than there is",       REG_TEXT("\x20\x01\0\0\0\0\0\0\0\0"), 0},
	{"too short for a verdict",    REG_TEXT("\x03\x01\0" VERDICT_1), 1},
	{"of a kind not known",        REG_TEXT("\x04\x7f\1\2" VERDICT_1), 1},
	{"a number that never ends",   REG_TEXT("\x0c\x01\0\0\0\0\0\0\0\xff\xff\xff"), 1},
	{"an act and a why of nobody", REG_TEXT("\x0a\x01\0\xee\xee\0\0\0\0\0"), 1},
	{"too short for a call",       REG_TEXT("\x05\x02\1\0\1" VERDICT_1), 1},
	{"a call of no kind",          REG_TEXT("\x09\x02\xff\xff\xff\0\0\0\0"), 1},
	{"damage behind a whole one",  REG_TEXT(VERDICT_1 "\xff\x01"), 1},
};
/* clang-format on */

static void damage_row(void **state)
{
	const struct damage *row = *state;
	struct reg_entry got[REG_JOURNAL_ENTRIES_MAX + 1];
	struct book k = {.n_max = 8, .journal = row->octets};

	assert_int_equal(read_all(row->octets, got), row->entries_n);
	add(&k, kept(2));
	assert_int_equal(read_all(k.journal, got), row->entries_n + 1);
	assert_int_equal(got[0].verdict.cseq_new, 2);
}

static void another_kind_is_passed_over_and_kept(void **state)
{
	struct reg_text other = REG_TEXT("\x04\x7f\1\2");
	struct book k = {.n_max = 2, .journal = other};

	add(&k, kept(1));
	assert_memory_equal(k.journal.s + k.journal.n - other.n, other.s, other.n);
	add(&k, kept(2)); /* it has its place like any other */
	assert_memory_not_equal(
			k.journal.s + k.journal.n - other.n, other.s, other.n);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(newest_comes_first_and_the_oldest_goes),
			cmocka_unit_test(as_many_as_may_be_kept),
			cmocka_unit_test(none_is_none),
			cmocka_unit_test(fewer_are_kept_than_there_are),
			cmocka_unit_test(nothing_to_add_changes_nothing),
			cmocka_unit_test(the_longest_entries_stay_within_the_bound),
			cmocka_unit_test(a_count_ends_with_what_comes_between),
			cmocka_unit_test(no_flood_drives_out_the_story),
			cmocka_unit_test(a_call_stands_among_the_verdicts),
			cmocka_unit_test(equal_calls_are_counted),
			cmocka_unit_test(no_call_drives_out_a_verdict),
			cmocka_unit_test(the_newest_verdict_is_no_call),
			cmocka_unit_test(one_entry_is_never_a_call),
			cmocka_unit_test(one_entry_is_never_a_forged_one),
			cmocka_unit_test(another_kind_is_passed_over_and_kept),
	};
	static struct CMUnitTest value_rows[COUNT_OF(values)],
			again_rows[COUNT_OF(agains)], damage_rows[COUNT_OF(damages)];

	fixture_rows(
			value_rows, value_row, values, COUNT_OF(values), sizeof(values[0]));
	fixture_rows(
			again_rows, again_row, agains, COUNT_OF(agains), sizeof(agains[0]));
	fixture_rows(damage_rows, damage_row, damages, COUNT_OF(damages),
			sizeof(damages[0]));
	return cmocka_run_group_tests(tests, NULL, NULL)
		   + cmocka_run_group_tests_name("values", value_rows, NULL, NULL)
		   + cmocka_run_group_tests_name("again", again_rows, NULL, NULL)
		   + cmocka_run_group_tests_name("damages", damage_rows, NULL, NULL);
}
