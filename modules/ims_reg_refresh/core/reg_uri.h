/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SIP and tel URIs, as far as a registrar compares them.
 */
#ifndef REG_URI_H
#define REG_URI_H

#include "reg_text.h"

/** A URI cut into its parts; views into the text it came from. */
struct reg_uri
{
	struct reg_text scheme, user, password, host, port, params, headers;
	bool has_at; /* a userinfo part is there, maybe empty */
};

/**
 * Cut a URI (RFC 3261 25.1; RFC 3966 for tel: all but parameters is `host`).
 * @return 0, or -EINVAL: no scheme, no host, bad port or bracket
 */
int reg_uri_parse(struct reg_text text, struct reg_uri *ret);

/**
 * Whether two URIs name the same thing, RFC 3261 19.1.4: scheme and host in
 * any case, user exactly, escapes resolved, the parameters user, ttl, method,
 * maddr, transport on both sides or on none, others only when both have them,
 * headers always. Texts that are no URI compare byte for byte.
 */
bool reg_uri_same(struct reg_text a, struct reg_text b);

/** Whether the URI parameter `sos` marks it, TS 24.229 7.2A.13. */
bool reg_uri_is_emergency(struct reg_text uri);

/**
 * Canonical public identity (TS 23.003 13.4, RFC 3261 10.3 step 5): sip:
 * without password, port, parameters and headers, host in lower case, the user
 * unescaped as far as it still reads the same; tel: without parameters and
 * visual separators.
 * @return length written to dst; -EINVAL no URI; -ENOSPC does not fit
 */
int reg_uri_identity(struct reg_text uri, char *dst, size_t size);

#endif
