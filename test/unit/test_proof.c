/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The proof of the user: the rows of the proof table in their order, and a row
 * for every reason. The last tests say that the table is whole.
 */
#include "fixture.h"
#include "reg_proof.h"

enum with
{
	BOUND = 1,	  /* the IMPI has a valid binding with this contact */
	WAITING = 2,  /* a challenge of it is unanswered */
	DUE = 4,	  /* re-authentication is due */
	DISTRUST = 8, /* trust_integrity_protected 0 */
	HAVE = 16,	  /* a challenge can be made without the HSS */
	BLOCKED = 32, /* in a challenge loop */
	KNOWN = 64,	  /* the Call-ID of a binding */
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
	{"protected, the response is right as well",
		BY(YES), SENT(RIGHT), BOUND, 0, 0, IS(ACCEPT), WHY(PROTECTED)},
	{"protected, the response is wrong",
		BY(YES), SENT(WRONG), BOUND, 1, 0, IS(ACCEPT), WHY(PROTECTED)},
	{"protected while somebody loops in the user's name",
		BY(YES), SENT(NONE), BOUND | BLOCKED, 0, 0, IS(ACCEPT), WHY(PROTECTED)},
	{"protected, but protection is not trusted",
		BY(YES), SENT(NONE), BOUND | DISTRUST, 0, 0, IS(FETCH), WHY(NO_CREDENTIAL)},
	{"protected, but the contact is not bound",
		BY(YES), SENT(NONE), 0, 0, 0, IS(FETCH), WHY(NO_CREDENTIAL)},
	{"protected, but a challenge waits",
		BY(YES), SENT(NONE), BOUND | WAITING, 0, 0, IS(FETCH), WHY(NO_CREDENTIAL)},
	{"protected, the challenge that waits is answered",
		BY(YES), SENT(RIGHT), BOUND | WAITING, 0, 0, IS(ACCEPT), WHY(RESPONSE_RIGHT)},
	{"protected, the challenge that waits is answered wrongly",
		BY(YES), SENT(WRONG), BOUND | WAITING, 1, 0, IS(FETCH), WHY(RESPONSE_WRONG)},
	{"not protected", BY(NO), SENT(NONE), BOUND, 0, 0, IS(FETCH), WHY(NO_CREDENTIAL)},
	{"protection pending", BY(PENDING), SENT(NONE), BOUND, 0, 0, IS(FETCH), WHY(NO_CREDENTIAL)},
	{"protection by an unknown word", BY(UNKNOWN), SENT(NONE), BOUND, 0, 0, IS(FETCH), WHY(NO_CREDENTIAL)},
	{"nothing said of protection", BY(NONE), SENT(NONE), BOUND, 0, 0, IS(FETCH), WHY(NO_CREDENTIAL)},
	/* 2 */
	{"protected, re-authentication is due",
		BY(YES), SENT(NONE), BOUND | DUE, 0, 0, IS(FETCH), WHY(REAUTH_DUE)},
	{"re-authentication is due, HA1 is at hand",
		BY(YES), SENT(NO_NONCE), BOUND | DUE | HAVE, 0, 0, IS(CHALLENGE), WHY(REAUTH_DUE)},
	{"re-authentication is due and answered",
		BY(YES), SENT(RIGHT), BOUND | DUE | WAITING, 0, 0, IS(ACCEPT), WHY(RESPONSE_RIGHT)},
	{"re-authentication is due, the nonce in use does for it",
		BY(YES), SENT(RIGHT), BOUND | DUE, 0, 0, IS(ACCEPT), WHY(RESPONSE_RIGHT)},
	/* 3 */
	{"right response", BY(NO), SENT(RIGHT), 0, 0, 0, IS(ACCEPT), WHY(RESPONSE_RIGHT)},
	{"right response while somebody loops in the user's name",
		BY(NO), SENT(RIGHT), BLOCKED, 0, 0, IS(ACCEPT), WHY(RESPONSE_RIGHT)},
	/* 4 */
	{"nc is not above the last one",
		BY(NO), SENT(REPLAY), HAVE, 0, 0, IS(CHALLENGE), WHY(NC_REPLAY)},
	/* 5 */
	{"nonce too old, response right",
		BY(NO), SENT(STALE), HAVE, 0, 0, IS(CHALLENGE), WHY(STALE_NONCE)},
	{"nonce unknown, and nobody can tell", BY(NO), SENT(NO_NONCE), BOUND, 0, 0, IS(FETCH), WHY(NONCE_UNKNOWN)},
	{"nonce unknown, a vector is ahead",
		BY(NO), SENT(NO_NONCE), BOUND | HAVE, 0, 0, IS(CHALLENGE), WHY(NONCE_UNKNOWN)},
	/* 6 */
	{"wrong once", BY(NO), SENT(WRONG), 0, 1, 0, IS(FETCH), WHY(RESPONSE_WRONG)},
	{"wrong twice, HA1 is at hand", BY(NO), SENT(WRONG), HAVE, 2, 0, IS(CHALLENGE), WHY(RESPONSE_WRONG)},
	{"wrong three times", BY(NO), SENT(WRONG), 0, 3, 0, IS(REJECT), WHY(RESPONSE_WRONG)},
	{"wrong for ever", BY(NO), SENT(WRONG), HAVE, UINT32_MAX, 0, IS(REJECT), WHY(RESPONSE_WRONG)},
	/* 7 */
	{"resync once", BY(NO), SENT(RESYNC), 0, 0, 1, IS(FETCH), WHY(RESYNC)},
	{"resync twice, a vector is ahead: it is as old",
		BY(NO), SENT(RESYNC), HAVE, 0, 2, IS(FETCH), WHY(RESYNC)},
	{"resync three times", BY(NO), SENT(RESYNC), 0, 0, 3, IS(REJECT), WHY(RESYNC_LIMIT)},
	/* 8 */
	{"empty response to a live challenge",
		BY(NO), SENT(EMPTY), HAVE, 0, 0, IS(REJECT), WHY(RESPONSE_EMPTY)},
	/* 9 */
	{"no credential", BY(NO), SENT(NONE), 0, 0, 0, IS(FETCH), WHY(NO_CREDENTIAL)},
	{"no credential, HA1 is at hand", BY(NO), SENT(NONE), HAVE, 0, 0, IS(CHALLENGE), WHY(NO_CREDENTIAL)},
	/* a loop is broken, whatever is at hand */
	{"loop: no answer", BY(NO), SENT(NONE), BLOCKED | HAVE, 0, 0, IS(BLOCK), WHY(CHALLENGE_LOOP)},
	{"loop: nonce unknown", BY(NO), SENT(NO_NONCE), BLOCKED, 0, 0, IS(BLOCK), WHY(CHALLENGE_LOOP)},
	{"loop: stale", BY(NO), SENT(STALE), BLOCKED | HAVE, 0, 0, IS(BLOCK), WHY(CHALLENGE_LOOP)},
	{"loop: replay", BY(NO), SENT(REPLAY), BLOCKED | HAVE, 0, 0, IS(BLOCK), WHY(CHALLENGE_LOOP)},
	{"loop: wrong", BY(NO), SENT(WRONG), BLOCKED, 1, 0, IS(BLOCK), WHY(CHALLENGE_LOOP)},
	{"loop: wrong too often, and the HSS hears nothing",
		BY(NO), SENT(WRONG), BLOCKED, 9, 0, IS(BLOCK), WHY(CHALLENGE_LOOP)},
	{"loop: resync", BY(NO), SENT(RESYNC), BLOCKED, 0, 1, IS(BLOCK), WHY(CHALLENGE_LOOP)},
	{"loop: re-authentication", BY(YES), SENT(NONE), BOUND | DUE | BLOCKED, 0, 0,
		IS(BLOCK), WHY(CHALLENGE_LOOP)},
};
/* clang-format on */

