/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How facts change: the run of CSeqs with its challenges, what an accepted
 * REGISTER takes over, when the user must prove himself again.
 */
#include "fixture.h"
#include "reg_item.h"

#define END 0

/* One REGISTER after the other in call-1, of which 2 was accepted. */
struct run
{
	const char *name;
	uint32_t challenged[6]; /* then a 401 for each of these, up to END */
	uint32_t accepted;		/* and this one gets through */
	bool gap;
};

/* clang-format off */
static const struct run runs[] = {
	{"3 is no gap",                         {END},           3,  false},
	{"4 is one: a number is missing",       {END},           4,  true},
	{"3 -> 401, 4 -> 200",                  {3, END},        4,  false},
	{"3 -> 401, 5 -> 200",                  {3, END},        5,  true},
	{"3 -> 401, 6 -> 200",                  {3, END},        6,  true},
	{"3 -> 401, 4 -> 401, 5 -> 200",        {3, 4, END},     5,  false},
	{"3 -> 401, 4 -> 401, 6 -> 200",        {3, 4, END},     6,  true},
	{"a challenge far ahead hides no gap",  {9, END},        10, true},
	{"a challenge far ahead causes no gap", {9, END},        3,  false},
	{"a challenge for the past moves nothing",  {1, END},    3,  false},
	{"the same challenge twice counts once",    {3, 3, END}, 4,  false},
	{"a run broken by a jump stays where it was", {3, 5, 6, END}, 7, true},
};
/* clang-format on */

static void run_row(void **state)
{
	const struct run *row = *state;
	struct reg_policy p = fixture_policy();
	struct reg_binding b = fixture_binding(URI_A, IMPI_A);
	struct reg_request req = fixture_register(row->accepted);
	unsigned i;

	for(i = 0; row->challenged[i] != END; i++)
		reg_binding_challenged(&b, req.call_id, row->challenged[i]);
	assert_int_equal(reg_triggers(&b, &req, &p, SECONDS(100)),
			row->gap ? reg_why_bit(REG_WHY_CSEQ_GAP) : 0);
	fixture_contact(&req, URI_A, 600);
	reg_binding_accept(&b, &req, &req.contacts[0], SECONDS(100));
	assert_int_equal(b.cseq_seen, row->accepted);
	assert_int_equal(b.cseq_accepted, row->accepted);
}

static void challenge_of_another_call_moves_nothing(void **state)
{
	struct reg_binding b = fixture_binding(URI_A, IMPI_A);

	reg_binding_challenged(&b, TEXT("call-2"), 3);
	assert_int_equal(b.cseq_seen, 2);
}

static void challenge_does_not_move_what_was_accepted(void **state)
{
	struct reg_binding b = fixture_binding(URI_A, IMPI_A);

	reg_binding_challenged(&b, TEXT("call-1"), 3);
	assert_int_equal(b.cseq_seen, 3);
	assert_int_equal(b.cseq_accepted, 2);
}

static void challenge_finds_nothing_in_unknown_facts(void **state)
{
	struct reg_binding b = fixture_binding(URI_A, IMPI_A);

	b.facts_known = false;
	reg_binding_challenged(&b, TEXT("call-1"), 3);
	assert_int_equal(b.cseq_seen, 2);
}

static void run_does_not_wrap(void **state)
{
	struct reg_binding b = fixture_binding(URI_A, IMPI_A);

	b.cseq_seen = UINT32_MAX;
	reg_binding_challenged(&b, TEXT("call-1"), 0);
	assert_int_equal(b.cseq_seen, UINT32_MAX);
}

static void accepted_register_leaves_its_marks(void **state)
{
	struct reg_binding b = fixture_binding(URI_A, IMPI_A);
	struct reg_request req = fixture_register(7);
	struct reg_contact *c = fixture_contact(&req, URI_B, 600);

	req.call_id = TEXT("call-2");
	req.path = TEXT(PATH_2);
	req.user_agent = TEXT("ua");
	req.received = TEXT("sip:198.51.100.1:40000");
	c->params = TEXT(";+g.3gpp.smsip");
	c->q = 700;
	reg_binding_accept(&b, &req, c, SECONDS(100));
	assert_text(b.uri, URI_B);
	assert_text(b.call_id, "call-2");
	assert_text(b.path, PATH_2);
	assert_text(b.user_agent, "ua");
	assert_text(b.received, "sip:198.51.100.1:40000");
	assert_text(b.params, ";+g.3gpp.smsip");
	assert_int_equal(b.q, 700);
	assert_int_equal(b.cseq_accepted, 7);
	assert_int_equal(b.granted_at_ms, 0);
	assert_int_equal(b.expires_at_ms, SECONDS(600));
}

