/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows what is kept of a request to a UE. Never reads a message.
 */
#include "reach.h"

#include "../../core/dprint.h"

#include "config.h"
#include "core/reg_journal.h"
#include "stats.h"
#include "store.h"
#include "text.h"

struct note
{
	const struct call *c;
	const struct call_leg *leg;
	enum reg_sign sign;
	int64_t now_ms;
	bool ended, known, turned;
	uint8_t journal[REG_JOURNAL_ROOM];
};

static void write_down(struct reg_binding *b, struct note *n)
{
	struct reg_call_end end = {.at_ms = n->now_ms,
			.means = n->c->means,
			.stage = (uint8_t)n->leg->ladder.stage,
			.state = b->reach.state};

	b->journal = reg_journal_add_call(
			b->journal, &end, config.explain_verdicts, n->journal);
}

static void change(struct reg_binding *b, void *param)
{
	struct note *n = param;

	n->turned = reg_reach_note(&b->reach, n->sign, (enum reg_means)n->c->means,
			n->leg->asked_at_ms, n->now_ms);
	if(n->leg->ladder.invite)
		b->reach.stage = (uint8_t)n->leg->ladder.stage;
	if(n->known)
		write_down(b, n);
}

static void say(const struct store_one *one, const struct note *n)
{
	if(n->turned)
		LM_INFO("%.*s: <%.*s> is %s, by %s\n", TEXT_FMT(one->key),
				TEXT_FMT(one->b.uri), reg_reach_name(one->b.reach.state),
				reg_means_name(one->b.reach.means));
	if(n->ended && n->leg->ladder.stage != REG_STAGE_COMPLETE)
		LM_INFO("%.*s: a call to <%.*s> stopped: %s\n", TEXT_FMT(one->key),
				TEXT_FMT(one->b.uri), reg_stage_name(n->leg->ladder.stage));
}

static void count(enum reg_sign sign)
{
	if(sign == REG_SIGN_LIVES)
		stats_count(STATS_REACH_PROOFS);
	if(sign == REG_SIGN_SILENT)
		stats_count(STATS_REACH_FAILURES);
}

/* @return whether it has just ended */
static bool settle(struct call_leg *leg)
{
	if(!leg->used || leg->settled || !leg->ladder.over)
		return false;
	leg->settled = true;
	if(!leg->ladder.invite)
		return false;
	stats_call(leg->ladder.stage);
	return true;
}

/* @return whether all that it shows has just become known */
static bool conclude(struct call_leg *leg)
{
	if(!leg->used || leg->written || !reg_ladder_known(&leg->ladder))
		return false;
	leg->written = true;
	return true;
}

void reach_note(const struct call *c, struct call_leg *leg, enum reg_sign sign,
		int64_t now_ms)
{
	static struct store_one one;
	struct note n;
	bool moved = leg->ladder.stage != leg->shown;

	count(sign);
	n.c = c;
	n.leg = leg;
	n.sign = sign;
	n.now_ms = now_ms;
	n.ended = settle(leg);
	n.known = conclude(leg);
	leg->shown = (uint8_t)leg->ladder.stage;
	if(!moved && !n.ended && !n.known && sign == REG_SIGN_NONE)
		return;
	if(store_change(leg->what, change, &n, &one))
		say(&one, &n);
}
