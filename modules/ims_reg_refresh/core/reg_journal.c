/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how verdicts and calls are written down in few octets. Never trusts what it reads.
 */
#include "reg_journal.h"

#include <string.h>

/* Length, kind, three octets (of a verdict: flags, act, why; of a call: means,
 * stage, state), seconds since 1970; then numbers of seven bits an octet, the
 * last of them with its high bit clear. */
#define KIND_AT 1
#define FLAGS_AT 2
#define ACT_AT 3
#define WHY_AT 4
#define MEANS_AT 2
#define STAGE_AT 3
#define STATE_AT 4
#define SECONDS_AT 5
#define NUMBERS_AT 9

enum
{
	FLAG_CALLID_SAME = 1,
	FLAG_UNPROVEN = 2,
	FLAG_TIMES = 4,	  /* more than once */
	FLAG_REASONS = 8, /* others than the why */
	FLAG_HSS = 16,	  /* it was asked */
	FLAG_STATUS = 32, /* not 200 */
};

/* Octets of the first entry, 0: there is none. */
static size_t entry_n(struct reg_text at)
{
	size_t n = at.n > KIND_AT ? (uint8_t)at.s[0] : 0;

	return n > KIND_AT && n <= at.n ? n : 0;
}

static struct reg_text after(struct reg_text t, size_t n)
{
	return n == 0 ? t : (struct reg_text){t.s + n, t.n - n};
}

/* Of the first entry; 0: it is none that we can read. */
static unsigned kind_of(struct reg_text entry)
{
	unsigned kind = 0;

	if(entry_n(entry) >= NUMBERS_AT)
		kind = (uint8_t)entry.s[KIND_AT];
	return kind == REG_ENTRY_VERDICT || kind == REG_ENTRY_CALL ? kind : 0;
}

static uint8_t *put_number(uint8_t *at, uint64_t v)
{
	for(; v > 0x7f; v >>= 7)
		*at++ = (uint8_t)(v | 0x80);
	*at++ = (uint8_t)v;
	return at;
}

/* @return the number, or 0 past the end; at is moved behind it */
static uint64_t get_number(struct reg_text *at)
{
	uint64_t v = 0;
	unsigned shift;
	uint8_t octet;

	for(shift = 0; at->n > 0 && shift < 64; shift += 7) {
		octet = (uint8_t)*at->s;
		*at = after(*at, 1);
		v |= (uint64_t)(octet & 0x7f) << shift;
		if(octet < 0x80)
			return v;
	}
	return 0;
}

static unsigned flags_of(const struct reg_trace *t, uint32_t times)
{
	return (t->callid_same ? FLAG_CALLID_SAME : 0u)
		   | (t->unproven ? FLAG_UNPROVEN : 0u) | (times > 1 ? FLAG_TIMES : 0u)
		   | (t->reasons != reg_why_bit(t->why) ? FLAG_REASONS : 0u)
		   | (t->sar || t->hss_result ? FLAG_HSS : 0u)
		   | (t->status != 200 ? FLAG_STATUS : 0u);
}

static uint8_t *put_numbers(
		uint8_t *at, const struct reg_trace *t, unsigned flags, uint32_t times)
{
	at = put_number(at, t->elapsed_s);
	at = put_number(at, t->lifetime_s);
	at = put_number(at, t->cseq_seen);
	at = put_number(at, t->cseq_new);
	at = put_number(at, t->lui_left_s);
	at = put_number(at, t->expires_s);
	if(flags & FLAG_TIMES)
		at = put_number(at, times);
	if(flags & FLAG_REASONS)
		at = put_number(at, t->reasons);
	if(flags & FLAG_HSS) {
		at = put_number(at, t->sar);
		at = put_number(at, t->hss_result);
	}
	if(flags & FLAG_STATUS)
		at = put_number(at, t->status);
	return at;
}

static void put_seconds(uint8_t *dst, int64_t at_ms)
{
	uint32_t at_s = (uint32_t)(at_ms / 1000);
	unsigned i;

	for(i = 0; i < 4; i++)
		dst[SECONDS_AT + i] = (uint8_t)(at_s >> (24 - 8 * i));
}

