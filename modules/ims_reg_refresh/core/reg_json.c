/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows what a JSON string may hold. Never knows what it says.
 */
#include "reg_json.h"

#include <string.h>

/* Octets that a character begins with such an octet has; 0: none does. */
static size_t length_of(uint8_t first)
{
	if(first < 0x80)
		return 1;
	if(first >= 0xc2 && first < 0xe0)
		return 2;
	if(first >= 0xe0 && first < 0xf0)
		return 3;
	return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/* Too long for what it says, half of a pair, or beyond the last (RFC 3629 3). */
static bool is_forbidden(uint8_t first, uint8_t second)
{
	return (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f)
		   || (first == 0xf0 && second < 0x90)
		   || (first == 0xf4 && second > 0x8f);
}

/* Octets of the character at the front of t, 0: it is no UTF-8. */
static size_t character_n(struct reg_text t)
{
	const uint8_t *s = (const uint8_t *)t.s;
	size_t n = length_of(s[0]), i;

	if(n > t.n || (n > 1 && is_forbidden(s[0], s[1])))
		return 0;
	for(i = 1; i < n; i++)
		if((s[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

size_t reg_json_print(struct reg_text t, char *dst)
{
	char *at = dst;
	size_t n;

	*at++ = '"';
	while(t.n > 0) {
		n = character_n(t);
		if(n == 0 || (uint8_t)*t.s < 0x20 || *t.s == 0x7f) {
			*at++ = '?';
			n = 1;
		} else {
			if(*t.s == '"' || *t.s == '\\')
				*at++ = '\\';
			memcpy(at, t.s, n);
			at += n;
		}
		t = (struct reg_text){t.s + n, t.n - n};
	}
	*at++ = '"';
	*at = '\0';
	return (size_t)(at - dst);
}
