/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how a binding is written down. Never trusts what it reads.
 */
#include "reg_codec.h"

#include "reg_ladder.h"

#include <errno.h>
#include <string.h>

enum
{
	FLAG_KNOWN = 1,
	FLAG_OWED = 2,
	FLAG_FORCED = 4,
	FLAG_REAUTH = 8,
	FLAG_SHADOW = 16,
	FLAG_LATE = 32,
	FLAGS_ALL = 63,
};

/* Octets before the first text: magic, version, flags, numbers, the debt, the
 * reachability. Room for them is looked at once, so this must be their sum. */
#define OWED_N (8 + 8 + 1 + 1)
#define REACH_N (5 + 3 * 8)
#define HEAD_N (4 + 4 + 2 + 5 * 8 + 3 * 4 + OWED_N + 8 + REACH_N)

/* One cursor for both directions: put() or get() the next field. A field that
 * does not fit or is out of bounds makes bad true, and stays so. */
struct cursor
{
	uint8_t *dst;
	const uint8_t *src;
	size_t at, size;
	bool bad;
};

static bool has_room(struct cursor *c, size_t n)
{
	c->bad = c->bad || c->size - c->at < n;
	return !c->bad;
}

/* Numbers are written most significant octet first; the caller knows that there
 * is room. Inline, so that one instruction turns the octets around. */
static inline __attribute__((always_inline)) void put(
		struct cursor *c, uint64_t v, unsigned octets)
{
	unsigned i;

	for(i = 0; i < octets; i++)
		c->dst[c->at + i] = (uint8_t)(v >> (8 * (octets - 1 - i)));
	c->at += octets;
}

static inline __attribute__((always_inline)) uint64_t get(
		struct cursor *c, unsigned octets)
{
	uint64_t v = 0;
	unsigned i;

#pragma GCC unroll 8
	for(i = 0; i < octets; i++)
		v = v << 8 | c->src[c->at + i];
	c->at += octets;
	return v;
}

static void put_text(struct cursor *c, struct reg_text t)
{
	if(!has_room(c, 2 + t.n))
		return;
	put(c, t.n, 2);
	if(t.n == 0)
		return;
	memcpy(c->dst + c->at, t.s, t.n);
	c->at += t.n;
}

static struct reg_text get_text(struct cursor *c, size_t max)
{
	struct reg_text t = {NULL, 0};
	size_t n;

	if(!has_room(c, 2))
		return t;
	n = (size_t)get(c, 2);
	c->bad = c->bad || n > max;
	if(!has_room(c, n) || n == 0)
		return t;
	t.s = (const char *)c->src + c->at;
	t.n = n;
	c->at += n;
	return t;
}

static inline int64_t get_stamp(struct cursor *c)
{
	int64_t v = (int64_t)get(c, 8);

	c->bad = c->bad || v > REG_STAMP_MAX || v < -REG_STAMP_MAX;
	return c->bad ? 0 : v;
}

static unsigned flags_of(const struct reg_binding *b)
{
	return (b->facts_known ? FLAG_KNOWN : 0u) | (b->owed ? FLAG_OWED : 0u)
		   | (b->forced ? FLAG_FORCED : 0u) | (b->reauth ? FLAG_REAUTH : 0u)
		   | (b->shadow ? FLAG_SHADOW : 0u) | (b->late ? FLAG_LATE : 0u);
}

static void put_reach(struct cursor *c, const struct reg_reach *r)
{
	put(c, r->state, 1);
	put(c, r->means, 1);
	put(c, r->stage, 1);
	put(c, r->fails, 1);
	put(c, r->told, 1);
	put(c, (uint64_t)r->at_ms, 8);
	put(c, (uint64_t)r->since_ms, 8);
	put(c, (uint64_t)r->look_at_ms, 8);
}

static void get_reach(struct cursor *c, struct reg_reach *r)
{
	uint8_t told;

	r->state = (uint8_t)get(c, 1);
	r->means = (uint8_t)get(c, 1);
	r->stage = (uint8_t)get(c, 1);
	r->fails = (uint8_t)get(c, 1);
	told = (uint8_t)get(c, 1);
	c->bad = c->bad || r->state >= REG_REACH_STATES_N || r->means >= REG_MEANS_N
			 || r->stage >= REG_STAGES_N || told > 1;
	r->told = told;
	r->at_ms = get_stamp(c);
	r->since_ms = get_stamp(c);
	r->look_at_ms = get_stamp(c);
}

static void put_owed(struct cursor *c, const struct reg_binding *b)
{
	put(c, (uint64_t)b->owed_at_ms, 8);
	put(c, (uint64_t)b->owed_try_at_ms, 8);
	put(c, b->owed_tries, 1);
	put(c, b->ended_sar, 1);
}

