/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records: what changes one while a REGISTER has it read out, and how many ends
 * are kept.
 */
#include "fixture.h"

#include <errno.h>
#include <stdio.h>

#include "core/reg_journal.h"
#include "core/reg_owed.h"
#include "shim.h"
#include "store.h"

#define KEY TEXT("sip:a@example.org")
#define NOW SECONDS(100)

static struct store_copy copy;
static struct store_one one;

static int begin(void **state)
{
	return store_init(14);
}

static int end(void **state)
{
	store_destroy();
	return shim_held; /* all of it is given back */
}

static struct reg_binding *load(void)
{
	store_load(KEY, &copy);
	assert_int_equal(copy.set.n, 1);
	return &copy.set.b[0];
}

/* A binding that turned suspect now: an event is due. */
static void put_suspect(void)
{
	struct reg_binding b = fixture_binding(URI_A, IMPI_A);

	reg_reach_note(&b.reach, REG_SIGN_SILENT, REG_MEANS_MESSAGE, NOW, NOW);
	assert_int_equal(store_put(KEY, &b), 0);
}

static void tell(struct reg_binding *b, void *param)
{
	bool *told = param;

	*told = reg_reach_look(&b->reach, REG_PROBE_OFF, NOW).tell;
}

static bool is_told_now(void)
{
	bool told = false;

	return store_due(STORE_REACH, NOW, &one)
		   && store_change(one.what, tell, &told, &one) && told;
}

static void told_while_a_register_goes_on_is_told_once(void **state)
{
	struct reg_binding *b;

	put_suspect();
	b = load();
	assert_true(is_told_now());
	b->cseq_seen = 7;
	assert_int_equal(store_put(KEY, b), 0);
	assert_false(is_told_now());
	assert_int_equal(load()->cseq_seen, 7);
}

/* A sign in the millisecond of the one before. */
static void prove(struct reg_binding *b, void *param)
{
	static uint8_t journal[REG_JOURNAL_ROOM];
	struct reg_call_end call = {NOW, REG_MEANS_MESSAGE, 0, REG_REACH_PROVEN};

	reg_reach_note(&b->reach, REG_SIGN_LIVES, REG_MEANS_MESSAGE, NOW, NOW);
	b->journal = reg_journal_add_call(b->journal, &call, 8, journal);
}

static void a_call_while_a_register_goes_on_is_not_lost(void **state)
{
	struct reg_binding *b;
	struct reg_entry e;

	put_suspect();
	b = load();
	assert_true(store_change(store_name(KEY, b->id), prove, NULL, &one));
	b->call_id = TEXT("call-2");
	assert_int_equal(store_put(KEY, b), 0);
	assert_int_equal(b->reach.state, REG_REACH_PROVEN);
	assert_int_equal(store_suspect_count(), 0);
	b = load();
	assert_text(b->call_id, "call-2");
	assert_int_equal(b->reach.state, REG_REACH_PROVEN);
	assert_true(reg_journal_next(&b->journal, &e));
	assert_int_equal(e.kind, REG_ENTRY_CALL);
}

static void what_the_old_contact_showed_is_not_the_new_one_s(void **state)
{
	struct reg_binding *b;

	put_suspect();
	b = load();
	assert_true(store_change(store_name(KEY, b->id), prove, NULL, &one));
	reg_reach_moved(&b->reach, NOW);
	assert_int_equal(store_put(KEY, b), 0);
	assert_int_equal(load()->reach.state, REG_REACH_UNPROVEN);
}

/* An end in a set of its own. */
static int put_end(unsigned number, struct reg_binding *b)
{
	char key[32];
	int n = snprintf(key, sizeof(key), "sip:%u@example.org", number);

	return store_put((struct reg_text){key, (size_t)n}, b);
}

static void a_full_store_keeps_the_dates_of_its_ends(void **state)
{
	struct reg_binding b, last;
	unsigned i;

	for(i = 0; i < STORE_ENDED_MAX; i++) {
		last = fixture_binding(URI_A, IMPI_A);
		reg_owed_end(&last, REG_SAR_TIMEOUT_DEREGISTRATION, NOW + i);
		assert_int_equal(put_end(i, &last), 0);
	}
	b = fixture_binding(URI_A, IMPI_A);
	reg_owed_end(&b, REG_SAR_TIMEOUT_DEREGISTRATION, NOW);
	assert_int_equal(put_end(i, &b), -ENOSPC);
	last.owed_try_at_ms = NOW - 1; /* it was tried, and is tried again then */
	assert_int_equal(put_end(i - 1, &last), 0);
	assert_true(store_due(STORE_OWED, NOW - 1, &one));
	assert_int_equal(one.b.id, last.id);
	assert_false(store_due(STORE_OWED, NOW - 1, &one));
	assert_int_equal(store_count(), 0);
}

static void nothing(struct reg_binding *b, void *param)
{
}

static void a_copy_is_as_good_as_new_until_something_changes(void **state)
{
	struct reg_binding *b;

	put_suspect();
	b = load();
	copy.set.n++; /* usrloc knew one more */
	assert_true(store_load_again(&copy));
	assert_int_equal(copy.set.n, 1);
	assert_int_equal(store_put(KEY, b), 0);
	assert_false(store_load_again(&copy));
	b = load();
	assert_true(store_change(store_name(KEY, b->id), nothing, NULL, &one));
	assert_false(store_load_again(&copy));
	b = load();
	store_remove(KEY, b->id);
	assert_false(store_load_again(&copy));
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
			CASE(told_while_a_register_goes_on_is_told_once),
			CASE(a_call_while_a_register_goes_on_is_not_lost),
			CASE(what_the_old_contact_showed_is_not_the_new_one_s),
			CASE(a_copy_is_as_good_as_new_until_something_changes),
			CASE(a_full_store_keeps_the_dates_of_its_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
