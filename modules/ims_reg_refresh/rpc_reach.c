/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how the suspect and the overdue are listed. Never changes one.
 */
#include "rpc_reach.h"

#include "clock.h"
#include "config.h"
#include "core/reg_ladder.h"
#include "core/reg_lifetime.h"
#include "rpc_text.h"
#include "store.h"

#define LIST_MAX 100
#define COUNT_MAX 10000

struct listing
{
	rpc_t *rpc;
	void *ctx;
	int left;
	bool (*is_listed)(const struct reg_binding *b);
	void (*add)(rpc_t *rpc, void *h, const struct reg_binding *b);
};

static bool list_one(
		struct reg_text key, const struct reg_binding *b, void *param)
{
	struct listing *l = param;
	void *h;

	if(b->ended_sar || !l->is_listed(b)
			|| !reg_binding_live(b, &config.policy, clock_now_ms()))
		return true;
	if(l->rpc->add(l->ctx, "{", &h) < 0)
		return false;
	rpc_add_text(l->rpc, h, "impu", key);
	rpc_add_text(l->rpc, h, "contact", b->uri);
	l->add(l->rpc, h, b);
	rpc_add_text(l->rpc, h, "user_agent", b->user_agent);
	return --l->left > 0;
}

static void list(struct listing *l)
{
	unsigned i, n = store_slots_n();

	for(i = 0; i < n; i++)
		if(!store_visit(i, list_one, l))
			return;
}

static bool is_suspect(const struct reg_binding *b)
{
	return b->reach.state == REG_REACH_SUSPECT;
}

static void add_suspect(rpc_t *rpc, void *h, const struct reg_binding *b)
{
	rpc->struct_add(h, "sss", "reach", reg_reach_name(b->reach.state), "means",
			reg_means_name(b->reach.means), "stage",
			reg_stage_name(b->reach.stage));
	rpc_add_time(rpc, h, "since", b->reach.since_ms);
	rpc->struct_add(h, "u", "fails", (unsigned)b->reach.fails);
}

static bool is_late(const struct reg_binding *b)
{
	return b->late;
}

static void add_late(rpc_t *rpc, void *h, const struct reg_binding *b)
{
	int64_t due_ms = reg_lifetime_due_at_ms(b), now_ms = clock_now_ms();

	rpc_add_time(rpc, h, "due_at", due_ms);
	rpc->struct_add(h, "u", "overdue",
			now_ms > due_ms ? (unsigned)((now_ms - due_ms) / 1000) : 0);
	rpc_add_time(rpc, h, "expires_at", b->expires_at_ms);
	rpc->struct_add(h, "u", "remaining",
			reg_binding_remaining_s(b, &config.policy, now_ms));
	rpc->struct_add(h, "s", "reach", reg_reach_name(b->reach.state));
}

void rpc_unreachable(rpc_t *rpc, void *ctx)
{
	struct listing l = {rpc, ctx, LIST_MAX, is_suspect, add_suspect};

	if(rpc_read_count(rpc, ctx, COUNT_MAX, &l.left)
			&& store_suspect_count() > 0)
		list(&l);
}

void rpc_late(rpc_t *rpc, void *ctx)
{
	struct listing l = {rpc, ctx, LIST_MAX, is_late, add_late};

	if(rpc_read_count(rpc, ctx, COUNT_MAX, &l.left))
		list(&l);
}
