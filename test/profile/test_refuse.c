/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a user profile is refused, and that nothing of it stays.
 */
#include "fixture.h"

#include <errno.h>

#define PSI(uri)                                              \
	"<PublicIdentity><Identity>sip:a@b</Identity><Extension>" \
	"<WildcardedPSI>" uri "</WildcardedPSI></Extension></PublicIdentity>"
#define SERVER(in)                                  \
	"<InitialFilterCriteria><ApplicationServer>" in \
	"</ApplicationServer></InitialFilterCriteria>"
#define GOOD_SERVER(in) SERVER("<ServerName>sip:as</ServerName>" in)
#define OK_SPT "<Method>A</Method>"
#define TYPE(v) \
	"<Extension><RegistrationType>" v "</RegistrationType></Extension>"
#define MEDIA(v)                                                     \
	"<CoreNetworkServicesAuthorization><SubscribedMediaProfileId>" v \
	"</SubscribedMediaProfileId></CoreNetworkServicesAuthorization>"
#define SHARED(v) \
	"<Extension><SharedIFCSetID>" v "</SharedIFCSetID></Extension>"

/* clang-format off */
static const char *const malformed[] = {
	"",
	" \n",
	"IMSSubscription",
	"<IMSSubscription>",
	"<IMSSubscription/>",
	"<Other/>",
	"<IMSSubscriptionX><ServiceProfile/></IMSSubscriptionX>",
	USER(""),
	USER("<PrivateID>a@b</PrivateID>"),
	USER("<PrivateID>a@b</PrivateID><ServiceProfiles/>"),
	USER("<PrivateID><b>a@b</b></PrivateID><ServiceProfile/>"),
	USER("<PrivateID>a b</PrivateID><ServiceProfile/>"),
	USER("<PrivateID>a&#10;b</PrivateID><ServiceProfile/>"),
	USER("<PrivateID>a&#0;b</PrivateID><ServiceProfile/>"),
	USER("<PrivateID>&unknown;</PrivateID><ServiceProfile/>"),
	DOCUMENT("") DOCUMENT(""),
	DOCUMENT("<PublicIdentity/>"),
	DOCUMENT(LISTS("")),
	DOCUMENT(LISTS("<x>sip:a@b</x>")),
	DOCUMENT(LISTS("sip:a@b&gt;,&lt;sip:c@d")),
	DOCUMENT(LISTS("sip:a@b&#13;&#10;Route: x")),
	DOCUMENT(LISTS("sip:a@b&#x7f;c")),
	DOCUMENT(PSI("sip:a b")),
	DOCUMENT("<PublicIdentity><BarringIndication>2</BarringIndication>"
	         "<Identity>sip:a@b</Identity></PublicIdentity>"),
	DOCUMENT("<PublicIdentity><BarringIndication>yes</BarringIndication>"
	         "<Identity>sip:a@b</Identity></PublicIdentity>"),
	DOCUMENT("<InitialFilterCriteria/>"),
	DOCUMENT(SERVER("")),
	DOCUMENT(SERVER("<ServerName> </ServerName>")),
	DOCUMENT(SERVER("<ServerName>sip:a b</ServerName>")),
	DOCUMENT(GOOD_SERVER("<DefaultHandling>2</DefaultHandling>")),
	DOCUMENT(GOOD_SERVER("<ServiceInfo>a<b/></ServiceInfo>")),
	DOCUMENT(FILTER("<Priority>-1</Priority>")),
	DOCUMENT(FILTER("<Priority>2147483648</Priority>")),
	DOCUMENT(FILTER("<Priority>99999999999999999999</Priority>")),
	DOCUMENT(FILTER("<Priority>1x</Priority>")),
	DOCUMENT(FILTER("<Priority>1 0</Priority>")),
	DOCUMENT(FILTER("<ProfilePartIndicator>2</ProfilePartIndicator>")),
	DOCUMENT(FILTER("<TriggerPoint/>")),
	DOCUMENT(FILTER("<TriggerPoint><ConditionTypeCNF>1</ConditionTypeCNF>"
	                "</TriggerPoint>")),
	DOCUMENT(SPT("")),
	DOCUMENT(SPT("<Group>1</Group>")),
	DOCUMENT(SPT("<Unknown>1</Unknown>")),
	DOCUMENT(SPT("<Method/>")),
	DOCUMENT(SPT("<RequestURI/>")),
	DOCUMENT(SPT("<SessionCase/>")),
	DOCUMENT(SPT("<SessionCase>-1</SessionCase>")),
	DOCUMENT(SPT("<SessionCase>128</SessionCase>")),
	DOCUMENT(SPT("<SIPHeader/>")),
	DOCUMENT(SPT("<SIPHeader><Content>x</Content></SIPHeader>")),
	DOCUMENT(SPT("<SIPHeader><Header>x</Header><Content><a/></Content>"
	             "</SIPHeader>")),
	DOCUMENT(SPT("<SessionDescription><Content>x</Content>"
	             "</SessionDescription>")),
	DOCUMENT(SPT("<SessionDescription><Line>x</Line><Content><a/></Content>"
	             "</SessionDescription>")),
	DOCUMENT(SPT(OK_SPT "<Group>-1</Group>")),
	DOCUMENT(SPT(OK_SPT "<Group>1</Group><Group>4294967297</Group>")),
	DOCUMENT(SPT(OK_SPT "<ConditionNegated>-1</ConditionNegated>")),
	DOCUMENT(SPT(OK_SPT TYPE("3"))),
	DOCUMENT(SPT(OK_SPT TYPE("-1"))),
	DOCUMENT(MEDIA("-1")),
	DOCUMENT(MEDIA("2147483648")),
	DOCUMENT(SHARED("-1")),
	DOCUMENT(SHARED("1") SHARED("x") SHARED("2147483648")) "x",
};
/* clang-format on */

