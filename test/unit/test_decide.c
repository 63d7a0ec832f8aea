/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The decision over one contact: a row for every reason. The last test says
 * that the table is whole.
 */
#include "fixture.h"

#include <string.h>

/* What differs from the ordinary case: one binding URI_A of IMPI_A. */
enum with
{
	NO_BINDING = 1 << 0,
	TWO_DEVICES = 1 << 1, /* URI_C of IMPI_C is bound as well */
	FORCED = 1 << 2,
	NO_FACTS = 1 << 3,
	OWED = 1 << 4,
	TOLD_LATE = 1 << 5,	  /* HSS told 3600 s before the grant */
	SEEN_3 = 1 << 6,	  /* CSeq 3 was challenged */
	FROM_FUTURE = 1 << 7, /* stamps of a clock 1000 s ahead */
	FROM_PAST = 1 << 8,	  /* stamps of a clock 1000 s behind */
	TOLD_FAR = 1 << 9,	  /* HSS told in a day to come */
	NEW_PATH = 1 << 10,	  /* the REGISTER came over PATH_2 */
	OTHER_IMPI = 1 << 11, /* it is IMPI_C's */
	BROKEN = 1 << 12,	  /* the edge could not parse it */
	CALLID_ON = 1 << 13,  /* forward_reg_callid_change */
	GAP_OFF = 1 << 14,	  /* cseq_gap_update 0 */
	PATH_ON = 1 << 15,	  /* path_change_update */
	LUI_OFF = 1 << 16,	  /* location_update_interval 0 */
	KEEP_BOTH = 1 << 17,  /* replace_contact_of_impi 0 */
	LIMIT_1 = 1 << 18,	  /* max_contacts 1 */
	OVERWRITE = 1 << 19,  /* max_contacts_mode overwrite */
	CAP_300 = 1 << 20,	  /* max_expires 300 */
};

#define NONE NULL
#define STAR "*"
#define C1 "call-1"
#define C2 "call-2"
#define GIVEN_NOT -1

struct row
{
	const char *name;
	unsigned with;
	const char *contact, *call_id;
	uint32_t cseq;
	int64_t expires_s, at_s;
	enum reg_act act;
	enum reg_why why;
	uint16_t status;
	enum reg_sar sar;
	uint32_t grant_s;
	const char *reasons; /* NULL: the why and no other */
};

#define ACT(x) REG_ACT_##x
#define WHY(x) REG_WHY_##x

