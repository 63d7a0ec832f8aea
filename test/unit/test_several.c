/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The decision over several contacts in one REGISTER, over flows, and over the
 * limits. A row lists the bindings before, the contacts, and for each contact
 * what becomes of it.
 */
#include "fixture.h"

#include <stdio.h>

#define I1 "<urn:uuid:1>"
#define I2 "<urn:uuid:2>"
#define URI_D "sip:d@192.0.2.4:5060"
#define URI_E "sip:e@192.0.2.5:5060"
#define MANY 4
#define NEW REG_NO_BINDING
#define KEEPS REG_NO_BINDING

struct before
{
	const char *uri, *impi, *instance;
	uint32_t reg_id;
	int64_t granted_s; /* for 600 s */
};

struct contact
{
	const char *uri, *instance;
	uint32_t reg_id;
	int64_t expires_s;
	/* expected */
	int binding, out;
	enum reg_act act;
	uint32_t grant_s;
};

struct row
{
	const char *name;
	bool keep_both, overwrite;
	uint32_t max_contacts;
	struct before before[MANY];
	struct contact contacts[MANY];
	enum reg_act act;
	enum reg_why why;
	uint16_t status;
	enum reg_sar sar;
	uint32_t expires_s;
};

#define ACT(x) REG_ACT_##x
#define WHY(x) REG_WHY_##x

