/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How often: never more than the limit in any second, and those who come second
 * leave something to the others.
 */
#include "fixture.h"
#include "reg_rate.h"

#define BEGIN SECONDS(1000)

/* How many of asks_n, spread over a second, are served. */
static unsigned served(struct reg_rate *r, uint32_t per_s, int64_t from_ms,
		unsigned asks_n, bool spare)
{
	unsigned i, n = 0;

	for(i = 0; i < asks_n; i++) {
		int64_t now_ms = from_ms + (int64_t)i * 1000 / asks_n;

		n += spare ? reg_rate_take_spare(r, per_s, now_ms)
				   : reg_rate_take(r, per_s, now_ms);
	}
	return n;
}

struct row
{
	const char *name;
	uint32_t per_s;
	unsigned asks_n;
};

/* clang-format off */
static const struct row rows[] = {
	{"1 a second", 1, 1000},
	{"7 a second", 7, 1000},
	{"19 a second", 19, 1000},
	{"20 a second", 20, 1000},
	{"1000 a second", 1000, 20000},
	{"1000000 a second", 1000000, 20000},
};
/* clang-format on */

static void limit_row(void **state)
{
	const struct row *row = *state;
	unsigned second, n, most;

	for(most = 0; most < 2; most++) {
		struct reg_rate r = {0};

		for(second = 0; second < 5; second++) {
			n = served(&r, row->per_s, BEGIN + SECONDS(second), row->asks_n,
					most == 1);
			assert_true(n <= row->per_s);
			assert_true(n >= (row->per_s < row->asks_n ? row->per_s * 8 / 10
													   : row->asks_n * 8 / 10));
		}
	}
}

static void no_limit_is_no_limit(void **state)
{
	struct reg_rate r = {0};

	assert_int_equal(served(&r, 0, BEGIN, 20000, false), 20000);
	assert_int_equal(served(&r, 0, BEGIN, 20000, true), 20000);
}

/* Twenty times the limit of those who come second, in every millisecond; the
 * others ask for a fifth of the limit, and each of them is served. */
static void the_first_do_not_feel_the_second(void **state)
{
	struct reg_rate r = {0};
	unsigned ms, i, first_n = 0, second_n = 0;

	for(ms = 0; ms < 5000; ms++) {
		for(i = 0; i < 2; i++)
			second_n += reg_rate_take_spare(&r, 100, BEGIN + ms);
		if(ms % 50 == 49)
			first_n += reg_rate_take(&r, 100, BEGIN + ms);
	}
	assert_int_equal(first_n, 100);
	assert_true(first_n + second_n <= 500);
	assert_true(second_n >= 300);
}

static void a_clock_that_went_back_gives_nothing(void **state)
{
	struct reg_rate r = {0};

	assert_true(reg_rate_take(&r, 1, BEGIN));
	assert_false(reg_rate_take(&r, 1, BEGIN - SECONDS(10)));
	assert_false(reg_rate_take(&r, 1, BEGIN - SECONDS(10) + 1));
}

/* Several processes, each with the time at which its own work began. */
static void late_ones_do_not_turn_the_time_back(void **state)
{
	struct reg_rate r = {0};
	unsigned ms, n = 0;

	for(ms = 0; ms < 1000; ms++) {
		n += reg_rate_take(&r, 100, BEGIN + ms);
		n += reg_rate_take(&r, 100, BEGIN + ms - 20);
		n += reg_rate_take(&r, 100, BEGIN + ms);
	}
	assert_true(n <= 100);
	assert_true(n >= 80);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(no_limit_is_no_limit),
			cmocka_unit_test(the_first_do_not_feel_the_second),
			cmocka_unit_test(late_ones_do_not_turn_the_time_back),
			cmocka_unit_test(a_clock_that_went_back_gives_nothing),
	};
	static struct CMUnitTest table[COUNT_OF(rows)];

	fixture_rows(table, limit_row, rows, COUNT_OF(rows), sizeof(rows[0]));
	return cmocka_run_group_tests(tests, NULL, NULL)
		   + cmocka_run_group_tests_name("limit", table, NULL, NULL);
}