static struct reg_proof prove(const struct row *row)
{
	struct reg_policy p = fixture_policy();
	struct reg_proof_facts f = {.protection = row->protection,
			.response = row->response,
			.bound = row->with & BOUND,
			.known_call = row->with & KNOWN,
			.waiting = row->with & WAITING,
			.reauth_due = row->with & DUE,
			.credential = row->with & HAVE,
			.blocked = row->with & BLOCKED,
			.failures_n = row->failures_n,
			.resyncs_n = row->resyncs_n};
	struct reg_proof r;

	p.trust_integrity = !(row->with & DISTRUST);
	reg_prove(&f, &p, &r);
	return r;
}

static void proof_row(void **state)
{
	const struct row *row = *state;
	struct reg_proof r = prove(row);

	assert_int_equal(r.act, row->act);
	assert_string_equal(reg_why_name(r.why), reg_why_name(row->why));
	assert_int_equal(r.proved, row->why == REG_WHY_RESPONSE_RIGHT);
	assert_int_equal(r.resync, row->why == REG_WHY_RESYNC);
	assert_int_equal(r.stale,
			row->why == REG_WHY_STALE_NONCE || row->why == REG_WHY_NC_REPLAY);
	assert_int_equal(r.failed,
			r.act == REG_PROOF_REJECT && row->why == REG_WHY_RESPONSE_WRONG);
}

