/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bucket: how many in a second, how evenly, and clocks that misbehave.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "reg_rate.h"

#define START_MS INT64_C(1763713000000)

/* Ask every millisecond of a time; how many were given. */
static unsigned taken(
		struct reg_rate *r, uint32_t per_s, int64_t from_ms, int64_t to_ms)
{
	unsigned n = 0;
	int64_t t;

	for(t = from_ms; t < to_ms; t++)
		while(reg_rate_take(r, per_s, t))
			n++;
	return n;
}

static void no_limit(void **state)
{
	struct reg_rate r = {0};
	int i;

	for(i = 0; i < 1000; i++)
		assert_true(reg_rate_take(&r, 0, START_MS));
}

static void never_more_in_any_second(void **state)
{
	static const uint32_t rates[] = {1, 2, 7, 19, 20, 50, 100, 999, 2000};
	unsigned i, at, given[3000];
	struct reg_rate r;
	int64_t t;

	for(i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		r = (struct reg_rate){0};
		for(t = 0; t < 3000; t++)
			given[t] = taken(&r, rates[i], START_MS + t, START_MS + t + 1);
		for(at = 0; at + 1000 <= 3000; at++) {
			unsigned k, n = 0;

			for(k = at; k < at + 1000; k++)
				n += given[k];
			assert_in_range(n, rates[i] * 8 / 10, rates[i]);
		}
	}
}

static void spread_evenly(void **state)
{
	struct reg_rate r = {0};
	int64_t t;

	taken(&r, 100, START_MS, START_MS + 1000);
	for(t = 1000; t < 5000; t += 100)
		assert_in_range(
				taken(&r, 100, START_MS + t, START_MS + t + 100), 8, 10);
}

static void rest_earns_no_more_than_the_bucket(void **state)
{
	struct reg_rate r = {0};

	taken(&r, 100, START_MS, START_MS + 100);
	assert_int_equal(
			taken(&r, 100, START_MS + 3600000, START_MS + 3600001), 10);
}

static void clock_that_goes_back(void **state)
{
	struct reg_rate r = {0};

	taken(&r, 10, START_MS, START_MS + 1);
	assert_false(reg_rate_take(&r, 10, START_MS - 60000));
	assert_false(reg_rate_take(&r, 10, START_MS - 59999));
	assert_true(reg_rate_take(&r, 10, START_MS - 59000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			cmocka_unit_test(no_limit),
			cmocka_unit_test(never_more_in_any_second),
			cmocka_unit_test(spread_evenly),
			cmocka_unit_test(rest_earns_no_more_than_the_bucket),
			cmocka_unit_test(clock_that_goes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