/* clang-format off */
static const struct row rows[] = {
/* with, contact, Call-ID, CSeq, Expires, at -> act, why, status, SAR, grant */
/* 1 */
{"cannot be parsed",
	BROKEN, URI_A, C1, 3, 600, 100, ACT(REJECT), WHY(MALFORMED), 400, 0, 0, NULL},
{"* with Expires above 0",
	0, STAR, C1, 3, 600, 100, ACT(REJECT), WHY(MALFORMED), 400, 0, 0, NULL},
{"* without Expires",
	0, STAR, C1, 3, GIVEN_NOT, 100, ACT(REJECT), WHY(MALFORMED), 400, 0, 0, NULL},
/* 2 */
{"no Contact",
	0, NONE, C1, 3, 600, 100, ACT(FETCH), WHY(FETCH), 200, 0, 0, NULL},
{"no Contact, nobody registered",
	NO_BINDING, NONE, C1, 3, 0, 100, ACT(FETCH), WHY(FETCH), 200, 0, 0, NULL},
/* 3 */
{"a second under the minimum",
	0, URI_A, C1, 3, 59, 100, ACT(REJECT), WHY(TOO_BRIEF), 423, 0, 0, NULL},
{"the minimum is enough",
	0, URI_A, C1, 3, 60, 100, ACT(SHORTEN), WHY(SHORTENED), 200, 0, 60, NULL},
{"too brief goes before out of order",
	0, URI_A, C1, 1, 59, 100, ACT(REJECT), WHY(TOO_BRIEF), 423, 0, 0, NULL},
/* 4 */
{"same Call-ID, same CSeq",
	0, URI_A, C1, 2, 600, 100, ACT(REPEAT), WHY(RETRANSMISSION), 200, 0, 500, NULL},
{"a repeat pays nothing back",
	OWED | FORCED, URI_A, C1, 2, 600, 400, ACT(REPEAT), WHY(RETRANSMISSION), 200, 0, 200, NULL},
{"a repeated sign-off of a live binding",
	0, URI_A, C1, 2, 0, 100, ACT(REPEAT), WHY(RETRANSMISSION), 200, 0, 500, NULL},
{"same CSeq, other Call-ID: no repeat",
	0, URI_A, C2, 2, 600, 100, ACT(KEEP), WHY(FIRST_HALF), 200, 0, 500, NULL},
/* 5 */
{"same Call-ID, lower CSeq",
	0, URI_A, C1, 1, 600, 100, ACT(REJECT), WHY(OUT_OF_ORDER), 500, 0, 0, NULL},
{"a late sign-off is out of order as well",
	0, URI_A, C1, 1, 0, 100, ACT(REJECT), WHY(OUT_OF_ORDER), 500, 0, 0, NULL},
{"a late * is out of order as well",
	0, STAR, C1, 1, 0, 100, ACT(REJECT), WHY(OUT_OF_ORDER), 500, 0, 0, NULL},
{"lower CSeq, other Call-ID: in order",
	0, URI_A, C2, 1, 600, 100, ACT(KEEP), WHY(FIRST_HALF), 200, 0, 500, NULL},
/* 6 */
{"signs off, nobody registered",
	NO_BINDING, URI_A, C1, 3, 0, 100, ACT(REJECT), WHY(NOT_REGISTERED), 481, 0, 0, NULL},
{"signs all off, nobody registered",
	NO_BINDING, STAR, C1, 3, 0, 100, ACT(REJECT), WHY(NOT_REGISTERED), 481, 0, 0, NULL},
{"signs off when the grace is over",
	0, URI_A, C1, 3, 0, 610, ACT(REJECT), WHY(NOT_REGISTERED), 481, 0, 0, NULL},
/* 7 */
{"signs off what was never on",
	0, URI_B, C1, 3, 0, 100, ACT(REMOVE), WHY(NOTHING_TO_REMOVE), 200, 0, 0, NULL},
/* 8 */
{"one of two devices signs off",
	TWO_DEVICES, URI_A, C1, 3, 0, 100, ACT(REMOVE), WHY(CONTACT_REMOVED), 200, 0, 0, NULL},
/* 9 */
{"the only contact signs off",
	0, URI_A, C1, 3, 0, 100, ACT(DEREGISTER), WHY(LAST_CONTACT_REMOVED), 200, 5, 0, NULL},
{"signs all off",
	TWO_DEVICES, STAR, C1, 3, 0, 100, ACT(DEREGISTER), WHY(LAST_CONTACT_REMOVED), 200, 5, 0, NULL},
{"signs off inside the grace",
	0, URI_A, C1, 3, 0, 605, ACT(DEREGISTER), WHY(LAST_CONTACT_REMOVED), 200, 5, 0, NULL},
{"signs off, facts unknown",
	NO_FACTS, URI_A, C1, 3, 0, 100, ACT(DEREGISTER), WHY(LAST_CONTACT_REMOVED), 200, 5, 0, NULL},
/* 10 */
{"nobody registered",
	NO_BINDING, URI_A, C1, 3, 600, 100, ACT(REGISTER), WHY(INITIAL), 200, 1, 600, NULL},
{"nobody registered, no Expires",
	NO_BINDING, URI_A, C1, 3, GIVEN_NOT, 100, ACT(REGISTER), WHY(INITIAL), 200, 1, 3600, NULL},
{"nobody registered, capped",
	NO_BINDING | CAP_300, URI_A, C1, 3, 600, 100, ACT(REGISTER), WHY(INITIAL), 200, 1, 300, NULL},
{"the grace is over",
	0, URI_A, C1, 3, 600, 610, ACT(REGISTER), WHY(INITIAL), 200, 1, 600, NULL},
/* 11 */
{"one device too many",
	LIMIT_1 | OTHER_IMPI, URI_C, C2, 3, 600, 100, ACT(REJECT), WHY(TOO_MANY_CONTACTS), 403, 0, 0, NULL},
{"one device too many, the oldest goes",
	LIMIT_1 | OVERWRITE | OTHER_IMPI, URI_C, C2, 3, 600, 100, ACT(OVERWRITE), WHY(TOO_MANY_CONTACTS), 200, 2, 600, NULL},
/* 12 */
{"another device",
	OTHER_IMPI, URI_C, C2, 3, 600, 100, ACT(UPDATE), WHY(CONTACT_NEW), 200, 2, 600, NULL},
{"same device, other address",
	0, URI_B, C2, 1, 600, 100, ACT(UPDATE), WHY(CONTACT_REPLACED), 200, 2, 600, NULL},
{"same device, other address, both are kept",
	KEEP_BOTH, URI_B, C2, 1, 600, 100, ACT(UPDATE), WHY(CONTACT_NEW), 200, 2, 600, NULL},
{"a replaced contact needs no further place",
	LIMIT_1, URI_B, C2, 1, 600, 100, ACT(UPDATE), WHY(CONTACT_REPLACED), 200, 2, 600, NULL},
/* 13 */
{"an operator asked for it",
	FORCED, URI_A, C1, 3, 600, 100, ACT(UPDATE), WHY(FORCED), 200, 2, 600, NULL},
{"facts unknown",
	NO_FACTS, URI_A, C1, 3, 600, 100, ACT(UPDATE), WHY(NO_FACTS), 200, 2, 600, NULL},
{"facts unknown: no order of CSeqs",
	NO_FACTS, URI_A, C1, 1, 600, 100, ACT(UPDATE), WHY(NO_FACTS), 200, 2, 600, NULL},
{"Call-ID changed",
	CALLID_ON, URI_A, C2, 1, 600, 100, ACT(UPDATE), WHY(CALLID_CHANGED), 200, 2, 600, NULL},
{"Call-ID changed, switched off: first half",
	0, URI_A, C2, 99, 600, 100, ACT(KEEP), WHY(FIRST_HALF), 200, 0, 500, NULL},
{"Call-ID changed, switched off: second half",
	0, URI_A, C2, 1, 600, 301, ACT(EXTEND), WHY(SECOND_HALF), 200, 0, 600, NULL},
{"CSeq skipped a number",
	0, URI_A, C1, 4, 600, 100, ACT(UPDATE), WHY(CSEQ_GAP), 200, 2, 600, NULL},
{"CSeq skipped a number, switched off",
	GAP_OFF, URI_A, C1, 4, 600, 100, ACT(KEEP), WHY(FIRST_HALF), 200, 0, 500, NULL},
{"a challenge used the number up",
	SEEN_3, URI_A, C1, 4, 600, 100, ACT(KEEP), WHY(FIRST_HALF), 200, 0, 500, NULL},
{"a challenge used one of two numbers up",
	SEEN_3, URI_A, C1, 5, 600, 100, ACT(UPDATE), WHY(CSEQ_GAP), 200, 2, 600, NULL},
{"the challenged number itself comes through",
	SEEN_3, URI_A, C1, 3, 600, 100, ACT(KEEP), WHY(FIRST_HALF), 200, 0, 500, NULL},
{"Path changed",
	PATH_ON | NEW_PATH, URI_A, C1, 3, 600, 100, ACT(UPDATE), WHY(PATH_CHANGED), 200, 2, 600, NULL},
{"Path changed, switched off",
	NEW_PATH, URI_A, C1, 3, 600, 100, ACT(KEEP), WHY(FIRST_HALF), 200, 0, 500, NULL},
{"Path did not change",
	PATH_ON, URI_A, C1, 3, 600, 100, ACT(KEEP), WHY(FIRST_HALF), 200, 0, 500, NULL},
{"a SAR is owed",
	OWED, URI_A, C1, 3, 600, 100, ACT(UPDATE), WHY(HSS_OWED), 200, 2, 600, NULL},
{"the interval is over",
	TOLD_LATE, URI_A, C1, 3, 600, 0, ACT(UPDATE), WHY(LUI_EXPIRED), 200, 2, 600, NULL},
{"the interval is over, switched off",
	TOLD_LATE | LUI_OFF, URI_A, C1, 3, 600, 0, ACT(KEEP), WHY(FIRST_HALF), 200, 0, 600, NULL},
{"an update in the first half grants less than remained",
	FORCED, URI_A, C1, 3, 120, 100, ACT(UPDATE), WHY(FORCED), 200, 2, 120, NULL},
{"an update inside the grace",
	OWED, URI_A, C1, 3, 600, 605, ACT(UPDATE), WHY(HSS_OWED), 200, 2, 600, NULL},
{"an update is capped",
	FORCED | CAP_300, URI_A, C1, 3, 600, 100, ACT(UPDATE), WHY(FORCED), 200, 2, 300, NULL},
{"all but a change of Call-ID",
	FORCED | OWED | TOLD_LATE | PATH_ON | NEW_PATH, URI_A, C1, 9, 600, 100,
	ACT(UPDATE), WHY(FORCED), 200, 2, 600, "forced,cseq-gap,path-changed,hss-owed,lui-expired"},
{"all but a gap",
	FORCED | OWED | TOLD_LATE | PATH_ON | NEW_PATH | CALLID_ON, URI_A, C2, 9, 600, 100,
	ACT(UPDATE), WHY(FORCED), 200, 2, 600, "forced,callid-changed,path-changed,hss-owed,lui-expired"},
{"facts unknown rank under an operator, and are all that is known",
	FORCED | NO_FACTS | OWED | CALLID_ON, URI_A, C2, 9, 600, 100,
	ACT(UPDATE), WHY(FORCED), 200, 2, 600, "forced,no-facts"},
{"a changed Call-ID ranks over a changed Path",
	CALLID_ON | PATH_ON | NEW_PATH, URI_A, C2, 1, 600, 100,
	ACT(UPDATE), WHY(CALLID_CHANGED), 200, 2, 600, "callid-changed,path-changed"},
{"a gap ranks over a changed Path",
	PATH_ON | NEW_PATH, URI_A, C1, 9, 600, 100,
	ACT(UPDATE), WHY(CSEQ_GAP), 200, 2, 600, "cseq-gap,path-changed"},
{"a changed Path ranks over what is owed",
	PATH_ON | NEW_PATH | OWED, URI_A, C1, 3, 600, 100,
	ACT(UPDATE), WHY(PATH_CHANGED), 200, 2, 600, "path-changed,hss-owed"},
{"what is owed ranks over the interval",
	OWED | TOLD_LATE, URI_A, C1, 3, 600, 100,
	ACT(UPDATE), WHY(HSS_OWED), 200, 2, 600, "hss-owed,lui-expired"},
/* 14 */
{"first half",
	0, URI_A, C1, 3, 600, 100, ACT(KEEP), WHY(FIRST_HALF), 200, 0, 500, NULL},
{"exactly half",
	0, URI_A, C1, 3, 600, 300, ACT(KEEP), WHY(FIRST_HALF), 200, 0, 300, NULL},
{"first half, more is asked than was granted",
	0, URI_A, C1, 3, 7200, 100, ACT(KEEP), WHY(FIRST_HALF), 200, 0, 500, NULL},
{"first half, exactly what remains is asked",
	0, URI_A, C1, 3, 500, 100, ACT(KEEP), WHY(FIRST_HALF), 200, 0, 500, NULL},
/* 15 */
{"first half, less is asked than remains",
	0, URI_A, C1, 3, 499, 100, ACT(SHORTEN), WHY(SHORTENED), 200, 0, 499, NULL},
{"first half, the cap is less than remains",
	CAP_300, URI_A, C1, 3, 600, 100, ACT(SHORTEN), WHY(SHORTENED), 200, 0, 300, NULL},
/* 16 */
{"past half",
	0, URI_A, C1, 3, 600, 301, ACT(EXTEND), WHY(SECOND_HALF), 200, 0, 600, NULL},
{"past half, less is asked than remains",
	0, URI_A, C1, 3, 100, 301, ACT(EXTEND), WHY(SECOND_HALF), 200, 0, 100, NULL},
{"past half, longer is asked",
	0, URI_A, C1, 3, 7200, 599, ACT(EXTEND), WHY(SECOND_HALF), 200, 0, 7200, NULL},
{"late, inside the grace",
	0, URI_A, C1, 3, 600, 609, ACT(EXTEND), WHY(SECOND_HALF), 200, 0, 600, NULL},
/* clocks that run apart */
{"granted in the future: counts as granted now",
	FROM_FUTURE, URI_A, C1, 3, 600, 100, ACT(KEEP), WHY(FIRST_HALF), 200, 0, 600, NULL},
{"granted in the future, less is asked",
	FROM_FUTURE, URI_A, C1, 3, 300, 100, ACT(SHORTEN), WHY(SHORTENED), 200, 0, 300, NULL},
{"granted before the epoch",
	FROM_PAST, URI_A, C1, 3, 600, -800, ACT(KEEP), WHY(FIRST_HALF), 200, 0, 400, NULL},
{"granted before the epoch, past half",
	FROM_PAST, URI_A, C1, 3, 600, -600, ACT(EXTEND), WHY(SECOND_HALF), 200, 0, 600, NULL},
{"granted before the epoch, long over",
	FROM_PAST, URI_A, C1, 3, 600, 0, ACT(REGISTER), WHY(INITIAL), 200, 1, 600, NULL},
{"told in a far future: tell again",
	TOLD_FAR, URI_A, C1, 3, 600, 100, ACT(UPDATE), WHY(LUI_EXPIRED), 200, 2, 600, NULL},
};
/* clang-format on */

