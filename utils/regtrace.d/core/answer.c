/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how a judgement is told: the words of the module's own log line.
 */
#include "judge.h"

#include "core/reg_lifetime.h"

#include <stdio.h>
#include <stdlib.h>

static void print_word(const char *name, const char *word)
{
	line_print(name, reg_text_of(word));
}

static void print_compared(const struct reg_trace *t)
{
	line_print_number("elapsed", t->elapsed_s);
	line_print_number("lifetime", t->lifetime_s);
	line_print_number("cseq-seen", t->cseq_seen);
	line_print_number("cseq-new", t->cseq_new);
	print_word("callid", t->callid_same ? "same" : "other");
	line_print_number("lui-left", (int32_t)t->lui_left_s);
}

/* What is bound after it: how many, and the last to end. */
static void print_bindings(const struct judge *g)
{
	const struct reg_binding *b, *last = NULL;
	unsigned i, n = 0;

	for(i = 0; i < g->set.n; i++) {
		b = &g->set.b[i];
		if(g->removed[i] || !reg_binding_live(b, g->policy, g->e->answered_ms))
			continue;
		n++;
		if(!last || b->expires_at_ms > last->expires_at_ms)
			last = b;
	}
	line_print_number("bindings", n);
	if(!last)
		return;
	line_print_number("granted-at", last->granted_at_ms);
	line_print_number("until", last->expires_at_ms);
	line_print("bound", last->uri);
}

static void print_loop(const struct judge *g)
{
	const struct reg_loop *l = &g->user->loop;
	unsigned n = reg_loop_count(l);

	line_print_number("challenges", n);
	if(n == 0)
		return;
	print_word("cause", reg_loop_cause_name(g->e->cause));
	print_word("class", reg_loop_cause_name(reg_loop_class(l)));
	line_print_number(
			"loop", g->policy->loop_limit > 0 && n >= g->policy->loop_limit);
}

void judge_print(const struct judge *g)
{
	const struct judgement *j = &g->j;
	char reasons[512];

	reg_reasons_print(j->reasons, reasons, sizeof(reasons));
	printf("verdict");
	print_word("act", reg_act_name(j->act));
	print_word("why", reg_why_name(j->why));
	print_word("reasons", reasons);
	print_word("proof", reg_why_name(j->proof));
	line_print_number("sar", j->sar);
	line_print_number("status", j->status);
	line_print_number("expires", j->expires_s);
	line_print_number("owed", j->owe);
	print_compared(&j->compared);
	print_bindings(g);
	print_loop(g);
	line_print("impu", g->e->req.impu);
	line_print("impi", g->e->req.impi);
	putchar('\n');
}
