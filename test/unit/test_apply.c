/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Carrying a verdict out: what each act does to the facts, and what the host is
 * told of it; and the verdict that waited for the HSS while time passed.
 */
#include "fixture.h"

#include <errno.h>

/* One REGISTER after another on one set, at a time in seconds. */
struct stage
{
	struct reg_policy p;
	struct reg_set set;
	struct reg_request req;
	struct reg_verdict v;
	struct reg_changes ch;
};

static struct stage stage_of(unsigned bindings_n)
{
	struct stage s = {.p = fixture_policy(), .req = fixture_register(3)};

	if(bindings_n > 0)
		s.set.b[s.set.n++] = fixture_binding(URI_A, IMPI_A);
	if(bindings_n > 1)
		s.set.b[s.set.n++] = fixture_binding(URI_C, IMPI_C);
	s.set.b[1].call_id = TEXT("call-c");
	return s;
}

static void carry_out(struct stage *s, int64_t at_s, bool told, bool owe)
{
	reg_decide(&s->req, &s->set, &s->p, SECONDS(at_s), &s->v);
	assert_int_equal(reg_apply(&s->req, &s->v, told, owe, SECONDS(at_s),
							 &s->set, &s->ch),
			0);
}

static void assert_same_facts(
		const struct reg_binding *a, const struct reg_binding *b)
{
	assert_true(reg_text_eq(a->call_id, b->call_id));
	assert_true(reg_text_eq(a->path, b->path));
	assert_int_equal(a->granted_at_ms, b->granted_at_ms);
	assert_int_equal(a->expires_at_ms, b->expires_at_ms);
	assert_int_equal(a->hss_told_at_ms, b->hss_told_at_ms);
	assert_int_equal(a->cseq_accepted, b->cseq_accepted);
	assert_int_equal(a->cseq_seen, b->cseq_seen);
	assert_int_equal(a->owed, b->owed);
}

static void register_adds_a_binding(void **state)
{
	struct stage s = stage_of(0);
	struct reg_contact *c = fixture_contact(&s.req, URI_A, 600);

	s.set.b[0] = fixture_binding(URI_C, IMPI_C); /* of an earlier set */
	s.set.b[0].owed = s.set.b[0].reauth = true;
	s.set.b[0].id = 4711;
	s.req.proved = true;
	c->params = TEXT(";+g.3gpp.smsip");
	carry_out(&s, 100, true, false);
	assert_int_equal(s.v.act, REG_ACT_REGISTER);
	assert_int_equal(s.set.n, 1);
	assert_int_equal(s.ch.of[0], REG_CHANGE_ADD);
	assert_int_equal(s.set.b[0].id, 0);
	assert_false(s.set.b[0].owed);
	assert_false(s.set.b[0].reauth);
	assert_true(s.set.b[0].facts_known);
	assert_text(s.set.b[0].uri, URI_A);
	assert_text(s.set.b[0].params, ";+g.3gpp.smsip");
	assert_int_equal(s.set.b[0].granted_at_ms, SECONDS(100));
	assert_int_equal(s.set.b[0].expires_at_ms, SECONDS(700));
	assert_int_equal(s.set.b[0].hss_told_at_ms, SECONDS(100));
	assert_int_equal(s.set.b[0].proved_at_ms, SECONDS(100));
	assert_int_equal(s.set.b[0].cseq_seen, 3);
	assert_int_equal(s.set.b[0].fresh.why, REG_WHY_INITIAL);
}

/* Also in the first half Path and the like are taken over at once. */
static void keep_takes_all_but_the_lifetime(void **state)
{
	struct stage s = stage_of(1);

	fixture_contact(&s.req, URI_A, 600)->params = TEXT(";video");
	s.req.path = TEXT(PATH_2);
	s.req.call_id = TEXT("call-2");
	s.req.user_agent = TEXT("ua/2");
	s.req.cseq = 1;
	carry_out(&s, 100, false, false);
	assert_int_equal(s.v.act, REG_ACT_KEEP);
	assert_int_equal(s.ch.of[0], REG_CHANGE_REFRESH);
	assert_false(s.ch.moved[0]);
	assert_int_equal(s.set.b[0].granted_at_ms, 0);
	assert_int_equal(s.set.b[0].expires_at_ms, SECONDS(600));
	assert_int_equal(s.set.b[0].hss_told_at_ms, 0);
	assert_text(s.set.b[0].path, PATH_2);
	assert_text(s.set.b[0].call_id, "call-2");
	assert_text(s.set.b[0].user_agent, "ua/2");
	assert_text(s.set.b[0].params, ";video");
	assert_int_equal(s.set.b[0].cseq_accepted, 1);
	assert_int_equal(s.set.b[0].cseq_seen, 1);
	assert_int_equal(s.set.b[0].fresh.why, REG_WHY_FIRST_HALF);
}