static struct reg_policy policy_of(unsigned with)
{
	struct reg_policy p = fixture_policy();

	p.callid_update = with & CALLID_ON;
	p.cseq_gap_update = !(with & GAP_OFF);
	p.path_update = with & PATH_ON;
	p.lui_s = with & LUI_OFF ? 0 : p.lui_s;
	p.replace_contact = !(with & KEEP_BOTH);
	p.max_contacts = with & LIMIT_1 ? 1 : 0;
	p.overwrite_oldest = with & OVERWRITE;
	p.max_expires_s = with & CAP_300 ? 300 : 0;
	return p;
}

static struct reg_binding binding_of(unsigned with)
{
	struct reg_binding b = fixture_binding(URI_A, IMPI_A);
	int64_t skew_ms = with & FROM_FUTURE ? SECONDS(1000) : 0;

	if(with & FROM_PAST)
		skew_ms = -SECONDS(1000);
	reg_binding_grant(&b, 600, skew_ms);
	b.hss_told_at_ms = skew_ms;
	if(with & TOLD_LATE)
		b.hss_told_at_ms = -SECONDS(3600);
	if(with & TOLD_FAR)
		b.hss_told_at_ms = SECONDS(86400);
	b.facts_known = !(with & NO_FACTS);
	b.forced = with & FORCED;
	b.owed = with & OWED;
	if(with & SEEN_3)
		reg_binding_challenged(&b, TEXT(C1), 3);
	return b;
}

