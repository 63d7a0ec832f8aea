/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a user profile becomes.
 */
#include "fixture.h"

#include <limits.h>

#include <libxml/parser.h>

#include "../../core/parser/hf.h"

static ims_subscription *parse_full(void)
{
	size_t n;
	char *xml = read_corpus("full.xml", &n);
	ims_subscription *s = NULL;
	int rc = profile_parse((str){xml, (int)n}, text("alice@example.org"),
			text("sip:alice@example.org"), &s);

	free(xml);
	assert_int_equal(rc, 0);
	return s;
}

static void subscription_is_as_usrloc_wants_it(void **state)
{
	ims_subscription *s = parse_full();

	assert_text(s->private_identity, "alice@example.org");
	assert_int_equal(s->service_profiles_cnt, 2);
	assert_int_equal(s->ref_count, 1);
	assert_int_equal(s->sl, -1);
	assert_int_equal(s->wpsi, 1);
	assert_null(s->slot);
	assert_null(s->next);
	assert_null(s->prev);
	assert_non_null(s->lock);
	lock_get(s->lock);
	lock_release(s->lock);
	release(s);
}

static void identities_are_canonical_and_listed_once(void **state)
{
	ims_subscription *s = parse_full();
	const ims_public_identity *id = s->service_profiles[0].public_identities;

	assert_int_equal(s->service_profiles[0].public_identities_cnt, 3);
	assert_text(id[0].public_identity, "sip:alice-barred@example.org");
	assert_int_equal(id[0].barring, 1);
	assert_text(id[1].public_identity, "sip:alice@example.org");
	assert_int_equal(id[1].barring, 0);
	assert_text(id[2].public_identity, "tel:+12025550100");
	assert_int_equal(id[2].barring, 0);
	assert_null(id[2].wildcarded_psi.s);
	release(s);
}

static void wildcarded_identities_stay_as_sent(void **state)
{
	ims_subscription *s = parse_full();
	const ims_public_identity *id = s->service_profiles[1].public_identities;

	assert_int_equal(s->service_profiles[1].public_identities_cnt, 2);
	assert_text(id[0].public_identity, "sip:service-1@psi.example.org");
	assert_text(id[0].wildcarded_psi, "sip:service-!.*!@psi.example.org");
	assert_text(id[1].public_identity, "sip:ward-!.*!@EXAMPLE.org");
	release(s);
}

static void identities_are_visited_across_service_profiles(void **state)
{
	ims_subscription *s = parse_full();

	assert_text(profile_identity(s, 2)->public_identity, "tel:+12025550100");
	assert_text(profile_identity(s, 3)->public_identity,
			"sip:service-1@psi.example.org");
	assert_non_null(profile_identity(s, 4));
	assert_null(profile_identity(s, 5));
	assert_null(profile_identity(s, UINT_MAX));
	release(s);
}

static void shared_sets_and_media_profile_are_read(void **state)
{
	ims_subscription *s = parse_full();
	const ims_service_profile *sp = s->service_profiles;

	assert_int_equal(sp[0].shared_ifc_set_cnt, 2);
	assert_int_equal(sp[0].shared_ifc_set[0], 5);
	assert_int_equal(sp[0].shared_ifc_set[1], INT_MAX);
	assert_int_equal(sp[0].cn_service_auth->subscribed_media_profile_id, 7);
	assert_int_equal(sp[1].shared_ifc_set_cnt, 0);
	assert_null(sp[1].cn_service_auth);
	assert_int_equal(sp[1].filter_criteria_cnt, 0);
	release(s);
}

static void filters_are_sorted_by_priority(void **state)
{
	ims_subscription *s = parse_full();
	const ims_filter_criteria *fc = s->service_profiles[0].filter_criteria;

	assert_int_equal(s->service_profiles[0].filter_criteria_cnt, 3);
	assert_int_equal(fc[0].priority, 10);
	assert_text(fc[0].application_server.server_name,
			"sip:tas.example.org:5080;lr");
	assert_int_equal(fc[1].priority, 10);
	assert_text(fc[1].application_server.server_name, "sip:second.example.org");
	assert_int_equal(fc[2].priority, 30);
	assert_null(fc[2].trigger_point);
	release(s);
}

