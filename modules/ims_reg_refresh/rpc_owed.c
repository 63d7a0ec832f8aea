/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how debts are shown. Never pays one.
 */
#include "rpc_owed.h"

#include <stdlib.h>

#include "core/reg_owed.h"
#include "rpc_text.h"
#include "text.h"

#define LIST_MAX 100
#define COUNT_MAX 1000

struct debt
{
	uint32_t slot, id; /* of the record */
	int64_t owed_at_ms;
};

/* The oldest so far, in order; one more pushes the youngest out. */
struct debts
{
	unsigned n, max, slot;
	struct debt of[COUNT_MAX];
};

static bool collect(
		struct reg_text key, const struct reg_binding *b, void *param)
{
	struct debts *d = param;
	unsigned at;

	if(!b->owed)
		return true;
	if(d->n == d->max && d->of[d->n - 1].owed_at_ms <= b->owed_at_ms)
		return true;
	at = d->n < d->max ? d->n++ : d->n - 1;
	for(; at > 0 && d->of[at - 1].owed_at_ms > b->owed_at_ms; at--)
		d->of[at] = d->of[at - 1];
	d->of[at] = (struct debt){d->slot, b->id, b->owed_at_ms};
	return true;
}

static const char *sar_word(enum reg_sar sar)
{
	switch(sar) {
		case REG_SAR_TIMEOUT_DEREGISTRATION:
			return "timeout-deregistration";
		case REG_SAR_USER_DEREGISTRATION:
			return "user-deregistration";
		case REG_SAR_ADMINISTRATIVE_DEREGISTRATION:
			return "administrative-deregistration";
		default:
			return "re-registration";
	}
}

struct showing
{
	rpc_t *rpc;
	void *ctx;
	uint32_t id;
};

static bool show(struct reg_text key, const struct reg_binding *b, void *param)
{
	struct showing *s = param;
	void *h;

	if(b->id != s->id)
		return true;
	if(!b->owed || s->rpc->add(s->ctx, "{", &h) < 0)
		return false;
	rpc_add_text(s->rpc, h, "impu", key);
	rpc_add_text(s->rpc, h, "impi", b->impi);
	rpc_add_text(s->rpc, h, "contact", b->uri);
	s->rpc->struct_add(h, "s", "owes", sar_word(reg_owed_sar(b)));
	rpc_add_time(s->rpc, h, "since", b->owed_at_ms);
	s->rpc->struct_add(h, "u", "tries", (unsigned)b->owed_tries);
	rpc_add_time(s->rpc, h, "next_try", b->owed_try_at_ms);
	return false;
}

void rpc_owed(rpc_t *rpc, void *ctx)
{
	static struct debts debts;
	struct showing s = {rpc, ctx, 0};
	int max = LIST_MAX;
	unsigned i, n = store_slots_n();

	if(!rpc_read_count(rpc, ctx, COUNT_MAX, &max))
		return;
	debts.n = 0;
	debts.max = (unsigned)max;
	for(debts.slot = 0; debts.slot < n; debts.slot++)
		store_visit(debts.slot, collect, &debts);
	for(i = 0; i < debts.n; i++) {
		s.id = debts.of[i].id;
		store_visit(debts.of[i].slot, show, &s);
	}
}