static struct reg_set set_of(unsigned with)
{
	struct reg_set set = {0};

	if(!(with & NO_BINDING))
		set.b[set.n++] = binding_of(with);
	if(with & TWO_DEVICES)
		set.b[set.n++] = fixture_binding(URI_C, IMPI_C);
	return set;
}

static struct reg_request request_of(const struct row *row)
{
	struct reg_request req = fixture_register(row->cseq);

	req.call_id = reg_text_of(row->call_id);
	req.malformed = row->with & BROKEN ? "Missing CSeq" : NULL;
	if(row->with & NEW_PATH)
		req.path = TEXT(PATH_2);
	if(row->with & OTHER_IMPI)
		req.impi = TEXT(IMPI_C);
	req.has_expires = row->expires_s >= 0;
	req.expires_s = req.has_expires ? (uint32_t)row->expires_s : 0;
	req.star = row->contact && strcmp(row->contact, STAR) == 0;
	if(row->contact && !req.star)
		fixture_contact(&req, row->contact, -1);
	return req;
}

static void decide_row(void **state)
{
	const struct row *row = *state;
	struct reg_policy p = policy_of(row->with);
	struct reg_set set = set_of(row->with);
	struct reg_request req = request_of(row);
	const char *reasons = row->reasons;
	struct reg_verdict v;
	char got[512];

	reg_decide(&req, &set, &p, SECONDS(row->at_s), &v);
	assert_string_equal(reg_act_name(v.act), reg_act_name(row->act));
	assert_string_equal(reg_why_name(v.why), reg_why_name(row->why));
	assert_int_equal(v.status, row->status);
	assert_int_equal(v.sar, row->sar);
	assert_int_equal(v.expires_s, row->grant_s);
	reg_reasons_print(v.reasons, got, sizeof(got));
	assert_string_equal(got, reasons ? reasons : reg_why_name(row->why));
	assert_int_equal(v.phrase != NULL, v.act == REG_ACT_REJECT);
	assert_int_equal(
			reg_request_malformed(&req) != NULL, v.why == REG_WHY_MALFORMED);
	assert_int_equal(v.compared.act, row->act);
	assert_int_equal(v.compared.why, row->why);
	assert_int_equal(v.compared.status, row->status);
	assert_int_equal(v.compared.cseq_new, row->cseq);
}

