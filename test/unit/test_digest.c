/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Digest arithmetic against the examples of the RFCs, and AKA challenges of TS
 * 35.208 test set 1, whose responses were computed with other software: Python's
 * hashlib and hmac, over RES, IK and CK as printed there (RFC 4169 prints no
 * example).
 */
#include "fixture.h"
#include "digest.h"

#include <errno.h>
#include <string.h>

struct response
{
	const char *name;
	const char *algorithm;
	const char *username, *realm, *nonce, *uri, *method;
	const char *qop, *nc, *cnonce;
	const char *secret; /* password, or RES */
	size_t secret_n;
	const char *response;
};

#define SECRET(octets) octets, sizeof(octets) - 1

/* TS 35.208 4.3, set 1: RAND and AUTN in Base64, RES, IK, CK. */
#define NONCE_1 "I1U8vpY3qJ0hiuZNrke/NVXzKLQ1d7m5Sp/6w1Tfr7M="
#define IMPI_1 "001010000000001@ims.example.org"
#define REALM_1 "ims.example.org"
#define URI_1 "sip:ims.example.org"
#define RES_1 SECRET("\xa5\x42\x11\xd5\xe3\xba\x50\xbf")
#define IK_1 "\xf7\x69\xbc\xd7\x51\x04\x46\x04\x12\x76\x72\x71\x1c\x6d\x34\x41"
#define CK_1 "\xb4\x0b\xa9\xa3\xc5\x8b\x2a\x05\xbb\xf0\xd9\x87\xb2\x1b\xf8\xcb"

#define NONCE_7616 "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
#define CNONCE_7616 "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"

/* clang-format off */
static const struct response responses[] = {
	{"RFC 2617 3.5", "MD5", "Mufasa", "testrealm@host.com",
		"dcd98b7102dd2f0e8b11d0f600bfb0c093", "/dir/index.html", "GET",
		"auth", "00000001", "0a4f113b", SECRET("Circle Of Life"),
		"6629fae49393a05397450978507c4ef1"},
	{"RFC 2617 3.5 without qop", "MD5", "Mufasa", "testrealm@host.com",
		"dcd98b7102dd2f0e8b11d0f600bfb0c093", "/dir/index.html", "GET",
		NULL, NULL, NULL, SECRET("Circle Of Life"),
		"670fd8c2df070c60b045671b8b24ff02"},
	{"RFC 7616 3.9.1, MD5", "MD5", "Mufasa", "http-auth@example.org",
		NONCE_7616, "/dir/index.html", "GET", "auth", "00000001", CNONCE_7616,
		SECRET("Circle of Life"), "8ca523f5e9506fed4657c9700eebdbec"},
	{"RFC 7616 3.9.1, SHA-256", "SHA-256", "Mufasa", "http-auth@example.org",
		NONCE_7616, "/dir/index.html", "GET", "auth", "00000001", CNONCE_7616,
		SECRET("Circle of Life"),
		"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"},
	{"rspauth to RFC 7616 3.9.1, MD5", "MD5", "Mufasa", "http-auth@example.org",
		NONCE_7616, "/dir/index.html", "", "auth", "00000001", CNONCE_7616,
		SECRET("Circle of Life"), "9b712497bc9f91499fbcca1dfc5f09a5"},
	{"rspauth to RFC 7616 3.9.1, SHA-256", "SHA-256", "Mufasa", "http-auth@example.org",
		NONCE_7616, "/dir/index.html", "", "auth", "00000001", CNONCE_7616,
		SECRET("Circle of Life"),
		"86d3b25618d41854ca5039a5d7e53ff6355d5134a9b1fb088a78ac3c462195a0"},
	{"AKAv1-MD5, TS 35.208 set 1", "AKAv1-MD5", IMPI_1, REALM_1, NONCE_1, URI_1,
		"REGISTER", "auth", "00000001", "0a4f113b", RES_1,
		"55e8667231be51f4bcdb2ed12d820f74"},
	{"AKAv1-MD5, TS 35.208 set 1 without qop", "AKAv1-MD5", IMPI_1, REALM_1,
		NONCE_1, URI_1, "REGISTER", NULL, NULL, NULL, RES_1,
		"67947fa80963d5374d0c247400cd6261"},
	{"AKAv1-MD5, a RES of four octets, one of them zero", "AKAv1-MD5", IMPI_1,
		REALM_1, NONCE_1, URI_1, "REGISTER", NULL, NULL, NULL,
		SECRET("\x00\xa5\x00\xd5"), "9692615ce940d810213ba0a88838c9d1"},
	{"AKAv2-MD5, TS 35.208 set 1", "AKAv2-MD5", IMPI_1, REALM_1, NONCE_1, URI_1,
		"REGISTER", "auth", "00000001", "0a4f113b", RES_1,
		"6533ff1ae642ff2c4e2af203ae6190eb"},
	{"AKAv2-MD5, TS 35.208 set 1 without qop", "AKAv2-MD5", IMPI_1, REALM_1,
		NONCE_1, URI_1, "REGISTER", NULL, NULL, NULL, RES_1,
		"873746c82773287dca28682ec6e92976"},
	{"AKAv2-SHA-256, TS 35.208 set 1", "AKAv2-SHA-256", IMPI_1, REALM_1, NONCE_1,
		URI_1, "REGISTER", "auth", "00000001", "0a4f113b", RES_1,
		"853028fc8b4a1edecc875b11902fa4ab82e6d4738785daf8fca677610c180f6d"},
	{"AKAv2-SHA-256, TS 35.208 set 1 without qop", "AKAv2-SHA-256", IMPI_1, REALM_1,
		NONCE_1, URI_1, "REGISTER", NULL, NULL, NULL, RES_1,
		"e7f079be02bcc2ea1c5c5543f07d07d56d2353b5606b1eebf00dfabb29e467da"},
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
	const uint8_t *secret = (const uint8_t *)row->secret;
	char ha1[DIGEST_HEX_SIZE], dst[DIGEST_HEX_SIZE];
	struct digest_algorithm algorithm;

	assert_true(digest_algorithm_find(reg_text_of(row->algorithm), &algorithm));
	assert_string_equal(digest_algorithm_name(algorithm), row->algorithm);
	if(algorithm.scheme == DIGEST_SIP)
		assert_int_equal(
				digest_ha1(algorithm.hash, a.username, a.realm,
						(struct reg_text){row->secret, row->secret_n}, ha1),
				0);
	else
		assert_int_equal(
				digest_aka_ha1(algorithm, &a, secret, row->secret_n,
						(const uint8_t *)IK_1, (const uint8_t *)CK_1, ha1),
				0);
	assert_int_equal(digest_response(algorithm.hash, ha1, &a,
							 reg_text_of(row->method), dst),
			0);
	assert_string_equal(dst, row->response);
}

