/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text as a view: a pointer and a length, never owned, never terminated.
 */
#ifndef REG_TEXT_H
#define REG_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct reg_text
{
	const char *s;
	size_t n;
};

/** A view of a string literal, also usable as a constant initialiser. */
#define REG_TEXT(literal)              \
	{                                  \
		(literal), sizeof(literal) - 1 \
	}

struct reg_text reg_text_of(const char *s);

/** Byte for byte. */
static inline bool reg_text_eq(struct reg_text a, struct reg_text b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.s, b.s, a.n) == 0);
}

/** reg_text_eq_nocase() of two texts of one length, letter by letter. */
bool reg_text_folds(struct reg_text a, struct reg_text b);

/** ASCII case folded; bytes above 127 compare as they are. */
static inline bool reg_text_eq_nocase(struct reg_text a, struct reg_text b)
{
	/* most are the same byte for byte, and that is told much faster */
	return a.n == b.n && (reg_text_eq(a, b) || reg_text_folds(a, b));
}

/** Whether needle stands anywhere in t, byte for byte. */
bool reg_text_has(struct reg_text t, struct reg_text needle);

/** Without leading and trailing spaces, tabs and line ends. */
struct reg_text reg_text_trim(struct reg_text t);

/** Visible ASCII alone, as URIs and Call-IDs are written (RFC 3261 25.1). */
bool reg_text_visible(struct reg_text t);

/** No control characters but those of LWS (RFC 3261 25.1). */
bool reg_text_printable(struct reg_text t);

/**
 * Decimal digits only, no sign, no space.
 * @return 0; -EINVAL for anything else; -ERANGE above max
 */
int reg_text_u32(struct reg_text t, uint32_t max, uint32_t *ret);

/**
 * FNV-1a, eight octets at a time; for jitter and slots, not for anything an
 * attacker profits from. Another value on a machine of other byte order.
 */
uint64_t reg_text_hash(struct reg_text t, uint64_t seed);

#endif
