/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Credentials as UEs and P-CSCFs write them, and as nobody should.
 */
#include "fixture.h"
#include "reg_authorization.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define REALM "ims.mnc000.mcc000.3gppnetwork.org"

/* The first REGISTER of a UE: nothing to answer yet. */
static void first_register_carries_an_empty_nonce(void **state)
{
	struct reg_authorization a;

	assert_int_equal(
			reg_authorization_parse(
					TEXT("Digest username=\"8613911000057@" REALM
						 "\",realm=\"" REALM "\",nonce=\"\",uri=\"sip:" REALM
						 "\",response=\"\",integrity-protected=\"no\""),
					&a),
			0);
	assert_true(a.present);
	assert_text(a.username, "8613911000057@" REALM);
	assert_text(a.realm, REALM);
	assert_text(a.uri, "sip:" REALM);
	assert_non_null(a.nonce.s);
	assert_int_equal(a.nonce.n, 0);
	assert_non_null(a.response.s);
	assert_int_equal(a.response.n, 0);
	assert_null(a.auts.s);
	assert_null(a.qop.s);
	assert_int_equal(reg_authorization_protection(&a), REG_PROTECTION_NO);
}

/* The answer to the challenge: qop, nc and algorithm without quotes. */
static void answer_is_read_whole(void **state)
{
	struct reg_authorization a;

	assert_int_equal(
			reg_authorization_parse(
					TEXT("Digest username=\"8613911000057@" REALM
						 "\",realm=\"" REALM "\","
						 "nonce=\"89pxm4eQF/BAwKVAYTTZYQAAAAAAALm5/"
						 "UxxNqNHseE=\",uri=\"sip:" REALM
						 "\",qop=auth,nc=00000001,"
						 "cnonce=\"a1b2c3d4e5f6\","
						 "response=\"2c8fd97ca4f530ad249af5e4662ddf4c\","
						 "algorithm=AKAv1-MD5,integrity-protected=\"no\""),
					&a),
			0);
	assert_text(a.nonce, "89pxm4eQF/BAwKVAYTTZYQAAAAAAALm5/UxxNqNHseE=");
	assert_text(a.qop, "auth");
	assert_text(a.nc, "00000001");
	assert_text(a.cnonce, "a1b2c3d4e5f6");
	assert_text(a.response, "2c8fd97ca4f530ad249af5e4662ddf4c");
	assert_text(a.algorithm, "AKAv1-MD5");
	assert_null(a.opaque.s);
}

static void resync_carries_auts(void **state)
{
	struct reg_authorization a;

	assert_int_equal(
			reg_authorization_parse(
					TEXT("Digest username=\"a\", nonce=\"n\", "
						 "response=\"\", auts=\"QUJDREVGR0hJSktMTU4=\","
						 " opaque=\"o\""),
					&a),
			0);
	assert_text(a.auts, "QUJDREVGR0hJSktMTU4=");
	assert_text(a.opaque, "o");
}

struct row
{
	const char *name;
	const char *value;
	const char *username; /* NULL: refused */
};

/* clang-format off */
static const struct row rows[] = {
	{"scheme and names in any case", "dIgEsT USERNAME=\"a\"", "a"},
	{"blanks wherever they may be", "  Digest \t username = \"a\" , realm = r ", "a"},
	{"folded over lines", "Digest realm=\"r\",\r\n username=\"a\"", "a"},
	{"empty list elements", "Digest realm=r,, ,username=\"a\",", "a"},
	{"tabs behind a value", "Digest realm=\"r\"\t,\tusername=a\t", "a"},
	{"a line end behind a value", "Digest realm=r\r\n , username=\"a\"", "a"},
	{"a comma inside quotes", "Digest realm=\"x,username=y\",username=\"a\"", "a"},
	{"an escaped quote", "Digest username=\"a\\\"b\"", "a\\\"b"},
	{"an escaped backslash before the end", "Digest username=\"a\\\\\"", "a\\\\"},
	{"unknown parameters are passed over", "Digest x=1,username=\"a\",y=\"2\"", "a"},
	{"the first of two equal names counts", "Digest username=\"a\",username=\"b\"", "a"},
	{"an empty one counts as well", "Digest username=\"\",username=\"b\"", ""},
	{"a token for a quoted string", "Digest username=a", "a"},
	{"'=' inside a token", "Digest username=a=b", "a=b"},
	{"nothing at all", "", NULL},
	{"the scheme alone", "Digest", NULL},
	{"another scheme", "Basic username=\"a\"", NULL},
	{"a longer scheme", "Digestive username=\"a\"", NULL},
	{"no blank after the scheme", "Digest,username=\"a\"", NULL},
	{"a name alone", "Digest username", NULL},
	{"a name alone, in the middle", "Digest username,realm=\"r\"", NULL},
	{"no name", "Digest =\"a\"", NULL},
	{"blanks for a name", "Digest username=\"a\", =b", NULL},
	{"no value", "Digest username=", NULL},
	{"no value, in the middle", "Digest username=,realm=r", NULL},
	{"no closing quote", "Digest username=\"a", NULL},
	{"an escaped closing quote", "Digest username=\"a\\\"", NULL},
	{"cut off in an escape", "Digest username=\"a\\", NULL},
	{"no comma", "Digest username=\"a\" realm=\"r\"", NULL},
	{"a tail after the quotes", "Digest username=\"a\"b", NULL},
};
/* clang-format on */

