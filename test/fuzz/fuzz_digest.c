/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Base64 from the wire: only Base64 is taken, and what it says survives being
 * written and read again.
 */
#include "digest.h"

#include <stdlib.h>
#include <string.h>

#define ROOM 2048

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check(bool holds)
{
	if(!holds)
		abort();
}

static bool is_base64(struct reg_text t)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
								   "abcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t i, pad = 0;

	while(pad < 2 && pad < t.n && t.s[t.n - 1 - pad] == '=')
		pad++;
	for(i = 0; i < t.n - pad; i++)
		if(t.s[i] == '\0' || strchr(alphabet, t.s[i]) == NULL)
			return false;
	return t.n > 0 && t.n % 4 == 0;
}

static void check_decode(struct reg_text text)
{
	static uint8_t plain[ROOM], again[ROOM];
	static char back[ROOM];
	int n, back_n;

	n = digest_base64_decode(text, plain, sizeof(plain));
	if(n < 0) {
		check(!is_base64(text) || text.n > 1024);
		return;
	}
	check(is_base64(text));
	check(digest_base64_decode(text, again, (size_t)n) == n);
	check(n == 0 || digest_base64_decode(text, again, (size_t)n - 1) < 0);
	back_n = digest_base64(plain, (size_t)n, back, sizeof(back));
	check(back_n == (int)text.n);
	check(digest_base64_decode(
				  (struct reg_text){back, (size_t)back_n}, again, sizeof(again))
			== n);
	check(memcmp(plain, again, (size_t)n) == 0);
}

static void check_encode(const uint8_t *data, size_t n)
{
	static uint8_t plain[ROOM];
	static char text[ROOM], hex[2 * ROOM + 1];
	int text_n;

	if(n > 768)
		return;
	text_n = digest_base64(data, n, text, sizeof(text));
	check(text_n >= 0 && (size_t)text_n == strlen(text));
	if(n > 0)
		check(digest_base64_decode((struct reg_text){text, (size_t)text_n},
					  plain, sizeof(plain))
				== (int)n);
	check(memcmp(plain, data, n) == 0);
	digest_hex(data, n, hex);
	check(strlen(hex) == 2 * n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct reg_text text = {(const char *)data, n};

	check_decode(text);
	check_encode(data, n);
	check(digest_same(text, text));
	return 0;
}