static void shorten_starts_the_shorter_lifetime(void **state)
{
	struct stage s = stage_of(1);

	fixture_contact(&s.req, URI_A, 100);
	carry_out(&s, 100, false, false);
	assert_int_equal(s.set.b[0].granted_at_ms, SECONDS(100));
	assert_int_equal(s.set.b[0].expires_at_ms, SECONDS(200));
}

static void extend_leaves_the_hss_clock_alone(void **state)
{
	struct stage s = stage_of(1);

	fixture_contact(&s.req, URI_A, 600);
	carry_out(&s, 301, false, false);
	assert_int_equal(s.set.b[0].expires_at_ms, SECONDS(901));
	assert_int_equal(s.set.b[0].hss_told_at_ms, 0);
}

static void update_starts_both_clocks(void **state)
{
	struct stage s = stage_of(1);

	s.set.b[0].owed = s.set.b[0].forced = true;
	fixture_contact(&s.req, URI_A, 600);
	carry_out(&s, 100, true, false);
	assert_int_equal(s.set.b[0].expires_at_ms, SECONDS(700));
	assert_int_equal(s.set.b[0].hss_told_at_ms, SECONDS(100));
	assert_false(s.set.b[0].owed);
	assert_false(s.set.b[0].forced);
}

static void kept_without_the_hss_owes_it(void **state)
{
	struct stage s = stage_of(1);

	s.set.b[0].hss_told_at_ms = -SECONDS(3600);
	fixture_contact(&s.req, URI_A, 600);
	carry_out(&s, 100, false, true);
	assert_int_equal(s.v.why, REG_WHY_LUI_EXPIRED);
	assert_int_equal(s.set.b[0].expires_at_ms, SECONDS(700));
	assert_int_equal(s.set.b[0].hss_told_at_ms, -SECONDS(3600));
	assert_true(s.set.b[0].owed);
}

static void facts_unknown_become_known(void **state)
{
	struct stage s = stage_of(1);

	s.set.b[0].facts_known = false;
	fixture_contact(&s.req, URI_A, 600);
	carry_out(&s, 100, true, false);
	assert_true(s.set.b[0].facts_known);
	assert_text(s.set.b[0].impi, IMPI_A);
}

static void flow_that_moved_tells_where_from(void **state)
{
	struct stage s = stage_of(1);
	struct reg_contact *c = fixture_contact(&s.req, URI_B, 600);

	c->instance = s.set.b[0].instance = TEXT("<urn:uuid:1>");
	c->reg_id = s.set.b[0].reg_id = 1;
	carry_out(&s, 100, false, false);
	assert_int_equal(s.set.n, 1);
	assert_true(s.ch.moved[0]);
	assert_text(s.ch.from_uri[0], URI_A);
	assert_text(s.set.b[0].uri, URI_B);
}

static void replaced_goes_out_and_the_new_one_in(void **state)
{
	struct stage s = stage_of(2);

	fixture_contact(&s.req, URI_B, 600);
	carry_out(&s, 100, true, false);
	assert_int_equal(s.v.why, REG_WHY_CONTACT_REPLACED);
	assert_int_equal(s.set.n, 3);
	assert_int_equal(s.ch.of[0], REG_CHANGE_REMOVE);
	assert_int_equal(s.ch.of[1], REG_CHANGE_NONE);
	assert_int_equal(s.ch.of[2], REG_CHANGE_ADD);
}

static void remove_touches_no_other(void **state)
{
	struct stage s = stage_of(2);
	struct reg_binding other = s.set.b[1];

	fixture_contact(&s.req, URI_A, 0);
	carry_out(&s, 100, false, false);
	assert_int_equal(s.v.why, REG_WHY_CONTACT_REMOVED);
	assert_int_equal(s.ch.of[0], REG_CHANGE_REMOVE);
	assert_int_equal(s.ch.of[1], REG_CHANGE_NONE);
	assert_same_facts(&s.set.b[1], &other);
}

