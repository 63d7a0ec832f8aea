/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What came out, by name, against the words behind "->".
 */
#ifndef EXPECT_H
#define EXPECT_H

#include "scenario.h"

#include <stddef.h>

#define EXPECT_MAX 16

/** One result: a number, or a text when text is not NULL. */
struct expect_value
{
	const char *name;
	const char *text;
	int64_t number;
};

struct expect
{
	struct expect_value values[EXPECT_MAX];
	size_t n;
	unsigned checked_n; /* expectations that were met so far */
	unsigned mismatch_n;
};

/** Forget the results of the step before. */
void expect_clear(struct expect *e);

void expect_number(struct expect *e, const char *name, int64_t number);
void expect_text(struct expect *e, const char *name, const char *text);

/**
 * Check "-> [first [second]] name=value …" against the results. A bare word is
 * compared with the result in its place; a number may be a range: 5..9.
 * Says each mismatch on stderr; words that mean nothing end the program.
 */
void expect_check(struct expect *e, struct scenario *s);

#endif
