/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the words for a verdict and for a call. Never knows whose it is.
 */
#include "reg_explain.h"

#include <stdarg.h>
#include <stdio.h>

struct line
{
	char *s;
	size_t n;
};

__attribute__((format(printf, 2, 3))) static void say(
		struct line *l, const char *format, ...)
{
	size_t room = REG_EXPLAIN_SIZE - l->n;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(l->s + l->n, room, format, args);
	va_end(args);
	if(n > 0)
		l->n += (size_t)n < room ? (size_t)n : room - 1;
}

static void say_what(struct line *l, const struct reg_entry *e)
{
	const struct reg_trace *t = &e->verdict;
	char reasons[256];

	say(l, "%s: ", reg_act_name(t->act));
	reg_reasons_print(
			t->reasons | reg_why_bit(t->why), reasons, sizeof(reasons));
	say(l, "%s", reasons);
	if(e->times > 1)
		say(l, ", %u times in a row", e->times);
	if(t->unproven)
		say(l, " (unproven)");
}

static void say_compared(struct line *l, const struct reg_trace *t)
{
	if(t->lifetime_s > 0)
		say(l, "; %u of %u s gone", t->elapsed_s, t->lifetime_s);
	if(t->cseq_seen > 0)
		say(l, "; CSeq %u after %u, %s Call-ID", t->cseq_new, t->cseq_seen,
				t->callid_same ? "same" : "other");
	else
		say(l, "; CSeq %u", t->cseq_new);
	if(t->lui_left_s > 0 && t->lui_left_s < UINT32_MAX)
		say(l, "; HSS due in %u s", t->lui_left_s);
}

static void say_outcome(struct line *l, const struct reg_trace *t)
{
	if(t->sar)
		say(l, "; SAR %u", t->sar);
	if(t->hss_result)
		say(l, ", HSS said %u", t->hss_result);
	else if(t->sar)
		say(l, ", no word of the HSS");
	if(t->status)
		say(l, "; answered %u", t->status);
	else if(t->act == REG_ACT_CHALLENGE)
		say(l, "; HSS asked for credentials");
	if(t->expires_s > 0)
		say(l, ", expires %u s", t->expires_s);
}

static void say_call(struct line *l, const struct reg_entry *e)
{
	const struct reg_call_end *c = &e->call;

	if(c->means == REG_MEANS_PROBE)
		say(l, "probe: OPTIONS");
	else
		say(l, "call: %s", reg_means_name(c->means));
	if(c->stage != REG_STAGE_NONE)
		say(l, ", %s", reg_stage_name(c->stage));
	if(e->times > 1)
		say(l, ", %u times in a row", e->times);
	say(l, "; %s", reg_reach_name(c->state));
}

void reg_explain(const struct reg_entry *e, char *dst)
{
	struct line l = {dst, 0};

	dst[0] = '\0';
	if(e->kind == REG_ENTRY_CALL) {
		say_call(&l, e);
		return;
	}
	say_what(&l, e);
	say_compared(&l, &e->verdict);
	say_outcome(&l, &e->verdict);
}
