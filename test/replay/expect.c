/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how to compare. Never knows what.
 */
#include "expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void expect_clear(struct expect *e)
{
	e->n = 0;
}

static void add(struct expect *e, struct expect_value v)
{
	if(e->n == EXPECT_MAX)
		abort();
	e->values[e->n++] = v;
}

void expect_number(struct expect *e, const char *name, int64_t number)
{
	add(e, (struct expect_value){.name = name, .number = number});
}

void expect_text(struct expect *e, const char *name, const char *text)
{
	add(e, (struct expect_value){.name = name, .text = text});
}

static const struct expect_value *find(const struct expect *e, const char *name)
{
	size_t i;

	for(i = 0; i < e->n; i++)
		if(strcmp(e->values[i].name, name) == 0)
			return &e->values[i];
	return NULL;
}

static bool in_range(const struct scenario *s, const struct expect_value *v,
		const char *expected)
{
	char low[32];
	const char *dots = strstr(expected, "..");
	size_t n = dots ? (size_t)(dots - expected) : strlen(expected);

	snprintf(low, sizeof(low), "%.*s", (int)n, expected);
	return v->number >= scenario_time_ms(s, v->name, low) / 1000
		   && v->number <= scenario_time_ms(
								   s, v->name, dots ? dots + 2 : expected)
								   / 1000;
}

static void compare(struct expect *e, const struct scenario *s,
		const struct expect_value *v, const char *expected)
{
	bool same =
			v->text ? strcmp(v->text, expected) == 0 : in_range(s, v, expected);

	e->checked_n += same;
	if(same)
		return;
	e->mismatch_n++;
	fprintf(stderr, "%s:%u: %s: expected %s, got ", s->file, s->line, v->name,
			expected);
	if(v->text)
		fprintf(stderr, "%s\n", v->text);
	else
		fprintf(stderr, "%lld\n", (long long)v->number);
}

void expect_check(struct expect *e, struct scenario *s)
{
	const struct expect_value *v;
	char *word, *value;
	size_t bare = 0;

	if(s->at == s->words_n)
		scenario_fail(s, "nothing expected behind ->");
	while((word = scenario_word(s))) {
		value = scenario_value(word);
		if(!value && bare < e->n && e->values[bare].text) {
			compare(e, s, &e->values[bare++], word);
			continue;
		}
		v = value ? find(e, word) : NULL;
		if(!v)
			scenario_fail(s, "cannot expect: %s", word);
		compare(e, s, v, value);
	}
}