static void server_and_part_are_read(void **state)
{
	ims_subscription *s = parse_full();
	const ims_filter_criteria *fc = s->service_profiles[0].filter_criteria;

	assert_int_equal(
			fc[0].application_server.default_handling, IFC_SESSION_TERMINATED);
	assert_text(fc[0].application_server.service_info, "for  the AS");
	assert_int_equal(fc[0].application_server.include_register_request, 1);
	assert_int_equal(fc[0].application_server.include_register_response, 1);
	assert_int_equal(*fc[0].profile_part_indicator, 0);
	assert_int_equal(
			fc[1].application_server.default_handling, IFC_SESSION_CONTINUED);
	assert_null(fc[1].application_server.service_info.s);
	assert_int_equal(fc[1].application_server.include_register_request, 0);
	assert_int_equal(*fc[1].profile_part_indicator, 1);
	assert_int_equal(
			fc[2].application_server.default_handling, IFC_NO_DEFAULT_HANDLING);
	assert_null(fc[2].profile_part_indicator);
	release(s);
}

static void spt_is(const ims_spt *spt, int group, int type, int negated)
{
	assert_int_equal(spt->group, group);
	assert_int_equal(spt->type, type);
	assert_int_equal(spt->condition_negated, negated);
}

static void triggers_are_sorted_by_group(void **state)
{
	ims_subscription *s = parse_full();
	const ims_trigger_point *tp =
			s->service_profiles[0].filter_criteria[0].trigger_point;

	assert_int_equal(tp->condition_type_cnf, IFC_CNF);
	assert_int_equal(tp->spt_cnt, 7);
	spt_is(&tp->spt[0], 0, IFC_SIP_HEADER, 0);
	spt_is(&tp->spt[1], 0, IFC_METHOD, 0);
	spt_is(&tp->spt[2], 1, IFC_SESSION_CASE, 1);
	spt_is(&tp->spt[3], 1, IFC_REQUEST_URI, 0);
	spt_is(&tp->spt[4], 2, IFC_SIP_HEADER, 0);
	spt_is(&tp->spt[5], 3, IFC_SESSION_DESC, 0);
	spt_is(&tp->spt[6], 3, IFC_SIP_HEADER, 0);
	release(s);
}

static void conditions_are_read(void **state)
{
	ims_subscription *s = parse_full();
	const ims_spt *spt =
			s->service_profiles[0].filter_criteria[0].trigger_point->spt;

	assert_text(spt[0].sip_header.header, "From");
	assert_text(spt[0].sip_header.content, "alice.*");
	assert_int_equal(spt[0].sip_header.type, HDR_FROM_T);
	assert_text(spt[1].method, "REGISTER");
	assert_int_equal(spt[1].registration_type,
			IFC_INITIAL_REGISTRATION | (IFC_DE_REGISTRATION));
	assert_int_equal(spt[2].session_case, IFC_TERMINATING_UNREGISTERED);
	assert_text(spt[3].request_uri, "sip:.*@a&b\\.example\\.org");
	assert_int_equal(spt[3].registration_type, 0);
	assert_text(spt[5].session_desc.line, "m");
	assert_text(spt[5].session_desc.content, "video <x> or audio");
	assert_text(spt[6].sip_header.header, "X-Any|X-Other");
	assert_null(spt[6].sip_header.content.s);
	assert_int_equal(spt[6].sip_header.type, HDR_OTHER_T);
	release(s);
}

static void an_spt_has_texts_of_its_own_in_each_group(void **state)
{
	ims_subscription *s = parse_full();
	const ims_spt *spt =
			s->service_profiles[0].filter_criteria[0].trigger_point->spt;

	assert_text(spt[4].sip_header.content, "alice.*");
	assert_ptr_not_equal(
			spt[0].sip_header.content.s, spt[4].sip_header.content.s);
	release(s);
}

/* Else ims_isc took its first word for the whole. */
static void a_regex_of_headers_is_no_header(void **state)
{
	ims_subscription *s = parse_good(DOCUMENT(SPT("<SIPHeader><Header>From|To"
												  "</Header></SIPHeader>")));
	const ims_filter_criteria *fc = s->service_profiles[0].filter_criteria;

	assert_text(fc->trigger_point->spt->sip_header.header, "From|To");
	assert_int_equal(fc->trigger_point->spt->sip_header.type, HDR_OTHER_T);
	release(s);
}