/* The last one of those before, and yet not the last one. */
static void remove_beside_one_that_comes(void **state)
{
	struct stage s = stage_of(1);

	fixture_contact(&s.req, URI_A, 0);
	fixture_contact(&s.req, URI_C, 600);
	carry_out(&s, 100, true, false);
	assert_int_equal(s.v.why, REG_WHY_CONTACT_NEW);
	assert_int_equal(s.ch.of[0], REG_CHANGE_REMOVE);
	assert_int_equal(s.ch.why[0], REG_WHY_CONTACT_REMOVED);
	assert_int_equal(s.ch.of[1], REG_CHANGE_ADD);
}

static void deregister_removes_all(void **state)
{
	struct stage s = stage_of(2);

	s.req.star = s.req.has_expires = true;
	carry_out(&s, 100, true, false);
	assert_int_equal(s.v.act, REG_ACT_DEREGISTER);
	assert_int_equal(s.ch.of[0], REG_CHANGE_REMOVE);
	assert_int_equal(s.ch.of[1], REG_CHANGE_REMOVE);
	assert_int_equal(s.ch.why[0], REG_WHY_LAST_CONTACT_REMOVED);
}

static void the_dead_are_swept_out(void **state)
{
	struct stage s = stage_of(2);

	s.set.b[1].expires_at_ms = SECONDS(50);
	fixture_contact(&s.req, URI_A, 600);
	carry_out(&s, 100, false, false);
	assert_int_equal(s.ch.of[0], REG_CHANGE_REFRESH);
	assert_int_equal(s.ch.of[1], REG_CHANGE_REMOVE);
}

static void what_usrloc_lost_is_swept_out(void **state)
{
	struct stage s = stage_of(1);

	s.set.b[0].gone = true;
	fixture_contact(&s.req, URI_A, 600);
	carry_out(&s, 100, true, false);
	assert_int_equal(s.v.why, REG_WHY_INITIAL);
	assert_int_equal(s.ch.of[0], REG_CHANGE_REMOVE);
	assert_int_equal(s.ch.of[1], REG_CHANGE_ADD);
}

static void other_flows_of_the_call_see_the_number(void **state)
{
	struct stage s = stage_of(2);

	s.set.b[1].call_id = s.req.call_id;
	fixture_contact(&s.req, URI_A, 600);
	carry_out(&s, 100, false, false);
	assert_int_equal(s.set.b[1].cseq_seen, 3);
	assert_int_equal(s.set.b[1].cseq_accepted, 2);
	assert_int_equal(s.ch.of[1], REG_CHANGE_FACTS);
}

static void fetch_uses_a_number_up(void **state)
{
	struct stage s = stage_of(1);

	carry_out(&s, 100, false, false);
	assert_int_equal(s.v.act, REG_ACT_FETCH);
	assert_int_equal(s.set.b[0].cseq_seen, 3);
	assert_int_equal(s.ch.of[0], REG_CHANGE_FACTS);
	s.req.cseq = 4;
	fixture_contact(&s.req, URI_A, 600);
	carry_out(&s, 100, false, false);
	assert_int_equal(s.v.why, REG_WHY_FIRST_HALF);
}

static void check_unchanged(struct stage *s, enum reg_why why, bool traced)
{
	struct reg_binding was = s->set.b[0];

	carry_out(s, 100, false, false);
	assert_string_equal(reg_why_name(s->v.why), reg_why_name(why));
	assert_same_facts(&s->set.b[0], &was);
	assert_int_equal(s->ch.of[0], traced ? REG_CHANGE_FACTS : REG_CHANGE_NONE);
	assert_int_equal(s->set.b[0].fresh.why, traced ? why : was.fresh.why);
}

static void refused_and_repeated_change_nothing(void **state)
{
	struct stage s = stage_of(1);

	fixture_contact(&s.req, URI_A, 600);
	s.req.cseq = 2;
	check_unchanged(&s, REG_WHY_RETRANSMISSION, true);
	s.req.cseq = 1;
	check_unchanged(&s, REG_WHY_OUT_OF_ORDER, true);
	s.req.cseq = 3;
	s.req.contacts[0].expires_s = 5;
	check_unchanged(&s, REG_WHY_TOO_BRIEF, true);
	s.req.malformed = "Missing To";
	check_unchanged(&s, REG_WHY_MALFORMED, false);
}

static void more_than_can_be_is_refused_whole(void **state)
{
	struct stage s = stage_of(1);

	fixture_contact(&s.req, URI_B, 600);
	reg_decide(&s.req, &s.set, &s.p, SECONDS(100), &s.v);
	s.set.n = REG_BINDINGS_MAX + 1;
	assert_int_equal(
			reg_apply(&s.req, &s.v, true, false, SECONDS(100), &s.set, &s.ch),
			-ENOSPC);
	assert_int_equal(s.set.n, REG_BINDINGS_MAX + 1);
}

