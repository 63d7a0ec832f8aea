/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the HSS's answer does: every result code of TS 29.229 to its class, and
 * every class against every kind of request, with hss_failure keep and reject.
 */
#include "fixture.h"
#include "reg_answer.h"


struct code
{
	const char *name;
	uint32_t code;
	bool experimental;
	enum reg_hss hss;
};

#define HSS(x) REG_HSS_##x

/* clang-format off */
static const struct code codes[] = {
	{"2001 first registration",             2001, true,  HSS(YES)},
	{"2002 subsequent registration",        2002, true,  HSS(YES)},
	{"2001 success",                        2001, false, HSS(YES)},
	{"2000",                                2000, false, HSS(YES)},
	{"2999",                                2999, false, HSS(YES)},
	{"3000",                                3000, false, HSS(BUSY)},
	{"3002 unable to deliver",              3002, false, HSS(BUSY)},
	{"3004 too busy",                       3004, false, HSS(BUSY)},
	{"3005 loop detected",                  3005, false, HSS(BUSY)},
	{"4002 out of space",                   4002, false, HSS(BUSY)},
	{"4999",                                4999, false, HSS(BUSY)},
	{"5000",                                5000, true,  HSS(PERMANENT)},
	{"5001 user unknown",                   5001, true,  HSS(REFUSED)},
	{"5002 identities don't match",         5002, true,  HSS(REFUSED)},
	{"5003 identity not registered",        5003, true,  HSS(PERMANENT)},
	{"5004 roaming not allowed",            5004, true,  HSS(REFUSED)},
	{"5005 identity already registered",    5005, true,  HSS(ELSEWHERE)},
	{"5006 scheme not supported",           5006, true,  HSS(REFUSED)},
	{"5007 error in assignment type",       5007, true,  HSS(PERMANENT)},
	{"5008 too much data",                  5008, true,  HSS(PERMANENT)},
	{"5012 unable to comply",               5012, false, HSS(PERMANENT)},
	/* RFC 6733 gives the same numbers another meaning */
	{"5001 AVP unsupported",                5001, false, HSS(PERMANENT)},
	{"5004 invalid AVP value",              5004, false, HSS(PERMANENT)},
	{"5005 missing AVP",                    5005, false, HSS(PERMANENT)},
	{"no result at all",                    0,    false, HSS(PERMANENT)},
	{"1001 multi round, never here",        1001, false, HSS(PERMANENT)},
	{"beyond all classes",                  UINT32_MAX, true, HSS(PERMANENT)},
};
/* clang-format on */

static void code_row(void **state)
{
	const struct code *row = *state;

	assert_string_equal(
			reg_hss_name(reg_hss_class(row->code, row->experimental)),
			reg_hss_name(row->hss));
}

/* What comes of it, in a word of the table below. */
enum outcome
{
	OK,		   /* carried out, the HSS knows */
	KEPT,	   /* carried out, the SAR is owed */
	DROPPED,   /* carried out, and nothing is owed: the HSS said no for good */
	R403,	   /* as it was */
	R403_GONE, /* and the registration ends */
	R500,
	R500_GONE,
	R500_LATER, /* with Retry-After */
	R504,
};

struct expectation
{
	bool commit, told, owe, remove;
	uint16_t status;
	bool retry_after;
};

/* clang-format off */
static const struct expectation expectations[] = {
	[OK] =         {true,  true,  false, false, 200, false},
	[KEPT] =       {true,  false, true,  false, 200, false},
	[DROPPED] =    {true,  false, false, false, 200, false},
	[R403] =       {false, false, false, false, 403, false},
	[R403_GONE] =  {false, false, false, true,  403, false},
	[R500] =       {false, false, false, false, 500, false},
	[R500_GONE] =  {false, false, false, true,  500, false},
	[R500_LATER] = {false, false, false, false, 500, true},
	[R504] =       {false, false, false, false, 504, false},
};
/* clang-format on */

/* A column: first registration; update by a timer trigger, hss_failure keep and
 * reject; update by a mobility trigger; deregistration. */
struct line
{
	const char *name;
	enum reg_hss hss;
	enum outcome first, timer, timer_reject, mobility, leaving;
};

