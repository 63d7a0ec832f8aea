/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how a document comes and goes. Never tests anything but that nothing
 * of it stays.
 */
#include "fixture.h"

#include <stdio.h>

#include <libxml/xmlerror.h>

str text(const char *s)
{
	str t = {(char *)s, s ? (int)strlen(s) : 0};

	return t;
}

char *read_corpus(const char *name, size_t *ret_n)
{
	char path[1024], *buf = malloc(64 * 1024);
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", PROFILE_CORPUS, name);
	f = fopen(path, "rb");
	assert_non_null(f);
	*ret_n = fread(buf, 1, 64 * 1024 - 1, f);
	buf[*ret_n] = '\0';
	fclose(f);
	return buf;
}

/* From a buffer of just this size, so that a read past it is found. */
int parse(const char *xml, size_t n, ims_subscription **ret)
{
	str t = {malloc(n ? n : 1), (int)n};
	int rc;

	memcpy(t.s, xml, n);
	rc = profile_parse(t, text(IMPI), text(IMPU), ret);
	free(t.s);
	return rc;
}

ims_subscription *parse_good(const char *xml)
{
	ims_subscription *s = NULL;

	shim_log_clear();
	assert_int_equal(parse(xml, strlen(xml), &s), 0);
	assert_non_null(s);
	return s;
}

void release(ims_subscription *s)
{
	free_ims_subscription_data(s);
	assert_int_equal(shim_held, 0);
}

void refused_n(const char *xml, size_t n, int wanted)
{
	ims_subscription *none = (ims_subscription *)shim_log, *s = none;

	shim_log_clear();
	assert_int_equal(parse(xml, n, &s), wanted);
	assert_ptr_equal(s, none);
	assert_int_equal(shim_held, 0);
	assert_string_not_equal(shim_log, "");
}

void refused(const char *xml, int wanted)
{
	refused_n(xml, strlen(xml), wanted);
}

char *repeat(const char *head, const char *middle, size_t n, const char *tail)
{
	char *xml = malloc(strlen(head) + n * strlen(middle) + strlen(tail) + 1);
	char *at = stpcpy(xml, head);

	while(n-- > 0)
		at = stpcpy(at, middle);
	strcpy(at, tail);
	return xml;
}

/* What libxml2 prints itself shows octets of the document. */
static void libxml2_is_silent(void *param, const char *format, ...)
{
	fail_msg("libxml2 prints: %s", format);
}

int profile_up(void **state)
{
	xmlSetGenericErrorFunc(NULL, libxml2_is_silent);
	return ksr_hname_init_index() + profile_init();
}

int profile_down(void **state)
{
	profile_destroy();
	return 0;
}
