/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * XML elements: found by name, their content typed and bounded.
 *
 * A name matches in full, in any case, in any namespace. An absent parent has
 * no children. An optional value that is absent or empty leaves *ret alone.
 * Refusals are logged here, by element and line, never by content.
 */
#ifndef PROFILE_XML_H
#define PROFILE_XML_H

#include <libxml/tree.h>

#include "../../core/str.h"

#include "core/reg_text.h"

/**
 * Read a document in UTF-8. A document type declaration is refused: with it entities,
 * and with them expansion and inclusion.
 * @param xml   at most INT_MAX octets
 * @param root  name of the root element
 * @param ret   for xmlFreeDoc()
 * @return 0; -EBADMSG; -ENOMEM
 */
int xml_open(struct reg_text xml, const char *root, xmlDoc **ret);

/** First child of that name, or NULL. */
const xmlNode *xml_child(const xmlNode *parent, const char *name);

/** Next sibling of the same name, or NULL. */
const xmlNode *xml_next(const xmlNode *n);

unsigned xml_count(const xmlNode *parent, const char *name);

/** Log that element n is wrong. @return -EBADMSG */
int xml_refuse(const xmlNode *n, const char *why);

/**
 * Text of an element, trimmed; empty for no element.
 * @param ret  view into the document
 * @return 0; -EBADMSG there are elements in it; -E2BIG longer than max
 */
int xml_text(const xmlNode *n, size_t max, struct reg_text *ret);

/**
 * xml_text() that may go into a header: without blanks, control characters
 * and angle brackets, else -EBADMSG.
 */
int xml_uri(const xmlNode *n, size_t max, struct reg_text *ret);

/** @return 0; -EBADMSG not a whole number from 0 to max */
int xml_value(const xmlNode *n, int max, int *ret);

/** xml_value() of the first child of that name. */
int xml_number(const xmlNode *parent, const char *name, int max, int *ret);

/** An xs:boolean as 0 or 1. @return 0; -EBADMSG */
int xml_flag(const xmlNode *parent, const char *name, char *ret);

/** Copy a text to shared memory; of an empty one NULL. @return 0; -ENOMEM */
int shm_text(struct reg_text t, str *ret);
void shm_text_free(str *s);

/** xml_text() of the first child of that name, in shared memory. */
int xml_copy(const xmlNode *parent, const char *name, size_t max, str *ret);

/** As xml_copy() of a parent that exists; -EBADMSG too if absent or empty. */
int xml_need(const xmlNode *parent, const char *name, size_t max, str *ret);

#endif
