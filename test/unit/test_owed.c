/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A debt: when it is tried again, what ends it, what does not.
 */
#include "fixture.h"

#include "reg_codec.h"
#include "reg_owed.h"

#define NOW_MS INT64_C(1763713000000)

static void waits_longer_each_time(void **state)
{
	static const int64_t waits_s[] = {1, 2, 4, 8, 16, 32, 60, 60, 60};
	struct reg_binding b = {0};
	int64_t now_ms = NOW_MS;
	unsigned i;

	reg_owed_add(&b, now_ms);
	for(i = 0; i < sizeof(waits_s) / sizeof(waits_s[0]); i++) {
		assert_int_equal(b.owed_try_at_ms - now_ms, waits_s[i] * 1000);
		now_ms = b.owed_try_at_ms;
		reg_owed_tried(&b, now_ms);
	}
	for(i = 0; i < 300; i++)
		reg_owed_tried(&b, now_ms);
	assert_int_equal(b.owed_try_at_ms - now_ms, 60000);
	assert_int_equal(b.owed_at_ms, NOW_MS);
}

static void refused_again_keeps_its_age(void **state)
{
	struct reg_binding b = {0};

	reg_owed_add(&b, NOW_MS);
	reg_owed_add(&b, NOW_MS + 5000);
	assert_int_equal(b.owed_at_ms, NOW_MS);
	assert_int_equal(b.owed_try_at_ms, NOW_MS + 7000);
}

static void held_back_again_keeps_its_place(void **state)
{
	struct reg_binding b = {0};

	reg_owed_defer(&b, NOW_MS);
	assert_int_equal(b.owed_try_at_ms, NOW_MS + 1000);
	reg_owed_defer(&b, NOW_MS + 500);
	assert_int_equal(b.owed_try_at_ms, NOW_MS + 1000);
	assert_int_equal(b.owed_at_ms, NOW_MS);
	assert_int_equal(b.owed_tries, 1);
}

static void told_clears_it(void **state)
{
	struct reg_binding b = {0};

	reg_owed_add(&b, NOW_MS);
	assert_int_equal(reg_owed_sar(&b), REG_SAR_RE_REGISTRATION);
	reg_binding_told(&b, NOW_MS + 1000);
	assert_false(b.owed);
	assert_int_equal(reg_owed_sar(&b), REG_SAR_NONE);
	assert_int_equal(b.owed_tries, 0);
}

static void an_end_is_never_live(void **state)
{
	const struct reg_policy p = {.expiry_grace_s = 10};
	struct reg_binding b = {.facts_known = true};

	reg_binding_grant(&b, 600, NOW_MS);
	assert_true(reg_binding_live(&b, &p, NOW_MS));
	reg_owed_end(&b, REG_SAR_USER_DEREGISTRATION, NOW_MS);
	assert_false(reg_binding_live(&b, &p, NOW_MS));
	assert_int_equal(b.owed_try_at_ms, NOW_MS);
	assert_int_equal(reg_owed_sar(&b), REG_SAR_USER_DEREGISTRATION);
}

static void survives_the_record(void **state)
{
	struct reg_binding b = {.facts_known = true}, back;
	uint8_t octets[REG_RECORD_MAX];
	int n;

	reg_owed_add(&b, NOW_MS);
	reg_owed_end(&b, REG_SAR_TIMEOUT_DEREGISTRATION, NOW_MS + 1);
	b.notified_at_ms = NOW_MS + 2;
	n = reg_codec_encode(&b, octets, sizeof(octets));
	assert_true(n > 0);
	assert_int_equal(reg_codec_decode(octets, (size_t)n, &back), 0);
	assert_int_equal(back.owed_at_ms, b.owed_at_ms);
	assert_int_equal(back.owed_try_at_ms, b.owed_try_at_ms);
	assert_int_equal(back.ended_sar, REG_SAR_TIMEOUT_DEREGISTRATION);
	assert_int_equal(back.notified_at_ms, b.notified_at_ms);
	b.ended_sar = 3;
	n = reg_codec_encode(&b, octets, sizeof(octets));
	assert_true(reg_codec_decode(octets, (size_t)n, &back) < 0);
}

static struct reg_set set;

/* Whether a first registration of impi drops what IMPI_A's end owes. */
static bool dropped_by(const char *impi)
{
	struct reg_policy p = fixture_policy();
	struct reg_request req = fixture_register(1);
	struct reg_verdict v;
	struct reg_changes ch;

	set.n = 1;
	set.b[0] = fixture_binding(URI_A, IMPI_A);
	reg_owed_end(&set.b[0], REG_SAR_USER_DEREGISTRATION, NOW_MS);
	req.impi = reg_text_of(impi);
	fixture_contact(&req, URI_A, 600);
	reg_decide(&req, &set, &p, NOW_MS + 1000, &v);
	assert_int_equal(v.act, REG_ACT_REGISTER);
	assert_int_equal(
			reg_apply(&req, &v, true, false, NOW_MS + 1000, &set, &ch), 0);
	return ch.of[0] == REG_CHANGE_REMOVE;
}

static void a_return_overtakes_the_own_end_only(void **state)
{
	assert_true(dropped_by(IMPI_A));
	assert_false(dropped_by(IMPI_C));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			cmocka_unit_test(waits_longer_each_time),
			cmocka_unit_test(refused_again_keeps_its_age),
			cmocka_unit_test(held_back_again_keeps_its_place),
			cmocka_unit_test(told_clears_it),
			cmocka_unit_test(an_end_is_never_live),
			cmocka_unit_test(survives_the_record),
			cmocka_unit_test(a_return_overtakes_the_own_end_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
