/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * URIs: the two lists of RFC 3261 19.1.4, what it leaves to the reader, and
 * the canonical form of a public identity.
 */
#include "fixture.h"
#include "reg_uri.h"

#include <errno.h>
#include <string.h>

struct pair
{
	const char *a, *b;
	bool same;
};

/* clang-format off */
static const struct pair pairs[] = {
	/* RFC 3261 19.1.4: equivalent */
	{"sip:%61lice@atlanta.com;transport=TCP",
	 "sip:alice@AtLanTa.CoM;Transport=tcp", true},
	{"sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5", true},
	{"sip:carol@chicago.com", "sip:carol@chicago.com;security=on", true},
	{"sip:carol@chicago.com;newparam=5",
	 "sip:carol@chicago.com;security=on", true},
	{"sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
	 "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
	 true},
	{"sip:alice@atlanta.com?subject=project%20x&priority=urgent",
	 "sip:alice@atlanta.com?priority=urgent&subject=project%20x", true},
	/* RFC 3261 19.1.4: not equivalent */
	{"SIP:ALICE@AtLanTa.CoM;Transport=udp",
	 "sip:alice@AtLanTa.CoM;Transport=UDP", false},
	{"sip:bob@biloxi.com", "sip:bob@biloxi.com:5060", false},
	{"sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp", false},
	{"sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp", false},
	{"sip:carol@chicago.com",
	 "sip:carol@chicago.com?Subject=next%20meeting", false},
	{"sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4", false},
	{"sip:carol@chicago.com;security=on",
	 "sip:carol@chicago.com;security=off", false},
	/* its rules, one by one */
	{"sip:a@h", "sips:a@h", false},
	{"sip:a@h", "SIP:a@H", true},
	{"sip:a@h", "sip:h", false},
	{"sip:a:x@h", "sip:a:y@h", false},
	{"sip:a:x@h", "sip:a:X@h", false},
	{"sip:a:x@h", "sip:a@h", false},
	{"sip:%39%6F%6fz@AZ.example.org", "sip:9ooz@az.example.org", true},
	{"sip:a%0Ab@h", "sip:a%0ab@h", true},
	{"sip:a@h?x", "sip:a@h", false},
	{"sip:a@h?x=1", "sip:a@h?x=2", false},
	{"sip:a@h?&x=1", "sip:a@h?x=1", true},
	{"sip:a@h;;x=1;", "sip:a@h;x=1", true},
	{"sip:a@h:5060", "sip:a@h:05060", true},
	{"sip:a@h:5060", "sip:a@h:5061", false},
	{"sip:a@h;user=phone", "sip:a@h", false},
	{"sip:a@h;ttl=1", "sip:a@h", false},
	{"sip:a@h;method=INVITE", "sip:a@h", false},
	{"sip:a@h;maddr=192.0.2.1", "sip:a@h", false},
	{"sip:a@h;lr", "sip:a@h", true},
	{"sip:a@h;lr", "sip:a@h;LR", true},
	{"sip:a@h;ob;alias=1~2~3", "sip:a@h;alias=1~2~4;ob", false},
	{"sip:a@[2001:DB8::1]:5060", "sip:a@[2001:db8::1]:5060", true},
	{"sip:a@[2001:db8::1]", "sip:a@[2001:db8::1]:5060", false},
	{"sip:a%2", "sip:a%2", true},
	{"sip:%3a@h", "sip:%3A@h", true},
	{"tel:+4930123", "tel:+4930123", true},
	{"tel:+4930123", "tel:+4930124", false},
	/* no URIs: byte for byte */
	{"no uri", "no uri", true},
	{"no uri", "No uri", false},
	{"sip:a@h:port", "sip:a@H:port", false},
	{"", "", true},
	{"sip:a@h", "", false},
};
/* clang-format on */

static void pair_row(void **state)
{
	const struct pair *row = *state;
	struct reg_text a = reg_text_of(row->a), b = reg_text_of(row->b);

	assert_int_equal(reg_uri_same(a, b), row->same);
	assert_int_equal(reg_uri_same(b, a), row->same);
	assert_true(reg_uri_same(a, a));
	assert_true(reg_uri_same(b, b));
}

struct identity
{
	const char *uri;
	const char *canonical; /* NULL: no identity */
};