/* The REGISTER is IMPI_A's, call-1, CSeq 3, and comes at 400. */
/* clang-format off */
static const struct row rows[] = {
{"two new contacts, nobody registered", false, false, 0,
	{{0}},
	{{URI_A, NULL, 0, 600, NEW, KEEPS, ACT(REGISTER), 600},
	 {URI_B, NULL, 0, 300, NEW, KEEPS, ACT(REGISTER), 300}},
	ACT(REGISTER), WHY(INITIAL), 200, 1, 600},
{"one comes, one leaves, nobody registered", false, false, 0,
	{{0}},
	{{URI_A, NULL, 0, 0, NEW, KEEPS, ACT(NONE), 0},
	 {URI_B, NULL, 0, 300, NEW, KEEPS, ACT(REGISTER), 300}},
	ACT(REGISTER), WHY(INITIAL), 200, 1, 300},
{"one too brief spoils all", false, false, 0,
	{{URI_A, IMPI_A, NULL, 0, 0}},
	{{URI_A, NULL, 0, 600, 0, KEEPS, ACT(NONE), 0},
	 {URI_B, NULL, 0, 59, NEW, KEEPS, ACT(NONE), 0}},
	ACT(REJECT), WHY(TOO_BRIEF), 423, 0, 0},
{"the same contact twice", false, false, 0,
	{{0}},
	{{URI_A, NULL, 0, 600, 0, KEEPS, ACT(NONE), 0},
	 {"sip:%61@192.0.2.1:5060", NULL, 0, 300, 0, KEEPS, ACT(NONE), 0}},
	ACT(REJECT), WHY(MALFORMED), 400, 0, 0},
{"the same contact stays and leaves", false, false, 0,
	{{URI_A, IMPI_A, NULL, 0, 0}},
	{{URI_A, NULL, 0, 600, 0, KEEPS, ACT(NONE), 0},
	 {URI_A, NULL, 0, 0, 0, KEEPS, ACT(NONE), 0}},
	ACT(REJECT), WHY(MALFORMED), 400, 0, 0},
{"one in the first half, one in the second", false, false, 0,
	{{URI_A, IMPI_A, NULL, 0, 300}, {URI_B, IMPI_A, NULL, 0, 0}},
	{{URI_A, NULL, 0, 600, 0, KEEPS, ACT(KEEP), 500},
	 {URI_B, NULL, 0, 600, 1, KEEPS, ACT(EXTEND), 600}},
	ACT(EXTEND), WHY(SECOND_HALF), 200, 0, 600},
{"one is shortened, one is kept", false, false, 0,
	{{URI_A, IMPI_A, NULL, 0, 300}, {URI_B, IMPI_A, NULL, 0, 350}},
	{{URI_A, NULL, 0, 600, 0, KEEPS, ACT(KEEP), 500},
	 {URI_B, NULL, 0, 100, 1, KEEPS, ACT(SHORTEN), 100}},
	ACT(SHORTEN), WHY(SHORTENED), 200, 0, 100},
{"a new one takes the others along: one SAR for all", true, false, 0,
	{{URI_A, IMPI_A, NULL, 0, 300}},
	{{URI_A, NULL, 0, 600, 0, KEEPS, ACT(UPDATE), 600},
	 {URI_B, NULL, 0, 300, NEW, KEEPS, ACT(UPDATE), 300}},
	ACT(UPDATE), WHY(CONTACT_NEW), 200, 2, 300},
{"one leaves, one stays in the first half", false, false, 0,
	{{URI_A, IMPI_A, NULL, 0, 300}, {URI_B, IMPI_A, NULL, 0, 300}},
	{{URI_A, NULL, 0, 0, 0, KEEPS, ACT(REMOVE), 0},
	 {URI_B, NULL, 0, 600, 1, KEEPS, ACT(KEEP), 500}},
	ACT(KEEP), WHY(FIRST_HALF), 200, 0, 500},
{"one leaves, another comes in its place", false, false, 0,
	{{URI_A, IMPI_A, NULL, 0, 300}},
	{{URI_A, NULL, 0, 0, 0, KEEPS, ACT(REMOVE), 0},
	 {URI_B, NULL, 0, 600, NEW, KEEPS, ACT(UPDATE), 600}},
	ACT(UPDATE), WHY(CONTACT_NEW), 200, 2, 600},
{"both leave", false, false, 0,
	{{URI_A, IMPI_A, NULL, 0, 300}, {URI_B, IMPI_A, NULL, 0, 300}},
	{{URI_A, NULL, 0, 0, 0, KEEPS, ACT(NONE), 0},
	 {URI_B, NULL, 0, 0, 1, KEEPS, ACT(NONE), 0}},
	ACT(DEREGISTER), WHY(LAST_CONTACT_REMOVED), 200, 5, 0},
{"one known leaves, one unknown as well", false, false, 0,
	{{URI_A, IMPI_A, NULL, 0, 300}, {URI_C, IMPI_C, NULL, 0, 300}},
	{{URI_A, NULL, 0, 0, 0, KEEPS, ACT(NONE), 0},
	 {URI_B, NULL, 0, 0, NEW, KEEPS, ACT(NONE), 0}},
	ACT(REMOVE), WHY(CONTACT_REMOVED), 200, 0, 0},
/* RFC 5626 */
{"another flow of the device", false, false, 0,
	{{URI_A, IMPI_A, I1, 1, 300}},
	{{URI_A, I1, 2, 600, NEW, KEEPS, ACT(UPDATE), 600}},
	ACT(UPDATE), WHY(CONTACT_NEW), 200, 2, 600},
{"a flow moves to another address: no reason to update", false, false, 0,
	{{URI_A, IMPI_A, I1, 1, 300}},
	{{URI_B, I1, 1, 600, 0, KEEPS, ACT(KEEP), 500}},
	ACT(KEEP), WHY(FIRST_HALF), 200, 0, 500},
{"a flow moves, and signs its old address off", false, false, 0,
	{{URI_A, IMPI_A, I1, 1, 300}},
	{{URI_A, NULL, 0, 0, NEW, KEEPS, ACT(REMOVE), 0},
	 {URI_B, I1, 1, 600, 0, KEEPS, ACT(KEEP), 500}},
	ACT(KEEP), WHY(FIRST_HALF), 200, 0, 500},
{"the device starts anew without reg-id", false, false, 0,
	{{URI_A, IMPI_C, I1, 0, 300}, {URI_C, IMPI_C, I2, 0, 300}},
	{{URI_B, I1, 0, 600, NEW, 0, ACT(UPDATE), 600}},
	ACT(UPDATE), WHY(CONTACT_REPLACED), 200, 2, 600},
{"the device starts anew, both are kept", true, false, 0,
	{{URI_A, IMPI_C, I1, 0, 300}},
	{{URI_B, I1, 0, 600, NEW, KEEPS, ACT(UPDATE), 600}},
	ACT(UPDATE), WHY(CONTACT_NEW), 200, 2, 600},
/* limits */
{"two new ones, nobody registered, one place", false, false, 1,
	{{0}},
	{{URI_A, NULL, 0, 600, NEW, KEEPS, ACT(NONE), 0},
	 {URI_B, NULL, 0, 600, NEW, KEEPS, ACT(NONE), 0}},
	ACT(REJECT), WHY(TOO_MANY_CONTACTS), 403, 0, 0},
{"the last place", true, false, 2,
	{{URI_A, IMPI_A, NULL, 0, 300}},
	{{URI_B, NULL, 0, 600, NEW, KEEPS, ACT(UPDATE), 600}},
	ACT(UPDATE), WHY(CONTACT_NEW), 200, 2, 600},
{"no place is left", true, false, 2,
	{{URI_A, IMPI_A, NULL, 0, 300}, {URI_B, IMPI_A, NULL, 0, 300}},
	{{URI_D, NULL, 0, 600, NEW, KEEPS, ACT(REJECT), 600}},
	ACT(REJECT), WHY(TOO_MANY_CONTACTS), 403, 0, 0},
{"one leaves and makes room", true, false, 2,
	{{URI_A, IMPI_A, NULL, 0, 300}, {URI_B, IMPI_A, NULL, 0, 300}},
	{{URI_D, NULL, 0, 600, NEW, KEEPS, ACT(UPDATE), 600},
	 {URI_B, NULL, 0, 0, 1, KEEPS, ACT(REMOVE), 0}},
	ACT(UPDATE), WHY(CONTACT_NEW), 200, 2, 600},
{"the oldest makes room", true, true, 2,
	{{URI_A, IMPI_A, NULL, 0, 350}, {URI_B, IMPI_A, NULL, 0, 300}},
	{{URI_D, NULL, 0, 600, NEW, 1, ACT(OVERWRITE), 600}},
	ACT(OVERWRITE), WHY(TOO_MANY_CONTACTS), 200, 2, 600},
{"not the one that this REGISTER names", true, true, 2,
	{{URI_A, IMPI_A, NULL, 0, 350}, {URI_B, IMPI_A, NULL, 0, 300}},
	{{URI_B, NULL, 0, 600, 1, KEEPS, ACT(UPDATE), 600},
	 {URI_D, NULL, 0, 600, NEW, 0, ACT(OVERWRITE), 600}},
	ACT(OVERWRITE), WHY(TOO_MANY_CONTACTS), 200, 2, 600},
{"exactly as many as may come, nobody registered", false, false, 2,
	{{0}},
	{{URI_A, NULL, 0, 600, NEW, KEEPS, ACT(REGISTER), 600},
	 {URI_B, NULL, 0, 600, NEW, KEEPS, ACT(REGISTER), 600}},
	ACT(REGISTER), WHY(INITIAL), 200, 1, 600},
{"two come, one place is left", true, false, 2,
	{{URI_A, IMPI_A, NULL, 0, 300}},
	{{URI_B, NULL, 0, 600, NEW, KEEPS, ACT(UPDATE), 600},
	 {URI_D, NULL, 0, 600, NEW, KEEPS, ACT(REJECT), 600}},
	ACT(REJECT), WHY(TOO_MANY_CONTACTS), 403, 0, 0},
{"two come, the two oldest make room", true, true, 3,
	{{URI_A, IMPI_A, NULL, 0, 350}, {URI_B, IMPI_A, NULL, 0, 300},
	 {URI_C, IMPI_C, NULL, 0, 320}},
	{{URI_D, NULL, 0, 600, NEW, 1, ACT(OVERWRITE), 600},
	 {URI_E, NULL, 0, 600, NEW, 2, ACT(OVERWRITE), 600}},
	ACT(OVERWRITE), WHY(TOO_MANY_CONTACTS), 200, 2, 600},
{"a replaced one does not make room again", false, true, 2,
	{{URI_A, IMPI_A, NULL, 0, 300}, {URI_C, IMPI_C, NULL, 0, 350}},
	{{URI_D, NULL, 0, 600, NEW, 0, ACT(UPDATE), 600},
	 {URI_E, NULL, 0, 600, NEW, 1, ACT(OVERWRITE), 600}},
	ACT(OVERWRITE), WHY(TOO_MANY_CONTACTS), 200, 2, 600},
{"nobody can make room", true, true, 1,
	{{URI_A, IMPI_A, NULL, 0, 350}},
	{{URI_A, NULL, 0, 600, 0, KEEPS, ACT(KEEP), 550},
	 {URI_B, NULL, 0, 600, NEW, KEEPS, ACT(REJECT), 600}},
	ACT(REJECT), WHY(TOO_MANY_CONTACTS), 403, 0, 0},
};
/* clang-format on */