static void refused_by_the_hss_goes_all_of_the_user(void **state)
{
	struct stage s = stage_of(2);

	s.ch.of[1] = REG_CHANGE_ADD; /* of an earlier change */
	reg_apply_refused(&s.set, TEXT(IMPI_A), REG_EVENT_REJECTED, &s.ch);
	assert_int_equal(s.ch.of[0], REG_CHANGE_REMOVE);
	assert_int_equal(s.ch.of[1], REG_CHANGE_NONE);
}

/* The HSS took five seconds: the contact gets its whole lifetime from now. */
static void again_does_what_was_decided(void **state)
{
	struct stage s = stage_of(1);
	struct reg_trace asked;

	s.set.b[0].owed = true;
	fixture_contact(&s.req, URI_A, 600);
	reg_decide(&s.req, &s.set, &s.p, SECONDS(100), &s.v);
	asked = s.v.compared;
	s.set.b[0].owed = false; /* another REGISTER paid meanwhile */
	reg_decide_again(&s.req, &s.set, &s.p, &asked, SECONDS(105), &s.v);
	assert_int_equal(s.v.act, REG_ACT_UPDATE);
	assert_int_equal(s.v.why, REG_WHY_HSS_OWED);
	assert_int_equal(s.v.sar, REG_SAR_RE_REGISTRATION);
	assert_int_equal(s.v.reasons, reg_why_bit(REG_WHY_HSS_OWED));
	assert_memory_equal(&s.v.compared, &asked, sizeof(asked));
	assert_int_equal(
			reg_apply(&s.req, &s.v, true, false, SECONDS(105), &s.set, &s.ch),
			0);
	assert_int_equal(s.set.b[0].expires_at_ms, SECONDS(705));
	assert_int_equal(s.set.b[0].hss_told_at_ms, SECONDS(105));
}

static void again_is_overtaken_by_a_newer_one(void **state)
{
	struct stage s = stage_of(1);
	struct reg_trace asked;

	s.set.b[0].owed = true;
	fixture_contact(&s.req, URI_A, 600);
	reg_decide(&s.req, &s.set, &s.p, SECONDS(100), &s.v);
	asked = s.v.compared;
	s.set.b[0].cseq_accepted = s.set.b[0].cseq_seen = 4;
	reg_decide_again(&s.req, &s.set, &s.p, &asked, SECONDS(105), &s.v);
	assert_int_equal(s.v.act, REG_ACT_REJECT);
	assert_int_equal(s.v.why, REG_WHY_OUT_OF_ORDER);
}

/* The contact left while the HSS thought: nobody calls it back. */
static void again_does_not_call_back_what_left(void **state)
{
	struct stage s = stage_of(1);
	struct reg_trace asked;

	s.set.b[0].owed = true;
	fixture_contact(&s.req, URI_A, 600);
	reg_decide(&s.req, &s.set, &s.p, SECONDS(100), &s.v);
	asked = s.v.compared;
	s.set.b[0] = fixture_binding(URI_C, IMPI_C); /* another one is there */
	s.set.b[0].call_id = TEXT("call-c");
	reg_decide_again(&s.req, &s.set, &s.p, &asked, SECONDS(105), &s.v);
	assert_int_equal(s.v.act, REG_ACT_REJECT);
	assert_int_equal(s.v.status, 500);
	assert_int_equal(s.v.expires_s, 0);
	assert_memory_equal(&s.v.compared, &asked, sizeof(asked));
}

/* The lifetime and the grace ran out while the HSS thought. */
static void again_wins_over_the_expiry(void **state)
{
	struct stage s = stage_of(1);
	struct reg_trace asked;
	int64_t late_ms = s.set.b[0].expires_at_ms + SECONDS(1000);

	s.set.b[0].owed = true;
	fixture_contact(&s.req, URI_A, 600);
	reg_decide(&s.req, &s.set, &s.p, SECONDS(100), &s.v);
	asked = s.v.compared;
	reg_decide_again(&s.req, &s.set, &s.p, &asked, late_ms, &s.v);
	assert_int_equal(s.v.act, REG_ACT_UPDATE);
	assert_int_equal(
			reg_apply(&s.req, &s.v, true, false, late_ms, &s.set, &s.ch), 0);
	assert_int_equal(s.set.n, 1);
	assert_int_equal(s.ch.of[0], REG_CHANGE_REFRESH);
	assert_int_equal(s.set.b[0].expires_at_ms, late_ms + SECONDS(600));
}

