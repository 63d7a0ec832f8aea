/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much of a user profile is taken, and what happens when memory ends.
 */
#include "fixture.h"

#include <errno.h>

#define OK_SPT "<Method>A</Method>"

/* n times it is taken, once more and it is too much. */
static void limit_is(
		const char *head, const char *middle, size_t n, const char *tail)
{
	char *xml = repeat(head, middle, n, tail);

	release(parse_good(xml));
	free(xml);
	xml = repeat(head, middle, n + 1, tail);
	refused(xml, -E2BIG);
	free(xml);
}

#define SERVICE_OPEN "<IMSSubscription><ServiceProfile>"
#define SERVICE_CLOSE "</ServiceProfile></IMSSubscription>"
#define TRIGGER_OPEN SERVICE_OPEN "<InitialFilterCriteria>" AS "<TriggerPoint>"
#define TRIGGER_CLOSE "</TriggerPoint></InitialFilterCriteria>" SERVICE_CLOSE
#define SPT_IN_8_GROUPS                                                \
	"<SPT><Method>A</Method>"                                          \
	"<Group>1</Group><Group>2</Group><Group>3</Group><Group>4</Group>" \
	"<Group>5</Group><Group>6</Group><Group>7</Group><Group>8</Group>" \
	"</SPT>"

static void counts(void **state)
{
	limit_is(SERVICE_OPEN, LISTS("sip:a@b"), PROFILE_IDENTITIES_MAX,
			SERVICE_CLOSE);
	limit_is("<IMSSubscription>", "<ServiceProfile/>",
			PROFILE_SERVICE_PROFILES_MAX, "</IMSSubscription>");
	limit_is(SERVICE_OPEN, FILTER(""), PROFILE_FILTERS_MAX, SERVICE_CLOSE);
	limit_is("<IMSSubscription>", SERVICE(FILTER("") FILTER("")),
			PROFILE_FILTERS_MAX / 2, "</IMSSubscription>");
	limit_is(SERVICE_OPEN "<Extension>", "<SharedIFCSetID>1</SharedIFCSetID>",
			PROFILE_SHARED_SETS_MAX, "</Extension>" SERVICE_CLOSE);
	limit_is(TRIGGER_OPEN, "<SPT>" OK_SPT "</SPT>", PROFILE_SPTS_MAX,
			TRIGGER_CLOSE);
	limit_is(TRIGGER_OPEN "<SPT>" OK_SPT, "<Group>1</Group>", PROFILE_SPTS_MAX,
			"</SPT>" TRIGGER_CLOSE);
	limit_is(SERVICE_OPEN,
			FILTER("<TriggerPoint>" SPT_IN_8_GROUPS "</TriggerPoint>"),
			PROFILE_SPTS_TOTAL_MAX / 8, SERVICE_CLOSE);
}

static void lengths(void **state)
{
	limit_is(SERVICE_OPEN "<PublicIdentity><Identity>", "x",
			PROFILE_IDENTITY_MAX, "</Identity></PublicIdentity>" SERVICE_CLOSE);
	limit_is("<IMSSubscription><PrivateID>", "x", PROFILE_IDENTITY_MAX,
			"</PrivateID><ServiceProfile/></IMSSubscription>");
	limit_is(TRIGGER_OPEN "<SPT><Method>", "x", PROFILE_NAME_MAX,
			"</Method></SPT>" TRIGGER_CLOSE);
	limit_is(TRIGGER_OPEN "<SPT><RequestURI>", "x", PROFILE_REGEX_MAX,
			"</RequestURI></SPT>" TRIGGER_CLOSE);
	limit_is(TRIGGER_OPEN "<SPT><SIPHeader><Header>x</Header><Content>", "x",
			PROFILE_REGEX_MAX, "</Content></SIPHeader></SPT>" TRIGGER_CLOSE);
	limit_is(SERVICE_OPEN "<InitialFilterCriteria><ApplicationServer>"
						  "<ServerName>sip:a</ServerName><ServiceInfo>",
			"x", PROFILE_SERVICE_INFO_MAX,
			"</ServiceInfo></ApplicationServer></"
			"InitialFilterCriteria>" SERVICE_CLOSE);
	limit_is("<!--", "x", PROFILE_XML_MAX - strlen("<!---->" DOCUMENT("")),
			"-->" DOCUMENT(""));
}

static void too_long_identities_of_a_request(void **state)
{
	char *longest = repeat("", "x", PROFILE_IDENTITY_MAX + 1, "");
	ims_subscription *s = NULL;

	assert_int_equal(profile_minimal(text(longest), text(IMPU), &s), -E2BIG);
	assert_int_equal(profile_minimal(text(IMPI), text(longest), &s), -E2BIG);
	assert_int_equal(profile_parse(text(USER("<ServiceProfile/>")),
							 text(longest), text(IMPU), &s),
			-E2BIG);
	assert_int_equal(profile_parse(text(USER("<ServiceProfile/>")), text(IMPI),
							 text(longest), &s),
			-E2BIG);
	assert_null(s);
	assert_int_equal(shim_held, 0);
	free(longest);
}

static void a_megabyte(void **state)
{
	char *xml = repeat("<IMSSubscription>", SERVICE(FILTER("")), 8000,
			"</IMSSubscription>");

	assert_true(strlen(xml) > 1 << 20);
	refused(xml, -E2BIG);
	free(xml);
}

/* Whichever allocation fails, the others are given back. */
static void every_allocation_may_fail(void **state)
{
	size_t n;
	char *xml = read_corpus("full.xml", &n);
	ims_subscription *s = NULL;
	int i, rc = -ENOMEM;

	for(i = 0; rc == -ENOMEM; i++) {
		shim_fails_after = i;
		rc = parse(xml, n, &s);
		if(rc < 0)
			assert_int_equal(shim_held, 0);
	}
	shim_fails_after = -1;
	assert_int_equal(rc, 0);
	assert_true(i > 30);
	release(s);
	free(xml);
}

static void every_allocation_of_a_minimal_one_may_fail(void **state)
{
	ims_subscription *s = NULL;
	int i, rc = -ENOMEM;

	for(i = 0; rc == -ENOMEM; i++) {
		shim_fails_after = i;
		rc = profile_minimal(text(IMPI), text(IMPU), &s);
		if(rc < 0)
			assert_int_equal(shim_held, 0);
	}
	shim_fails_after = -1;
	assert_int_equal(i, 7);
	release(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			cmocka_unit_test(counts),
			cmocka_unit_test(lengths),
			cmocka_unit_test(too_long_identities_of_a_request),
			cmocka_unit_test(a_megabyte),
			cmocka_unit_test(every_allocation_may_fail),
			cmocka_unit_test(every_allocation_of_a_minimal_one_may_fail),
	};

	return cmocka_run_group_tests(tests, profile_up, profile_down);
}
