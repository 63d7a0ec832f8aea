/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The document that watchers get: states, events, what XML must not see, and
 * a page that is too small.
 */
#include "fixture.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "reg_reginfo.h"

static const struct reg_text aors[] = {
		REG_TEXT("sip:a@example"), REG_TEXT("tel:+1555")};

static const char *print(struct reg_reginfo_contact *c, unsigned n)
{
	static char page[8192];
	struct reg_reginfo info = {aors, 2, c, n};
	int rc = reg_reginfo_print(&info, 7, page, sizeof(page));

	assert_int_equal(rc, (int)strlen(page));
	return page;
}

static unsigned count(const char *page, const char *what)
{
	unsigned n = 0;

	while((page = strstr(page, what))) {
		page += strlen(what);
		n++;
	}
	return n;
}

struct row
{
	const char *name;
	enum reg_event event;
	const char *state, *expires;
};

static const struct row rows[] = {
		{"registered", REG_EVENT_REGISTERED, "active", "\"600\""},
		{"refreshed", REG_EVENT_REFRESHED, "active", "\"600\""},
		{"shortened", REG_EVENT_SHORTENED, "active", "\"600\""},
		{"expired", REG_EVENT_EXPIRED, "terminated", "\"0\""},
		{"unregistered", REG_EVENT_UNREGISTERED, "terminated", "\"0\""},
		{"deactivated", REG_EVENT_DEACTIVATED, "terminated", "\"0\""},
		{"rejected", REG_EVENT_REJECTED, "terminated", "\"0\""},
};

static void event_row(void **state)
{
	const struct row *row = *state;
	struct reg_reginfo_contact c = {.uri = TEXT("sip:u@192.0.2.1"),
			.event = row->event,
			.expires_s = 600,
			.q = 500};
	char words[128];
	const char *page = print(&c, 1);

	snprintf(words, sizeof(words),
			"state=\"%s\" event=\"%s\" expires=%s q=\"0.500\"", row->state,
			row->name, row->expires);
	assert_int_equal(count(page, words), 2); /* for each identity */
	snprintf(words, sizeof(words), "state=\"%s\">", row->state);
	assert_int_equal(count(page, words), 2);
	assert_int_equal(count(page, "version=\"7\""), 1);
}

static void one_active_keeps_the_registration_active(void **state)
{
	struct reg_reginfo_contact c[] = {
			{.uri = TEXT("sip:1@x"), .event = REG_EVENT_EXPIRED, .q = 0xffff},
			{.uri = TEXT("sip:2@x"),
					.event = REG_EVENT_REGISTERED,
					.q = 0xffff}};
	const char *page = print(c, 2);

	assert_int_equal(count(page, "state=\"active\">"), 2);
	assert_int_equal(count(page, "state=\"terminated\""), 2);
	assert_int_equal(count(page, " q="), 0);
}

static void a_silent_end_shows_no_contact(void **state)
{
	struct reg_reginfo_contact c = {
			.uri = TEXT("sip:1@x"), .event = REG_EVENT_SILENT};
	const char *page = print(&c, 1);

	assert_int_equal(count(page, "<contact"), 0);
	assert_int_equal(count(page, "state=\"terminated\">"), 2);
}

static void parameters_are_kept_and_escaped(void **state)
{
	struct reg_reginfo_contact c = {.uri = TEXT("sip:a@x;p=<&>\"\001"),
			.params = TEXT(";+sip.instance=\"<urn:x;y>\";video;;a=b=c"),
			.event = REG_EVENT_REGISTERED};
	const char *page = print(&c, 1);

	assert_int_equal(
			count(page, "<uri>sip:a@x;p=&lt;&amp;&gt;&quot;</uri>"), 2);
	assert_int_equal(
			count(page, "name=\"+sip.instance\">&quot;&lt;urn:x;y&gt;&quot;<"),
			2);
	assert_int_equal(count(page, "name=\"video\"></unknown-param>"), 2);
	assert_int_equal(count(page, "name=\"a\">b=c<"), 2);
	assert_int_equal(count(page, "<unknown-param"), 6);
}

static void no_room_is_said(void **state)
{
	struct reg_reginfo_contact c = {
			.uri = TEXT("sip:1@x"), .event = REG_EVENT_REGISTERED};
	struct reg_reginfo info = {aors, 2, &c, 1};
	char page[2048];
	int size, n = reg_reginfo_print(&info, 0, page, sizeof(page));

	for(size = 1; size <= n; size++)
		assert_int_equal(
				reg_reginfo_print(&info, 0, page, (size_t)size), -ENOSPC);
	assert_int_equal(reg_reginfo_print(&info, 0, page, (size_t)n + 1), n);
}

int main(void)
{
	struct CMUnitTest events[COUNT_OF(rows)];
	const struct CMUnitTest tests[] = {
			cmocka_unit_test(one_active_keeps_the_registration_active),
			cmocka_unit_test(a_silent_end_shows_no_contact),
			cmocka_unit_test(parameters_are_kept_and_escaped),
			cmocka_unit_test(no_room_is_said),
	};
	size_t i;

	for(i = 0; i < COUNT_OF(rows); i++)
		events[i] = (struct CMUnitTest){
				rows[i].name, event_row, NULL, NULL, (void *)&rows[i]};
	return cmocka_run_group_tests(tests, NULL, NULL)
		   + cmocka_run_group_tests(events, NULL, NULL);
}
