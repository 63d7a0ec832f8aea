/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose a user profile is.
 */
#include "fixture.h"

#include <errno.h>
#include <stdio.h>

static void impi_stands_in_for_a_missing_private_id(void **state)
{
	ims_subscription *s = parse_good(USER(SERVICE("")));

	assert_text(s->private_identity, IMPI);
	assert_string_equal(shim_log, "");
	release(s);
}

static void another_private_id_prevails_and_is_told(void **state)
{
	ims_subscription *s =
			parse_good(USER("<PrivateID>carol@b</PrivateID>" SERVICE("")));

	assert_text(s->private_identity, "carol@b");
	assert_non_null(strstr(shim_log, "WARNING"));
	assert_non_null(strstr(shim_log, "carol@b"));
	release(s);
}

static void missing_impu_is_appended_and_told(void **state)
{
	ims_subscription *s = parse_good(USER("<ServiceProfile>" LISTS("sip:x@y")
					LISTS("sip:bob!@example.org") "</ServiceProfile>"
												  "<ServiceProfile/>"));
	const ims_service_profile *sp = s->service_profiles;

	assert_int_equal(sp[0].public_identities_cnt, 3);
	assert_text(sp[0].public_identities[0].public_identity, "sip:x@y");
	assert_text(sp[0].public_identities[2].public_identity, IMPU);
	assert_int_equal(sp[0].public_identities[2].barring, 0);
	assert_int_equal(sp[1].public_identities_cnt, 0);
	assert_non_null(strstr(shim_log, "WARNING"));
	assert_non_null(strstr(shim_log, IMPU));
	release(s);
}

static void no_impu_adds_none(void **state)
{
	ims_subscription *s = NULL;
	str first = text("untouched");

	assert_int_equal(profile_parse(text(USER("<ServiceProfile/>")), text(IMPI),
							 text(NULL), &s),
			0);
	assert_null(profile_identity(s, 0));
	assert_int_equal(profile_default(s, &first), -ENOENT);
	assert_text(first, "untouched");
	release(s);
}

struct first
{
	const char *identities, *wanted;
};

#define BARRED(uri)                                            \
	"<PublicIdentity><BarringIndication>1</BarringIndication>" \
	"<Identity>" uri "</Identity></PublicIdentity>"

/* clang-format off */
static const struct first firsts[] = {
	{LISTS("sip:a@b") LISTS(IMPU),                     "sip:a@b"},
	{BARRED("sip:a@b") LISTS(IMPU),                    IMPU},
	{LISTS("sip:!.*!@b") LISTS(IMPU),                  IMPU},
	{BARRED("sip:a@b") BARRED(IMPU),                   "sip:a@b"},
	{LISTS("sip:!.*!@b") BARRED(IMPU),                 "sip:!.*!@b"},
	{BARRED(IMPU) "</ServiceProfile><ServiceProfile>" LISTS("tel:+1"),
	                                                   "tel:+1"},
};
/* clang-format on */

static void default_is_the_first_distinct_not_barred(void **state)
{
	ims_subscription *s;
	char xml[1024];
	size_t i;
	str id;

	for(i = 0; i < sizeof(firsts) / sizeof(firsts[0]); i++) {
		snprintf(xml, sizeof(xml), USER("<ServiceProfile>%s</ServiceProfile>"),
				firsts[i].identities);
		s = parse_good(xml);
		assert_int_equal(profile_default(s, &id), 0);
		assert_text(id, firsts[i].wanted);
		release(s);
	}
}

static void minimal_profile_is_this_user(void **state)
{
	ims_subscription *s = NULL;
	str id;

	assert_int_equal(
			profile_minimal(text(IMPI), text("SIP:bob@Example.ORG;a=b"), &s),
			0);
	assert_text(s->private_identity, IMPI);
	assert_int_equal(profile_default(s, &id), 0);
	assert_text(id, IMPU);
	assert_null(profile_identity(s, 1));
	assert_int_equal(s->ref_count, 1);
	assert_int_equal(s->sl, -1);
	release(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			cmocka_unit_test(impi_stands_in_for_a_missing_private_id),
			cmocka_unit_test(another_private_id_prevails_and_is_told),
			cmocka_unit_test(missing_impu_is_appended_and_told),
			cmocka_unit_test(no_impu_adds_none),
			cmocka_unit_test(default_is_the_first_distinct_not_barred),
			cmocka_unit_test(minimal_profile_is_this_user),
	};

	return cmocka_run_group_tests(tests, profile_up, profile_down);
}