/* The HSS was told that the user is gone, and then he was not. */
static void a_sign_off_that_was_overtaken_is_owed(void **state)
{
	struct stage s = stage_of(1);
	struct reg_trace asked;

	fixture_contact(&s.req, URI_A, 0);
	reg_decide(&s.req, &s.set, &s.p, SECONDS(100), &s.v);
	asked = s.v.compared;
	assert_int_equal(s.v.act, REG_ACT_DEREGISTER);
	s.set.b[0].cseq_accepted = s.set.b[0].cseq_seen = 4;
	reg_decide_again(&s.req, &s.set, &s.p, &asked, SECONDS(105), &s.v);
	assert_int_equal(s.v.why, REG_WHY_OUT_OF_ORDER);
	assert_int_equal(
			reg_apply(&s.req, &s.v, true, false, SECONDS(105), &s.set, &s.ch),
			0);
	assert_int_equal(s.ch.of[0], REG_CHANGE_FACTS);
	assert_true(s.set.b[0].owed);
}

/* The last contact left; before the HSS answered another device came. The HSS
 * holds the user for gone now: it must hear of the other again. */
static void who_came_while_the_last_left_is_owed_to_the_hss(void **state)
{
	struct stage s = stage_of(1);
	struct reg_trace asked;
	unsigned i;

	fixture_contact(&s.req, URI_A, 0);
	reg_decide(&s.req, &s.set, &s.p, SECONDS(100), &s.v);
	asked = s.v.compared;
	assert_int_equal(s.v.act, REG_ACT_DEREGISTER);
	for(i = 1; i < 4; i++) {
		s.set.b[i] = fixture_binding(URI_C, IMPI_C);
		s.set.b[i].call_id = TEXT("call-c");
	}
	s.set.n = 4;
	s.set.b[2].facts_known = false; /* a trigger of its own */
	s.set.b[3].gone = true;
	reg_decide_again(&s.req, &s.set, &s.p, &asked, SECONDS(105), &s.v);
	assert_int_equal(
			reg_apply(&s.req, &s.v, true, false, SECONDS(105), &s.set, &s.ch),
			0);
	assert_int_equal(s.ch.of[0], REG_CHANGE_REMOVE);
	assert_int_equal(s.ch.of[1], REG_CHANGE_FACTS);
	assert_true(s.set.b[1].owed);
	assert_int_equal(s.ch.of[2], REG_CHANGE_NONE);
	assert_false(s.set.b[2].owed);
	assert_int_equal(s.ch.of[3], REG_CHANGE_REMOVE);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(register_adds_a_binding),
			cmocka_unit_test(keep_takes_all_but_the_lifetime),
			cmocka_unit_test(shorten_starts_the_shorter_lifetime),
			cmocka_unit_test(extend_leaves_the_hss_clock_alone),
			cmocka_unit_test(update_starts_both_clocks),
			cmocka_unit_test(kept_without_the_hss_owes_it),
			cmocka_unit_test(facts_unknown_become_known),
			cmocka_unit_test(flow_that_moved_tells_where_from),
			cmocka_unit_test(replaced_goes_out_and_the_new_one_in),
			cmocka_unit_test(remove_touches_no_other),
			cmocka_unit_test(remove_beside_one_that_comes),
			cmocka_unit_test(deregister_removes_all),
			cmocka_unit_test(the_dead_are_swept_out),
			cmocka_unit_test(what_usrloc_lost_is_swept_out),
			cmocka_unit_test(other_flows_of_the_call_see_the_number),
			cmocka_unit_test(fetch_uses_a_number_up),
			cmocka_unit_test(refused_and_repeated_change_nothing),
			cmocka_unit_test(more_than_can_be_is_refused_whole),
			cmocka_unit_test(refused_by_the_hss_goes_all_of_the_user),
			cmocka_unit_test(again_does_what_was_decided),
			cmocka_unit_test(again_is_overtaken_by_a_newer_one),
			cmocka_unit_test(again_does_not_call_back_what_left),
			cmocka_unit_test(again_wins_over_the_expiry),
			cmocka_unit_test(a_sign_off_that_was_overtaken_is_owed),
			cmocka_unit_test(who_came_while_the_last_left_is_owed_to_the_hss),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