static void only_what_was_offered_is_taken(void **state)
{
	struct reg_authorization a = authorization_of(&responses[0]);
	char dst[DIGEST_HEX_SIZE];

	a.qop = TEXT("auth-int");
	assert_int_equal(
			digest_response(DIGEST_MD5, "", &a, TEXT("GET"), dst), -EINVAL);
	a.qop = TEXT("auth,auth-int");
	assert_int_equal(
			digest_response(DIGEST_MD5, "", &a, TEXT("GET"), dst), -EINVAL);
}

static void only_aka_has_a_vector(void **state)
{
	static const struct digest_algorithm sip = {DIGEST_SIP, DIGEST_MD5},
										 aka = {DIGEST_AKAV1, DIGEST_MD5};
	struct reg_authorization a = authorization_of(&responses[0]);
	uint8_t res[DIGEST_RES_MAX + 1] = {0};
	char dst[DIGEST_HEX_SIZE];

	assert_int_equal(digest_aka_ha1(sip, &a, res, 8, NULL, NULL, dst), -EINVAL);
	assert_int_equal(digest_aka_ha1(aka, &a, res, sizeof(res), NULL, NULL, dst),
			-EINVAL);
}

static void names_are_known_in_any_case(void **state)
{
	struct digest_algorithm a = {DIGEST_NO_SCHEME, DIGEST_MD5};

	assert_string_equal(digest_algorithm_name(a), "");
	assert_true(digest_algorithm_find(TEXT("akaV2-sha-256"), &a));
	assert_string_equal(digest_algorithm_name(a), "AKAv2-SHA-256");
	assert_false(digest_algorithm_find(TEXT("SHA-512-256"), &a));
	assert_false(digest_algorithm_find(TEXT("MD5-sess"), &a));
	assert_string_equal(digest_algorithm_name(a), "AKAv2-SHA-256");
}

/* Computed with Python's hmac over the parts, lengths in front. */
static void mac_is_over_the_parts(void **state)
{
	static const uint8_t key[32] = "Jefe";
	struct reg_text parts[] = {TEXT("what"), TEXT("do")},
					other[] = {TEXT("wha"), TEXT("tdo")};
	uint8_t mac[DIGEST_MAC_N], moved[DIGEST_MAC_N];
	char hex[DIGEST_HEX_SIZE];

	assert_int_equal(digest_mac(key, sizeof(key), parts, 2, mac), 0);
	digest_hex(mac, sizeof(mac), hex);
	assert_string_equal(hex, "51aa9ddc76fc07c243bd98cbdb214c5ee5ea34073c72453a"
							 "fcc3c1574dde37b3");
	assert_int_equal(digest_mac(key, sizeof(key), other, 2, moved), 0);
	assert_memory_not_equal(mac, moved, sizeof(mac));
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
			cmocka_unit_test(only_aka_has_a_vector),
			cmocka_unit_test(names_are_known_in_any_case),
			cmocka_unit_test(mac_is_over_the_parts),
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
