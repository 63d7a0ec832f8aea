/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of the profile share.
 */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "profile.h"
#include "shim.h"

#define IMPI "bob@example.org"
#define IMPU "sip:bob@example.org"

/* Documents from the inside out. */
#define LISTS(uri) \
	"<PublicIdentity><Identity>" uri "</Identity></PublicIdentity>"
#define AS \
	"<ApplicationServer><ServerName>sip:as</ServerName></ApplicationServer>"
#define FILTER(in) "<InitialFilterCriteria>" in AS "</InitialFilterCriteria>"
#define SPT(in) FILTER("<TriggerPoint><SPT>" in "</SPT></TriggerPoint>")
#define SERVICE(in) "<ServiceProfile>" LISTS(IMPU) in "</ServiceProfile>"
#define USER(in) "<IMSSubscription>" in "</IMSSubscription>"
#define DOCUMENT(in) USER("<PrivateID>" IMPI "</PrivateID>" SERVICE(in))

str text(const char *s);

#define assert_text(is, wanted)                              \
	do {                                                     \
		assert_int_equal((is).len, strlen(wanted));          \
		assert_memory_equal((is).s, wanted, strlen(wanted)); \
	} while(0)

/** A file of the corpus, for free(). */
char *read_corpus(const char *name, size_t *ret_n);

/** profile_parse() of IMPI and IMPU. */
int parse(const char *xml, size_t n, ims_subscription **ret);

/** A document that must be good; release() checks that all goes with it. */
ims_subscription *parse_good(const char *xml);
void release(ims_subscription *s);

/** Refused: *ret is as it was, nothing is held, and there is a reason. */
void refused_n(const char *xml, size_t n, int wanted);
void refused(const char *xml, int wanted);

/** head, middle n times, tail; for free(). */
char *repeat(const char *head, const char *middle, size_t n, const char *tail);

/** Before and after a group of tests. */
int profile_up(void **state);
int profile_down(void **state);

#endif