/* @return octets written */
static size_t put_verdict(
		uint8_t *dst, const struct reg_trace *t, uint32_t times)
{
	unsigned flags = flags_of(t, times);
	size_t n;

	dst[KIND_AT] = REG_ENTRY_VERDICT;
	dst[FLAGS_AT] = (uint8_t)flags;
	dst[ACT_AT] = t->act;
	dst[WHY_AT] = t->why;
	put_seconds(dst, t->at_ms);
	n = (size_t)(put_numbers(dst + NUMBERS_AT, t, flags, times) - dst);
	dst[0] = (uint8_t)n;
	return n;
}

/* @return octets written */
static size_t put_call(
		uint8_t *dst, const struct reg_call_end *c, uint32_t times)
{
	size_t n;

	dst[KIND_AT] = REG_ENTRY_CALL;
	dst[MEANS_AT] = c->means;
	dst[STAGE_AT] = c->stage;
	dst[STATE_AT] = c->state;
	put_seconds(dst, c->at_ms);
	n = (size_t)(put_number(dst + NUMBERS_AT, times) - dst);
	dst[0] = (uint8_t)n;
	return n;
}

static void get_numbers(
		struct reg_text at, unsigned flags, struct reg_entry *ret)
{
	struct reg_trace *t = &ret->verdict;

	t->elapsed_s = (uint32_t)get_number(&at);
	t->lifetime_s = (uint32_t)get_number(&at);
	t->cseq_seen = (uint32_t)get_number(&at);
	t->cseq_new = (uint32_t)get_number(&at);
	t->lui_left_s = (uint32_t)get_number(&at);
	t->expires_s = (uint32_t)get_number(&at);
	ret->times = flags & FLAG_TIMES ? (uint32_t)get_number(&at) : 1;
	t->reasons = flags & FLAG_REASONS ? get_number(&at) : reg_why_bit(t->why);
	t->reasons &= reg_why_bit(REG_WHY_N) - 1;
	if(flags & FLAG_HSS) {
		t->sar = (uint32_t)get_number(&at);
		t->hss_result = (uint32_t)get_number(&at);
	}
	t->status = flags & FLAG_STATUS ? (uint16_t)get_number(&at) : 200;
}

static int64_t get_seconds(const uint8_t *s)
{
	uint32_t at_s = 0;
	unsigned i;

	for(i = 0; i < 4; i++)
		at_s = at_s << 8 | s[SECONDS_AT + i];
	return (int64_t)at_s * 1000;
}

static void get_verdict(struct reg_text entry, struct reg_entry *ret)
{
	const uint8_t *s = (const uint8_t *)entry.s;
	struct reg_trace *t = &ret->verdict;

	t->at_ms = get_seconds(s);
	t->act = s[ACT_AT] < REG_ACT_N ? s[ACT_AT] : (uint8_t)REG_ACT_NONE;
	t->why = s[WHY_AT] < REG_WHY_N ? s[WHY_AT] : (uint8_t)REG_WHY_NONE;
	t->callid_same = s[FLAGS_AT] & FLAG_CALLID_SAME;
	t->unproven = s[FLAGS_AT] & FLAG_UNPROVEN;
	get_numbers(after(entry, NUMBERS_AT), s[FLAGS_AT], ret);
}

/* Whoever names means, stage and state takes any number. */
static void get_call(struct reg_text entry, struct reg_entry *ret)
{
	const uint8_t *s = (const uint8_t *)entry.s;
	struct reg_text numbers = after(entry, NUMBERS_AT);

	ret->call = (struct reg_call_end){.at_ms = get_seconds(s),
			.means = s[MEANS_AT],
			.stage = s[STAGE_AT],
			.state = s[STATE_AT]};
	ret->times = (uint32_t)get_number(&numbers);
}

/* @return false: it is of no kind that we know */
static bool get_entry(struct reg_text entry, struct reg_entry *ret)
{
	unsigned kind = kind_of(entry);

	if(kind == 0)
		return false;
	memset(ret, 0, sizeof(*ret));
	ret->kind = (uint8_t)kind;
	entry.n = entry_n(entry);
	if(kind == REG_ENTRY_CALL)
		get_call(entry, ret);
	else
		get_verdict(entry, ret);
	return true;
}

bool reg_journal_next(struct reg_text *at, struct reg_entry *ret)
{
	struct reg_text entry;
	size_t n;

	while((n = entry_n(*at)) > 0) {
		entry = *at;
		*at = after(*at, n);
		if(get_entry(entry, ret))
			return true;
	}
	return false;
}

