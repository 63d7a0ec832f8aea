/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how URIs are cut and compared. Never resolves one.
 */
#include "reg_uri.h"

#include <errno.h>
#include <string.h>

static const struct reg_text SCHEME_SIP = REG_TEXT("sip");
static const struct reg_text SCHEME_SIPS = REG_TEXT("sips");
static const struct reg_text SCHEME_TEL = REG_TEXT("tel");

/* Cut t at the first c: the rest (without c) comes back, t keeps the front. */
static struct reg_text cut(struct reg_text *t, char c)
{
	struct reg_text rest = {NULL, 0};
	const char *at = t->n ? memchr(t->s, c, t->n) : NULL;

	if(at) {
		rest.s = at + 1;
		rest.n = (size_t)(t->s + t->n - rest.s);
		t->n = (size_t)(at - t->s);
	}
	return rest;
}

static bool is_sip(struct reg_text scheme)
{
	return reg_text_eq_nocase(scheme, SCHEME_SIP)
		   || reg_text_eq_nocase(scheme, SCHEME_SIPS);
}

static int parse_port(struct reg_text port)
{
	uint32_t v;

	return port.s == NULL ? 0 : reg_text_u32(port, 65535, &v);
}

static int parse_hostport(struct reg_text t, struct reg_uri *u)
{
	struct reg_text after;

	if(t.n > 0 && t.s[0] == '[') {
		after = t;
		u->port = cut(&after, ']');
		if(u->port.s == NULL)
			return -EINVAL;
		u->host = (struct reg_text){t.s, after.n + 1};
		if(u->port.n == 0)
			u->port.s = NULL;
		else if(u->port.s[0] != ':')
			return -EINVAL;
		else
			u->port = (struct reg_text){u->port.s + 1, u->port.n - 1};
	} else {
		u->port = cut(&t, ':');
		u->host = t;
	}
	if(u->host.n == 0 || parse_port(u->port) < 0)
		return -EINVAL;
	return 0;
}

/* The last '@' ends the userinfo: a user may hold '?' and ';', no header an '@'
 * (RFC 3261 25.1). */
static struct reg_text cut_userinfo(struct reg_text *t)
{
	struct reg_text user = {NULL, 0}, rest = *t;

	while(cut(&rest, '@').s) {
		user = (struct reg_text){t->s, (size_t)(rest.s - t->s) + rest.n};
		rest = (struct reg_text){user.s + user.n + 1, t->n - user.n - 1};
	}
	if(user.s)
		*t = rest;
	return user;
}

int reg_uri_parse(struct reg_text text, struct reg_uri *ret)
{
	struct reg_uri u = {0};
	struct reg_text rest;
	int rc;

	if(!reg_text_visible(text))
		return -EINVAL;
	u.scheme = text;
	rest = cut(&u.scheme, ':');
	if(rest.s == NULL || u.scheme.n == 0 || rest.n == 0)
		return -EINVAL;
	if(!is_sip(u.scheme)) {
		u.params = cut(&rest, ';');
		u.host = rest;
		if(u.host.n == 0)
			return -EINVAL;
		*ret = u;
		return 0;
	}
	u.user = cut_userinfo(&rest);
	u.has_at = u.user.s != NULL;
	u.password = cut(&u.user, ':');
	u.headers = cut(&rest, '?');
	u.params = cut(&rest, ';');
	rc = parse_hostport(rest, &u);
	if(rc < 0)
		return rc;
	*ret = u;
	return 0;
}