struct cause
{
	enum reg_response response;
	enum reg_loop_cause cause;
};

static void a_challenge_has_its_cause(void **state)
{
	static const struct cause causes[] = {
			{REG_RESPONSE_NONE, REG_LOOP_NO_ANSWER},
			{REG_RESPONSE_NO_NONCE, REG_LOOP_NONCE_UNKNOWN},
			{REG_RESPONSE_WRONG, REG_LOOP_WRONG_RESPONSE},
			{REG_RESPONSE_STALE, REG_LOOP_STALE_NONCE},
			{REG_RESPONSE_REPLAY, REG_LOOP_NC_REPLAY},
			{REG_RESPONSE_RESYNC, REG_LOOP_RESYNC}};
	size_t i;

	for(i = 0; i < COUNT_OF(causes); i++) {
		struct row row = {"", BY(NO), causes[i].response, HAVE, 1, 1, 0, 0};

		assert_int_equal(prove(&row).cause, causes[i].cause);
	}
}

/* What only the user can send is counted apart. */
static void the_user_is_told_from_anybody(void **state)
{
	struct row anybody = {"", BY(NO), SENT(NONE), 0, 0, 0, 0, 0};
	struct row known = {"", BY(NO), SENT(NONE), KNOWN, 0, 0, 0, 0};
	struct row stale = {"", BY(NO), SENT(STALE), HAVE, 0, 0, 0, 0};
	struct row replay = {"", BY(NO), SENT(REPLAY), HAVE, 0, 0, 0, 0};
	struct row wrong = {"", BY(NO), SENT(WRONG), HAVE, 1, 0, 0, 0};

	assert_false(prove(&anybody).own);
	assert_true(prove(&known).own);
	assert_true(prove(&stale).own);
	assert_true(prove(&replay).own);
	assert_false(prove(&wrong).own);
}

static void every_reason_has_a_row(void **state)
{
	uint64_t seen = reg_why_bit(REG_WHY_MAR_LIMIT); /* the host's */
	unsigned why;
	size_t i;

	for(i = 0; i < COUNT_OF(rows); i++)
		seen |= reg_why_bit(rows[i].why);
	for(why = REG_WHY_PROTECTED; why < REG_WHY_HSS_REFUSED; why++)
		if(!(seen & reg_why_bit(why)))
			fail_msg("no row proves by %s", reg_why_name(why));
}

static void every_response_has_a_row(void **state)
{
	unsigned response, seen = 0;
	size_t i;

	for(i = 0; i < COUNT_OF(rows); i++)
		seen |= 1u << rows[i].response;
	for(response = 0; response <= REG_RESPONSE_RESYNC; response++)
		if(!(seen & 1u << response))
			fail_msg("no row for response %u", response);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(a_challenge_has_its_cause),
			cmocka_unit_test(the_user_is_told_from_anybody),
			cmocka_unit_test(every_reason_has_a_row),
			cmocka_unit_test(every_response_has_a_row),
	};
	static struct CMUnitTest table[COUNT_OF(rows)];

	fixture_rows(table, proof_row, rows, COUNT_OF(rows), sizeof(rows[0]));
	return cmocka_run_group_tests(tests, NULL, NULL)
		   + cmocka_run_group_tests_name("proof", table, NULL, NULL);
}
