/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the ordinary case. Never tests anything.
 */
#include "fixture.h"

#include <string.h>

struct reg_policy fixture_policy(void)
{
	struct reg_policy p = reg_policy_default;

	p.lui_s = 3600;
	p.lui_jitter_pct = 0;
	return p;
}

struct reg_binding fixture_binding(const char *uri, const char *impi)
{
	return (struct reg_binding){
			.facts_known = true,
			.uri = reg_text_of(uri),
			.q = REG_Q_NONE,
			.impi = reg_text_of(impi),
			.call_id = TEXT("call-1"),
			.path = TEXT(PATH_1),
			.granted_at_ms = 0,
			.expires_at_ms = SECONDS(600),
			.cseq_accepted = 2,
			.cseq_seen = 2,
	};
}

struct reg_request fixture_register(uint32_t cseq)
{
	return (struct reg_request){
			.impu = TEXT("sip:a@example.org"),
			.impi = TEXT(IMPI_A),
			.call_id = TEXT("call-1"),
			.path = TEXT(PATH_1),
			.cseq = cseq,
			.protection = REG_PROTECTION_YES,
	};
}

struct reg_contact *fixture_contact(
		struct reg_request *req, const char *uri, int64_t expires_s)
{
	struct reg_contact *c = &req->contacts[req->contacts_n++];

	*c = (struct reg_contact){.uri = reg_text_of(uri), .q = REG_Q_NONE};
	c->has_expires = expires_s >= 0;
	c->expires_s = c->has_expires ? (uint32_t)expires_s : 0;
	return c;
}

void fixture_rows(struct CMUnitTest *tests, CMUnitTestFunction function,
		const void *rows, size_t rows_n, size_t row_size)
{
	const char *row = rows;
	size_t i;

	for(i = 0; i < rows_n; i++, row += row_size)
		tests[i] = (struct CMUnitTest){.name = *(const char *const *)row,
				.test_func = function,
				.initial_state = (void *)(uintptr_t)row};
}

void assert_text(struct reg_text got, const char *expected)
{
	assert_int_equal(got.n, strlen(expected));
	if(got.n > 0)
		assert_memory_equal(got.s, expected, got.n);
}
