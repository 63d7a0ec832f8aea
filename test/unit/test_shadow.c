/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What our credentials would be, where somebody else proves the user.
 */
#include "fixture.h"
#include "reg_shadow.h"

#define BEGIN SECONDS(1000)
#define WAIT_S 240
#define CALL 7
#define NONCE 9

static struct reg_policy policy(void)
{
	struct reg_policy p = fixture_policy();

	p.credential_lifetime_s = 86400;
	p.nonce_lifetime_s = 3600;
	return p;
}

static struct reg_shadow_mark mark(uint32_t cseq, uint64_t nonce)
{
	struct reg_shadow_mark m = {BEGIN, CALL, nonce, cseq};

	return m;
}

/* A first REGISTER came, number 1, and we would have asked the HSS. */
static struct reg_shadow fetched(uint32_t vectors_n)
{
	struct reg_proof proof = {.act = REG_PROOF_FETCH};
	struct reg_shadow_mark m = mark(1, 0);
	struct reg_shadow s = {0};

	reg_shadow_open(&s, &m, &proof, vectors_n);
	return s;
}

/* It was answered, and accepted. */
static struct reg_shadow learnt(uint32_t vectors_n, bool digest)
{
	struct reg_shadow s = fetched(vectors_n);
	struct reg_shadow_mark m = mark(2, NONCE);

	assert_false(reg_shadow_answer(&s, &m, digest));
	reg_shadow_learnt(&s, BEGIN);
	return s;
}

struct part_row
{
	const char *name;
	struct reg_shadow_mark m;
	enum reg_shadow_part part;
};

/* clang-format off */
static const struct part_row parts[] = {
	{"the same once more", {BEGIN, CALL, 0, 1}, REG_SHADOW_REPEATS},
	{"an answer", {BEGIN, CALL, NONCE, 2}, REG_SHADOW_ANSWERS},
	{"the next without one", {BEGIN, CALL, 0, 2}, REG_SHADOW_OPENS},
	{"another call", {BEGIN, CALL + 1, NONCE, 2}, REG_SHADOW_OPENS},
	{"an answer in the last moment",
		{BEGIN + SECONDS(WAIT_S) - 1, CALL, NONCE, 2}, REG_SHADOW_ANSWERS},
	{"too late to be one",
		{BEGIN + SECONDS(WAIT_S), CALL, NONCE, 2}, REG_SHADOW_OPENS},
};
/* clang-format on */

static void part_row(void **state)
{
	const struct part_row *row = *state;
	struct reg_shadow s = fetched(1);

	assert_int_equal(reg_shadow_part_of(&s, &row->m, WAIT_S), row->part);
}

static void the_nonce_it_came_with_answers_nothing(void **state)
{
	struct reg_proof proof = {.act = REG_PROOF_ACCEPT};
	struct reg_shadow_mark m = mark(3, NONCE);
	struct reg_shadow s = learnt(1, false);

	reg_shadow_open(&s, &m, &proof, 1);
	m.cseq = 4;
	assert_int_equal(reg_shadow_part_of(&s, &m, WAIT_S), REG_SHADOW_OPENS);
}

struct facts_row
{
	const char *name;
	uint32_t vectors_n;
	bool digest;
	int64_t after_s;
	uint64_t nonce;
	enum reg_response response;
	bool credential;
};

/* clang-format off */
static const struct facts_row facts_rows[] = {
	{"a vector is used up", 1, false, 1, 0, REG_RESPONSE_NONE, false},
	{"one is ahead", 2, false, 1, 0, REG_RESPONSE_NONE, true},
	{"ahead, but too old", 2, false, 86400, 0, REG_RESPONSE_NONE, false},
	{"a vector's nonce is good once", 1, false, 1, NONCE,
		REG_RESPONSE_NO_NONCE, false},
	{"HA1 stays", 1, true, 1, 0, REG_RESPONSE_NONE, true},
	{"HA1 is too old", 1, true, 86400, 0, REG_RESPONSE_NONE, false},
	{"the nonce of the last 200", 1, true, 3599, NONCE,
		REG_RESPONSE_RIGHT, true},
	{"it is stale", 1, true, 3600, NONCE, REG_RESPONSE_STALE, true},
	{"and nothing can tell", 1, true, 86400, NONCE,
		REG_RESPONSE_NO_NONCE, false},
};
/* clang-format on */

