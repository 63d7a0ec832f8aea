/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A nonce is known again by its owner alone, in its time, and in no other form.
 */
#include "fixture.h"
#include "reg_nonce.h"

#include <errno.h>
#include <string.h>

#define MADE_AT SECONDS(1000)
#define LIFETIME_S 60

static const uint8_t key[REG_NONCE_KEY_N] = "the key of one S-CSCF",
					 other_key[REG_NONCE_KEY_N] = "the key of another";
static const uint8_t octets[REG_NONCE_RANDOM_N] = {1, 2, 3, 4, 5, 6, 7, 8};

static struct reg_nonce_owner owner(void)
{
	return (struct reg_nonce_owner){
			TEXT(IMPI_A), TEXT("sip:a@example.org"), TEXT("call-1")};
}

static struct reg_text made(char *text)
{
	struct reg_nonce_owner o = owner();

	assert_int_equal(reg_nonce_make(key, &o, MADE_AT, octets, text), 0);
	assert_int_equal(strlen(text), REG_NONCE_SIZE - 1);
	return reg_text_of(text);
}

static int check(
		const struct reg_nonce_owner *o, struct reg_text nonce, int64_t now_ms)
{
	int64_t made_at_ms = -1;
	int rc = reg_nonce_check(key, o, nonce, LIFETIME_S, now_ms, &made_at_ms);

	if(rc == -EBADMSG)
		assert_true(made_at_ms == -1);
	else
		assert_true(made_at_ms == MADE_AT);
	return rc;
}

struct row
{
	const char *name;
	int64_t now_ms;
	int expected;
};

/* clang-format off */
static const struct row rows[] = {
	{"at once", MADE_AT, 0},
	{"a moment before its end", MADE_AT + SECONDS(LIFETIME_S) - 1, 0},
	{"at its end", MADE_AT + SECONDS(LIFETIME_S), -ETIME},
	{"of the future: a clock went back", MADE_AT - 1, -ETIME},
	{"now is negative", -1, -ETIME},
	{"long after", INT64_MAX, -ETIME},
};
/* clang-format on */

static void time_row(void **state)
{
	const struct row *row = *state;
	struct reg_nonce_owner o = owner();
	char text[REG_NONCE_SIZE];

	assert_int_equal(check(&o, made(text), row->now_ms), row->expected);
}

static void nobody_else_can_use_it(void **state)
{
	struct reg_nonce_owner o = owner();
	char text[REG_NONCE_SIZE];
	struct reg_text nonce = made(text);
	int64_t at_ms;

	o.impi = TEXT(IMPI_C);
	assert_int_equal(check(&o, nonce, MADE_AT), -EBADMSG);
	o = owner();
	o.impu = TEXT("sip:b@example.org");
	assert_int_equal(check(&o, nonce, MADE_AT), -EBADMSG);
	o = owner();
	o.call_id = TEXT("call-2");
	assert_int_equal(check(&o, nonce, MADE_AT), -EBADMSG);
	o = owner();
	assert_int_equal(
			reg_nonce_check(other_key, &o, nonce, LIFETIME_S, MADE_AT, &at_ms),
			-EBADMSG);
}

/* What moves from one name to the next makes another owner. */
static void names_do_not_run_together(void **state)
{
	struct reg_nonce_owner x = {TEXT("ab"), TEXT("c"), TEXT("d")};
	struct reg_nonce_owner y = {TEXT("a"), TEXT("bc"), TEXT("d")};
	char text[REG_NONCE_SIZE];
	int64_t at_ms;

	assert_int_equal(reg_nonce_make(key, &x, MADE_AT, octets, text), 0);
	assert_int_equal(reg_nonce_check(key, &y, reg_text_of(text), LIFETIME_S,
							 MADE_AT, &at_ms),
			-EBADMSG);
}

static void every_changed_character_is_seen(void **state)
{
	struct reg_nonce_owner o = owner();
	char text[REG_NONCE_SIZE];
	size_t i;

	for(i = 0; i < REG_NONCE_SIZE - 2; i++) { /* the last one is padding */
		made(text);
		text[i] = text[i] == 'A' ? 'B' : 'A';
		assert_int_equal(check(&o, reg_text_of(text), MADE_AT), -EBADMSG);
	}
}

/* Four characters in that place mean the same octets. */
static void no_other_spelling_is_taken(void **state)
{
	static const char all[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
							  "abcdefghijklmnopqrstuvwxyz0123456789+/";
	struct reg_nonce_owner o = owner();
	char text[REG_NONCE_SIZE], own;
	size_t i;

	made(text);
	own = text[REG_NONCE_SIZE - 3];
	for(i = 0; all[i]; i++) {
		text[REG_NONCE_SIZE - 3] = all[i];
		assert_int_equal(check(&o, reg_text_of(text), MADE_AT),
				all[i] == own ? 0 : -EBADMSG);
	}
}

static void every_length_but_its_own_is_refused(void **state)
{
	static char longer[4 * REG_NONCE_SIZE];
	struct reg_nonce_owner o = owner();
	char text[REG_NONCE_SIZE];
	size_t n;

	made(text);
	memset(longer, 'A', sizeof(longer));
	memcpy(longer, text, REG_NONCE_SIZE - 1);
	for(n = 0; n <= sizeof(longer); n++)
		if(n != REG_NONCE_SIZE - 1)
			assert_int_equal(
					check(&o, (struct reg_text){longer, n}, MADE_AT), -EBADMSG);
}

static void two_are_never_the_same(void **state)
{
	static const uint8_t more[REG_NONCE_RANDOM_N] = {1, 2, 3, 4, 5, 6, 7, 9};
	struct reg_nonce_owner o = owner();
	char text[REG_NONCE_SIZE], other[REG_NONCE_SIZE];

	made(text);
	assert_int_equal(reg_nonce_make(key, &o, MADE_AT, more, other), 0);
	assert_string_not_equal(text, other);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(nobody_else_can_use_it),
			cmocka_unit_test(names_do_not_run_together),
			cmocka_unit_test(every_changed_character_is_seen),
			cmocka_unit_test(no_other_spelling_is_taken),
			cmocka_unit_test(every_length_but_its_own_is_refused),
			cmocka_unit_test(two_are_never_the_same),
	};
	static struct CMUnitTest table[COUNT_OF(rows)];

	fixture_rows(table, time_row, rows, COUNT_OF(rows), sizeof(rows[0]));
	return cmocka_run_group_tests(tests, NULL, NULL)
		   + cmocka_run_group_tests_name("time", table, NULL, NULL);
}
