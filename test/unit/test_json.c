/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whatever text goes in, a JSON string comes out.
 */
#include "fixture.h"
#include "reg_json.h"

#include <string.h>

struct row
{
	const char *name;
	struct reg_text text;
	const char *json;
};

/* clang-format off */
static const struct row rows[] = {
	{"nothing",               REG_TEXT(""),                  "\"\""},
	{"a URI",                 REG_TEXT("sip:a@b;c=d"),       "\"sip:a@b;c=d\""},
	{"a quote",               REG_TEXT("a\"b"),              "\"a\\\"b\""},
	{"a backslash",           REG_TEXT("a\\"),               "\"a\\\\\""},
	{"an apostrophe",         REG_TEXT("it's"),              "\"it's\""},
	{"markup",                REG_TEXT("</script>"),         "\"</script>\""},
	{"controls",              REG_TEXT("a\r\n\t\0\x7f" "b"), "\"a?????b\""},
	{"two octets",            REG_TEXT("\xc3\xa9"),          "\"\xc3\xa9\""},
	{"three octets",          REG_TEXT("\xe2\x82\xac"),      "\"\xe2\x82\xac\""},
	{"four octets",           REG_TEXT("\xf0\x9f\x98\x80"),  "\"\xf0\x9f\x98\x80\""},
	{"a tail alone",          REG_TEXT("\x80z"),             "\"?z\""},
	{"cut off",               REG_TEXT("a\xe2\x82"),         "\"a??\""},
	{"Latin-1",               REG_TEXT("caf\xe9!"),          "\"caf?!\""},
	{"no tail",               REG_TEXT("\xe2z\xac"),         "\"?z?\""},
	{"longer than needed",    REG_TEXT("\xc0\xaf"),          "\"??\""},
	{"longer than needed, 3", REG_TEXT("\xe0\x9f\xbf"),      "\"???\""},
	{"longer than needed, 4", REG_TEXT("\xf0\x8f\xbf\xbf"),  "\"????\""},
	{"half of a pair",        REG_TEXT("\xed\xa0\x80"),      "\"???\""},
	{"beyond the last",       REG_TEXT("\xf4\x90\x80\x80"),  "\"????\""},
	{"no first octet at all", REG_TEXT("\xf5\xff"),          "\"??\""},
};
/* clang-format on */

static void json_row(void **state)
{
	const struct row *row = *state;
	char json[64];
	size_t n = reg_json_print(row->text, json);

	assert_string_equal(json, row->json);
	assert_int_equal(n, strlen(json));
	assert_true(n < REG_JSON_SIZE(row->text.n));
}

static void the_room_is_enough(void **state)
{
	char text[100], json[REG_JSON_SIZE(sizeof(text))];
	struct reg_text t = {text, sizeof(text)};

	memset(text, '"', sizeof(text));
	assert_int_equal(reg_json_print(t, json), sizeof(json) - 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(the_room_is_enough),
	};
	static struct CMUnitTest table[COUNT_OF(rows)];

	fixture_rows(table, json_row, rows, COUNT_OF(rows), sizeof(rows[0]));
	return cmocka_run_group_tests(tests, NULL, NULL)
		   + cmocka_run_group_tests_name("texts", table, NULL, NULL);
}