static void names_match_in_any_case(void **state)
{
	ims_subscription *s =
			parse_good("<imsSubscription><privateId>a@b"
					   "</privateId><SERVICEPROFILE><publicIDENTITY>"
					   "<barringIndication>TRUE</barringIndication>"
					   "<identity>" IMPU "</identity></publicIDENTITY>"
					   "</SERVICEPROFILE></imsSubscription>");

	assert_int_equal(profile_identity(s, 0)->barring, 1);
	release(s);
}

static void utf8_is_read_whatever_is_declared(void **state)
{
	static const char *const heads[] = {"\xef\xbb\xbf",
			"\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"utf-8\"?>",
			"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>",
			"<?xml version=\"1.0\" encoding=\"UTF-16\"?>",
			"<?xml version=\"1.0\" encoding=\"x-none\"?>"};
	ims_subscription *s;
	char xml[1024];
	size_t i;

	for(i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		snprintf(xml, sizeof(xml), "%s%s", heads[i],
				DOCUMENT(LISTS("sip:jos\xc3\xa9@b")));
		s = parse_good(xml);
		assert_text(
				profile_identity(s, 1)->public_identity, "sip:jos\xc3\xa9@b");
		release(s);
	}
}

/* The stock parser takes it for a Priority and a ServiceProfile. */
static void names_match_in_full(void **state)
{
	ims_subscription *s = parse_good(DOCUMENT(
			FILTER("<PriorityClass>5</PriorityClass>") "<Sponsor>x</Sponsor>"));

	assert_int_equal(s->service_profiles[0].filter_criteria[0].priority, 0);
	assert_int_equal(s->service_profiles[0].shared_ifc_set_cnt, 0);
	release(s);
}

static void what_is_empty_is_absent(void **state)
{
	ims_subscription *s = parse_good("\n " DOCUMENT(
			SPT("<ConditionNegated/><Group> </Group><Method> MESSAGE\t"
				"</Method><Extension/>")) "\r\n");
	const ims_filter_criteria *fc = s->service_profiles[0].filter_criteria;

	spt_is(fc->trigger_point->spt, 0, IFC_METHOD, 0);
	assert_text(fc->trigger_point->spt->method, "MESSAGE");
	assert_int_equal(fc->trigger_point->condition_type_cnf, IFC_DNF);
	release(s);
}

/* Stock modules do so after each document of theirs. */
static void others_may_clean_libxml2_up(void **state)
{
	int i;

	for(i = 0; i < 3; i++) {
		release(parse_full());
		xmlCleanupParser();
	}
	profile_init();
}

static void our_own_free_frees_all(void **state)
{
	profile_free(parse_full());
	assert_int_equal(shim_held, 0);
	profile_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			cmocka_unit_test(subscription_is_as_usrloc_wants_it),
			cmocka_unit_test(identities_are_canonical_and_listed_once),
			cmocka_unit_test(wildcarded_identities_stay_as_sent),
			cmocka_unit_test(identities_are_visited_across_service_profiles),
			cmocka_unit_test(shared_sets_and_media_profile_are_read),
			cmocka_unit_test(filters_are_sorted_by_priority),
			cmocka_unit_test(server_and_part_are_read),
			cmocka_unit_test(triggers_are_sorted_by_group),
			cmocka_unit_test(conditions_are_read),
			cmocka_unit_test(an_spt_has_texts_of_its_own_in_each_group),
			cmocka_unit_test(a_regex_of_headers_is_no_header),
			cmocka_unit_test(names_match_in_any_case),
			cmocka_unit_test(utf8_is_read_whatever_is_declared),
			cmocka_unit_test(names_match_in_full),
			cmocka_unit_test(what_is_empty_is_absent),
			cmocka_unit_test(others_may_clean_libxml2_up),
			cmocka_unit_test(our_own_free_frees_all),
	};

	return cmocka_run_group_tests(tests, profile_up, profile_down);
}
