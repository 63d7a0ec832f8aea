/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how a line is written. Never what it means.
 */
#include "line.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool is_plain(char c)
{
	return c > ' ' && c <= '~' && c != '%';
}

bool line_word(struct reg_text *rest, struct reg_text *ret)
{
	size_t n = 0;

	while(n < rest->n && rest->s[n] != ' ')
		n++;
	*ret = (struct reg_text){rest->s, n};
	if(n < rest->n)
		n++;
	rest->s += n;
	rest->n -= n;
	return ret->n > 0;
}

static int digit(char c)
{
	if(c >= '0' && c <= '9')
		return c - '0';
	if(c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static int decode(char *s, size_t n)
{
	size_t from, to = 0;
	int high, low;

	for(from = 0; from < n; from++) {
		if(is_plain(s[from])) {
			s[to++] = s[from];
			continue;
		}
		if(s[from] != '%' || n - from < 3)
			return -EINVAL;
		high = digit(s[from + 1]);
		low = digit(s[from + 2]);
		if(high < 0 || low < 0)
			return -EINVAL;
		s[to++] = (char)(high * 16 + low);
		from += 2;
	}
	return (int)to;
}

int line_field(char *line, struct reg_text *rest, struct line_field *ret)
{
	struct reg_text word;
	char *equals, *value;
	int n;

	if(rest->n == 0)
		return 0;
	if(!line_word(rest, &word))
		return -EINVAL;
	equals = memchr(line + (word.s - line), '=', word.n);
	if(!equals || equals == word.s)
		return -EINVAL;
	value = equals + 1;
	n = decode(value, word.n - (size_t)(value - word.s));
	if(n < 0)
		return n;
	ret->name = (struct reg_text){word.s, (size_t)(equals - word.s)};
	ret->value = (struct reg_text){value, (size_t)n};
	return 1;
}

void line_print(const char *name, struct reg_text value)
{
	size_t i;

	printf(" %s=", name);
	for(i = 0; i < value.n; i++)
		if(is_plain(value.s[i]))
			putchar(value.s[i]);
		else
			printf("%%%02X", (unsigned char)value.s[i]);
}

void line_print_number(const char *name, int64_t value)
{
	printf(" %s=%" PRId64, name, value);
}