static void parse_row(void **state)
{
	const struct row *row = *state;
	struct reg_authorization a = {.username = TEXT("before")};
	int rc = reg_authorization_parse(reg_text_of(row->value), &a);

	assert_int_equal(rc, row->username ? 0 : -EINVAL);
	assert_text(a.username, row->username ? row->username : "before");
}

/* Whatever is cut off is refused or reads as a prefix, and is never overrun:
 * the copy has no byte to spare. */
static void every_truncation_is_survived(void **state)
{
	static const char whole[] = "Digest username=\"a\\\"\",nc=00000001 , "
								"qop=auth,auts=\"\"";
	struct reg_authorization a;
	size_t n;
	char *copy;

	for(n = 0; n < sizeof(whole); n++) {
		copy = malloc(n > 0 ? n : 1);
		assert_non_null(copy);
		memcpy(copy, whole, n);
		reg_authorization_parse((struct reg_text){copy, n}, &a);
		free(copy);
	}
}

struct protection
{
	const char *word;
	enum reg_protection means;
};

/* clang-format off */
static const struct protection protections[] = {
	{"yes",              REG_PROTECTION_YES},
	{"no",               REG_PROTECTION_NO},
	{"tls-yes",          REG_PROTECTION_YES},
	{"tls-connected",    REG_PROTECTION_YES},
	{"tls-pending",      REG_PROTECTION_PENDING},
	{"ip-assoc-yes",     REG_PROTECTION_YES},
	{"ip-assoc-pending", REG_PROTECTION_PENDING},
	{"YES",              REG_PROTECTION_YES},
	{"",                 REG_PROTECTION_UNKNOWN},
	{"yes ",             REG_PROTECTION_UNKNOWN},
	{"yess",             REG_PROTECTION_UNKNOWN},
	{"auth-done",        REG_PROTECTION_UNKNOWN},
};
/* clang-format on */

static void protection_row(void **state)
{
	const struct protection *row = *state;
	struct reg_authorization a = {
			.present = true, .integrity_protected = reg_text_of(row->word)};

	assert_int_equal(reg_authorization_protection(&a), row->means);
}

static void no_credentials_protect_nothing(void **state)
{
	struct reg_authorization a = {0};

	assert_int_equal(reg_authorization_protection(&a), REG_PROTECTION_NONE);
	a.present = true;
	assert_int_equal(reg_authorization_protection(&a), REG_PROTECTION_NONE);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(first_register_carries_an_empty_nonce),
			cmocka_unit_test(answer_is_read_whole),
			cmocka_unit_test(resync_carries_auts),
			cmocka_unit_test(every_truncation_is_survived),
			cmocka_unit_test(no_credentials_protect_nothing),
	};
	static struct CMUnitTest parse[COUNT_OF(rows)];
	static struct CMUnitTest words[COUNT_OF(protections)];

	fixture_rows(parse, parse_row, rows, COUNT_OF(rows), sizeof(rows[0]));
	fixture_rows(words, protection_row, protections, COUNT_OF(protections),
			sizeof(protections[0]));
	return cmocka_run_group_tests(tests, NULL, NULL)
		   + cmocka_run_group_tests_name("parse", parse, NULL, NULL)
		   + cmocka_run_group_tests_name("protection", words, NULL, NULL);
}