/* Octets of the first entries: as many as may be kept, and are whole. */
static size_t front_n(const uint8_t *s, size_t size, unsigned n_max)
{
	struct reg_text at = {(const char *)s, size};
	size_t n, used = 0;

	for(; n_max > 0 && (n = entry_n(at)) > 0; n_max--) {
		if(used + n > REG_JOURNAL_MAX)
			break;
		used += n;
		at = after(at, n);
	}
	return used;
}

/* How often this has happened in a row. What changed something never is. */
static uint32_t times_before(struct reg_text journal, const struct reg_trace *t)
{
	struct reg_entry last;

	if(t->act != REG_ACT_REJECT && t->act != REG_ACT_REPEAT
			&& t->act != REG_ACT_CHALLENGE)
		return 0;
	if(!get_entry(journal, &last) || last.kind != REG_ENTRY_VERDICT)
		return 0;
	return last.verdict.act == t->act && last.verdict.why == t->why
						   && last.verdict.unproven == t->unproven
				   ? last.times
				   : 0;
}

static uint32_t calls_before(
		struct reg_text journal, const struct reg_call_end *c)
{
	struct reg_entry last;

	if(!get_entry(journal, &last) || last.kind != REG_ENTRY_CALL)
		return 0;
	return last.call.means == c->means && last.call.stage == c->stage
						   && last.call.state == c->state
				   ? last.times
				   : 0;
}

/* Whether the first entry is one of those that fill half at the most. */
static bool is_minor(struct reg_text entry)
{
	unsigned kind = kind_of(entry);

	return kind == REG_ENTRY_CALL
		   || (kind == REG_ENTRY_VERDICT && entry.s[FLAGS_AT] & FLAG_UNPROVEN);
}

/* The n-th of them, or the end. */
static struct reg_text find_minor(struct reg_text at, unsigned n)
{
	size_t size;

	for(; (size = entry_n(at)) > 0; at = after(at, size))
		if(is_minor(at) && --n == 0)
			break;
	return at;
}

/* Everything but the entry at gap. @return octets written */
static size_t copy_without(
		struct reg_text journal, struct reg_text gap, uint8_t *dst)
{
	size_t front = journal.n - gap.n;
	struct reg_text rest = after(gap, entry_n(gap));

	if(front > 0)
		memcpy(dst, journal.s, front);
	if(rest.n > 0)
		memcpy(dst + front, rest.s, rest.n);
	return front + rest.n;
}

/* A new entry stands in dst, the journal follows: without its first one where
 * that was the same, else without the minor one too many. */
static struct reg_text push(
		struct reg_text journal, bool again, unsigned n_max, uint8_t *dst)
{
	size_t n = dst[0];
	struct reg_text entry = {(const char *)dst, n}, gap, rest = journal;

	gap = after(journal, journal.n);
	if(again)
		rest = after(journal, entry_n(journal));
	else if(is_minor(entry))
		gap = find_minor(journal, n_max / 2);
	n += copy_without(rest, gap, dst + n);
	return (struct reg_text){(const char *)dst, front_n(dst, n, n_max)};
}

static uint32_t one_more(uint32_t times)
{
	return times < UINT32_MAX ? times + 1 : times;
}

struct reg_text reg_journal_add(struct reg_text journal,
		const struct reg_trace *t, unsigned n_max, uint8_t *dst)
{
	uint32_t times;

	if(n_max == 0)
		return (struct reg_text){NULL, 0};
	if(t->act == REG_ACT_NONE || (t->unproven && n_max < 2))
		return journal;
	times = times_before(journal, t);
	put_verdict(dst, t, one_more(times));
	return push(journal, times > 0, n_max, dst);
}

struct reg_text reg_journal_add_call(struct reg_text journal,
		const struct reg_call_end *c, unsigned n_max, uint8_t *dst)
{
	uint32_t times;

	if(n_max < 2)
		return journal;
	times = calls_before(journal, c);
	put_call(dst, c, one_more(times));
	return push(journal, times > 0, n_max, dst);
}

struct reg_entry reg_journal_newest(struct reg_text journal)
{
	struct reg_entry newest;

	while(reg_journal_next(&journal, &newest))
		if(newest.kind == REG_ENTRY_VERDICT)
			return newest;
	return (struct reg_entry){0};
}
