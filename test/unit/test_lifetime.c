/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two clocks: what is asked and capped, the half, the location update
 * interval with its jitter, and stamps of clocks that run apart.
 */
#include "fixture.h"
#include "reg_codec.h"
#include "reg_lifetime.h"

#include <stdio.h>

#define NOT_GIVEN -1

struct asked
{
	const char *name;
	int64_t parameter_s, header_s;
	uint32_t max_s, asked_s;
};

/* clang-format off */
static const struct asked asked[] = {
	{"the contact's parameter goes first",  300, 600,             0,    300},
	{"then the Expires header",       NOT_GIVEN, 600,             0,    600},
	{"then the default",              NOT_GIVEN, NOT_GIVEN,       0,    3600},
	{"a parameter of 0 is given",             0, 600,             0,    0},
	{"a header of 0 is given",        NOT_GIVEN, 0,               0,    0},
	{"capped",                            86400, NOT_GIVEN,       7200, 7200},
	{"under the cap",                      7199, NOT_GIVEN,       7200, 7199},
	{"the default is capped as well", NOT_GIVEN, NOT_GIVEN,       600,  600},
	{"no cap",                       UINT32_MAX, NOT_GIVEN, 0, UINT32_MAX},
};
/* clang-format on */

static void asked_row(void **state)
{
	const struct asked *row = *state;
	struct reg_policy p = fixture_policy();
	struct reg_request req = fixture_register(3);

	p.max_expires_s = row->max_s;
	req.has_expires = row->header_s >= 0;
	req.expires_s = req.has_expires ? (uint32_t)row->header_s : 0;
	fixture_contact(&req, URI_A, row->parameter_s);
	assert_int_equal(
			reg_lifetime_asked_s(&req, &req.contacts[0], &p), row->asked_s);
}

/* A UE of TS 24.229 5.1.1.4; the margin is 30 s. */
struct due
{
	const char *name;
	int64_t granted_s, expires_s;
	int64_t last_s; /* its last REGISTER */
	int64_t due_s;
	int64_t late_s; /* NOT_GIVEN: its end comes first */
};

/* clang-format off */
static const struct due dues[] = {
	{"more than 1200 s: 600 s before the end", 0, 3600, 0, 3000, 3030},
	{"just more than 1200 s",                  0, 1201, 0, 601, 631},
	{"1200 s: at the half",                    0, 1200, 0, 600, 630},
	{"less: at the half",                      0, 600, 0, 300, 330},
	{"the half is as late as the end",         0, 60, 0, 30, NOT_GIVEN},
	{"the margin fits in",                     0, 62, 0, 31, 61},
	{"kept: what was left counts",             0, 1000, 400, 700, 730},
	{"kept: still 600 s before the end",       0, 3600, 2000, 3000, 3030},
	{"kept with 1200 s left",                  0, 3600, 2400, 3000, 3030},
	{"kept with less left",                    0, 3600, 2600, 3100, 3130},
	{"a REGISTER of an earlier life",          100, 700, 50, 400, 430},
	{"a REGISTER after the end",               0, 600, 700, 300, 330},
	{"no lifetime at all",                     100, 100, 0, 100, NOT_GIVEN},
	{"a negative one",                         100, 50, 0, 50, NOT_GIVEN},
	{"shortened by the network",               0, 600, 300, 450, 480},
};
/* clang-format on */

static void due_row(void **state)
{
	const struct due *row = *state;
	struct reg_policy p = fixture_policy();
	struct reg_binding b = fixture_binding(URI_A, IMPI_A);

	p.late_margin_s = 30;
	b.granted_at_ms = SECONDS(row->granted_s);
	b.expires_at_ms = SECONDS(row->expires_s);
	b.accepted_at_ms = SECONDS(row->last_s);
	assert_int_equal(reg_lifetime_due_at_ms(&b), SECONDS(row->due_s));
	assert_int_equal(reg_lifetime_late_at_ms(&b, &p),
			row->late_s == NOT_GIVEN ? INT64_MAX : SECONDS(row->late_s));
}

static void star_asks_by_the_header(void **state)
{
	struct reg_policy p = fixture_policy();
	struct reg_request req = fixture_register(3);

	req.has_expires = true;
	assert_int_equal(reg_lifetime_asked_s(&req, NULL, &p), 0);
}

static void too_brief_is_above_zero_and_under_the_minimum(void **state)
{
	struct reg_policy p = fixture_policy();

	assert_false(reg_lifetime_too_brief(0, &p));
	assert_true(reg_lifetime_too_brief(1, &p));
	assert_true(reg_lifetime_too_brief(59, &p));
	assert_false(reg_lifetime_too_brief(60, &p));
	p.min_expires_s = 0;
	assert_false(reg_lifetime_too_brief(1, &p));
}

struct clock
{
	const char *name;
	int64_t granted_at_ms, expires_at_ms, now_ms;
	int64_t elapsed_ms;
	bool second_half;
	uint32_t left_s, left_no_grace_s; /* with a grace of 10 s, and of none */
	bool live;						  /* with a grace of 10 s */
};

