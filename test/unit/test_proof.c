/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The proof of the user: a row for every reason. The last test says that the
 * table is whole.
 */
#include "fixture.h"
#include "reg_proof.h"

enum with
{
	BOUND = 1,	  /* the IMPI has a valid binding with this contact */
	WAITING = 2,  /* a challenge of it is unanswered */
	DUE = 4,	  /* re-authentication is due */
	DISTRUST = 8, /* trust_integrity_protected 0 */
};

struct row
{
	const char *name;
	enum reg_protection protection;
	enum reg_response response;
	unsigned with;
	uint32_t failures_n, resyncs_n; /* of 3 and 2 that are allowed */
	enum reg_proof_act act;
	enum reg_why why;
};

#define BY(x) REG_PROTECTION_##x
#define SENT(x) REG_RESPONSE_##x
#define IS(x) REG_PROOF_##x
#define WHY(x) REG_WHY_##x

/* clang-format off */
static const struct row rows[] = {
	/* 1 */
	{"protected", BY(YES), SENT(NONE), BOUND, 0, 0, IS(ACCEPT), WHY(PROTECTED)},
	{"protected, the nonce of long ago is sent along",
		BY(YES), SENT(NO_NONCE), BOUND, 0, 0, IS(ACCEPT), WHY(PROTECTED)},
	{"protected, but protection is not trusted",
		BY(YES), SENT(NONE), BOUND | DISTRUST, 0, 0, IS(CHALLENGE), WHY(NO_CREDENTIAL)},
	{"protected, but the contact is not bound",
		BY(YES), SENT(NONE), 0, 0, 0, IS(CHALLENGE), WHY(NO_CREDENTIAL)},
	{"protected, but a challenge waits",
		BY(YES), SENT(NONE), BOUND | WAITING, 0, 0, IS(CHALLENGE), WHY(NO_CREDENTIAL)},
	{"protected, the challenge that waits is answered",
		BY(YES), SENT(RIGHT), BOUND | WAITING, 0, 0, IS(ACCEPT), WHY(RESPONSE_RIGHT)},
	{"protected, the challenge that waits is answered wrongly",
		BY(YES), SENT(WRONG), BOUND | WAITING, 1, 0, IS(CHALLENGE), WHY(RESPONSE_WRONG)},
	{"not protected", BY(NO), SENT(NONE), BOUND, 0, 0, IS(CHALLENGE), WHY(NO_CREDENTIAL)},
	{"protection pending", BY(PENDING), SENT(NONE), BOUND, 0, 0, IS(CHALLENGE), WHY(NO_CREDENTIAL)},
	{"protection by an unknown word", BY(UNKNOWN), SENT(NONE), BOUND, 0, 0, IS(CHALLENGE), WHY(NO_CREDENTIAL)},
	{"nothing said of protection", BY(NONE), SENT(NONE), BOUND, 0, 0, IS(CHALLENGE), WHY(NO_CREDENTIAL)},
	/* 2 */
	{"protected, re-authentication is due",
		BY(YES), SENT(NONE), BOUND | DUE, 0, 0, IS(CHALLENGE), WHY(REAUTH_DUE)},
	{"re-authentication is due and answered",
		BY(YES), SENT(RIGHT), BOUND | DUE | WAITING, 0, 0, IS(ACCEPT), WHY(RESPONSE_RIGHT)},
	/* 3 */
	{"right response", BY(NO), SENT(RIGHT), 0, 0, 0, IS(ACCEPT), WHY(RESPONSE_RIGHT)},
	/* 4, 5 */
	{"nonce unknown", BY(NO), SENT(NO_NONCE), BOUND, 0, 0, IS(CHALLENGE), WHY(NONCE_UNKNOWN)},
	/* 6 */
	{"wrong once", BY(NO), SENT(WRONG), 0, 1, 0, IS(CHALLENGE), WHY(RESPONSE_WRONG)},
	{"wrong twice", BY(NO), SENT(WRONG), 0, 2, 0, IS(CHALLENGE), WHY(RESPONSE_WRONG)},
	{"wrong three times", BY(NO), SENT(WRONG), 0, 3, 0, IS(REJECT), WHY(RESPONSE_WRONG)},
	{"wrong for ever", BY(NO), SENT(WRONG), 0, UINT32_MAX, 0, IS(REJECT), WHY(RESPONSE_WRONG)},
	/* 7 */
	{"resync once", BY(NO), SENT(RESYNC), 0, 0, 1, IS(CHALLENGE), WHY(RESYNC)},
	{"resync twice", BY(NO), SENT(RESYNC), 0, 0, 2, IS(CHALLENGE), WHY(RESYNC)},
	{"resync three times", BY(NO), SENT(RESYNC), 0, 0, 3, IS(REJECT), WHY(RESYNC_LIMIT)},
	/* 8 */
	{"empty response to a live challenge",
		BY(NO), SENT(EMPTY), 0, 0, 0, IS(REJECT), WHY(RESPONSE_EMPTY)},
	/* 9 */
	{"no credential", BY(NO), SENT(NONE), 0, 0, 0, IS(CHALLENGE), WHY(NO_CREDENTIAL)},
};
/* clang-format on */

static void proof_row(void **state)
{
	const struct row *row = *state;
	struct reg_policy p = fixture_policy();
	struct reg_proof_facts f = {.protection = row->protection,
			.response = row->response,
			.bound = row->with & BOUND,
			.waiting = row->with & WAITING,
			.reauth_due = row->with & DUE,
			.failures_n = row->failures_n,
			.resyncs_n = row->resyncs_n};
	struct reg_proof r;

	p.trust_integrity = !(row->with & DISTRUST);
	reg_prove(&f, &p, &r);
	assert_int_equal(r.act, row->act);
	assert_string_equal(reg_why_name(r.why), reg_why_name(row->why));
	assert_int_equal(r.proved, row->why == REG_WHY_RESPONSE_RIGHT);
	assert_int_equal(r.resync, row->why == REG_WHY_RESYNC);
}

static void every_reason_has_a_row(void **state)
{
	uint64_t seen = 0;
	unsigned why;
	size_t i;

	for(i = 0; i < COUNT_OF(rows); i++)
		seen |= reg_why_bit(rows[i].why);
	for(why = REG_WHY_PROTECTED; why <= REG_WHY_RESPONSE_EMPTY; why++)
		if(!(seen & reg_why_bit(why)))
			fail_msg("no row proves by %s", reg_why_name(why));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(every_reason_has_a_row),
	};
	static struct CMUnitTest table[COUNT_OF(rows)];

	fixture_rows(table, proof_row, rows, COUNT_OF(rows), sizeof(rows[0]));
	return cmocka_run_group_tests(tests, NULL, NULL)
		   + cmocka_run_group_tests_name("proof", table, NULL, NULL);
}