static struct reg_set set_of(const struct row *row)
{
	struct reg_set set = {0};
	const struct before *was;

	for(was = row->before; set.n < MANY && was->uri; was++) {
		struct reg_binding *b = &set.b[set.n++];

		*b = fixture_binding(was->uri, was->impi);
		b->instance = reg_text_of(was->instance);
		b->reg_id = was->reg_id;
		reg_binding_grant(b, 600, SECONDS(was->granted_s));
	}
	return set;
}

static struct reg_request request_of(const struct row *row)
{
	struct reg_request req = fixture_register(3);
	const struct contact *c;
	struct reg_contact *to;

	for(c = row->contacts; req.contacts_n < MANY && c->uri; c++) {
		to = fixture_contact(&req, c->uri, c->expires_s);
		to->instance = reg_text_of(c->instance);
		to->reg_id = c->reg_id;
	}
	return req;
}

static void several_row(void **state)
{
	const struct row *row = *state;
	struct reg_policy p = fixture_policy();
	struct reg_set set = set_of(row);
	struct reg_request req = request_of(row);
	struct reg_verdict v;
	unsigned i;

	p.replace_contact = !row->keep_both;
	p.overwrite_oldest = row->overwrite;
	p.max_contacts = row->max_contacts;
	reg_decide(&req, &set, &p, SECONDS(400), &v);
	assert_string_equal(reg_act_name(v.act), reg_act_name(row->act));
	assert_string_equal(reg_why_name(v.why), reg_why_name(row->why));
	assert_int_equal(v.status, row->status);
	assert_int_equal(v.sar, row->sar);
	assert_int_equal(v.expires_s, row->expires_s);
	for(i = 0; i < v.k.items_n; i++) {
		assert_int_equal(v.k.items[i].binding, row->contacts[i].binding);
		assert_int_equal(v.k.items[i].out, row->contacts[i].out);
		assert_string_equal(reg_act_name(v.k.items[i].act),
				reg_act_name(row->contacts[i].act));
		assert_int_equal(v.k.items[i].grant_s, row->contacts[i].grant_s);
	}
}

