/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a UE can be reached: what proves it, what makes it suspect, what is
 * too old to count, when it is probed.
 */
#include "fixture.h"
#include "reg_reach.h"

#define END REG_SIGN_NONE

/* A sign, the second its request went out, and the second it was seen. */
struct seen
{
	enum reg_sign sign;
	int64_t sent_s, at_s;
};

#define LIVES REG_SIGN_LIVES
#define SILENT REG_SIGN_SILENT

/* The contact is new at 10 s. */
struct row
{
	const char *name;
	struct seen seen[4];
	enum reg_reach_state state;
	unsigned fails;
	int64_t at_s, since_s;
	bool turned; /* the last sign was news */
};

#define IS(x) REG_REACH_##x

/* clang-format off */
static const struct row rows[] = {
	{"new",              {{END, 0, 0}}, IS(UNPROVEN), 0, 10, 10, false},
	{"proven",           {{LIVES, 20, 21}}, IS(PROVEN), 0, 21, 21, false},
	{"proven again",     {{LIVES, 20, 21}, {LIVES, 30, 31}},
		IS(PROVEN), 0, 31, 21, false},
	{"never answered",   {{SILENT, 20, 52}}, IS(SUSPECT), 1, 52, 52, true},
	{"answers no more",  {{LIVES, 20, 21}, {SILENT, 30, 62}},
		IS(SUSPECT), 1, 62, 62, true},
	{"still not",        {{SILENT, 20, 52}, {SILENT, 60, 92}},
		IS(SUSPECT), 2, 92, 52, false},
	{"back",             {{SILENT, 20, 52}, {LIVES, 60, 61}},
		IS(PROVEN), 0, 61, 61, true},
	{"two fail together and count once", {{SILENT, 20, 52}, {SILENT, 21, 53}},
		IS(SUSPECT), 1, 52, 52, false},
	{"answered since",   {{LIVES, 40, 41}, {SILENT, 20, 52}},
		IS(PROVEN), 0, 41, 41, false},
	{"answered a request of before the failure", {{SILENT, 20, 52}, {LIVES, 40, 53}},
		IS(PROVEN), 0, 53, 53, true},
	{"where it was before it moved", {{LIVES, 5, 12}},
		IS(UNPROVEN), 0, 10, 10, false},
	{"silence where it was before it moved", {{SILENT, 5, 37}},
		IS(UNPROVEN), 0, 10, 10, false},
	{"sent in the moment it moved", {{LIVES, 10, 11}},
		IS(PROVEN), 0, 11, 11, false},
};
/* clang-format on */

static struct reg_reach reach_new(void)
{
	struct reg_reach r = {.state = REG_REACH_SUSPECT, .told = true, .fails = 3};

	reg_reach_moved(&r, SECONDS(10));
	return r;
}

static void reach_row(void **state)
{
	const struct row *row = *state;
	struct reg_reach r = reach_new();
	bool turned = false;
	unsigned i;

	for(i = 0; i < COUNT_OF(row->seen) && row->seen[i].sign != END; i++)
		turned = reg_reach_note(&r, row->seen[i].sign, REG_MEANS_MESSAGE,
				SECONDS(row->seen[i].sent_s), SECONDS(row->seen[i].at_s));
	assert_string_equal(reg_reach_name(r.state), reg_reach_name(row->state));
	assert_int_equal(r.fails, row->fails);
	assert_int_equal(r.at_ms, SECONDS(row->at_s));
	assert_int_equal(r.since_ms, SECONDS(row->since_s));
	assert_int_equal(turned, row->turned);
	assert_int_equal(r.means, row->state == REG_REACH_UNPROVEN
									  ? REG_MEANS_NONE
									  : REG_MEANS_MESSAGE);
}

static void it_is_told_once(void **state)
{
	struct reg_reach r = reach_new();
	struct reg_reach_due due;

	reg_reach_note(&r, SILENT, REG_MEANS_INVITE, SECONDS(20), SECONDS(30));
	assert_int_equal(r.look_at_ms, SECONDS(30));
	due = reg_reach_look(&r, REG_PROBE_OFF, SECONDS(30));
	assert_true(due.tell && !due.probe);
	assert_int_equal(r.look_at_ms, 0);
	reg_reach_note(&r, SILENT, REG_MEANS_INVITE, SECONDS(40), SECONDS(50));
	assert_int_equal(r.look_at_ms, 0);
	reg_reach_note(&r, LIVES, REG_MEANS_INVITE, SECONDS(60), SECONDS(60));
	reg_reach_note(&r, SILENT, REG_MEANS_INVITE, SECONDS(70), SECONDS(80));
	assert_true(reg_reach_look(&r, REG_PROBE_OFF, SECONDS(80)).tell);
}