static int hex_value(char c)
{
	if(c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Next character with its escape resolved; advances *i. */
static int next_unescaped(struct reg_text t, size_t *i)
{
	int hi, lo;

	if(t.s[*i] == '%' && *i + 2 < t.n) {
		hi = hex_value(t.s[*i + 1]);
		lo = hex_value(t.s[*i + 2]);
		if(hi >= 0 && lo >= 0) {
			*i += 3;
			return hi * 16 + lo;
		}
	}
	return (unsigned char)t.s[(*i)++];
}

static int fold(int c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Equal with escapes resolved, as RFC 3261 19.1.4 wants of all but reserved
 * characters; a reserved one that is escaped on one side only is different
 * in theory, and never met in a contact. */
static bool same_unescaped(struct reg_text a, struct reg_text b, bool nocase)
{
	size_t i = 0, j = 0;
	int x, y;

	while(i < a.n && j < b.n) {
		x = next_unescaped(a, &i);
		y = next_unescaped(b, &j);
		if(nocase) {
			x = fold(x);
			y = fold(y);
		}
		if(x != y)
			return false;
	}
	return i == a.n && j == b.n;
}

static bool same_number(struct reg_text a, struct reg_text b)
{
	uint32_t x, y;

	if(a.s == NULL || b.s == NULL)
		return a.s == b.s;
	return reg_text_u32(a, 65535, &x) == 0 && reg_text_u32(b, 65535, &y) == 0
		   && x == y;
}

/* Take the next list element off the front of *list. */
static bool next_of(struct reg_text *list, char sep, struct reg_text *name,
		struct reg_text *value)
{
	struct reg_text rest;

	while(list->n > 0) {
		rest = cut(list, sep);
		*name = *list;
		*list = rest;
		*value = cut(name, '=');
		if(name->n > 0)
			return true;
	}
	return false;
}

static bool find_in(struct reg_text list, char sep, struct reg_text name,
		struct reg_text *value)
{
	struct reg_text n;

	while(next_of(&list, sep, &n, value))
		if(same_unescaped(n, name, true))
			return true;
	return false;
}

/* Parameters that make a difference even when one side lacks them. */
static bool must_match(struct reg_text name)
{
	static const struct reg_text names[] = {REG_TEXT("user"), REG_TEXT("ttl"),
			REG_TEXT("method"), REG_TEXT("maddr"), REG_TEXT("transport")};
	size_t i;

	for(i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if(reg_text_eq_nocase(name, names[i]))
			return true;
	return false;
}

/* Every element of a is matched in b; all: also those b may lack. */
static bool covered(struct reg_text a, struct reg_text b, char sep, bool all)
{
	struct reg_text name, va, vb;

	while(next_of(&a, sep, &name, &va)) {
		if(find_in(b, sep, name, &vb)) {
			if(!same_unescaped(va, vb, true))
				return false;
		} else if(all || must_match(name)) {
			return false;
		}
	}
	return true;
}

static bool same_sip(const struct reg_uri *a, const struct reg_uri *b)
{
	return reg_text_eq_nocase(a->scheme, b->scheme) && a->has_at == b->has_at
		   && same_unescaped(a->user, b->user, false)
		   && same_unescaped(a->password, b->password, false)
		   && reg_text_eq_nocase(a->host, b->host)
		   && same_number(a->port, b->port)
		   && covered(a->params, b->params, ';', false)
		   && covered(b->params, a->params, ';', false)
		   && covered(a->headers, b->headers, '&', true)
		   && covered(b->headers, a->headers, '&', true);
}

bool reg_uri_same(struct reg_text a, struct reg_text b)
{
	struct reg_uri ua, ub;

	if(reg_text_eq(a, b))
		return true;
	if(reg_uri_parse(a, &ua) < 0 || reg_uri_parse(b, &ub) < 0)
		return false;
	return is_sip(ua.scheme) && same_sip(&ua, &ub);
}

/* Appends with a limit; a failed append is remembered. */
struct out
{
	char *dst;
	size_t size, n;
	bool full;
};

static void out_char(struct out *o, char c)
{
	if(o->n < o->size)
		o->dst[o->n++] = c;
	else
		o->full = true;
}

static bool out_room(struct out *o, size_t n)
{
	o->full = o->full || o->size - o->n < n;
	return !o->full;
}

static void out_text(struct out *o, struct reg_text t)
{
	if(t.n == 0 || !out_room(o, t.n))
		return;
	memcpy(o->dst + o->n, t.s, t.n);
	o->n += t.n;
}

static void out_lower(struct out *o, struct reg_text t)
{
	size_t i;

	if(!out_room(o, t.n))
		return;
	for(i = 0; i < t.n; i++)
		o->dst[o->n++] = (char)fold(t.s[i]);
}

/* Stands in a user part without escape, and cuts nothing off: RFC 3261 25.1,
 * unreserved and user-unreserved less ';' and '?'. */
static bool is_plain(int c)
{
	return (c >= '0' && c <= '9') || (fold(c) >= 'a' && fold(c) <= 'z')
		   || (c > 0 && strchr("-_.!~*'()&=+$,/", c) != NULL);
}

/* RFC 3261 10.3 step 5: escaped characters become plain ones where they can;
 * a '%' that escapes nothing must not begin to. */
static void out_user(struct out *o, struct reg_text t)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t i = 0, from;
	int c;

	if(t.n == 0 || !memchr(t.s, '%', t.n)) {
		out_text(o, t);
		return;
	}
	while(i < t.n) {
		from = i;
		c = next_unescaped(t, &i);
		if((i - from == 1 && c != '%') || is_plain(c)) {
			out_char(o, (char)c);
		} else {
			out_char(o, '%');
			out_char(o, digits[c >> 4]);
			out_char(o, digits[c & 15]);
		}
	}
}

static void out_number(struct out *o, struct reg_text t)
{
	size_t i;

	for(i = 0; i < t.n; i++) /* RFC 3966 3: visual separators mean nothing */
		if(memchr("-.()", t.s[i], 4) == NULL)
			out_char(o, t.s[i]);
}

int reg_uri_identity(struct reg_text uri, char *dst, size_t size)
{
	struct out o = {dst, size, 0, false};
	struct reg_uri u;
	size_t number_at;
	int rc;

	rc = reg_uri_parse(uri, &u);
	if(rc < 0)
		return rc;
	out_lower(&o, u.scheme);
	out_char(&o, ':');
	if(reg_text_eq_nocase(u.scheme, SCHEME_TEL)) {
		number_at = o.n;
		out_number(&o, u.host);
		if(o.n == number_at && !o.full)
			return -EINVAL;
	} else if(!is_sip(u.scheme)) {
		return -EINVAL;
	} else {
		if(u.has_at) {
			out_user(&o, u.user);
			out_char(&o, '@');
		}
		out_lower(&o, u.host);
	}
	return o.full ? -ENOSPC : (int)o.n;
}

static const struct reg_text sos = REG_TEXT("sos");

/* Asked many times of each contact, and almost always in vain. */
static bool has_sos(struct reg_text uri)
{
	struct reg_text front, rest = uri;

	for(;;) {
		front = rest;
		rest = cut(&front, ';');
		if(rest.n < sos.n)
			return false;
		front = (struct reg_text){rest.s, sos.n};
		if(reg_text_eq_nocase(front, sos))
			return true;
	}
}

bool reg_uri_is_emergency(struct reg_text uri)
{
	struct reg_text left, name;
	struct reg_uri u;

	if(!has_sos(uri) || reg_uri_parse(uri, &u) < 0)
		return false;
	for(left = u.params; left.n > 0;) {
		name = left;
		left = cut(&name, ';');
		cut(&name, '=');
		if(reg_text_eq_nocase(name, sos))
			return true;
	}
	return false;
}