/* The triggers of all contacts are recorded, the highest decides. */
static void reasons_of_all_contacts_come_together(void **state)
{
	struct reg_policy p = fixture_policy();
	struct reg_request req = fixture_register(3);
	struct reg_set set = {.n = 2};
	struct reg_verdict v;

	set.b[0] = fixture_binding(URI_A, IMPI_A);
	set.b[0].owed = true;
	set.b[1] = fixture_binding(URI_B, IMPI_A);
	set.b[1].cseq_seen = set.b[1].cseq_accepted = 1;
	fixture_contact(&req, URI_A, 600);
	fixture_contact(&req, URI_B, 300);
	reg_decide(&req, &set, &p, SECONDS(100), &v);
	assert_int_equal(v.why, REG_WHY_CSEQ_GAP);
	assert_int_equal(v.expires_s, 300);
	assert_int_equal(v.reasons,
			reg_why_bit(REG_WHY_CSEQ_GAP) | reg_why_bit(REG_WHY_HSS_OWED));
}

static void a_new_contact_is_a_reason_beside_others(void **state)
{
	struct reg_policy p = fixture_policy();
	struct reg_request req = fixture_register(3);
	struct reg_set set = {.n = 1};
	struct reg_verdict v;

	p.replace_contact = false;
	set.b[0] = fixture_binding(URI_A, IMPI_A);
	set.b[0].forced = true;
	fixture_contact(&req, URI_A, 600);
	fixture_contact(&req, URI_B, 600);
	reg_decide(&req, &set, &p, SECONDS(100), &v);
	assert_int_equal(v.why, REG_WHY_CONTACT_NEW);
	assert_int_equal(v.reasons,
			reg_why_bit(REG_WHY_CONTACT_NEW) | reg_why_bit(REG_WHY_FORCED));
	req.contacts[0] = req.contacts[1];
	req.contacts_n = 1;
	fixture_contact(&req, URI_C, 600);
	p.max_contacts = 2;
	p.overwrite_oldest = true;
	reg_decide(&req, &set, &p, SECONDS(100), &v);
	assert_int_equal(v.why, REG_WHY_TOO_MANY_CONTACTS);
	assert_int_equal(
			v.reasons, reg_why_bit(REG_WHY_CONTACT_NEW)
							   | reg_why_bit(REG_WHY_TOO_MANY_CONTACTS));
}

