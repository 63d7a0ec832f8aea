/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scenario as text: lines of words, name=value, and what is said when one of
 * them is wrong.
 */
#ifndef SCENARIO_H
#define SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

#define SCENARIO_SIZE_MAX 65536
#define SCENARIO_WORDS_MAX 48

struct scenario
{
	const char *file;
	char text[SCENARIO_SIZE_MAX]; /* words are cut out of it in place */
	char *next;					  /* start of the next line */
	unsigned line;
	unsigned words_n, at; /* words of this line; the next one to take */
	char *words[SCENARIO_WORDS_MAX];
};

/** Read the whole file. @return 0, or -1 with a message on stderr */
int scenario_open(struct scenario *s, const char *file);

/** Go on to the next line that has words. @return false at the end */
bool scenario_next_line(struct scenario *s);

/** Take a word of this line; NULL when there is none left. */
char *scenario_word(struct scenario *s);

/** Take the word if it is the next one. */
bool scenario_takes(struct scenario *s, const char *word);

/** Cut "name=value" at its '='. @return the value, or NULL if there is none */
char *scenario_value(char *word);

/** Print file, line and the message; the program ends. */
_Noreturn void scenario_fail(const struct scenario *s, const char *format, ...)
		__attribute__((format(printf, 2, 3)));

/** A whole number; the program ends if it is none. */
uint32_t scenario_number(
		const struct scenario *s, const char *name, const char *text);

/** Seconds with up to three decimals, maybe negative, as milliseconds. */
int64_t scenario_time_ms(
		const struct scenario *s, const char *name, const char *text);

#endif
