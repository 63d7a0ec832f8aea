/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which bucket a round of the HSS counts in.
 */
#include "fixture.h"
#include "reg_latency.h"

struct row
{
	const char *name;
	int64_t took_ms;
	uint32_t bound_ms; /* of the first bucket; 0: the last one */
};

/* clang-format off */
static const struct row rows[] = {
	{"at once", 0, 2},
	{"on the first bound", 2, 2},
	{"past the first bound", 3, 5},
	{"in the middle", 70, 100},
	{"on the last bound", 5000, 5000},
	{"past the last bound", 5001, 0},
	{"never", REG_LATENCY_NEVER, 0},
	{"a clock went back", -20, 2},
};
/* clang-format on */

static void first_row(void **state)
{
	const struct row *row = *state;
	unsigned bucket = reg_latency_first(row->took_ms);

	assert_int_equal(reg_latency_bound_ms(bucket), row->bound_ms);
}

static void bounds_rise(void **state)
{
	unsigned i;

	for(i = 1; i < REG_LATENCY_ALL; i++)
		assert_true(reg_latency_bound_ms(i) > reg_latency_bound_ms(i - 1));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(bounds_rise),
	};
	static struct CMUnitTest table[COUNT_OF(rows)];

	fixture_rows(table, first_row, rows, COUNT_OF(rows), sizeof(rows[0]));
	return cmocka_run_group_tests(tests, NULL, NULL)
		   + cmocka_run_group_tests_name("first", table, NULL, NULL);
}
