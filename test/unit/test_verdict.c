/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words: every act and why has one of its own, and sets of whys print in
 * the order of their rank.
 */
#include "fixture.h"

#include <ctype.h>
#include <string.h>

static void check_names(const char *(*name_of)(unsigned), unsigned n)
{
	unsigned i, j;
	const char *c;

	for(i = 0; i < n; i++) {
		assert_non_null(name_of(i));
		for(c = name_of(i); *c; c++)
			assert_true(islower((unsigned char)*c) || *c == '-');
		for(j = 0; j < i; j++)
			assert_string_not_equal(name_of(i), name_of(j));
	}
	assert_string_equal(name_of(n), "?");
	assert_string_equal(name_of(UINT32_MAX), "?");
}

static void every_act_has_a_name(void **state)
{
	check_names(reg_act_name, REG_ACT_N);
}

static void every_why_has_a_name(void **state)
{
	check_names(reg_why_name, REG_WHY_N);
}

static void reasons_print_by_rank(void **state)
{
	uint64_t reasons = reg_why_bit(REG_WHY_LUI_EXPIRED)
					   | reg_why_bit(REG_WHY_FORCED)
					   | reg_why_bit(REG_WHY_CSEQ_GAP);
	char text[64];

	assert_int_equal(reg_reasons_print(reasons, text, sizeof(text)), 27);
	assert_string_equal(text, "forced,cseq-gap,lui-expired");
}

static void reasons_stop_where_the_room_ends(void **state)
{
	uint64_t all = reg_why_bit(REG_WHY_N) - 1;
	char text[1024], whole[1024];
	size_t size, n;

	n = reg_reasons_print(all, whole, sizeof(whole));
	assert_int_equal(n, strlen(whole));
	for(size = 1; size <= n + 1; size++) {
		memset(text, 'x', sizeof(text));
		assert_true(reg_reasons_print(all, text, size) < size);
		assert_memory_equal(text, whole, strlen(text));
		assert_int_equal(text[size], 'x');
	}
	assert_int_equal(reg_reasons_print(all, text, 0), 0);
}

static void no_reasons_print_nothing(void **state)
{
	char text[8] = "before";

	assert_int_equal(reg_reasons_print(0, text, sizeof(text)), 0);
	assert_string_equal(text, "");
}

static void mobility_is_what_may_have_moved_the_user(void **state)
{
	static const enum reg_why mobile[] = {REG_WHY_TOO_MANY_CONTACTS,
			REG_WHY_CONTACT_NEW, REG_WHY_CONTACT_REPLACED,
			REG_WHY_CALLID_CHANGED, REG_WHY_CSEQ_GAP, REG_WHY_PATH_CHANGED};
	uint64_t set = 0;
	unsigned why;
	size_t i;

	for(i = 0; i < COUNT_OF(mobile); i++)
		set |= reg_why_bit(mobile[i]);
	for(why = 0; why < REG_WHY_N; why++)
		assert_int_equal(reg_reasons_mobility(reg_why_bit(why)),
				(set & reg_why_bit(why)) != 0);
	assert_true(reg_reasons_mobility(
			reg_why_bit(REG_WHY_FORCED) | reg_why_bit(REG_WHY_CSEQ_GAP)));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(every_act_has_a_name),
			cmocka_unit_test(every_why_has_a_name),
			cmocka_unit_test(reasons_print_by_rank),
			cmocka_unit_test(reasons_stop_where_the_room_ends),
			cmocka_unit_test(no_reasons_print_nothing),
			cmocka_unit_test(mobility_is_what_may_have_moved_the_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
