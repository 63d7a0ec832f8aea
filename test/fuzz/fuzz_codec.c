/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records from disk and from peers. What begins with 'R' is read as a record;
 * anything else is the making of one, which is then damaged in one octet.
 * Whatever can be read is written again octet for octet.
 */
#include "reg_codec.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check(bool holds)
{
	if(!holds)
		abort();
}

static bool read_and_write(const uint8_t *record, size_t n)
{
	static uint8_t again[REG_RECORD_MAX];
	struct reg_binding b;

	if(reg_codec_decode(record, n, &b) < 0)
		return false;
	check(reg_codec_encode(&b, again, sizeof(again)) == (int)n);
	check(memcmp(record, again, n) == 0);
	return true;
}

/* Takes what it needs off the front; zeroes when there is no more. */
struct bytes
{
	const uint8_t *at;
	size_t n;
};

static uint64_t take(struct bytes *from, unsigned octets)
{
	uint64_t v = 0;

	for(; octets > 0; octets--) {
		v = v << 8 | (from->n > 0 ? *from->at : 0);
		if(from->n > 0) {
			from->at++;
			from->n--;
		}
	}
	return v;
}

static struct reg_text take_text(struct bytes *from, size_t max)
{
	size_t n = (size_t)take(from, 2) % (max + 1);
	struct reg_text t = {(const char *)from->at, n < from->n ? n : from->n};

	from->at += t.n;
	from->n -= t.n;
	return t;
}

static int64_t take_stamp(struct bytes *from)
{
	return (int64_t)take(from, 8) % (REG_STAMP_MAX + 1);
}

static void take_facts(struct bytes *from, struct reg_binding *b)
{
	uint64_t flags = take(from, 1);

	b->facts_known = flags & 1;
	b->owed = flags & 2;
	b->forced = flags & 4;
	b->reauth = flags & 8;
	b->granted_at_ms = take_stamp(from);
	b->expires_at_ms = take_stamp(from);
	b->hss_told_at_ms = take_stamp(from);
	b->proved_at_ms = take_stamp(from);
	b->reg_id = (uint32_t)take(from, 4);
	b->q = (uint16_t)take(from, 2);
	b->cseq_accepted = (uint32_t)take(from, 4);
	b->cseq_seen = (uint32_t)take(from, 4);
}

static void take_texts(struct bytes *from, struct reg_binding *b)
{
	b->uri = take_text(from, REG_URI_MAX);
	b->instance = take_text(from, REG_PARAMS_MAX);
	b->params = take_text(from, REG_PARAMS_MAX);
	b->impi = take_text(from, REG_IDENTITY_MAX);
	b->call_id = take_text(from, REG_CALL_ID_MAX);
	b->path = take_text(from, REG_PATH_MAX);
	b->user_agent = take_text(from, REG_USER_AGENT_MAX);
	b->received = take_text(from, REG_URI_MAX);
	b->journal = take_text(from, REG_JOURNAL_MAX);
}

static void make_and_damage(struct bytes from)
{
	static uint8_t record[REG_RECORD_MAX];
	struct reg_binding b = {0};
	size_t at = (size_t)take(&from, 2);
	uint8_t octet = (uint8_t)take(&from, 1);
	int n;

	take_facts(&from, &b);
	take_texts(&from, &b);
	n = reg_codec_encode(&b, record, sizeof(record));
	check(n > 0);
	check(read_and_write(record, (size_t)n));
	check(!read_and_write(record, (size_t)n - 1));
	record[at % (size_t)n] = octet;
	read_and_write(record, (size_t)n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if(n > 0 && n <= REG_RECORD_MAX && data[0] == 'R')
		read_and_write(data, n);
	else
		make_and_damage((struct bytes){data, n});
	return 0;
}
