/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how credentials are written. Never judges them.
 */
#include "reg_authorization.h"

#include <errno.h>
#include <string.h>

#define SCHEME "Digest"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_spaces(struct reg_text *t)
{
	while(t->n > 0 && is_space(t->s[0])) {
		t->s++;
		t->n--;
	}
}

static void advance(struct reg_text *t, size_t n)
{
	t->s += n;
	t->n -= n;
}

#define SLOT(name, field)                                         \
	{                                                             \
		REG_TEXT(name), offsetof(struct reg_authorization, field) \
	}

static struct reg_text *slot_of(
		struct reg_authorization *a, struct reg_text name)
{
	static const struct
	{
		struct reg_text name;
		size_t at;
	} slots[] = {SLOT("username", username), SLOT("realm", realm),
			SLOT("nonce", nonce), SLOT("uri", uri), SLOT("response", response),
			SLOT("algorithm", algorithm), SLOT("qop", qop), SLOT("nc", nc),
			SLOT("cnonce", cnonce), SLOT("opaque", opaque), SLOT("auts", auts),
			SLOT("integrity-protected", integrity_protected)};
	size_t i;

	for(i = 0; i < sizeof(slots) / sizeof(slots[0]); i++)
		if(name.n == slots[i].name.n && reg_text_eq_nocase(name, slots[i].name))
			return (struct reg_text *)((char *)a + slots[i].at);
	return NULL;
}

/* The value up to its closing quote; a backslash keeps the next character. */
static int take_quoted(struct reg_text *rest, struct reg_text *ret)
{
	const char *quote, *slash;
	size_t from = 0;

	advance(rest, 1);
	for(;;) {
		quote = memchr(rest->s + from, '"', rest->n - from);
		if(!quote)
			return -EINVAL;
		slash = memchr(rest->s + from, '\\', (size_t)(quote - rest->s) - from);
		if(!slash)
			break;
		from = (size_t)(slash - rest->s) + 2;
		if(from > rest->n)
			return -EINVAL;
	}
	*ret = (struct reg_text){rest->s, (size_t)(quote - rest->s)};
	advance(rest, ret->n + 1);
	return 0;
}

static void take_token(struct reg_text *rest, struct reg_text *ret)
{
	size_t i = 0;

	while(i < rest->n && rest->s[i] != ',' && !is_space(rest->s[i]))
		i++;
	*ret = (struct reg_text){rest->s, i};
	advance(rest, i);
}

static int take_name(struct reg_text *rest, struct reg_text *ret)
{
	const char *equals = memchr(rest->s, '=', rest->n);
	size_t n;

	if(!equals)
		return -EINVAL;
	n = (size_t)(equals - rest->s);
	if(memchr(rest->s, ',', n))
		return -EINVAL;
	*ret = reg_text_trim((struct reg_text){rest->s, n});
	advance(rest, n + 1);
	skip_spaces(rest);
	return ret->n > 0 ? 0 : -EINVAL;
}

static int take_parameter(struct reg_text *rest, struct reg_authorization *a)
{
	struct reg_text name, value, *slot;
	int rc;

	rc = take_name(rest, &name);
	if(rc < 0)
		return rc;
	if(rest->n > 0 && rest->s[0] == '"') {
		rc = take_quoted(rest, &value);
		if(rc < 0)
			return rc;
	} else {
		take_token(rest, &value);
		if(value.n == 0)
			return -EINVAL;
	}
	slot = slot_of(a, name);
	if(slot && slot->s == NULL)
		*slot = value;
	return 0;
}

int reg_authorization_parse(
		struct reg_text value, struct reg_authorization *ret)
{
	struct reg_authorization a = {.present = true};
	struct reg_text rest = reg_text_trim(value);
	struct reg_text scheme = {rest.s, sizeof(SCHEME) - 1};
	int rc;

	if(rest.n <= scheme.n || !is_space(rest.s[scheme.n])
			|| !reg_text_eq_nocase(scheme, reg_text_of(SCHEME)))
		return -EINVAL;
	advance(&rest, scheme.n);
	skip_spaces(&rest);
	while(rest.n > 0) {
		rc = take_parameter(&rest, &a);
		if(rc < 0)
			return rc;
		skip_spaces(&rest);
		if(rest.n > 0 && rest.s[0] != ',')
			return -EINVAL;
		while(rest.n > 0 && (rest.s[0] == ',' || is_space(rest.s[0])))
			advance(&rest, 1);
	}
	*ret = a;
	return 0;
}

enum reg_protection reg_authorization_protection(
		const struct reg_authorization *a)
{
	static const struct
	{
		struct reg_text text;
		enum reg_protection means;
	} words[] = {{REG_TEXT("yes"), REG_PROTECTION_YES},
			{REG_TEXT("no"), REG_PROTECTION_NO},
			{REG_TEXT("tls-yes"), REG_PROTECTION_YES},
			{REG_TEXT("tls-connected"), REG_PROTECTION_YES},
			{REG_TEXT("tls-pending"), REG_PROTECTION_PENDING},
			{REG_TEXT("ip-assoc-yes"), REG_PROTECTION_YES},
			{REG_TEXT("ip-assoc-pending"), REG_PROTECTION_PENDING}};
	size_t i;

	if(!a->present || a->integrity_protected.s == NULL)
		return REG_PROTECTION_NONE;
	for(i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if(reg_text_eq_nocase(a->integrity_protected, words[i].text))
			return words[i].means;
	return REG_PROTECTION_UNKNOWN;
}
