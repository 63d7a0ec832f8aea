/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which binding is it: RFC 5626 identity, then the URI, then the device that
 * changed its address; and what the classification makes of several contacts.
 */
#include "fixture.h"
#include "reg_classify.h"

#define I1 "<urn:uuid:00000000-0000-1000-8000-000a95a0e128>"
#define I1_UPPER "<urn:uuid:00000000-0000-1000-8000-000A95A0E128>"
#define I2 "<urn:uuid:00000000-0000-1000-8000-000a95a0e129>"

struct end
{
	const char *uri, *instance;
	uint32_t reg_id;
	const char *impi;
};

struct row
{
	const char *name;
	struct end contact, binding;
	bool is, replaces;
};

/* clang-format off */
static const struct row rows[] = {
	{"same instance and reg-id: the binding, whatever the URI",
		{URI_B, I1, 1, IMPI_A}, {URI_A, I1, 1, IMPI_A}, true, false},
	{"an instance is compared without regard to case",
		{URI_B, I1_UPPER, 1, IMPI_A}, {URI_A, I1, 1, IMPI_A}, true, false},
	{"same instance, other reg-id: a further flow",
		{URI_B, I1, 2, IMPI_A}, {URI_A, I1, 1, IMPI_A}, false, false},
	{"a further flow may have the same URI",
		{URI_A, I1, 2, IMPI_A}, {URI_A, I1, 1, IMPI_A}, false, false},
	{"other instance with the same URI: another device, as RFC 5626 has it",
		{URI_A, I2, 1, IMPI_C}, {URI_A, I1, 1, IMPI_A}, false, false},
	{"a flow of another instance of the same IMPI: the address changed",
		{URI_B, I2, 1, IMPI_A}, {URI_A, I1, 1, IMPI_A}, false, true},
	{"no instance: the URI",
		{URI_A, NULL, 0, IMPI_A}, {URI_A, NULL, 0, IMPI_A}, true, true},
	{"the URI as RFC 3261 compares it",
		{"sip:%61@192.0.2.1:5060;ob", NULL, 0, IMPI_A},
		{URI_A, NULL, 0, IMPI_A}, true, true},
	{"the binding has a flow, the contact none: the URI",
		{URI_A, NULL, 0, IMPI_A}, {URI_A, I1, 1, IMPI_A}, true, true},
	{"the contact has a flow, the binding none: the URI",
		{URI_A, I1, 1, IMPI_A}, {URI_A, NULL, 0, IMPI_A}, true, true},
	{"a reg-id without instance is none",
		{URI_B, NULL, 1, IMPI_C}, {URI_A, I1, 1, IMPI_A}, false, false},
	{"a reg-id without instance is none, the URI is the same",
		{URI_A, I1, 1, IMPI_A}, {URI_A, NULL, 1, IMPI_A}, true, true},
	{"the device gave its flow up: the address changed",
		{URI_B, I1, 0, IMPI_C}, {URI_A, I1, 1, IMPI_A}, false, true},
	{"the device took a flow up: the address changed",
		{URI_B, I1, 1, IMPI_C}, {URI_A, I1, 0, IMPI_A}, false, true},
	{"instance without reg-id: the URI",
		{URI_A, I1, 0, IMPI_A}, {URI_A, I1, 0, IMPI_A}, true, true},
	{"same instance without reg-id, other URI: the address changed",
		{URI_B, I1, 0, IMPI_C}, {URI_A, I1, 0, IMPI_A}, false, true},
	{"same IMPI, other URI: the address changed",
		{URI_B, NULL, 0, IMPI_A}, {URI_A, NULL, 0, IMPI_A}, false, true},
	{"other IMPI, other URI: another device",
		{URI_C, NULL, 0, IMPI_C}, {URI_A, NULL, 0, IMPI_A}, false, false},
	{"no instance on either side is not the same instance",
		{URI_B, NULL, 0, IMPI_C}, {URI_A, NULL, 0, IMPI_A}, false, false},
};
/* clang-format on */

static struct reg_contact contact_of(const struct end *e)
{
	return (struct reg_contact){.uri = reg_text_of(e->uri),
			.instance = reg_text_of(e->instance),
			.reg_id = e->reg_id,
			.q = REG_Q_NONE};
}

static struct reg_binding binding_of(const struct end *e)
{
	struct reg_binding b = fixture_binding(e->uri, e->impi);

	b.instance = reg_text_of(e->instance);
	b.reg_id = e->reg_id;
	return b;
}

static void identity_row(void **state)
{
	const struct row *row = *state;
	struct reg_contact c = contact_of(&row->contact);
	struct reg_binding b = binding_of(&row->binding);

	assert_int_equal(reg_contact_is(&c, &b), row->is);
	assert_int_equal(
			reg_contact_replaces(&c, reg_text_of(row->contact.impi), &b),
			row->replaces);
}

/* Two bindings of one device, registered for 600 s at 0. */
static struct reg_set two_bindings(struct end first, struct end second)
{
	struct reg_set set = {.n = 2};

	set.b[0] = binding_of(&first);
	set.b[1] = binding_of(&second);
	return set;
}

