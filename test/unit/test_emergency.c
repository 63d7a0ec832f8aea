/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An emergency registration (TS 24.229 5.4.8) beside the others: it is found by
 * its own kind only, counts for no limit, is not challenged again, and lasts.
 */
#include "fixture.h"

#include "reg_lifetime.h"
#include "reg_uri.h"

#define SOS URI_A ";sos"

static void the_parameter_marks_it(void **state)
{
	assert_true(reg_uri_is_emergency(TEXT("sip:a@x;sos")));
	assert_true(reg_uri_is_emergency(TEXT("sip:a@x;transport=tcp;SOS=1?h=v")));
	assert_false(reg_uri_is_emergency(TEXT("sip:sos@x")));
	assert_false(reg_uri_is_emergency(TEXT("sip:a@x;soso;x=sos")));
	assert_false(reg_uri_is_emergency(TEXT("sip:a;sos@x")));
	assert_false(reg_uri_is_emergency(TEXT("nonsense")));
}

static void kinds_never_name_each_other(void **state)
{
	struct reg_contact normal = {.uri = TEXT(URI_A)}, sos = {.uri = TEXT(SOS)};
	struct reg_binding b = {.uri = TEXT(URI_A), .impi = TEXT(IMPI_A)};

	assert_true(reg_contact_is(&normal, &b));
	assert_false(reg_contact_is(&sos, &b));
	assert_false(reg_contact_replaces(&sos, TEXT(IMPI_A), &b));
	b.uri = TEXT(SOS);
	assert_false(reg_contact_is(&normal, &b));
	assert_true(reg_contact_is(&sos, &b));
	assert_false(reg_contact_replaces(&normal, TEXT(IMPI_A), &b));
}

static void it_lasts_as_long_as_the_operator_says(void **state)
{
	const struct reg_policy p = {
			.emergency_min_expires_s = 600, .default_expires_s = 3600};
	struct reg_request req = {0};
	struct reg_contact c = {
			.uri = TEXT(SOS), .has_expires = true, .expires_s = 30};

	assert_int_equal(reg_lifetime_asked_s(&req, &c, &p), 600);
	c.expires_s = 700;
	assert_int_equal(reg_lifetime_asked_s(&req, &c, &p), 700);
	c.expires_s = 0;
	assert_int_equal(reg_lifetime_asked_s(&req, &c, &p), 0);
	c.expires_s = 30;
	c.uri = TEXT(URI_A);
	assert_int_equal(reg_lifetime_asked_s(&req, &c, &p), 30);
}

static void it_is_not_challenged_again(void **state)
{
	const struct reg_policy p = {.reauth_every = 1, .reauth_interval_s = 1};
	struct reg_binding b = {.uri = TEXT(SOS), .reauth = true, .proved_n = 9};

	assert_false(reg_binding_reauth_due(&b, &p, SECONDS(1000)));
	b.uri = TEXT(URI_A);
	assert_true(reg_binding_reauth_due(&b, &p, SECONDS(1000)));
}

static struct reg_set set;
static struct reg_verdict verdict;
static const struct reg_policy one_contact = {
		.max_contacts = 1, .default_expires_s = 600, .min_expires_s = 1};

static void bind(struct reg_text uri, struct reg_text call_id)
{
	struct reg_binding *b = &set.b[set.n++];

	*b = (struct reg_binding){.facts_known = true,
			.uri = uri,
			.impi = TEXT(IMPI_A),
			.call_id = call_id};
	reg_binding_grant(b, 600, SECONDS(1000));
	reg_binding_told(b, SECONDS(1000));
}

static struct reg_request ask(struct reg_text uri)
{
	return (struct reg_request){.impu = TEXT("sip:a@example"),
			.impi = TEXT(IMPI_A),
			.call_id = TEXT("new"),
			.cseq = 1,
			.contacts_n = 1,
			.contacts = {{.uri = uri}}};
}

static void it_counts_for_no_limit(void **state)
{
	struct reg_request req = ask(TEXT(SOS));

	set.n = 0;
	bind(TEXT(URI_A), TEXT("c1"));
	reg_decide(&req, &set, &one_contact, SECONDS(1001), &verdict);
	assert_int_equal(verdict.why, REG_WHY_CONTACT_NEW);
	set.n = 0;
	bind(TEXT(SOS), TEXT("c1"));
	req = ask(TEXT(URI_B));
	reg_decide(&req, &set, &one_contact, SECONDS(1001), &verdict);
	assert_int_equal(verdict.why, REG_WHY_CONTACT_NEW);
	bind(TEXT(URI_A), TEXT("c2"));
	req = ask(TEXT(URI_C));
	req.impi = TEXT("other@example");
	reg_decide(&req, &set, &one_contact, SECONDS(1001), &verdict);
	assert_int_equal(verdict.why, REG_WHY_TOO_MANY_CONTACTS);
}

static void it_stays_when_all_others_leave(void **state)
{
	struct reg_request req = ask(TEXT(URI_A));
	struct reg_changes ch;

	set.n = 0;
	bind(TEXT(URI_A), TEXT("c1"));
	bind(TEXT(SOS), TEXT("c2"));
	req.contacts_n = 0;
	req.star = req.has_expires = true;
	reg_decide(&req, &set, &one_contact, SECONDS(1001), &verdict);
	assert_int_equal(verdict.act, REG_ACT_REMOVE);
	assert_int_equal(verdict.sar, REG_SAR_NONE);
	assert_int_equal(
			reg_apply(&req, &verdict, false, false, SECONDS(1001), &set, &ch),
			0);
	assert_int_equal(ch.of[0], REG_CHANGE_REMOVE);
	assert_int_not_equal(ch.of[1], REG_CHANGE_REMOVE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			cmocka_unit_test(the_parameter_marks_it),
			cmocka_unit_test(kinds_never_name_each_other),
			cmocka_unit_test(it_lasts_as_long_as_the_operator_says),
			cmocka_unit_test(it_is_not_challenged_again),
			cmocka_unit_test(it_counts_for_no_limit),
			cmocka_unit_test(it_stays_when_all_others_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