/* clang-format off */
static const struct line lines[] = {
	{"yes",       HSS(YES),       OK,         OK,        OK,         OK,         OK},
	{"refused",   HSS(REFUSED),   R403,       R403_GONE, R403_GONE,  R403_GONE,  DROPPED},
	{"elsewhere", HSS(ELSEWHERE), R500,       R500_GONE, R500_GONE,  R500_GONE,  DROPPED},
	{"failed",    HSS(PERMANENT), R500,       R500,      R500,       R500,       DROPPED},
	{"busy",      HSS(BUSY),      R500_LATER, KEPT,      R500_LATER, R500_LATER, KEPT},
	{"silent",    HSS(SILENT),    R504,       KEPT,      R504,       R504,       KEPT},
	{"no-peer",   HSS(NO_PEER),   R504,       KEPT,      R504,       R504,       KEPT},
};
/* clang-format on */

static const enum reg_why timer_whys[] = {REG_WHY_FORCED, REG_WHY_NO_FACTS,
		REG_WHY_HSS_OWED, REG_WHY_LUI_EXPIRED};
static const enum reg_why mobility_whys[] = {REG_WHY_CALLID_CHANGED,
		REG_WHY_CSEQ_GAP, REG_WHY_PATH_CHANGED, REG_WHY_CONTACT_NEW,
		REG_WHY_CONTACT_REPLACED, REG_WHY_TOO_MANY_CONTACTS};

static void check(enum reg_act act, uint64_t reasons, enum reg_hss hss,
		bool keep, enum outcome expected)
{
	const struct expectation *e = &expectations[expected];
	struct reg_policy p = fixture_policy();
	struct reg_resolution r;

	p.hss_failure_keep = keep;
	reg_resolve(act, reasons, hss, &p, &r);
	assert_int_equal(r.status, e->status);
	assert_int_equal(r.commit, e->commit);
	assert_int_equal(r.told, e->told);
	assert_int_equal(r.owe, e->owe);
	assert_int_equal(r.remove, e->remove);
	assert_int_equal(r.retry_after, e->retry_after);
	assert_non_null(r.phrase);
}

static void answer_row(void **state)
{
	const struct line *l = *state;
	uint64_t initial = reg_why_bit(REG_WHY_INITIAL);
	uint64_t last = reg_why_bit(REG_WHY_LAST_CONTACT_REMOVED);
	uint64_t timer, both;
	size_t i;

	assert_string_equal(reg_hss_name(l->hss), l->name);
	check(REG_ACT_REGISTER, initial, l->hss, true, l->first);
	check(REG_ACT_REGISTER, initial, l->hss, false, l->first);
	check(REG_ACT_DEREGISTER, last, l->hss, true, l->leaving);
	check(REG_ACT_DEREGISTER, last, l->hss, false, l->leaving);
	for(i = 0; i < COUNT_OF(timer_whys); i++) {
		timer = reg_why_bit(timer_whys[i]);
		check(REG_ACT_UPDATE, timer, l->hss, true, l->timer);
		check(REG_ACT_UPDATE, timer, l->hss, false, l->timer_reject);
	}
	for(i = 0; i < COUNT_OF(mobility_whys); i++) {
		both = reg_why_bit(mobility_whys[i]) | reg_why_bit(REG_WHY_FORCED);
		check(REG_ACT_UPDATE, reg_why_bit(mobility_whys[i]), l->hss, true,
				l->mobility);
		check(REG_ACT_UPDATE, both, l->hss, true, l->mobility);
		check(REG_ACT_UPDATE, both, l->hss, false, l->mobility);
	}
	check(REG_ACT_OVERWRITE, reg_why_bit(REG_WHY_TOO_MANY_CONTACTS), l->hss,
			true, l->mobility);
}

static void every_class_has_a_row(void **state)
{
	assert_int_equal(COUNT_OF(lines), REG_HSS_N);
	assert_string_equal(reg_hss_name(REG_HSS_N), "?");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(every_class_has_a_row),
	};
	static struct CMUnitTest c[COUNT_OF(codes)];
	static struct CMUnitTest a[COUNT_OF(lines)];

	fixture_rows(c, code_row, codes, COUNT_OF(codes), sizeof(codes[0]));
	fixture_rows(a, answer_row, lines, COUNT_OF(lines), sizeof(lines[0]));
	return cmocka_run_group_tests(tests, NULL, NULL)
		   + cmocka_run_group_tests_name("codes", c, NULL, NULL)
		   + cmocka_run_group_tests_name("answers", a, NULL, NULL);
}
