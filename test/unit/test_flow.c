/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The life of a REGISTER that waits for the HSS: the ways through it, and that
 * whatever comes late, twice or out of turn does nothing.
 */
#include "fixture.h"
#include "reg_flow.h"

#include <errno.h>

#define END REG_FLOW_EVENTS_N
#define MANY 8

struct row
{
	const char *name;
	enum reg_flow_event events[MANY]; /* up to END */
	uint8_t refused;				  /* a bit for each that has no place */
	enum reg_flow_state state;
};

#define ON(x) REG_FLOW_##x

/* clang-format off */
static const struct row rows[] = {
	{"answered: commit, reply",
		{ON(SEND), ON(ANSWER), ON(COMMIT), ON(REPLY), END}, 0, ON(DONE)},
	{"refused: reply, nothing to commit",
		{ON(SEND), ON(ANSWER), ON(REPLY), END}, 0, ON(DONE)},
	{"silent", {ON(SEND), ON(TIMEOUT), ON(COMMIT), ON(REPLY), END}, 0, ON(DONE)},
	{"could not be sent",
		{ON(SEND), ON(SEND_FAILED), ON(REPLY), END}, 0, ON(DONE)},
	{"the answer comes late",
		{ON(SEND), ON(TIMEOUT), ON(ANSWER), ON(REPLY), END}, 1 << 2, ON(DONE)},
	{"the answer comes after the reply",
		{ON(SEND), ON(TIMEOUT), ON(REPLY), ON(ANSWER), END}, 1 << 3, ON(DONE)},
	{"the answer comes twice",
		{ON(SEND), ON(ANSWER), ON(ANSWER), ON(COMMIT), END}, 1 << 2, ON(COMMITTED)},
	{"the timer runs out after the answer",
		{ON(SEND), ON(ANSWER), ON(TIMEOUT), END}, 1 << 2, ON(ANSWERED)},
	{"an answer to what was never asked", {ON(ANSWER), END}, 1, ON(STAGED)},
	{"sent twice", {ON(SEND), ON(SEND), END}, 1 << 1, ON(ASKED)},
	{"committed twice", {ON(SEND), ON(ANSWER), ON(COMMIT), ON(COMMIT), END},
		1 << 3, ON(COMMITTED)},
	{"replied twice", {ON(SEND), ON(ANSWER), ON(REPLY), ON(REPLY), END},
		1 << 3, ON(DONE)},
	{"no commit before the answer", {ON(SEND), ON(COMMIT), END}, 1 << 1, ON(ASKED)},
	{"no reply before the answer", {ON(SEND), ON(REPLY), END}, 1 << 1, ON(ASKED)},
	{"no commit after the reply",
		{ON(SEND), ON(ANSWER), ON(REPLY), ON(COMMIT), END}, 1 << 3, ON(DONE)},
};
/* clang-format on */

static void flow_row(void **state)
{
	const struct row *row = *state;
	enum reg_flow_state at = REG_FLOW_STAGED, before;
	unsigned i;

	for(i = 0; row->events[i] != END; i++) {
		before = at;
		if(row->refused & 1u << i) {
			assert_int_equal(reg_flow_step(&at, row->events[i]), -EALREADY);
			assert_int_equal(at, before);
		} else {
			assert_int_equal(reg_flow_step(&at, row->events[i]), 0);
			assert_int_not_equal(at, before);
		}
	}
	assert_string_equal(
			reg_flow_state_name(at), reg_flow_state_name(row->state));
}

static void no_step_goes_back(void **state)
{
	unsigned from, event;

	for(from = 0; from < REG_FLOW_STATES_N; from++) {
		for(event = 0; event < REG_FLOW_EVENTS_N; event++) {
			enum reg_flow_state at = from;

			reg_flow_step(&at, event);
			assert_true(at >= from);
			assert_true(at < REG_FLOW_STATES_N);
		}
	}
}

static void nothing_follows_done(void **state)
{
	enum reg_flow_state at = REG_FLOW_DONE;
	unsigned event;

	for(event = 0; event <= REG_FLOW_EVENTS_N; event++)
		assert_int_equal(reg_flow_step(&at, event), -EALREADY);
}

static void a_state_that_is_none_moves_nowhere(void **state)
{
	enum reg_flow_state at = REG_FLOW_STATES_N;

	assert_int_equal(reg_flow_step(&at, REG_FLOW_SEND), -EALREADY);
	assert_string_equal(reg_flow_state_name(at), "?");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(no_step_goes_back),
			cmocka_unit_test(nothing_follows_done),
			cmocka_unit_test(a_state_that_is_none_moves_nowhere),
	};
	static struct CMUnitTest table[COUNT_OF(rows)];

	fixture_rows(table, flow_row, rows, COUNT_OF(rows), sizeof(rows[0]));
	return cmocka_run_group_tests(tests, NULL, NULL)
		   + cmocka_run_group_tests_name("flow", table, NULL, NULL);
}
