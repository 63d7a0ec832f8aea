/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Digest arithmetic against the examples of the RFCs, and an AKA challenge of
 * TS 35.208 test set 1 whose response was computed with other software.
 */
#include "fixture.h"
#include "digest.h"

#include <errno.h>
#include <string.h>

struct response
{
	const char *name;
	const char *username, *realm, *nonce, *uri, *method;
	const char *qop, *nc, *cnonce;
	const char *secret;
	size_t secret_n;
	const char *response;
};

#define SECRET(octets) octets, sizeof(octets) - 1

/* TS 35.208 4.3, set 1: RAND and AUTN in Base64, RES a54211d5e3ba50bf. */
#define NONCE_1 "I1U8vpY3qJ0hiuZNrke/NVXzKLQ1d7m5Sp/6w1Tfr7M="
#define IMPI_1 "001010000000001@ims.example.org"

/* clang-format off */
static const struct response responses[] = {
	{"RFC 2617 3.5", "Mufasa", "testrealm@host.com",
		"dcd98b7102dd2f0e8b11d0f600bfb0c093", "/dir/index.html", "GET",
		"auth", "00000001", "0a4f113b", SECRET("Circle Of Life"),
		"6629fae49393a05397450978507c4ef1"},
	{"RFC 2617 3.5 without qop", "Mufasa", "testrealm@host.com",
		"dcd98b7102dd2f0e8b11d0f600bfb0c093", "/dir/index.html", "GET",
		NULL, NULL, NULL, SECRET("Circle Of Life"),
		"670fd8c2df070c60b045671b8b24ff02"},
	{"RFC 7616 3.9.1", "Mufasa", "http-auth@example.org",
		"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "/dir/index.html", "GET",
		"auth", "00000001", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
		SECRET("Circle of Life"), "8ca523f5e9506fed4657c9700eebdbec"},
	{"TS 35.208 set 1", IMPI_1, "ims.example.org", NONCE_1,
		"sip:ims.example.org", "REGISTER", "auth", "00000001", "0a4f113b",
		SECRET("\xa5\x42\x11\xd5\xe3\xba\x50\xbf"),
		"55e8667231be51f4bcdb2ed12d820f74"},
	{"TS 35.208 set 1 without qop", IMPI_1, "ims.example.org", NONCE_1,
		"sip:ims.example.org", "REGISTER", NULL, NULL, NULL,
		SECRET("\xa5\x42\x11\xd5\xe3\xba\x50\xbf"),
		"67947fa80963d5374d0c247400cd6261"},
	{"a RES of four octets, one of them zero", IMPI_1, "ims.example.org", NONCE_1,
		"sip:ims.example.org", "REGISTER", NULL, NULL, NULL,
		SECRET("\x00\xa5\x00\xd5"),
		"9692615ce940d810213ba0a88838c9d1"},
};
/* clang-format on */

static struct reg_authorization authorization_of(const struct response *row)
{
	return (struct reg_authorization){.present = true,
			.username = reg_text_of(row->username),
			.realm = reg_text_of(row->realm),
			.nonce = reg_text_of(row->nonce),
			.uri = reg_text_of(row->uri),
			.qop = reg_text_of(row->qop),
			.nc = reg_text_of(row->nc),
			.cnonce = reg_text_of(row->cnonce)};
}

static void response_row(void **state)
{
	const struct response *row = *state;
	struct reg_authorization a = authorization_of(row);
	char dst[DIGEST_HEX_SIZE];

	assert_int_equal(digest_akav1_md5(&a, (const uint8_t *)row->secret,
							 row->secret_n, reg_text_of(row->method), dst),
			0);
	assert_string_equal(dst, row->response);
}

static void only_what_was_offered_is_taken(void **state)
{
	struct reg_authorization a = authorization_of(&responses[0]);
	char dst[DIGEST_HEX_SIZE];

	a.qop = TEXT("auth-int");
	assert_int_equal(
			digest_akav1_md5(&a, (const uint8_t *)"x", 1, TEXT("GET"), dst),
			-EINVAL);
	a.qop = TEXT("auth,auth-int");
	assert_int_equal(
			digest_akav1_md5(&a, (const uint8_t *)"x", 1, TEXT("GET"), dst),
			-EINVAL);
}

struct base64
{
	const char *plain, *text;
};

/* RFC 4648 10 */
/* clang-format off */
static const struct base64 base64s[] = {
	{"f",      "Zg=="},
	{"fo",     "Zm8="},
	{"foo",    "Zm9v"},
	{"foob",   "Zm9vYg=="},
	{"fooba",  "Zm9vYmE="},
	{"foobar", "Zm9vYmFy"},
	{"\xfb\xff\xfe", "+//+"},
};
/* clang-format on */