/* A device that registered twice in one dialog: the older binding saw less. */
static void sequence_is_checked_on_every_named_binding(void **state)
{
	struct reg_policy p = fixture_policy();
	struct reg_request req = fixture_register(3);
	struct reg_set set = {.n = 2};
	struct reg_verdict v;

	set.b[0] = fixture_binding(URI_A, IMPI_A);
	set.b[1] = fixture_binding(URI_B, IMPI_A);
	set.b[1].cseq_seen = set.b[1].cseq_accepted = 4;
	fixture_contact(&req, URI_A, 600);
	reg_decide(&req, &set, &p, SECONDS(100), &v);
	assert_int_equal(v.why, REG_WHY_FIRST_HALF);
	fixture_contact(&req, URI_B, 600);
	reg_decide(&req, &set, &p, SECONDS(100), &v);
	assert_int_equal(v.why, REG_WHY_OUT_OF_ORDER);
}

static void star_goes_with_nothing_else(void **state)
{
	struct reg_policy p = fixture_policy();
	struct reg_request req = fixture_register(3);
	struct reg_set set = {.n = 1};
	struct reg_verdict v;

	set.b[0] = fixture_binding(URI_A, IMPI_A);
	req.star = req.has_expires = true;
	fixture_contact(&req, URI_A, 0);
	reg_decide(&req, &set, &p, SECONDS(100), &v);
	assert_int_equal(v.status, 400);
	assert_int_equal(v.why, REG_WHY_MALFORMED);
}

/* The store's own limit holds without max_contacts, and dead bindings that
 * nobody swept away yet take no place. */
static void full_set(struct reg_set *set, int64_t granted_s)
{
	static char uri[REG_BINDINGS_MAX][32];
	unsigned i;

	for(i = 0; i < REG_BINDINGS_MAX; i++) {
		snprintf(uri[i], sizeof(uri[i]), "sip:c@192.0.2.%u", 100 + i);
		set->b[i] = fixture_binding(uri[i], IMPI_C);
		reg_binding_grant(&set->b[i], 600, SECONDS(granted_s));
	}
	set->n = REG_BINDINGS_MAX;
}

struct full
{
	const char *name;
	const char *impi;
	bool overwrite;
	int64_t granted_s;
	enum reg_act act;
	enum reg_why why;
};

/* clang-format off */
static const struct full fulls[] = {
	{"full: rejected",  IMPI_A, false, 0, ACT(REJECT), WHY(TOO_MANY_CONTACTS)},
	{"full: overwrites", IMPI_A, true, 0, ACT(OVERWRITE), WHY(TOO_MANY_CONTACTS)},
	{"full: a device that changes its address comes in",
		IMPI_C, false, 0, ACT(UPDATE), WHY(CONTACT_REPLACED)},
	{"full of the dead: registers",
		IMPI_A, false, -9999, ACT(REGISTER), WHY(INITIAL)},
};
/* clang-format on */

static void full_row(void **state)
{
	const struct full *row = *state;
	struct reg_policy p = fixture_policy();
	struct reg_request req = fixture_register(3);
	struct reg_set set;
	struct reg_changes ch;
	struct reg_verdict v;

	full_set(&set, row->granted_s);
	p.overwrite_oldest = row->overwrite;
	req.impi = reg_text_of(row->impi);
	fixture_contact(&req, URI_A, 600);
	reg_decide(&req, &set, &p, SECONDS(100), &v);
	assert_string_equal(reg_act_name(v.act), reg_act_name(row->act));
	assert_string_equal(reg_why_name(v.why), reg_why_name(row->why));
	assert_int_equal(
			reg_apply(&req, &v, true, false, SECONDS(100), &set, &ch), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(reasons_of_all_contacts_come_together),
			cmocka_unit_test(a_new_contact_is_a_reason_beside_others),
			cmocka_unit_test(sequence_is_checked_on_every_named_binding),
			cmocka_unit_test(star_goes_with_nothing_else),
	};
	static struct CMUnitTest table[COUNT_OF(rows)];
	static struct CMUnitTest limit[COUNT_OF(fulls)];

	fixture_rows(table, several_row, rows, COUNT_OF(rows), sizeof(rows[0]));
	fixture_rows(limit, full_row, fulls, COUNT_OF(fulls), sizeof(fulls[0]));
	return cmocka_run_group_tests(tests, NULL, NULL)
		   + cmocka_run_group_tests_name("several", table, NULL, NULL)
		   + cmocka_run_group_tests_name("limits", limit, NULL, NULL);
}