static void every_reason_has_a_row(void **state)
{
	uint64_t seen = 0;
	unsigned why;
	size_t i;

	for(i = 0; i < COUNT_OF(rows); i++)
		seen |= reg_why_bit(rows[i].why);
	for(why = REG_WHY_MALFORMED; why <= REG_WHY_SECOND_HALF; why++)
		if(!(seen & reg_why_bit(why)))
			fail_msg("no row decides by %s", reg_why_name(why));
}

static void reject_says_what_the_edge_found(void **state)
{
	struct reg_policy p = fixture_policy();
	struct reg_request req = fixture_register(3);
	struct reg_set set = {0};
	struct reg_verdict v;

	req.malformed = "Missing Call-ID";
	reg_decide(&req, &set, &p, 0, &v);
	assert_string_equal(v.phrase, "Missing Call-ID");
}

static void verdict_shows_what_it_compared(void **state)
{
	struct reg_policy p = fixture_policy();
	struct reg_request req = fixture_register(4);
	struct reg_set set = set_of(0);
	struct reg_verdict v;

	fixture_contact(&req, URI_A, 600);
	reg_decide(&req, &set, &p, SECONDS(100), &v);
	assert_int_equal(v.compared.at_ms, SECONDS(100));
	assert_int_equal(v.compared.elapsed_s, 100);
	assert_int_equal(v.compared.lifetime_s, 600);
	assert_int_equal(v.compared.lui_left_s, 3500);
	assert_int_equal(v.compared.cseq_seen, 2);
	assert_int_equal(v.compared.cseq_new, 4);
	assert_true(v.compared.callid_same);
	assert_int_equal(v.compared.sar, REG_SAR_RE_REGISTRATION);
	assert_int_equal(v.compared.reasons, reg_why_bit(REG_WHY_CSEQ_GAP));
}

