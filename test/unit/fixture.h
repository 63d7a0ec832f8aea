/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values that a test starts from: the policy, the binding and the REGISTER of
 * the worked timeline. A row changes what it is about, and nothing else.
 */
#ifndef FIXTURE_H
#define FIXTURE_H

/* cmocka wants these four first */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "reg_apply.h"
#include "reg_item.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define TEXT(literal) ((struct reg_text)REG_TEXT(literal))
#define SECONDS(n) ((int64_t)(n)*1000)

#define URI_A "sip:a@192.0.2.1:5060"
#define URI_B "sip:a@192.0.2.2:5060"
#define URI_C "sip:c@192.0.2.3:5060"
#define IMPI_A "a@example.org"
#define IMPI_C "c@example.org"
#define PATH_1 "<sip:pcscf1.example.org;lr>"
#define PATH_2 "<sip:pcscf2.example.org;lr>"

/** min_expires 60, LUI 3600 without jitter, grace 10, all switches default. */
struct reg_policy fixture_policy(void);

/** Granted at 0 for 600 s, HSS told at 0, Call-ID call-1, CSeq 2 accepted. */
struct reg_binding fixture_binding(const char *uri, const char *impi);

/** A REGISTER of IMPI_A in call-1 over PATH_1, without a contact. */
struct reg_request fixture_register(uint32_t cseq);

/** One more contact. @param expires_s  below 0: no expires parameter */
struct reg_contact *fixture_contact(
		struct reg_request *req, const char *uri, int64_t expires_s);

/**
 * One test for each row of a table, named by the row. The first member of a
 * row is its name; the test finds the row in *state.
 */
void fixture_rows(struct CMUnitTest *tests, CMUnitTestFunction function,
		const void *rows, size_t rows_n, size_t row_size);

void assert_text(struct reg_text got, const char *expected);

#endif
