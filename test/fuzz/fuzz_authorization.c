/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Credentials from the wire: whatever is taken out of them lies within them,
 * and can be computed with.
 */
#include "digest.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check(bool holds)
{
	if(!holds)
		abort();
}

static void check_within(struct reg_text part, struct reg_text whole)
{
	if(part.s == NULL)
		check(part.n == 0);
	else
		check(part.s >= whole.s && part.s + part.n <= whole.s + whole.n);
}

static void check_parts(
		const struct reg_authorization *a, struct reg_text whole)
{
	check(a->present);
	check_within(a->username, whole);
	check_within(a->realm, whole);
	check_within(a->nonce, whole);
	check_within(a->uri, whole);
	check_within(a->response, whole);
	check_within(a->algorithm, whole);
	check_within(a->qop, whole);
	check_within(a->nc, whole);
	check_within(a->cnonce, whole);
	check_within(a->opaque, whole);
	check_within(a->auts, whole);
	check_within(a->integrity_protected, whole);
	check(reg_authorization_protection(a) <= REG_PROTECTION_UNKNOWN);
}

static void check_response(enum digest_hash hash, const char *ha1,
		const struct reg_authorization *a)
{
	static const struct reg_text method = REG_TEXT("REGISTER");
	size_t length = hash == DIGEST_SHA256 ? 64 : 32;
	char response[DIGEST_HEX_SIZE];

	check(strlen(ha1) == length);
	if(digest_response(hash, ha1, a, method, response) == 0)
		check(strlen(response) == length);
	else
		check(a->qop.n > 0);
}

/* Whatever a UE writes can be computed with, by every algorithm. */
static void check_algorithms(
		const struct reg_authorization *a, const uint8_t *res, size_t res_n)
{
	static const uint8_t key[DIGEST_KEY_N] = {1};
	static const struct digest_algorithm aka[] = {{DIGEST_AKAV1, DIGEST_MD5},
			{DIGEST_AKAV2, DIGEST_MD5}, {DIGEST_AKAV2, DIGEST_SHA256}};
	struct digest_algorithm named;
	char ha1[DIGEST_HEX_SIZE];
	size_t i;

	for(i = 0; i < sizeof(aka) / sizeof(aka[0]); i++) {
		check(digest_aka_ha1(aka[i], a, res, res_n, key, key, ha1) == 0);
		check_response(aka[i].hash, ha1, a);
	}
	if(digest_algorithm_find(a->algorithm, &named))
		check(digest_algorithm_name(named)[0] != '\0');
	check(digest_ha1(DIGEST_SHA256, a->username, a->realm, a->opaque, ha1)
			== 0);
	check_response(DIGEST_SHA256, ha1, a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const uint8_t res[8] = {1, 0, 3, 4, 5, 6, 7, 8};
	struct reg_text whole = {(const char *)data, n};
	struct reg_authorization a = {0};

	if(reg_authorization_parse(whole, &a) < 0) {
		check(!a.present && a.username.s == NULL);
		return 0;
	}
	check_parts(&a, whole);
	check_algorithms(&a, res, sizeof(res));
	return 0;
}