/* clang-format off */
static const struct identity identities[] = {
	{"sip:alice@example.org", "sip:alice@example.org"},
	{"SIP:Alice@Example.ORG", "sip:Alice@example.org"},
	{"sip:alice:secret@example.org:5060;transport=tcp?x=y",
	 "sip:alice@example.org"},
	{"sips:alice@example.org", "sips:alice@example.org"},
	{"sip:example.org", "sip:example.org"},
	{"sip:+4930123;phone-context=x@example.org;user=phone",
	 "sip:+4930123;phone-context=x@example.org"},
	{"sip:460003911000057@ims.mnc000.mcc000.3gppnetwork.org",
	 "sip:460003911000057@ims.mnc000.mcc000.3gppnetwork.org"},
	{"sip:a@[2001:DB8::1]:5060", "sip:a@[2001:db8::1]"},
	/* RFC 3261 10.3 step 5: escaped characters in their unescaped form, as
	 * far as the result still reads the same */
	{"sip:%61lice@example.org", "sip:alice@example.org"},
	{"sip:%2B4930123@example.org", "sip:+4930123@example.org"},
	{"sip:%30%39%7A%5a@h", "sip:09zZ@h"},
	{"sip:a%40b@example.org", "sip:a%40b@example.org"},
	{"sip:a%00b@example.org", "sip:a%00b@example.org"},
	{"sip:a%3bb%3Fc@example.org", "sip:a%3Bb%3Fc@example.org"},
	{"sip:a%3ab@example.org", "sip:a%3Ab@example.org"},
	{"sip:a%2561@example.org", "sip:a%2561@example.org"},
	{"sip:a%zz@example.org", "sip:a%25zz@example.org"},
	{"sip:a%6%61b@example.org", "sip:a%256ab@example.org"},
	/* RFC 3966 3: visual separators and parameters say nothing */
	{"tel:+49-30-(12)3.4", "tel:+49301234"},
	{"TEL:+4930123;phone-context=x", "tel:+4930123"},
	{"tel:1", "tel:1"},
	{"tel:---", NULL},
	{"tel:", NULL},
	{"http://example.org/", NULL},
	{"alice@example.org", NULL},
	{"sip:", NULL},
	{"sip:alice@", NULL},
	{"sip:alice@example.org:99999", NULL},
	{"sip:alice@example.org:", NULL},
	{"sip:alice@[2001:db8::1", NULL},
	{"sip:alice@[2001:db8::1]x", NULL},
	{":alice", NULL},
	{"sip:al ice@example.org", NULL},
	{"sip:alice@example.org\r\n", NULL},
	{"sip:m\xc3\xbcller@example.org", NULL},
	{"", NULL},
};
/* clang-format on */

static void identity_row(void **state)
{
	const struct identity *row = *state;
	struct reg_text uri = reg_text_of(row->uri);
	char dst[REG_URI_MAX];
	int n;

	n = reg_uri_identity(uri, dst, sizeof(dst));
	if(row->canonical == NULL) {
		assert_int_equal(n, -EINVAL);
		return;
	}
	assert_true(n > 0);
	assert_text((struct reg_text){dst, (size_t)n}, row->canonical);
	assert_int_equal(reg_uri_identity(uri, dst, (size_t)n), n);
	assert_int_equal(reg_uri_identity(uri, dst, (size_t)n - 1), -ENOSPC);
}

static void parts_are_cut(void **state)
{
	struct reg_uri u;

	assert_int_equal(
			reg_uri_parse(TEXT("sip:u:p@[::1]:5060;a=b;c?x=y"), &u), 0);
	assert_text(u.scheme, "sip");
	assert_text(u.user, "u");
	assert_text(u.password, "p");
	assert_text(u.host, "[::1]");
	assert_text(u.port, "5060");
	assert_text(u.params, "a=b;c");
	assert_text(u.headers, "x=y");
	assert_true(u.has_at);
}

static void user_may_hold_what_ends_a_host(void **state)
{
	struct reg_uri u;

	assert_int_equal(reg_uri_parse(TEXT("sip:a;b?c/d@h"), &u), 0);
	assert_text(u.user, "a;b?c/d");
	assert_text(u.host, "h");
}

static void refused_uri_leaves_the_result_alone(void **state)
{
	struct reg_uri u = {.scheme = TEXT("before")};

	assert_int_equal(reg_uri_parse(TEXT("sip:a@h:x"), &u), -EINVAL);
	assert_int_equal(reg_uri_parse(TEXT(":a"), &u), -EINVAL);
	assert_text(u.scheme, "before");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(parts_are_cut),
			cmocka_unit_test(user_may_hold_what_ends_a_host),
			cmocka_unit_test(refused_uri_leaves_the_result_alone),
	};
	static struct CMUnitTest same[COUNT_OF(pairs)];
	static struct CMUnitTest canonical[COUNT_OF(identities)];

	fixture_rows(same, pair_row, pairs, COUNT_OF(pairs), sizeof(pairs[0]));
	fixture_rows(canonical, identity_row, identities, COUNT_OF(identities),
			sizeof(identities[0]));
	return cmocka_run_group_tests(tests, NULL, NULL)
		   + cmocka_run_group_tests_name("same", same, NULL, NULL)
		   + cmocka_run_group_tests_name("identity", canonical, NULL, NULL);
}
