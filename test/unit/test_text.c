/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Short texts: comparison, trimming, numbers.
 */
#include "fixture.h"

#include <errno.h>

static void text_of_null_is_empty(void **state)
{
	assert_int_equal(reg_text_of(NULL).n, 0);
	assert_true(reg_text_eq(reg_text_of(NULL), reg_text_of("")));
}

static void equal_is_byte_for_byte(void **state)
{
	assert_true(reg_text_eq(TEXT("Call-1"), TEXT("Call-1")));
	assert_false(reg_text_eq(TEXT("Call-1"), TEXT("call-1")));
	assert_false(reg_text_eq(TEXT("call-1"), TEXT("call-10")));
	assert_false(reg_text_eq(TEXT("a\0b"), TEXT("a\0c")));
}

static void case_folds_ascii_only(void **state)
{
	assert_true(reg_text_eq_nocase(TEXT("Digest"), TEXT("dIGEST")));
	assert_true(reg_text_eq_nocase(TEXT("AZ"), TEXT("az")));
	assert_false(reg_text_eq_nocase(TEXT("@"), TEXT("`")));
	assert_false(reg_text_eq_nocase(TEXT("["), TEXT("{")));
	assert_false(reg_text_eq_nocase(TEXT("\xc4"), TEXT("\xe4")));
}

static void trim_takes_blanks_off_both_ends(void **state)
{
	assert_text(reg_text_trim(TEXT(" \t\r\n a b \r\n")), "a b");
	assert_text(reg_text_trim(TEXT(" \t ")), "");
	assert_text(reg_text_trim(TEXT(" ")), "");
	assert_text(reg_text_trim(TEXT("")), "");
}

static void has_finds_anywhere(void **state)
{
	assert_true(reg_text_has(TEXT("<sip:p;ob;lr>"), TEXT(";ob")));
	assert_true(reg_text_has(TEXT("ab"), TEXT("ab")));
	assert_true(reg_text_has(TEXT("aab"), TEXT("ab")));
	assert_false(reg_text_has(TEXT("ab"), TEXT("abc")));
	assert_false(reg_text_has(TEXT(""), TEXT("a")));
	assert_false(reg_text_has(TEXT("Ab"), TEXT("ab")));
}

static void visible_is_ascii_without_blanks(void **state)
{
	static const char *const not [] = {
			" ", "a b", "a\t", "\r", "\n", "\x7f", "\x1f", "\x80", "\xff"};
	size_t i;

	assert_true(reg_text_visible(TEXT("!~sip:a@[::1]")));
	assert_true(reg_text_visible(TEXT("")));
	assert_false(reg_text_visible(TEXT("a\0")));
	for(i = 0; i < COUNT_OF(not ); i++)
		assert_false(reg_text_visible(reg_text_of(not [i])));
}

static void printable_has_no_control_characters(void **state)
{
	assert_true(reg_text_printable(TEXT("a b\tc \r\n d")));
	assert_true(reg_text_printable(TEXT("M\xc3\xbcller")));
	assert_true(reg_text_printable(TEXT("a,\n\tb")));
	assert_false(reg_text_printable(TEXT("a\nX: b"))); /* a header of its own */
	assert_false(reg_text_printable(TEXT("a\rb")));
	assert_false(reg_text_printable(TEXT("a\r\nb")));
	assert_false(reg_text_printable(TEXT("a\n")));
	assert_false(reg_text_printable(TEXT("a\r\n")));
	assert_false(reg_text_printable(TEXT("a\r\r\n b")));
	assert_false(reg_text_printable(TEXT("a\0")));
	assert_false(reg_text_printable(TEXT("\x01")));
	assert_false(reg_text_printable(TEXT("\x1f")));
	assert_false(reg_text_printable(TEXT("\x7f")));
}

struct number
{
	const char *text;
	uint32_t max;
	int rc;
	uint32_t value;
};

/* clang-format off */
static const struct number numbers[] = {
	{"0",           10,         0,       0},
	{"007",         10,         0,       7},
	{"10",          10,         0,       10},
	{"11",          10,         -ERANGE, 0},
	{"4294967295",  UINT32_MAX, 0,       UINT32_MAX},
	{"4294967296",  UINT32_MAX, -ERANGE, 0},
	{"42949672950", UINT32_MAX, -ERANGE, 0},
	{"99999999999999999999999999", UINT32_MAX, -ERANGE, 0},
	{"18446744073709551617", UINT32_MAX, -ERANGE, 0}, /* 2^64 + 1 */
	{"",            10,         -EINVAL, 0},
	{"-1",          10,         -EINVAL, 0},
	{"+1",          10,         -EINVAL, 0},
	{" 1",          10,         -EINVAL, 0},
	{"1 ",          10,         -EINVAL, 0},
	{"0x1",         10,         -EINVAL, 0},
	{"99999999999x", 10,        -EINVAL, 0},
};
/* clang-format on */

static void number_row(void **state)
{
	const struct number *row = *state;
	uint32_t value = 4711;

	assert_int_equal(
			reg_text_u32(reg_text_of(row->text), row->max, &value), row->rc);
	assert_int_equal(value, row->rc == 0 ? row->value : 4711);
}

static void hash_depends_on_text_and_seed(void **state)
{
	assert_int_equal(reg_text_hash(TEXT("a"), 1), reg_text_hash(TEXT("a"), 1));
	assert_int_not_equal(
			reg_text_hash(TEXT("a"), 1), reg_text_hash(TEXT("b"), 1));
	assert_int_not_equal(
			reg_text_hash(TEXT("a"), 1), reg_text_hash(TEXT("a"), 2));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(text_of_null_is_empty),
			cmocka_unit_test(equal_is_byte_for_byte),
			cmocka_unit_test(case_folds_ascii_only),
			cmocka_unit_test(trim_takes_blanks_off_both_ends),
			cmocka_unit_test(has_finds_anywhere),
			cmocka_unit_test(visible_is_ascii_without_blanks),
			cmocka_unit_test(printable_has_no_control_characters),
			cmocka_unit_test(hash_depends_on_text_and_seed),
	};
	static struct CMUnitTest rows[COUNT_OF(numbers)];

	fixture_rows(
			rows, number_row, numbers, COUNT_OF(numbers), sizeof(numbers[0]));
	return cmocka_run_group_tests(tests, NULL, NULL)
		   + cmocka_run_group_tests_name("numbers", rows, NULL, NULL);
}
