/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The record of a binding: every field comes back, and nothing that is cut
 * off, of another version or out of bounds comes in.
 */
#include "fixture.h"
#include "reg_codec.h"
#include "reg_ladder.h"

#include <errno.h>
#include <string.h>

#define VERSION_AT 2
#define FLAGS_AT 3
#define GRANTED_AT 10
#define ENDED_AT 79
#define REACH_AT 88
#define URI_LENGTH_AT 117

/* Every field has a value of its own. */
static struct reg_binding full_binding(void)
{
	return (struct reg_binding){
			.facts_known = true,
			.uri = TEXT(URI_A),
			.instance = TEXT("<urn:uuid:1>"),
			.params = TEXT(";+g.3gpp.smsip;video"),
			.reg_id = 0x01020304,
			.q = 700,
			.impi = TEXT(IMPI_A),
			.call_id = TEXT("call\0one"),
			.path = TEXT(PATH_1 "," PATH_2),
			.user_agent = TEXT("u"),
			.received = TEXT("sip:198.51.100.7:40000"),
			.granted_at_ms = -5,
			.expires_at_ms = INT64_C(1700000000123),
			.hss_told_at_ms = REG_STAMP_MAX,
			.accepted_at_ms = 26,
			.proved_at_ms = -REG_STAMP_MAX,
			.proved_n = 11,
			.cseq_accepted = REG_CSEQ_MAX,
			.cseq_seen = UINT32_MAX,
			.owed = true,
			.owed_at_ms = 17,
			.owed_try_at_ms = 18,
			.owed_tries = 19,
			.ended_sar = REG_SAR_TIMEOUT_DEREGISTRATION,
			.notified_at_ms = 20,
			.late = true,
			.reach = {.state = REG_REACH_SUSPECT,
					.means = REG_MEANS_PROBE,
					.stage = REG_STAGE_NO_ACK,
					.fails = 21,
					.told = true,
					.at_ms = 22,
					.since_ms = 23,
					.look_at_ms = 24},
			.forced = true,
			.reauth = true,
			.journal = TEXT("j\0urnal"),
	};
}

static void assert_same_texts(
		const struct reg_binding *a, const struct reg_binding *b)
{
	assert_true(reg_text_eq(a->uri, b->uri));
	assert_true(reg_text_eq(a->instance, b->instance));
	assert_true(reg_text_eq(a->params, b->params));
	assert_true(reg_text_eq(a->impi, b->impi));
	assert_true(reg_text_eq(a->call_id, b->call_id));
	assert_true(reg_text_eq(a->path, b->path));
	assert_true(reg_text_eq(a->user_agent, b->user_agent));
	assert_true(reg_text_eq(a->received, b->received));
	assert_true(reg_text_eq(a->journal, b->journal));
}

static void assert_same_reach(
		const struct reg_reach *a, const struct reg_reach *b)
{
	assert_int_equal(a->state, b->state);
	assert_int_equal(a->means, b->means);
	assert_int_equal(a->stage, b->stage);
	assert_int_equal(a->fails, b->fails);
	assert_int_equal(a->told, b->told);
	assert_int_equal(a->at_ms, b->at_ms);
	assert_int_equal(a->since_ms, b->since_ms);
	assert_int_equal(a->look_at_ms, b->look_at_ms);
}

static void assert_same_binding(
		const struct reg_binding *a, const struct reg_binding *b)
{
	assert_int_equal(a->facts_known, b->facts_known);
	assert_int_equal(a->reg_id, b->reg_id);
	assert_int_equal(a->q, b->q);
	assert_int_equal(a->granted_at_ms, b->granted_at_ms);
	assert_int_equal(a->expires_at_ms, b->expires_at_ms);
	assert_int_equal(a->hss_told_at_ms, b->hss_told_at_ms);
	assert_int_equal(a->accepted_at_ms, b->accepted_at_ms);
	assert_int_equal(a->proved_at_ms, b->proved_at_ms);
	assert_int_equal(a->proved_n, b->proved_n);
	assert_int_equal(a->cseq_accepted, b->cseq_accepted);
	assert_int_equal(a->cseq_seen, b->cseq_seen);
	assert_int_equal(a->owed, b->owed);
	assert_int_equal(a->owed_at_ms, b->owed_at_ms);
	assert_int_equal(a->owed_try_at_ms, b->owed_try_at_ms);
	assert_int_equal(a->owed_tries, b->owed_tries);
	assert_int_equal(a->ended_sar, b->ended_sar);
	assert_int_equal(a->notified_at_ms, b->notified_at_ms);
	assert_int_equal(a->forced, b->forced);
	assert_int_equal(a->reauth, b->reauth);
	assert_same_texts(a, b);
	assert_int_equal(a->late, b->late);
	assert_same_reach(&a->reach, &b->reach);
}

static int encode_full(uint8_t *dst)
{
	struct reg_binding b = full_binding();
	int n = reg_codec_encode(&b, dst, REG_RECORD_MAX);

	assert_true(n > 0);
	return n;
}

static void every_field_comes_back(void **state)
{
	struct reg_binding b = full_binding(), back;
	uint8_t record[REG_RECORD_MAX];
	int n;

	n = encode_full(record);
	assert_int_equal(reg_codec_decode(record, (size_t)n, &back), 0);
	assert_same_binding(&back, &b);
	b = (struct reg_binding){.owed = true};
	n = reg_codec_encode(&b, record, sizeof(record));
	assert_int_equal(reg_codec_decode(record, (size_t)n, &back), 0);
	assert_same_binding(&back, &b);
}

