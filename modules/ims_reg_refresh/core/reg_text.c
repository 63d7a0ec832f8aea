/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how to compare and read short texts. Never copies, never allocates.
 */
#include "reg_text.h"

#include <errno.h>
#include <string.h>

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

struct reg_text reg_text_of(const char *s)
{
	struct reg_text t = {s, s ? strlen(s) : 0};

	return t;
}

bool reg_text_folds(struct reg_text a, struct reg_text b)
{
	size_t i;

	for(i = 0; i < a.n; i++)
		if(lower(a.s[i]) != lower(b.s[i]))
			return false;
	return true;
}

bool reg_text_has(struct reg_text t, struct reg_text needle)
{
	size_t i;

	for(i = 0; i + needle.n <= t.n; i++)
		if(memcmp(t.s + i, needle.s, needle.n) == 0)
			return true;
	return false;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct reg_text reg_text_trim(struct reg_text t)
{
	while(t.n > 0 && is_blank(t.s[0])) {
		t.s++;
		t.n--;
	}
	while(t.n > 0 && is_blank(t.s[t.n - 1]))
		t.n--;
	return t;
}

#define ONES UINT64_C(0x0101010101010101)

/* The top bit of an octet is set if one of eight is above '~', or below first,
 * where it borrows. */
static inline uint64_t odd_of(const char *s, char first)
{
	uint64_t v;

	memcpy(&v, s, sizeof(v));
	return v | (v + ONES) | (v - ONES * (uint64_t)first);
}

/* Whether every octet stands between first and '~': eight at a time and without
 * a branch on any of them. A short text is left to a closer look. */
static inline bool is_ordinary(struct reg_text t, char first)
{
	const char *at = t.s, *last;
	uint64_t odd;

	if(t.n < sizeof(uint64_t))
		return false;
	last = t.s + t.n - sizeof(uint64_t);
	odd = odd_of(last, first); /* some are looked at twice */
	for(; at < last; at += sizeof(uint64_t))
		odd |= odd_of(at, first);
	return (odd & (ONES << 7)) == 0;
}

bool reg_text_visible(struct reg_text t)
{
	size_t i;

	if(is_ordinary(t, '!'))
		return true;
	for(i = 0; i < t.n; i++)
		if(t.s[i] <= ' ' || t.s[i] > '~')
			return false;
	return true;
}

/* A folded line, RFC 3261 7.3.1: its end and the blank behind it. Octets taken,
 * 0: none. A line end that folds nothing would begin a header of its own. */
static size_t fold_at(struct reg_text t, size_t i)
{
	size_t n = t.s[i] == '\r' ? 2 : 1;

	if(i + n >= t.n || t.s[i + n - 1] != '\n')
		return 0;
	return t.s[i + n] == ' ' || t.s[i + n] == '\t' ? n + 1 : 0;
}

static bool is_control(char c)
{
	return ((unsigned char)c < ' ' && c != '\t') || c == '\x7f';
}

bool reg_text_printable(struct reg_text t)
{
	size_t i, n;

	if(is_ordinary(t, ' '))
		return true;
	for(i = 0; i < t.n; i += n) {
		n = 1;
		if(t.s[i] == '\r' || t.s[i] == '\n')
			n = fold_at(t, i);
		else if(is_control(t.s[i]))
			n = 0;
		if(n == 0)
			return false;
	}
	return true;
}

int reg_text_u32(struct reg_text t, uint32_t max, uint32_t *ret)
{
	uint64_t v = 0;
	size_t i;

	if(t.n == 0)
		return -EINVAL;
	for(i = 0; i < t.n; i++) {
		if(t.s[i] < '0' || t.s[i] > '9')
			return -EINVAL;
		if(v <= UINT32_MAX)
			v = v * 10 + (uint64_t)(t.s[i] - '0');
	}
	if(v > max)
		return -ERANGE;
	*ret = (uint32_t)v;
	return 0;
}

uint64_t reg_text_hash(struct reg_text t, uint64_t seed)
{
	const uint64_t prime = UINT64_C(1099511628211);
	uint64_t h = UINT64_C(14695981039346656037) ^ seed, v;
	size_t i;

	for(i = 0; i + sizeof(v) <= t.n; i += sizeof(v)) {
		memcpy(&v, t.s + i, sizeof(v));
		h = (h ^ v) * prime;
		h ^= h >> 32; /* else the high octets would never reach the low bits */
	}
	for(; i < t.n; i++)
		h = (h ^ (unsigned char)t.s[i]) * prime;
	return h ^ (h >> 32);
}
