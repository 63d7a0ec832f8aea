/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how verdicts and calls are shown. Never judges one.
 */
#include "rpc_explain.h"

#include "clock.h"
#include "config.h"
#include "core/reg_explain.h"
#include "rpc_text.h"
#include "text.h"

/* A verdict on a binding, or a call to it; false: there is no room for more. */
typedef bool (*show_f)(rpc_t *rpc, void *ctx, const struct reg_binding *b,
		const struct reg_entry *e);

static int64_t time_of(const struct reg_entry *e)
{
	return e->kind == REG_ENTRY_CALL ? e->call.at_ms : e->verdict.at_ms;
}

static void add_verdict(rpc_t *rpc, void *h, const struct reg_entry *e)
{
	const struct reg_trace *t = &e->verdict;
	char reasons[256];

	reg_reasons_print(t->reasons, reasons, sizeof(reasons));
	rpc->struct_add(h, "sss", "act", reg_act_name(t->act), "why",
			reg_why_name(t->why), "reasons", reasons);
	rpc->struct_add(
			h, "uu", "elapsed", t->elapsed_s, "lifetime", t->lifetime_s);
	rpc->struct_add(h, "uus", "cseq_seen", t->cseq_seen, "cseq", t->cseq_new,
			"call_id", t->callid_same ? "same" : "other");
	rpc->struct_add(h, "duuu", "lui_left", (int)t->lui_left_s, "sar", t->sar,
			"hss", t->hss_result, "status", (unsigned)t->status);
	rpc->struct_add(h, "uud", "expires", t->expires_s, "times", e->times,
			"proven", !t->unproven);
}

/* A call has an act and a why as well: who reads those alone finds words. */
static void add_call(rpc_t *rpc, void *h, const struct reg_entry *e)
{
	const struct reg_call_end *c = &e->call;
	const char *stage = reg_stage_name(c->stage);

	rpc->struct_add(h, "sss", "act",
			c->means == REG_MEANS_PROBE ? "probe" : "call", "why", stage,
			"means", reg_means_name(c->means));
	rpc->struct_add(h, "ssu", "stage", stage, "reach", reg_reach_name(c->state),
			"times", e->times);
}

static bool add_values(rpc_t *rpc, void *ctx, const struct reg_binding *b,
		const struct reg_entry *e)
{
	void *h;

	if(rpc->add(ctx, "{", &h) < 0)
		return false;
	rpc_add_text(rpc, h, "contact", b->uri);
	rpc_add_time(rpc, h, "at", time_of(e));
	if(e->kind == REG_ENTRY_CALL)
		add_call(rpc, h, e);
	else
		add_verdict(rpc, h, e);
	return true;
}

static bool add_line(rpc_t *rpc, void *ctx, const struct reg_binding *b,
		const struct reg_entry *e)
{
	char at[RPC_TIME_SIZE], line[REG_EXPLAIN_SIZE];

	rpc_print_time(time_of(e), at);
	reg_explain(e, line);
	return rpc->rpl_printf(ctx, "%s <%.*s> %s", at, TEXT_FMT(b->uri), line)
		   >= 0;
}

/* Both arguments. @return how to show, or NULL after a fault */
static show_f read_arguments(rpc_t *rpc, void *ctx, str *impu)
{
	str form;
	int n = rpc->scan(ctx, ".S*.S", impu, &form);

	if(n < 1)
		rpc->fault(ctx, 400, "an IMPU is needed, as sip:user@domain");
	else if(n < 2)
		return add_values;
	else if(reg_text_eq(text_of(form), reg_text_of("text")))
		return add_line;
	else
		rpc->fault(ctx, 400, "what follows the IMPU is text or nothing: %.*s",
				form.len < RPC_SHOWN_MAX ? form.len : RPC_SHOWN_MAX, form.s);
	return NULL;
}

void rpc_explain(rpc_t *rpc, void *ctx)
{
	static struct bindings b;
	struct reg_text journal;
	struct reg_entry e;
	unsigned i;
	str impu;
	show_f show = read_arguments(rpc, ctx, &impu);

	if(!show || rpc_open_impu(rpc, ctx, impu, &b) == 0)
		return;
	bindings_close(&b); /* what was copied out is ours */
	for(i = 0; i < b.copy.set.n; i++) {
		journal = b.copy.set.b[i].journal;
		if(!reg_binding_live(&b.copy.set.b[i], &config.policy, clock_now_ms()))
			continue;
		while(reg_journal_next(&journal, &e))
			if(!show(rpc, ctx, &b.copy.set.b[i], &e))
				return;
	}
}