/* clang-format off */
static const struct clock clocks[] = {
	{"just granted",          0, 600000, 0,      0,      false, 600, 600, true},
	{"first half",            0, 600000, 100000, 100000, false, 500, 500, true},
	{"exactly half",          0, 600000, 300000, 300000, false, 300, 300, true},
	{"a millisecond past it", 0, 600000, 300001, 300001, true,  300, 299, true},
	{"odd lifetime, half is not whole", 0, 601, 300, 300, false, 1,  0,   true},
	{"odd lifetime, past it", 0, 601,    301,    301,    true,  1,   0,   true},
	{"a broken second is whole only in the grace",
	                          0, 600000, 599001, 599001, true,  1,   0,   true},
	{"at the end",            0, 600000, 600000, 600000, true,  0,   0,   true},
	{"inside the grace",      0, 600000, 609999, 609999, true,  0,   0,   true},
	{"the grace is over",     0, 600000, 610000, 610000, true,  0,   0,   false},
	/* clocks that run apart */
	{"granted in the future", 900000, 1500000, 100000, 0, false, 600, 600, true},
	{"granted in the future, ended", 900000, 500000, 700000, 0, false, 0, 0, false},
	{"granted before the epoch", -500000, 100000, 0, 500000, true, 100, 100, true},
	{"negative, in the first half", -200000, 400000, 0, 200000, false, 400, 400, true},
	{"negative, and long over", -900000, -300000, 0, 900000, true, 0, 0, false},
	{"ends before it began", 500000, 400000, 395000, 0, false, 0, 0, true},
	{"lasts no time",         0, 0,      5000,   5000,   true,  0,   0,   true},
	{"the farthest future", REG_STAMP_MAX, REG_STAMP_MAX, -REG_STAMP_MAX,
		0, false, 0, 0, true},
	{"the longest lifetime", -REG_STAMP_MAX, REG_STAMP_MAX, -REG_STAMP_MAX,
		0, false, UINT32_MAX, UINT32_MAX, true},
	{"the farthest past", -REG_STAMP_MAX, -REG_STAMP_MAX, REG_STAMP_MAX,
		2 * REG_STAMP_MAX, true, 0, 0, false},
};
/* clang-format on */

static void clock_row(void **state)
{
	const struct clock *row = *state;
	struct reg_policy p = fixture_policy();
	struct reg_binding b = fixture_binding(URI_A, IMPI_A);

	b.granted_at_ms = row->granted_at_ms;
	b.expires_at_ms = row->expires_at_ms;
	assert_int_equal(reg_lifetime_elapsed_ms(&b, row->now_ms), row->elapsed_ms);
	assert_int_equal(
			reg_lifetime_second_half(&b, row->now_ms), row->second_half);
	assert_int_equal(reg_binding_live(&b, &p, row->now_ms), row->live);
	assert_int_equal(reg_binding_remaining_s(&b, &p, row->now_ms), row->left_s);
	p.expiry_grace_s = 0;
	assert_int_equal(
			reg_binding_remaining_s(&b, &p, row->now_ms), row->left_no_grace_s);
}

struct told
{
	const char *name;
	int64_t told_at_ms, now_ms;
	uint32_t lui_s;
	int64_t left_ms;
};

/* clang-format off */
static const struct told told[] = {
	{"told now",                     0,       0,       3600, 3600000},
	{"an hour less a millisecond",   0,       3599999, 3600, 1},
	{"an hour",                      0,       3600000, 3600, 0},
	{"long ago",                     0,       9999999, 3600, 0},
	{"switched off",                 0,       9999999, 0,    INT64_MAX},
	{"told before the epoch",        -600000, 0,       3600, 3000000},
	{"told a little in the future",  5000,    0,       3600, 3600000},
	{"told one interval ahead",      3600000, 0,       3600, 3600000},
	{"told beyond one interval: a broken clock", 3600001, 0, 3600, 0},
	{"the farthest future", REG_STAMP_MAX, -REG_STAMP_MAX,  3600, 0},
	{"the farthest past",   -REG_STAMP_MAX, REG_STAMP_MAX,  3600, 0},
	{"the longest interval",         0,       0, UINT32_MAX, 4294967295000},
};
/* clang-format on */

static void told_row(void **state)
{
	const struct told *row = *state;
	struct reg_policy p = fixture_policy();
	struct reg_binding b = fixture_binding(URI_A, IMPI_A);

	p.lui_s = row->lui_s;
	b.hss_told_at_ms = row->told_at_ms;
	assert_int_equal(
			reg_lifetime_lui_left_ms(&b, &p, row->now_ms), row->left_ms);
}

static int64_t lui_of(unsigned user, uint32_t lui_s, uint32_t jitter_pct)
{
	struct reg_policy p = fixture_policy();
	char uri[64], impi[64];
	struct reg_binding b;

	snprintf(uri, sizeof(uri), "sip:u%u@192.0.2.1:%u", user, 5060 + user % 7);
	snprintf(impi, sizeof(impi), "u%u@example.org", user);
	b = fixture_binding(uri, impi);
	p.lui_s = lui_s;
	p.lui_jitter_pct = jitter_pct;
	return reg_lifetime_lui_ms(&b, &p);
}

