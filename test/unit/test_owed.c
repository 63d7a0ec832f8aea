/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A debt: when it is tried again, what ends it, what does not.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
			cmocka_unit_test(waits_longer_each_time),
			cmocka_unit_test(refused_again_keeps_its_age),
			cmocka_unit_test(told_clears_it),
			cmocka_unit_test(an_end_is_never_live),
			cmocka_unit_test(survives_the_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
