/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Credentials from the wire: whatever is taken out of them lies within them,
 * and can be computed with.
 */
#include "digest.h"

#include <stdlib.h>

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const uint8_t res[8] = {1, 0, 3, 4, 5, 6, 7, 8};
	static const struct reg_text method = REG_TEXT("REGISTER");
	struct reg_text whole = {(const char *)data, n};
	struct reg_authorization a = {0};
	char response[DIGEST_HEX_SIZE];

	if(reg_authorization_parse(whole, &a) < 0) {
		check(!a.present && a.username.s == NULL);
		return 0;
	}
	check_parts(&a, whole);
	if(digest_akav1_md5(&a, res, sizeof(res), method, response) == 0)
		check(reg_text_of(response).n == DIGEST_HEX_SIZE - 1);
	return 0;
}