static void malformed_documents(void **state)
{
	size_t i;

	for(i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++)
		refused(malformed[i], -EBADMSG);
}

static void no_identity_of_the_user_at_all(void **state)
{
	ims_subscription *s = NULL;

	assert_int_equal(profile_parse(text(USER("<ServiceProfile/>")), text(NULL),
							 text(IMPU), &s),
			-EBADMSG);
	assert_int_equal(profile_minimal(text(NULL), text(IMPU), &s), -EBADMSG);
	assert_int_equal(profile_minimal(text(IMPI), text(NULL), &s), -EBADMSG);
	assert_null(s);
	assert_int_equal(shim_held, 0);
}

static void document_type_declarations(void **state)
{
	size_t n;
	char *bomb = read_corpus("bomb.xml", &n);

	refused_n(bomb, n, -EBADMSG);
	refused("<!DOCTYPE IMSSubscription>" DOCUMENT(""), -EBADMSG);
	refused("<!DOCTYPE IMSSubscription SYSTEM \"file:///dev/zero\">" DOCUMENT(
					""),
			-EBADMSG);
	refused("<!DOCTYPE IMSSubscription PUBLIC \"a\" \"http://192.0.2.1/\" "
			"[]>" DOCUMENT(""),
			-EBADMSG);
	free(bomb);
}

/* Where ASCII words do not show: UTF-16 with a byte order mark. */
static void document_type_declaration_in_another_encoding(void **state)
{
	const char xml[] =
			"<!DOCTYPE IMSSubscription [<!ENTITY a \"b\">]>" DOCUMENT("");
	char wide[2 * sizeof(xml)] = {'\xff', '\xfe'};
	size_t i;

	for(i = 0; i + 1 < sizeof(xml); i++) {
		wide[2 * i + 2] = xml[i];
		wide[2 * i + 3] = '\0';
	}
	refused_n(wide, sizeof(wide), -EBADMSG);
}

/* glibc's converters, and their faults, are none of a profile's business. */
static void other_encodings(void **state)
{
	refused("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" DOCUMENT(
					"<Name>Jos\xe9</Name>"),
			-EBADMSG);
	refused("<?xml version=\"1.0\" encoding=\"ISO-2022-CN-EXT\"?>" DOCUMENT(
					"<Name>\x1b$*H\xe9</Name>"),
			-EBADMSG);
	refused(DOCUMENT("<Name>\xc0\x80</Name>"), -EBADMSG);
	refused(DOCUMENT("<Name>\xe2\x82"), -EBADMSG);
}

static void truncated_documents(void **state)
{
	size_t n, i;
	char *xml = read_corpus("full.xml", &n);

	while(xml[n - 1] == '\n')
		n--;
	for(i = 0; i < n; i += 50)
		refused_n(xml, i, -EBADMSG);
	refused_n(xml, n - 1, -EBADMSG);
	free(xml);
}

static void elements_in_elements(void **state)
{
	char *xml = repeat("", "<IMSSubscription>", 30000, "");

	refused(xml, -EBADMSG);
	free(xml);
}

static void binary_garbage(void **state)
{
	uint8_t octets[600];
	uint32_t seed = 1;
	size_t i, round;

	for(round = 0; round < 300; round++) {
		for(i = 0; i < sizeof(octets); i++) {
			seed = seed * 1664525 + 1013904223;
			octets[i] = (uint8_t)(seed >> 24);
		}
		refused_n((char *)octets, round * 2, -EBADMSG);
	}
}

/* A log is read by more people than a profile is meant for. */
static void content_is_not_logged(void **state)
{
	refused(DOCUMENT(FILTER("<Priority>SECRET</Priority>")), -EBADMSG);
	assert_null(strstr(shim_log, "SECRET"));
	assert_non_null(strstr(shim_log, "Priority in line 1"));
	refused(DOCUMENT("<SECRET>"), -EBADMSG);
	assert_null(strstr(shim_log, "SECRET"));
	refused(DOCUMENT(LISTS("SECRET SECRET")), -EBADMSG);
	assert_null(strstr(shim_log, "SECRET"));
	refused("<SECRET/>", -EBADMSG);
	assert_null(strstr(shim_log, "SECRET"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			cmocka_unit_test(malformed_documents),
			cmocka_unit_test(no_identity_of_the_user_at_all),
			cmocka_unit_test(document_type_declarations),
			cmocka_unit_test(document_type_declaration_in_another_encoding),
			cmocka_unit_test(other_encodings),
			cmocka_unit_test(truncated_documents),
			cmocka_unit_test(elements_in_elements),
			cmocka_unit_test(binary_garbage),
			cmocka_unit_test(content_is_not_logged),
	};

	return cmocka_run_group_tests(tests, profile_up, profile_down);
}