static void base64_row(void **state)
{
	const struct base64 *row = *state;
	size_t n = strlen(row->plain), text_n = strlen(row->text);
	uint8_t plain[16];
	char text[16];

	assert_int_equal(
			digest_base64((const uint8_t *)row->plain, n, text, sizeof(text)),
			text_n);
	assert_string_equal(text, row->text);
	assert_int_equal(
			digest_base64((const uint8_t *)row->plain, n, text, text_n),
			-ENOSPC);
	assert_int_equal(digest_base64_decode(reg_text_of(row->text), plain, n), n);
	assert_memory_equal(plain, row->plain, n);
	assert_int_equal(digest_base64_decode(reg_text_of(row->text), plain, n - 1),
			-ENOSPC);
}

/* clang-format off */
static const char *const not_base64[] = {
	"", "Z", "Zg", "Zg=", "Zg==Zg==", "=Zg=", "====", "Z===", "Zm9v\n\n\n\n",
	"    Zm9v", "Zm9v    ", "Zm9v-", "Zm9-", "Zm9_", "Zm9v\nZm9", "Zm=v",
	"Zm9v----",
};
/* clang-format on */

static void what_is_no_base64_is_refused(void **state)
{
	uint8_t plain[16];
	size_t i;

	for(i = 0; i < COUNT_OF(not_base64); i++)
		if(digest_base64_decode(
				   reg_text_of(not_base64[i]), plain, sizeof(plain))
				!= -EINVAL)
			fail_msg("taken for Base64: '%s'", not_base64[i]);
}

static void the_whole_alphabet_is_known(void **state)
{
	static const char all[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
							  "abcdefghijklmnopqrstuvwxyz0123456789+/";
	uint8_t plain[48];
	char text[65];

	assert_int_equal(digest_base64_decode(reg_text_of(all), plain, 48), 48);
	assert_int_equal(digest_base64(plain, 48, text, sizeof(text)), 64);
	assert_string_equal(text, all);
}

static void base64_has_a_limit(void **state)
{
	static char text[2048];
	static uint8_t plain[2048];

	memset(text, 'A', sizeof(text));
	assert_int_equal(digest_base64_decode((struct reg_text){text, 1024}, plain,
							 sizeof(plain)),
			768);
	assert_int_equal(digest_base64_decode((struct reg_text){text, 1028}, plain,
							 sizeof(plain)),
			-EINVAL);
	assert_int_equal(digest_base64(plain, 1024, text, sizeof(text)), 1368);
	assert_int_equal(digest_base64(plain, 1025, text, sizeof(text)), -ENOSPC);
}

static void hex_is_lower_case(void **state)
{
	char dst[7];

	digest_hex((const uint8_t *)"\x00\x9a\xff", 3, dst);
	assert_string_equal(dst, "009aff");
	digest_hex((const uint8_t *)"", 0, dst);
	assert_string_equal(dst, "");
}

static void same_is_the_same(void **state)
{
	assert_true(digest_same(TEXT("abc"), TEXT("abc")));
	assert_false(digest_same(TEXT("abc"), TEXT("abd")));
	assert_false(digest_same(TEXT("abc"), TEXT("ab")));
	assert_false(digest_same(TEXT("abc"), TEXT("ABC")));
	assert_true(digest_same(reg_text_of(NULL), TEXT("")));
}

static void wiped_is_gone(void **state)
{
	char secret[4] = "abc";

	digest_wipe(secret, sizeof(secret));
	assert_memory_equal(secret, "\0\0\0\0", 4);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(only_what_was_offered_is_taken),
			cmocka_unit_test(what_is_no_base64_is_refused),
			cmocka_unit_test(the_whole_alphabet_is_known),
			cmocka_unit_test(base64_has_a_limit),
			cmocka_unit_test(hex_is_lower_case),
			cmocka_unit_test(same_is_the_same),
			cmocka_unit_test(wiped_is_gone),
	};
	static struct CMUnitTest md5[COUNT_OF(responses)];
	static struct CMUnitTest b64[COUNT_OF(base64s)];
	size_t i;

	fixture_rows(md5, response_row, responses, COUNT_OF(responses),
			sizeof(responses[0]));
	fixture_rows(
			b64, base64_row, base64s, COUNT_OF(base64s), sizeof(base64s[0]));
	for(i = 0; i < COUNT_OF(base64s); i++)
		b64[i].name = base64s[i].text;
	return cmocka_run_group_tests(tests, NULL, NULL)
		   + cmocka_run_group_tests_name("responses", md5, NULL, NULL)
		   + cmocka_run_group_tests_name("base64", b64, NULL, NULL);
}