static void proof_starts_the_counters_again(void **state)
{
	struct reg_binding b = fixture_binding(URI_A, IMPI_A);
	struct reg_request req = fixture_register(3);
	struct reg_contact *c = fixture_contact(&req, URI_A, 600);

	b.reauth = true;
	b.proved_n = 4;
	reg_binding_accept(&b, &req, c, SECONDS(100));
	assert_int_equal(b.proved_n, 5);
	assert_true(b.reauth);
	req.proved = true;
	reg_binding_accept(&b, &req, c, SECONDS(200));
	assert_int_equal(b.proved_n, 0);
	assert_int_equal(b.proved_at_ms, SECONDS(200));
	assert_false(b.reauth);
}

static void told_pays_what_was_owed(void **state)
{
	struct reg_binding b = fixture_binding(URI_A, IMPI_A);

	b.owed = b.forced = true;
	reg_binding_told(&b, SECONDS(100));
	assert_int_equal(b.hss_told_at_ms, SECONDS(100));
	assert_false(b.owed);
	assert_false(b.forced);
}

static void grant_is_exact(void **state)
{
	struct reg_binding b = fixture_binding(URI_A, IMPI_A);

	reg_binding_grant(&b, UINT32_MAX, SECONDS(7));
	assert_int_equal(b.granted_at_ms, 7000);
	assert_int_equal(b.expires_at_ms, 7000 + 4294967295000);
}

static void without_facts_a_binding_lives_while_usrloc_says_so(void **state)
{
	struct reg_policy p = fixture_policy();
	struct reg_binding b = fixture_binding(URI_A, IMPI_A);

	assert_false(reg_binding_live(&b, &p, SECONDS(9999)));
	b.facts_known = false;
	assert_true(reg_binding_live(&b, &p, SECONDS(9999)));
}

static void reauth_is_due_by_time_by_count_or_by_request(void **state)
{
	struct reg_policy p = fixture_policy();
	struct reg_binding b = fixture_binding(URI_A, IMPI_A);

	b.proved_n = 1000;
	assert_false(reg_binding_reauth_due(&b, &p, SECONDS(99999)));
	p.reauth_interval_s = 100;
	assert_false(reg_binding_reauth_due(&b, &p, SECONDS(99)));
	assert_true(reg_binding_reauth_due(&b, &p, SECONDS(100)));
	p.reauth_interval_s = 0;
	p.reauth_every = 1000;
	assert_true(reg_binding_reauth_due(&b, &p, 0));
	p.reauth_every = 1001;
	assert_false(reg_binding_reauth_due(&b, &p, 0));
	b.reauth = true;
	assert_true(reg_binding_reauth_due(&b, &p, 0));
}

static void reauth_survives_a_proof_from_the_future(void **state)
{
	struct reg_policy p = fixture_policy();
	struct reg_binding b = fixture_binding(URI_A, IMPI_A);

	p.reauth_interval_s = 100;
	b.proved_at_ms = SECONDS(500);
	assert_false(reg_binding_reauth_due(&b, &p, SECONDS(450)));
	b.proved_at_ms = -SECONDS(500);
	assert_true(reg_binding_reauth_due(&b, &p, 0));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(challenge_of_another_call_moves_nothing),
			cmocka_unit_test(challenge_does_not_move_what_was_accepted),
			cmocka_unit_test(challenge_finds_nothing_in_unknown_facts),
			cmocka_unit_test(run_does_not_wrap),
			cmocka_unit_test(accepted_register_leaves_its_marks),
			cmocka_unit_test(proof_starts_the_counters_again),
			cmocka_unit_test(told_pays_what_was_owed),
			cmocka_unit_test(grant_is_exact),
			cmocka_unit_test(
					without_facts_a_binding_lives_while_usrloc_says_so),
			cmocka_unit_test(reauth_is_due_by_time_by_count_or_by_request),
			cmocka_unit_test(reauth_survives_a_proof_from_the_future),
	};
	static struct CMUnitTest rows[COUNT_OF(runs)];

	fixture_rows(rows, run_row, runs, COUNT_OF(runs), sizeof(runs[0]));
	return cmocka_run_group_tests(tests, NULL, NULL)
		   + cmocka_run_group_tests_name("runs", rows, NULL, NULL);
}