static void facts_row(void **state)
{
	const struct facts_row *row = *state;
	struct reg_shadow s = learnt(row->vectors_n, row->digest);
	struct reg_shadow_mark m = mark(3, row->nonce);
	struct reg_proof_facts f = {0};
	struct reg_policy p = policy();

	m.at_ms = BEGIN + SECONDS(row->after_s);
	reg_shadow_facts(&s, &m, WAIT_S, &p, &f);
	assert_int_equal(f.response, row->response);
	assert_int_equal(f.credential, row->credential);
	assert_false(f.waiting);
}

static void a_challenge_of_ours_waits(void **state)
{
	struct reg_shadow s = fetched(1);
	struct reg_shadow_mark m = mark(2, 0);
	struct reg_proof_facts f = {0};
	struct reg_policy p = policy();

	reg_shadow_facts(&s, &m, WAIT_S, &p, &f);
	assert_true(f.waiting);
	m.at_ms = BEGIN + SECONDS(WAIT_S);
	reg_shadow_facts(&s, &m, WAIT_S, &p, &f);
	assert_false(f.waiting);
}

static void a_challenge_uses_a_vector_up(void **state)
{
	struct reg_proof proof = {.act = REG_PROOF_CHALLENGE};
	struct reg_shadow s = learnt(2, false);
	struct reg_shadow_mark m = mark(3, 0);

	assert_int_equal(s.vectors_n, 1);
	reg_shadow_open(&s, &m, &proof, 2);
	assert_int_equal(s.vectors_n, 0);
	assert_false(s.asked);
}

static void their_second_challenge_is_saved(void **state)
{
	struct reg_shadow s = fetched(1);
	struct reg_shadow_mark m = mark(2, NONCE);

	assert_false(reg_shadow_answer(&s, &m, false));
	m = mark(3, NONCE + 1);
	assert_int_equal(reg_shadow_part_of(&s, &m, WAIT_S), REG_SHADOW_ANSWERS);
	assert_true(reg_shadow_answer(&s, &m, false));
	assert_true(s.proved);
}

static void who_is_accepted_as_he_came_proves_nothing(void **state)
{
	struct reg_proof proof = {.act = REG_PROOF_ACCEPT};
	struct reg_shadow_mark m = mark(3, 0);
	struct reg_shadow s = learnt(1, false);

	reg_shadow_open(&s, &m, &proof, 1);
	m = mark(4, NONCE + 1);
	assert_true(reg_shadow_answer(&s, &m, false));
	assert_false(s.proved);
}

static void a_resynchronisation_asks_again(void **state)
{
	struct reg_shadow s = fetched(1);
	struct reg_shadow_mark m = mark(2, NONCE);

	reg_shadow_answer(&s, &m, false);
	reg_shadow_resync(&s, &m, 1);
	m = mark(3, NONCE + 1);
	assert_int_equal(reg_shadow_part_of(&s, &m, WAIT_S), REG_SHADOW_ANSWERS);
	assert_false(reg_shadow_answer(&s, &m, false));
	assert_true(s.proved);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(the_nonce_it_came_with_answers_nothing),
			cmocka_unit_test(a_challenge_of_ours_waits),
			cmocka_unit_test(a_challenge_uses_a_vector_up),
			cmocka_unit_test(their_second_challenge_is_saved),
			cmocka_unit_test(who_is_accepted_as_he_came_proves_nothing),
			cmocka_unit_test(a_resynchronisation_asks_again),
	};
	static struct CMUnitTest part[COUNT_OF(parts)];
	static struct CMUnitTest fact[COUNT_OF(facts_rows)];

	fixture_rows(part, part_row, parts, COUNT_OF(parts), sizeof(parts[0]));
	fixture_rows(fact, facts_row, facts_rows, COUNT_OF(facts_rows),
			sizeof(facts_rows[0]));
	return cmocka_run_group_tests(tests, NULL, NULL)
		   + cmocka_run_group_tests_name("part", part, NULL, NULL)
		   + cmocka_run_group_tests_name("facts", fact, NULL, NULL);
}