static void the_longest_binding_fits(void **state)
{
	static char text[REG_PATH_MAX];
	struct reg_binding b = full_binding(), back;
	uint8_t record[REG_RECORD_MAX];
	int n;

	memset(text, 'x', sizeof(text));
	b.uri = b.received = (struct reg_text){text, REG_URI_MAX};
	b.instance = b.params = (struct reg_text){text, REG_PARAMS_MAX};
	b.impi = (struct reg_text){text, REG_IDENTITY_MAX};
	b.call_id = (struct reg_text){text, REG_CALL_ID_MAX};
	b.path = (struct reg_text){text, REG_PATH_MAX};
	b.user_agent = (struct reg_text){text, REG_USER_AGENT_MAX};
	b.journal = (struct reg_text){text, REG_JOURNAL_MAX};
	n = reg_codec_encode(&b, record, sizeof(record));
	assert_true(n > 0);
	assert_int_equal(reg_codec_decode(record, (size_t)n, &back), 0);
	assert_same_binding(&back, &b);
	b.path.n++;
	assert_int_equal(reg_codec_encode(&b, record, sizeof(record)), -EINVAL);
}

static void no_truncation_comes_in(void **state)
{
	struct reg_binding before = {.id = 4711}, b = before;
	uint8_t record[REG_RECORD_MAX];
	int i, n = encode_full(record);

	for(i = 0; i < n; i++)
		assert_int_equal(reg_codec_decode(record, (size_t)i, &b), -EBADMSG);
	assert_memory_equal(&b, &before, sizeof(b));
}

static void nothing_may_follow(void **state)
{
	uint8_t record[REG_RECORD_MAX];
	struct reg_binding b;
	int n = encode_full(record);

	record[n] = 0;
	assert_int_equal(reg_codec_decode(record, (size_t)n + 1, &b), -EBADMSG);
}

static void no_room_is_said(void **state)
{
	struct reg_binding b = full_binding();
	uint8_t record[REG_RECORD_MAX];
	int size, n = encode_full(record);

	for(size = 0; size < n; size++)
		assert_int_equal(reg_codec_encode(&b, record, (size_t)size), -ENOSPC);
	assert_int_equal(reg_codec_encode(&b, record, (size_t)n), n);
}

struct damage
{
	const char *name;
	size_t at;
	uint8_t octet;
	int rc;
};

/* clang-format off */
static const struct damage damages[] = {
	{"no record of ours",        0,             'X',         -EBADMSG},
	{"half of our mark",         1,             'X',         -EBADMSG},
	{"an older version",         VERSION_AT,    0,           -EPROTO},
	{"a newer version",          VERSION_AT,    3,           -EPROTO},
	{"a flag that is none",      FLAGS_AT,      64,          -EBADMSG},
	{"a stamp beyond all stamps", GRANTED_AT,   0x7f,        -EBADMSG},
	{"a stamp before all stamps", GRANTED_AT,   0x80,        -EBADMSG},
	{"an end that is none",      ENDED_AT,      3,           -EBADMSG},
	{"a reachability that is none", REACH_AT,   REG_REACH_STATES_N, -EBADMSG},
	{"a means that is none",     REACH_AT + 1,  REG_MEANS_N, -EBADMSG},
	{"a stage that is none",     REACH_AT + 2,  REG_STAGES_N, -EBADMSG},
	{"told more than once",      REACH_AT + 4,  2,           -EBADMSG},
	{"a sight beyond all stamps", REACH_AT + 5, 0x7f,        -EBADMSG},
	{"a text longer than its bound", URI_LENGTH_AT, 0x10,    -EBADMSG},
};
/* clang-format on */

static void damage_row(void **state)
{
	const struct damage *row = *state;
	uint8_t record[REG_RECORD_MAX];
	struct reg_binding b;
	int n = encode_full(record);

	assert_int_not_equal(record[row->at], row->octet);
	record[row->at] = row->octet;
	assert_int_equal(reg_codec_decode(record, (size_t)n, &b), row->rc);
}

/* The last text of a record, one octet longer than it may be. */
static void a_bound_holds_even_if_the_text_is_there(void **state)
{
	static char text[REG_JOURNAL_MAX];
	struct reg_binding b = full_binding(), back;
	uint8_t record[REG_RECORD_MAX];
	int n;

	memset(text, 'x', sizeof(text));
	b.journal = (struct reg_text){text, sizeof(text)};
	n = reg_codec_encode(&b, record, sizeof(record));
	assert_int_equal(reg_codec_decode(record, (size_t)n, &back), 0);
	record[n - REG_JOURNAL_MAX - 1]++;
	record[n] = 'x';
	assert_int_equal(reg_codec_decode(record, (size_t)n + 1, &back), -EBADMSG);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(every_field_comes_back),
			cmocka_unit_test(the_longest_binding_fits),
			cmocka_unit_test(no_truncation_comes_in),
			cmocka_unit_test(nothing_may_follow),
			cmocka_unit_test(no_room_is_said),
			cmocka_unit_test(a_bound_holds_even_if_the_text_is_there),
	};
	static struct CMUnitTest rows[COUNT_OF(damages)];

	fixture_rows(
			rows, damage_row, damages, COUNT_OF(damages), sizeof(damages[0]));
	return cmocka_run_group_tests(tests, NULL, NULL)
		   + cmocka_run_group_tests_name("damages", rows, NULL, NULL);
}
