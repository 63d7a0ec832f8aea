/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kamailio's str and the core's reg_text are the same thing with two names.
 */
#ifndef TEXT_H
#define TEXT_H

#include <string.h>

#include "../../core/str.h"

#include "core/reg_text.h"

static inline struct reg_text text_of(str s)
{
	struct reg_text t = {s.s, s.len > 0 ? (size_t)s.len : 0};

	return t;
}

static inline str str_of(struct reg_text t)
{
	str s = {(char *)t.s, (int)t.n};

	return s;
}

/** A terminated copy, cut off at max octets. @param dst  max + 1 octets */
static inline void text_copy(char *dst, struct reg_text src, size_t max)
{
	size_t n = src.n < max ? src.n : max;

	if(n > 0)
		memcpy(dst, src.s, n);
	dst[n] = '\0';
}

/** For printf's %.*s. */
#define TEXT_FMT(t) (int)(t).n, (t).n ? (t).s : ""

#endif