static void get_owed(struct cursor *c, struct reg_binding *b)
{
	b->owed_at_ms = get_stamp(c);
	b->owed_try_at_ms = get_stamp(c);
	b->owed_tries = (uint8_t)get(c, 1);
	b->ended_sar = (uint8_t)get(c, 1);
	switch(b->ended_sar) {
		case REG_SAR_NONE:
			break;
		case REG_SAR_TIMEOUT_DEREGISTRATION:
		case REG_SAR_USER_DEREGISTRATION:
		case REG_SAR_ADMINISTRATIVE_DEREGISTRATION:
			c->bad = c->bad || !b->owed; /* else nobody would end it */
			break;
		default:
			c->bad = true;
	}
}

static bool texts_fit(const struct reg_binding *b)
{
	return b->uri.n <= REG_URI_MAX && b->instance.n <= REG_PARAMS_MAX
		   && b->params.n <= REG_PARAMS_MAX && b->impi.n <= REG_IDENTITY_MAX
		   && b->call_id.n <= REG_CALL_ID_MAX && b->path.n <= REG_PATH_MAX
		   && b->user_agent.n <= REG_USER_AGENT_MAX
		   && b->received.n <= REG_URI_MAX && b->journal.n <= REG_JOURNAL_MAX;
}

int reg_codec_encode(const struct reg_binding *b, uint8_t *dst, size_t size)
{
	struct cursor c = {.dst = dst, .size = size};

	if(!texts_fit(b))
		return -EINVAL;
	if(size < HEAD_N)
		return -ENOSPC;
	put(&c, 'R', 1);
	put(&c, 'B', 1);
	put(&c, REG_CODEC_VERSION, 1);
	put(&c, flags_of(b), 1);
	put(&c, b->reg_id, 4);
	put(&c, b->q, 2);
	put(&c, (uint64_t)b->granted_at_ms, 8);
	put(&c, (uint64_t)b->expires_at_ms, 8);
	put(&c, (uint64_t)b->hss_told_at_ms, 8);
	put(&c, (uint64_t)b->accepted_at_ms, 8);
	put(&c, (uint64_t)b->proved_at_ms, 8);
	put(&c, b->proved_n, 4);
	put(&c, b->cseq_accepted, 4);
	put(&c, b->cseq_seen, 4);
	put_owed(&c, b);
	put(&c, (uint64_t)b->notified_at_ms, 8);
	put_reach(&c, &b->reach);
	put_text(&c, b->uri);
	put_text(&c, b->instance);
	put_text(&c, b->params);
	put_text(&c, b->impi);
	put_text(&c, b->call_id);
	put_text(&c, b->path);
	put_text(&c, b->user_agent);
	put_text(&c, b->received);
	put_text(&c, b->journal);
	return c.bad ? -ENOSPC : (int)c.at;
}

static void get_flags(struct cursor *c, struct reg_binding *b)
{
	uint64_t flags = get(c, 1);

	c->bad = c->bad || flags > FLAGS_ALL;
	b->facts_known = flags & FLAG_KNOWN;
	b->owed = flags & FLAG_OWED;
	b->forced = flags & FLAG_FORCED;
	b->reauth = flags & FLAG_REAUTH;
	b->shadow = flags & FLAG_SHADOW;
	b->late = flags & FLAG_LATE;
}

static void get_fixed(struct cursor *c, struct reg_binding *b)
{
	b->reg_id = (uint32_t)get(c, 4);
	b->q = (uint16_t)get(c, 2);
	b->granted_at_ms = get_stamp(c);
	b->expires_at_ms = get_stamp(c);
	b->hss_told_at_ms = get_stamp(c);
	b->accepted_at_ms = get_stamp(c);
	b->proved_at_ms = get_stamp(c);
	b->proved_n = (uint32_t)get(c, 4);
	b->cseq_accepted = (uint32_t)get(c, 4);
	b->cseq_seen = (uint32_t)get(c, 4);
	get_owed(c, b);
	b->notified_at_ms = get_stamp(c);
}

static void get_texts(struct cursor *c, struct reg_binding *b)
{
	b->uri = get_text(c, REG_URI_MAX);
	b->instance = get_text(c, REG_PARAMS_MAX);
	b->params = get_text(c, REG_PARAMS_MAX);
	b->impi = get_text(c, REG_IDENTITY_MAX);
	b->call_id = get_text(c, REG_CALL_ID_MAX);
	b->path = get_text(c, REG_PATH_MAX);
	b->user_agent = get_text(c, REG_USER_AGENT_MAX);
	b->received = get_text(c, REG_URI_MAX);
	b->journal = get_text(c, REG_JOURNAL_MAX);
}

int reg_codec_decode(const uint8_t *src, size_t n, struct reg_binding *ret)
{
	struct cursor c = {.src = src, .size = n};
	struct reg_binding b = {0};

	if(n < 3 || get(&c, 1) != 'R' || get(&c, 1) != 'B')
		return -EBADMSG;
	if(get(&c, 1) != REG_CODEC_VERSION)
		return -EPROTO;
	if(n < HEAD_N)
		return -EBADMSG;
	get_flags(&c, &b);
	get_fixed(&c, &b);
	get_reach(&c, &b.reach);
	get_texts(&c, &b);
	if(c.bad || c.at != n)
		return -EBADMSG;
	*ret = b;
	return 0;
}