/* Each probe fails ten seconds after it was sent. */
static void probes_back_off_to_an_hour(void **state)
{
	static const int64_t waits_s[] = {
			30, 60, 120, 240, 480, 960, 1920, 3600, 3600};
	struct reg_reach r = reach_new();
	int64_t now_ms = SECONDS(30);
	unsigned i;

	reg_reach_note(&r, SILENT, REG_MEANS_INVITE, SECONDS(20), now_ms);
	assert_false(reg_reach_look(&r, REG_PROBE_SUSPECT, now_ms).probe);
	for(i = 0; i < COUNT_OF(waits_s); i++) {
		assert_int_equal(r.look_at_ms - now_ms, SECONDS(waits_s[i]));
		now_ms = r.look_at_ms;
		assert_true(reg_reach_look(&r, REG_PROBE_SUSPECT, now_ms).probe);
		assert_int_equal(
				r.look_at_ms, now_ms + SECONDS(60)); /* one at a time */
		reg_reach_note(
				&r, SILENT, REG_MEANS_PROBE, now_ms, now_ms + SECONDS(10));
		now_ms += SECONDS(10);
	}
	reg_reach_note(&r, LIVES, REG_MEANS_PROBE, r.look_at_ms, r.look_at_ms);
	assert_int_equal(r.look_at_ms, 0);
}

static void a_refresh_asks_for_a_probe_if_it_wants_one(void **state)
{
	struct reg_reach r = reach_new();

	reg_reach_refreshed(&r, SECONDS(20));
	assert_int_equal(r.look_at_ms, SECONDS(21));
	assert_false(reg_reach_look(&r, REG_PROBE_SUSPECT, SECONDS(21)).probe);
	assert_true(reg_reach_look(&r, REG_PROBE_REFRESH, SECONDS(21)).probe);
	reg_reach_note(&r, LIVES, REG_MEANS_PROBE, SECONDS(21), SECONDS(22));
	reg_reach_refreshed(&r, SECONDS(321));
	assert_int_equal(r.look_at_ms, 0); /* it was seen just now */
	reg_reach_refreshed(&r, SECONDS(322));
	assert_int_equal(r.look_at_ms, SECONDS(323));
	reg_reach_refreshed(&r, SECONDS(323));
	assert_int_equal(r.look_at_ms, SECONDS(323));
}

static void every_name_is_there(void **state)
{
	unsigned i;

	for(i = 0; i < REG_REACH_STATES_N; i++)
		assert_string_not_equal(reg_reach_name(i), "?");
	for(i = 0; i < REG_MEANS_N; i++)
		assert_string_not_equal(reg_means_name(i), "?");
	assert_string_equal(reg_reach_name(REG_REACH_STATES_N), "?");
	assert_string_equal(reg_means_name(REG_MEANS_N), "?");
}

static void failures_are_counted_as_far_as_there_is_room(void **state)
{
	struct reg_reach r = reach_new();
	int64_t s;

	for(s = 20; s < 400; s++)
		reg_reach_note(&r, SILENT, REG_MEANS_OTHER, SECONDS(s), SECONDS(s));
	assert_int_equal(r.fails, UINT8_MAX);
}

/* Who moves was not there before; who refreshes is who it was. */
static void a_register_that_moves_the_ue_makes_it_unproven(void **state)
{
	struct reg_request req = fixture_register(3);
	struct reg_contact *c = fixture_contact(&req, URI_A, 600);
	struct reg_binding b = fixture_binding(URI_A, IMPI_A);

	b.path = req.path;
	reg_reach_moved(&b.reach, SECONDS(0));
	reg_reach_note(&b.reach, LIVES, REG_MEANS_INVITE, SECONDS(1), SECONDS(1));
	reg_binding_accept(&b, &req, c, SECONDS(100));
	assert_int_equal(b.reach.state, REG_REACH_PROVEN);
	req.path = TEXT(PATH_2);
	reg_binding_accept(&b, &req, c, SECONDS(200));
	assert_int_equal(b.reach.state, REG_REACH_UNPROVEN);
	assert_int_equal(b.reach.at_ms, SECONDS(200));
	reg_reach_note(
			&b.reach, SILENT, REG_MEANS_INVITE, SECONDS(201), SECONDS(230));
	c->uri = TEXT(URI_B);
	reg_binding_accept(&b, &req, c, SECONDS(300));
	assert_int_equal(b.reach.state, REG_REACH_UNPROVEN);
	assert_int_equal(b.reach.look_at_ms, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(it_is_told_once),
			cmocka_unit_test(probes_back_off_to_an_hour),
			cmocka_unit_test(a_refresh_asks_for_a_probe_if_it_wants_one),
			cmocka_unit_test(every_name_is_there),
			cmocka_unit_test(failures_are_counted_as_far_as_there_is_room),
			cmocka_unit_test(a_register_that_moves_the_ue_makes_it_unproven),
	};
	static struct CMUnitTest table[COUNT_OF(rows)];

	fixture_rows(table, reach_row, rows, COUNT_OF(rows), sizeof(rows[0]));
	return cmocka_run_group_tests(tests, NULL, NULL)
		   + cmocka_run_group_tests_name("reach", table, NULL, NULL);
}
