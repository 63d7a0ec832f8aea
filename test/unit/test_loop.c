/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When repetition is a loop: after five challenges within 60 s, for 30 s.
 */
#include "fixture.h"
#include "reg_loop.h"

#define BEGIN SECONDS(1000)

static struct reg_policy policy(void)
{
	struct reg_policy p = fixture_policy();

	p.loop_limit = 5;
	p.loop_window_s = 60;
	p.loop_block_s = 30;
	return p;
}

static struct reg_loop challenged(unsigned n, int64_t now_ms)
{
	struct reg_policy p = policy();
	struct reg_loop l = {0};

	while(n-- > 0)
		reg_loop_challenge(&l, REG_LOOP_NO_ANSWER, &p, now_ms);
	return l;
}

struct row
{
	const char *name;
	unsigned challenges_n;
	uint32_t limit;
	int64_t after_ms;
	bool full;
};

/* clang-format off */
static const struct row rows[] = {
	{"none", 0, 5, 0, false},
	{"one is normal", 1, 5, 0, false},
	{"one below the limit", 4, 5, 0, false},
	{"as many as the limit: one more would be past it", 5, 5, 0, true},
	{"within the window", 5, 5, SECONDS(60) - 1, true},
	{"the window is over", 5, 5, SECONDS(60), false},
	{"the clock went back", 5, 5, -1, false},
	{"no limit", 1000, 0, 0, false},
};
/* clang-format on */

static void full_row(void **state)
{
	const struct row *row = *state;
	struct reg_loop l = challenged(row->challenges_n, BEGIN);
	struct reg_policy p = policy();

	p.loop_limit = row->limit;
	assert_int_equal(reg_loop_full(&l, &p, BEGIN + row->after_ms), row->full);
	assert_int_equal(reg_loop_count(&l), row->challenges_n);
}

static void a_block_ends(void **state)
{
	struct reg_loop l = challenged(5, BEGIN);
	struct reg_policy p = policy();

	assert_int_equal(reg_loop_blocked_s(&l, BEGIN), 0);
	reg_loop_block(&l, &p, BEGIN);
	assert_int_equal(reg_loop_blocked_s(&l, BEGIN), 30);
	assert_int_equal(reg_loop_blocked_s(&l, BEGIN + 1), 30);
	assert_int_equal(reg_loop_blocked_s(&l, BEGIN + SECONDS(29)), 1);
	assert_true(reg_loop_full(&l, &p, BEGIN + SECONDS(30) - 1));
	assert_int_equal(reg_loop_blocked_s(&l, BEGIN + SECONDS(30)), 0);
	assert_false(reg_loop_full(&l, &p, BEGIN + SECONDS(30)));
	reg_loop_challenge(&l, REG_LOOP_NO_ANSWER, &p, BEGIN + SECONDS(30));
	assert_int_equal(reg_loop_count(&l), 1);
}

static void a_block_outlives_the_window(void **state)
{
	struct reg_loop l = challenged(5, BEGIN);
	struct reg_policy p = policy();

	p.loop_block_s = 600;
	reg_loop_block(&l, &p, BEGIN);
	assert_true(reg_loop_full(&l, &p, BEGIN + SECONDS(599)));
	assert_int_equal(reg_loop_count(&l), 5);
}

static void counting_begins_anew_with_the_window(void **state)
{
	struct reg_loop l = challenged(4, BEGIN);
	struct reg_policy p = policy();

	reg_loop_challenge(&l, REG_LOOP_RESYNC, &p, BEGIN + SECONDS(60));
	assert_int_equal(reg_loop_count(&l), 1);
	assert_int_equal(reg_loop_class(&l), REG_LOOP_RESYNC);
	assert_true(l.since_ms == BEGIN + SECONDS(60));
}

static void success_ends_it(void **state)
{
	struct reg_loop l = challenged(5, BEGIN);
	struct reg_policy p = policy();

	reg_loop_block(&l, &p, BEGIN);
	reg_loop_success(&l);
	assert_int_equal(reg_loop_count(&l), 0);
	assert_int_equal(reg_loop_blocked_s(&l, BEGIN), 0);
	assert_false(reg_loop_full(&l, &p, BEGIN));
}

static void it_is_classed_by_most_of_its_causes(void **state)
{
	struct reg_loop l = challenged(2, BEGIN);
	struct reg_policy p = policy();
	unsigned i;

	for(i = 0; i < 3; i++)
		reg_loop_challenge(&l, REG_LOOP_NC_REPLAY, &p, BEGIN);
	assert_int_equal(reg_loop_class(&l), REG_LOOP_NC_REPLAY);
	assert_int_equal(reg_loop_count(&l), 5);
}

static void counts_do_not_wrap(void **state)
{
	struct reg_loop l = challenged(UINT16_MAX + 10, BEGIN);

	assert_int_equal(reg_loop_count(&l), UINT16_MAX);
}

static void every_cause_has_a_name(void **state)
{
	static const char *const names[] = {"no-answer", "wrong-response",
			"stale-nonce", "nonce-unknown", "nc-replay", "resync"};
	unsigned i;

	assert_int_equal(COUNT_OF(names), REG_LOOP_CAUSES_N);
	for(i = 0; i < REG_LOOP_CAUSES_N; i++)
		assert_string_equal(reg_loop_cause_name(i), names[i]);
	assert_string_equal(reg_loop_cause_name(REG_LOOP_CAUSES_N), "?");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(a_block_ends),
			cmocka_unit_test(a_block_outlives_the_window),
			cmocka_unit_test(counting_begins_anew_with_the_window),
			cmocka_unit_test(success_ends_it),
			cmocka_unit_test(it_is_classed_by_most_of_its_causes),
			cmocka_unit_test(counts_do_not_wrap),
			cmocka_unit_test(every_cause_has_a_name),
	};
	static struct CMUnitTest table[COUNT_OF(rows)];

	fixture_rows(table, full_row, rows, COUNT_OF(rows), sizeof(rows[0]));
	return cmocka_run_group_tests(tests, NULL, NULL)
		   + cmocka_run_group_tests_name("full", table, NULL, NULL);
}