static void without_jitter_all_intervals_are_whole(void **state)
{
	unsigned i;

	for(i = 0; i < 1000; i++)
		assert_int_equal(lui_of(i, 3600, 0), 3600000);
}

static void jitter_takes_off_its_share_at_most(void **state)
{
	unsigned i;

	for(i = 0; i < 10000; i++) {
		assert_in_range(lui_of(i, 3600, 10), 3240000, 3600000);
		assert_in_range(lui_of(i, 1, 100), 0, 1000);
		assert_in_range(lui_of(i, UINT32_MAX, 100), 0, 4294967295000);
	}
}

static void jitter_is_fixed_for_a_binding(void **state)
{
	struct reg_policy p = fixture_policy();
	struct reg_binding b = fixture_binding(URI_A, IMPI_A);
	int64_t before_ms;

	p.lui_jitter_pct = 50;
	before_ms = reg_lifetime_lui_ms(&b, &p);
	b.call_id = TEXT("call-2");
	b.cseq_accepted = b.cseq_seen = 99;
	reg_binding_grant(&b, 300, SECONDS(1000));
	reg_binding_told(&b, SECONDS(1000));
	assert_int_equal(reg_lifetime_lui_ms(&b, &p), before_ms);
}

/* A flow keeps its interval when its address changes: its key is the flow. */
static void jitter_of_a_flow_does_not_hang_on_its_uri(void **state)
{
	struct reg_policy p = fixture_policy();
	struct reg_binding b = fixture_binding(URI_A, IMPI_A);
	int64_t before_ms;

	p.lui_jitter_pct = 50;
	b.instance = TEXT("<urn:uuid:1>");
	b.reg_id = 1;
	before_ms = reg_lifetime_lui_ms(&b, &p);
	b.uri = TEXT(URI_B);
	assert_int_equal(reg_lifetime_lui_ms(&b, &p), before_ms);
	b.reg_id = 2;
	assert_int_not_equal(reg_lifetime_lui_ms(&b, &p), before_ms);
}

static void jitter_hangs_on_the_user_and_on_the_contact(void **state)
{
	struct reg_policy p = fixture_policy();
	struct reg_binding b = fixture_binding(URI_A, IMPI_A);
	struct reg_binding other_user = fixture_binding(URI_A, IMPI_C);
	struct reg_binding other_contact = fixture_binding(URI_B, IMPI_A);
	int64_t lui_ms;

	p.lui_jitter_pct = 50;
	lui_ms = reg_lifetime_lui_ms(&b, &p);
	assert_int_not_equal(reg_lifetime_lui_ms(&other_user, &p), lui_ms);
	assert_int_not_equal(reg_lifetime_lui_ms(&other_contact, &p), lui_ms);
	b.instance = other_contact.instance = TEXT("<urn:uuid:1>");
	assert_int_not_equal(reg_lifetime_lui_ms(&other_contact, &p),
			reg_lifetime_lui_ms(&b, &p));
}

/* Of 10000 users who came together, a tenth falls into each tenth of the
 * jitter, give or take a fifth of it. */
static void jitter_spreads_many_users_evenly(void **state)
{
	unsigned i, bucket[10] = {0};

	for(i = 0; i < 10000; i++)
		bucket[(3600000 - lui_of(i, 3600, 50)) / 180001]++;
	for(i = 0; i < 10; i++)
		assert_in_range(bucket[i], 800, 1200);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(star_asks_by_the_header),
			cmocka_unit_test(too_brief_is_above_zero_and_under_the_minimum),
			cmocka_unit_test(without_jitter_all_intervals_are_whole),
			cmocka_unit_test(jitter_takes_off_its_share_at_most),
			cmocka_unit_test(jitter_is_fixed_for_a_binding),
			cmocka_unit_test(jitter_of_a_flow_does_not_hang_on_its_uri),
			cmocka_unit_test(jitter_hangs_on_the_user_and_on_the_contact),
			cmocka_unit_test(jitter_spreads_many_users_evenly),
	};
	static struct CMUnitTest a[COUNT_OF(asked)];
	static struct CMUnitTest c[COUNT_OF(clocks)];
	static struct CMUnitTest d[COUNT_OF(dues)];
	static struct CMUnitTest t[COUNT_OF(told)];

	fixture_rows(a, asked_row, asked, COUNT_OF(asked), sizeof(asked[0]));
	fixture_rows(c, clock_row, clocks, COUNT_OF(clocks), sizeof(clocks[0]));
	fixture_rows(d, due_row, dues, COUNT_OF(dues), sizeof(dues[0]));
	fixture_rows(t, told_row, told, COUNT_OF(told), sizeof(told[0]));
	return cmocka_run_group_tests(tests, NULL, NULL)
		   + cmocka_run_group_tests_name("asked", a, NULL, NULL)
		   + cmocka_run_group_tests_name("clocks", c, NULL, NULL)
		   + cmocka_run_group_tests_name("dues", d, NULL, NULL)
		   + cmocka_run_group_tests_name("told", t, NULL, NULL);
}
