/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how credentials are written. Never judges them.
 */
#include "reg_authorization.h"

#include <errno.h>
#include <string.h>

/* What is left to read. Its values are copied nowhere. */
struct reader
{
	const char *at, *end;
	bool escapes; /* a backslash is somewhere, as good as never */
};

#define SLOT(name, field)                                         \
	{                                                             \
		REG_TEXT(name), offsetof(struct reg_authorization, field) \
	}

/* The order is the one that most write: each is looked for behind the last. */
static const struct
{
	struct reg_text name;
	size_t at;
} slots[] = {SLOT("username", username), SLOT("realm", realm),
		SLOT("nonce", nonce), SLOT("uri", uri), SLOT("response", response),
		SLOT("algorithm", algorithm), SLOT("qop", qop), SLOT("nc", nc),
		SLOT("cnonce", cnonce), SLOT("opaque", opaque), SLOT("auts", auts),
		SLOT("integrity-protected", integrity_protected)};

#define SLOTS_N (sizeof(slots) / sizeof(slots[0]))

/* @return which, or SLOTS_N: none */
static size_t find_slot(struct reg_text name, size_t from)
{
	size_t i, at;

	for(i = 0; i < SLOTS_N; i++) {
		at = from + i < SLOTS_N ? from + i : from + i - SLOTS_N;
		if(name.n == slots[at].name.n
				&& reg_text_eq_nocase(name, slots[at].name))
			return at;
	}
	return SLOTS_N;
}

/* The first of several counts. */
static void keep(
		struct reg_authorization *a, size_t slot, struct reg_text value)
{
	struct reg_text *to = (struct reg_text *)((char *)a + slots[slot].at);

	if(to->s == NULL)
		*to = value;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static inline void skip_spaces(struct reader *r)
{
	while(r->at < r->end && is_space(*r->at))
		r->at++;
}

static struct reg_text text_between(const char *from, const char *to)
{
	return (struct reg_text){from, (size_t)(to - from)};
}

/* A quote that no backslash keeps from being the end. */
static const char *closing_quote(const struct reader *r)
{
	const char *quote, *slash, *from = r->at;

	for(;;) {
		quote = memchr(from, '"', (size_t)(r->end - from));
		if(!quote || !r->escapes)
			return quote;
		slash = memchr(from, '\\', (size_t)(quote - from));
		if(!slash)
			return quote;
		if(r->end - slash < 2)
			return NULL;
		from = slash + 2;
	}
}

static int take_quoted(struct reader *r, struct reg_text *ret)
{
	const char *quote;

	r->at++;
	quote = closing_quote(r);
	if(!quote)
		return -EINVAL;
	*ret = text_between(r->at, quote);
	r->at = quote + 1;
	return 0;
}

static int take_token(struct reader *r, struct reg_text *ret)
{
	const char *at = r->at;

	while(at < r->end && *at != ',' && !is_space(*at))
		at++;
	*ret = text_between(r->at, at);
	r->at = at;
	return ret->n > 0 ? 0 : -EINVAL;
}

static int take_name(struct reader *r, struct reg_text *ret)
{
	const char *equals = memchr(r->at, '=', (size_t)(r->end - r->at));

	if(!equals)
		return -EINVAL;
	*ret = text_between(r->at, equals);
	while(ret->n > 0 && is_space(ret->s[ret->n - 1]))
		ret->n--;
	r->at = equals + 1;
	return ret->n > 0 ? 0 : -EINVAL;
}

static int take_value(struct reader *r, struct reg_text *ret)
{
	skip_spaces(r);
	if(r->at < r->end && *r->at == '"')
		return take_quoted(r, ret);
	return take_token(r, ret);
}

/* At least one comma between two parameters; at the end there may be none. */
static int take_commas(struct reader *r)
{
	skip_spaces(r);
	if(r->at < r->end && *r->at != ',')
		return -EINVAL;
	while(r->at < r->end && (*r->at == ',' || is_space(*r->at)))
		r->at++;
	return 0;
}

static int take_parameters(struct reader *r, struct reg_authorization *a)
{
	struct reg_text name, value;
	size_t slot, from = 0;

	while(r->at < r->end) {
		if(take_name(r, &name) < 0 || take_value(r, &value) < 0
				|| take_commas(r) < 0)
			return -EINVAL;
		slot = find_slot(name, from);
		if(slot < SLOTS_N) {
			keep(a, slot, value);
			from = slot + 1;
		} else if(memchr(name.s, ',', name.n)) {
			return -EINVAL;
		}
	}
	return 0;
}

int reg_authorization_parse(
		struct reg_text value, struct reg_authorization *ret)
{
	static const struct reg_text digest = REG_TEXT("Digest");
	struct reg_authorization a = {.present = true};
	struct reg_text t = reg_text_trim(value);
	struct reader r = {t.s, t.s + t.n, false};

	if(t.n <= digest.n || !is_space(t.s[digest.n])
			|| !reg_text_eq_nocase(text_between(t.s, t.s + digest.n), digest))
		return -EINVAL;
	r.at += digest.n;
	r.escapes = memchr(r.at, '\\', (size_t)(r.end - r.at)) != NULL;
	skip_spaces(&r);
	if(take_parameters(&r, &a) < 0)
		return -EINVAL;
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