static void verdict_shows_what_left_and_what_repeated(void **state)
{
	struct reg_policy p = fixture_policy();
	struct reg_request req = fixture_register(2);
	struct reg_set set = set_of(TWO_DEVICES);
	struct reg_verdict v;

	fixture_contact(&req, URI_A, 0);
	reg_decide(&req, &set, &p, SECONDS(100), &v);
	assert_int_equal(v.why, REG_WHY_RETRANSMISSION);
	assert_int_equal(v.compared.elapsed_s, 100);
	set.b[1].granted_at_ms = SECONDS(50);
	set.b[1].call_id = TEXT("call-c");
	req.cseq = 3;
	req.contacts[0].uri = TEXT(URI_C);
	reg_decide(&req, &set, &p, SECONDS(100), &v);
	assert_int_equal(v.why, REG_WHY_CONTACT_REMOVED);
	assert_int_equal(v.compared.elapsed_s, 50);
	set.n = 1;
	req.contacts[0].uri = TEXT(URI_A);
	reg_decide(&req, &set, &p, SECONDS(100), &v);
	assert_int_equal(v.why, REG_WHY_LAST_CONTACT_REMOVED);
	assert_int_equal(v.compared.elapsed_s, 100);
	req.contacts[0].uri = TEXT(URI_B);
	reg_decide(&req, &set, &p, SECONDS(100), &v);
	assert_int_equal(v.why, REG_WHY_NOTHING_TO_REMOVE);
	assert_int_equal(v.compared.elapsed_s, 0);
}

/* A grant of 0 would tell the UE that it is gone. */
static void keep_never_grants_nothing(void **state)
{
	static const int64_t ends_ms[] = {1000, 999, 1, -2000};
	static const int64_t nows_ms[] = {-3000, 0, 400};
	struct reg_policy p = fixture_policy();
	struct reg_request req = fixture_register(3);
	struct reg_set set = set_of(0);
	struct reg_verdict v;
	size_t i;

	fixture_contact(&req, URI_A, 600);
	for(i = 0; i < 2 * COUNT_OF(ends_ms) * COUNT_OF(nows_ms); i++) {
		p.expiry_grace_s = i % 2 ? 10 : 0;
		set.b[0].granted_at_ms = 0;
		set.b[0].expires_at_ms = ends_ms[i / 2 % COUNT_OF(ends_ms)];
		reg_decide(&req, &set, &p, nows_ms[i / 2 / COUNT_OF(ends_ms)], &v);
		assert_int_equal(v.status, 200);
		assert_true(v.expires_s > 0);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(every_reason_has_a_row),
			cmocka_unit_test(reject_says_what_the_edge_found),
			cmocka_unit_test(verdict_shows_what_it_compared),
			cmocka_unit_test(verdict_shows_what_left_and_what_repeated),
			cmocka_unit_test(keep_never_grants_nothing),
	};
	static struct CMUnitTest table[COUNT_OF(rows)];

	fixture_rows(table, decide_row, rows, COUNT_OF(rows), sizeof(rows[0]));
	return cmocka_run_group_tests(tests, NULL, NULL)
		   + cmocka_run_group_tests_name("decide", table, NULL, NULL);
}
