/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows words. Never knows what they mean.
 */
#include "scenario.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int scenario_open(struct scenario *s, const char *file)
{
	FILE *f = fopen(file, "r");
	size_t n = 0;

	memset(s, 0, sizeof(*s));
	s->file = file;
	s->next = s->text;
	if(f) {
		n = fread(s->text, 1, sizeof(s->text), f);
		fclose(f);
	}
	if(n == 0 || n == sizeof(s->text)) {
		fprintf(stderr, "%s: cannot be read, is empty or too long\n", file);
		return -1;
	}
	return 0;
}

static void cut_words(struct scenario *s, char *at)
{
	s->words_n = s->at = 0;
	for(;;) {
		while(isspace((unsigned char)*at))
			at++;
		if(*at == '\0' || *at == '#')
			return;
		if(s->words_n == SCENARIO_WORDS_MAX)
			scenario_fail(s, "too many words");
		s->words[s->words_n++] = at;
		while(*at && !isspace((unsigned char)*at))
			at++;
		if(*at)
			*at++ = '\0';
	}
}

bool scenario_next_line(struct scenario *s)
{
	char *line, *end;

	while(*s->next) {
		line = s->next;
		end = line + strcspn(line, "\n");
		s->next = *end ? end + 1 : end;
		*end = '\0';
		s->line++;
		cut_words(s, line);
		if(s->words_n > 0)
			return true;
	}
	return false;
}

char *scenario_word(struct scenario *s)
{
	return s->at < s->words_n ? s->words[s->at++] : NULL;
}

bool scenario_takes(struct scenario *s, const char *word)
{
	if(s->at == s->words_n || strcmp(s->words[s->at], word) != 0)
		return false;
	s->at++;
	return true;
}

char *scenario_value(char *word)
{
	char *at = strchr(word, '=');

	if(at)
		*at++ = '\0';
	return at;
}

void scenario_fail(const struct scenario *s, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s:%u: ", s->file, s->line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(EXIT_FAILURE);
}

uint32_t scenario_number(
		const struct scenario *s, const char *name, const char *text)
{
	unsigned long long v;
	char *end;

	errno = 0;
	v = text ? strtoull(text, &end, 10) : 0;
	if(!text || !isdigit((unsigned char)*text) || *end || errno
			|| v > UINT32_MAX)
		scenario_fail(s, "%s: no number: %s", name, text ? text : "nothing");
	return (uint32_t)v;
}

int64_t scenario_time_ms(
		const struct scenario *s, const char *name, const char *text)
{
	bool negative = text && *text == '-';
	const char *digits = text + negative;
	int64_t ms = 0;
	int decimals = -1; /* before the point */

	if(!text || !isdigit((unsigned char)*digits))
		scenario_fail(s, "%s: no time: %s", name, text ? text : "nothing");
	for(; *digits && decimals < 3 && ms < INT64_C(1000000000000000); digits++) {
		if(*digits == '.' && decimals < 0)
			decimals = 0;
		else if(!isdigit((unsigned char)*digits))
			break;
		else
			ms = ms * 10 + (*digits - '0');
		decimals += decimals >= 0 && *digits != '.';
	}
	if(*digits)
		scenario_fail(s, "%s: no time: %s", name, text);
	for(decimals = decimals < 0 ? 0 : decimals; decimals < 3; decimals++)
		ms *= 10;
	return negative ? -ms : ms;
}
