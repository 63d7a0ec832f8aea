/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two lines are two URIs: sameness is reflexive and symmetric, and a canonical
 * identity is its own canonical identity.
 */
#include "reg_uri.h"

#include <stdlib.h>
#include <string.h>

#define ROOM 4096 /* a '%' may become three */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check(bool holds)
{
	if(!holds)
		abort();
}

static void check_parts(struct reg_text text)
{
	struct reg_uri u;

	if(reg_uri_parse(text, &u) < 0)
		return;
	check(u.scheme.n > 0 && u.host.n > 0);
	check(u.scheme.s == text.s && u.host.s > text.s);
	check(u.host.s + u.host.n <= text.s + text.n);
}

static void check_identity(struct reg_text text)
{
	static char once[ROOM], twice[ROOM];
	struct reg_text canonical = {once, 0};
	int n;

	n = reg_uri_identity(text, once, sizeof(once));
	if(n < 0)
		return;
	check((size_t)n <= 3 * text.n);
	canonical.n = (size_t)n;
	check(reg_uri_identity(canonical, twice, sizeof(twice)) == n);
	check(memcmp(once, twice, (size_t)n) == 0);
	check(reg_uri_identity(text, once, (size_t)n - 1) < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *text = (const char *)data;
	const char *end = n ? memchr(text, '\n', n) : NULL;
	struct reg_text a = {text, end ? (size_t)(end - text) : n};
	struct reg_text b = {end ? end + 1 : text, end ? n - a.n - 1 : 0};

	if(n > ROOM / 3)
		return 0;
	check_parts(a);
	check_parts(b);
	check(reg_uri_same(a, a));
	check(reg_uri_same(b, b));
	check(reg_uri_same(a, b) == reg_uri_same(b, a));
	check_identity(a);
	check_identity(b);
	return 0;
}
