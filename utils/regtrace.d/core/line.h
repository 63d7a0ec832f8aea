/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines between regtrace and its core: a word, then name=value fields, one
 * space between them. Octets outside of 0x21 to 0x7e, and '%', stand as %XX.
 */
#ifndef LINE_H
#define LINE_H

#include "core/reg_text.h"

/** No line is longer [octets]. */
#define LINE_MAX_N 65536

struct line_field
{
	struct reg_text name, value; /* the value is decoded, in place */
};

/** Cut off the first word. @return false: the line is empty */
bool line_word(struct reg_text *rest, struct reg_text *ret);

/**
 * Cut off the next field and decode its value in the line itself.
 * @return 1; 0: no more; -EINVAL: not name=value, or a bad escape
 */
int line_field(char *line, struct reg_text *rest, struct line_field *ret);

/** Print ` name=value`, escaped. */
void line_print(const char *name, struct reg_text value);
void line_print_number(const char *name, int64_t value);

#endif