static void flow_identity_goes_before_the_uri(void **state)
{
	struct reg_set set = two_bindings((struct end){URI_B, NULL, 0, IMPI_A},
			(struct end){URI_A, I1, 1, IMPI_A});
	struct reg_request req = fixture_register(3);
	struct reg_policy p = fixture_policy();
	struct reg_classes k;

	*fixture_contact(&req, URI_B, -1) =
			contact_of(&(struct end){URI_B, I1, 1, IMPI_A});
	reg_classify(&req, &set, &p, SECONDS(100), &k);
	assert_int_equal(k.items[0].binding, 1);
}

static void a_dead_binding_is_not_found(void **state)
{
	struct reg_set set = two_bindings((struct end){URI_A, NULL, 0, IMPI_A},
			(struct end){URI_B, NULL, 0, IMPI_A});
	struct reg_request req = fixture_register(3);
	struct reg_policy p = fixture_policy();
	struct reg_classes k;

	fixture_contact(&req, URI_A, 600);
	set.b[0].expires_at_ms = SECONDS(50);
	reg_classify(&req, &set, &p, SECONDS(100), &k);
	assert_false(k.live[0]);
	assert_int_equal(k.live_n, 1);
	assert_int_equal(k.items[0].binding, REG_NO_BINDING);
	assert_int_equal(k.items[0].out, 1);
}

static void each_new_address_takes_one_old_place(void **state)
{
	struct reg_set set = two_bindings((struct end){URI_A, NULL, 0, IMPI_A},
			(struct end){URI_B, NULL, 0, IMPI_A});
	struct reg_request req = fixture_register(3);
	struct reg_policy p = fixture_policy();
	struct reg_classes k;

	fixture_contact(&req, "sip:a@192.0.2.11", 600);
	fixture_contact(&req, "sip:a@192.0.2.12", 600);
	fixture_contact(&req, "sip:a@192.0.2.13", 600);
	reg_classify(&req, &set, &p, SECONDS(100), &k);
	assert_int_equal(k.items[0].out, 0);
	assert_int_equal(k.items[1].out, 1);
	assert_int_equal(k.items[2].out, REG_NO_BINDING);
	assert_int_equal(k.coming_n, 3);
}

static void a_named_binding_makes_no_room(void **state)
{
	struct reg_set set = two_bindings((struct end){URI_A, NULL, 0, IMPI_A},
			(struct end){URI_C, NULL, 0, IMPI_C});
	struct reg_request req = fixture_register(3);
	struct reg_policy p = fixture_policy();
	struct reg_classes k;

	fixture_contact(&req, URI_B, 600);
	fixture_contact(&req, URI_A, 0);
	reg_classify(&req, &set, &p, SECONDS(100), &k);
	assert_int_equal(k.items[0].out, REG_NO_BINDING);
	assert_true(k.leaving[0]);
	assert_int_equal(k.leaving_n, 1);
	assert_false(k.named[1]);
}

/* The old address is signed off in the REGISTER that brings the new one. */
static void who_stays_under_another_name_does_not_leave(void **state)
{
	struct reg_policy p = fixture_policy();
	struct reg_classes k;
	unsigned first;

	for(first = 0; first < 2; first++) {
		struct reg_set set = {.n = 1};
		struct reg_request req = fixture_register(3);

		set.b[0] = binding_of(&(struct end){URI_A, I1, 1, IMPI_A});
		fixture_contact(&req, URI_A, 0);
		fixture_contact(&req, URI_A, 0);
		req.contacts[first] = contact_of(&(struct end){URI_B, I1, 1, IMPI_A});
		req.contacts[first].has_expires = true;
		req.contacts[first].expires_s = 600;
		reg_classify(&req, &set, &p, SECONDS(100), &k);
		assert_int_equal(k.items[first].binding, 0);
		assert_int_equal(k.leaving_n, 0);
		assert_false(k.leaving[0]);
	}
}

static void star_names_all_that_live(void **state)
{
	struct reg_set set = two_bindings((struct end){URI_A, NULL, 0, IMPI_A},
			(struct end){URI_C, NULL, 0, IMPI_C});
	struct reg_request req = fixture_register(3);
	struct reg_policy p = fixture_policy();
	struct reg_classes k;

	req.star = true;
	reg_classify(&req, &set, &p, SECONDS(100), &k);
	assert_int_equal(k.leaving_n, 2);
	set.b[1].expires_at_ms = SECONDS(50);
	reg_classify(&req, &set, &p, SECONDS(100), &k);
	assert_int_equal(k.leaving_n, 1);
	assert_false(k.leaving[1]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(flow_identity_goes_before_the_uri),
			cmocka_unit_test(a_dead_binding_is_not_found),
			cmocka_unit_test(each_new_address_takes_one_old_place),
			cmocka_unit_test(a_named_binding_makes_no_room),
			cmocka_unit_test(who_stays_under_another_name_does_not_leave),
			cmocka_unit_test(star_names_all_that_live),
	};
	static struct CMUnitTest identity[COUNT_OF(rows)];

	fixture_rows(identity, identity_row, rows, COUNT_OF(rows), sizeof(rows[0]));
	return cmocka_run_group_tests(tests, NULL, NULL)
		   + cmocka_run_group_tests_name("identity", identity, NULL, NULL);
}
