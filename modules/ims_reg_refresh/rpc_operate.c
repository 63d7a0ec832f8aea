/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how an operator's word is carried out. Never shows what is known.
 */
#include "rpc_operate.h"

#include <string.h>

#include "binding_events.h"
#include "clock.h"
#include "config.h"
#include "core/reg_uri.h"
#include "on_owed.h"
#include "rpc_text.h"
#include "shadow.h"
#include "text.h"

static struct bindings bindings;

static void answer(rpc_t *rpc, void *ctx, unsigned bindings_n, const char *what)
{
	rpc->rpl_printf(ctx, "%u binding(s) %s", bindings_n, what);
}

/* @return whether the binding is one to change */
typedef bool (*change_f)(
		struct bindings *b, unsigned i, int64_t now_ms, enum reg_event event);

static unsigned change_all(
		struct bindings *b, change_f change, enum reg_event event)
{
	int64_t now_ms = clock_now_ms();
	unsigned i, n = 0;

	for(i = 0; i < b->copy.set.n; i++)
		if(reg_binding_live(&b->copy.set.b[i], &config.policy, now_ms))
			n += change(b, i, now_ms, event);
	bindings_commit(b, NULL);
	return n;
}

static bool force_one(
		struct bindings *b, unsigned i, int64_t now_ms, enum reg_event event)
{
	struct reg_binding *at = &b->copy.set.b[i];

	if(!at->facts_known)
		return false; /* it will reach the HSS anyway */
	at->forced = true;
	b->changes.of[i] = REG_CHANGE_FACTS;
	return true;
}

void rpc_force_update(rpc_t *rpc, void *ctx)
{
	unsigned n;

	if(rpc_open_named(rpc, ctx, &bindings) == 0)
		return;
	n = change_all(&bindings, force_one, REG_EVENT_NONE);
	bindings_close(&bindings);
	answer(rpc, ctx, n, "forced");
}

static bool reauth_one(
		struct bindings *b, unsigned i, int64_t now_ms, enum reg_event event)
{
	struct reg_binding *at = &b->copy.set.b[i];

	/* TS 24.229 5.4.8.5: an emergency registration is not challenged again */
	if(!at->facts_known || reg_uri_is_emergency(at->uri))
		return false;
	at->reauth = true;
	b->changes.of[i] = REG_CHANGE_FACTS;
	if(reg_binding_shorten(at, config.reauth_shorten_to_s, now_ms))
		b->changes.event[i] = event;
	return true;
}

/* @return whether stock save() holds the registration; the set is closed then */
static bool is_foreign(rpc_t *rpc, void *ctx, struct bindings *b)
{
	if(!shadow_holds(&b->copy.set))
		return false;
	bindings_close(b);
	rpc->fault(ctx, 409, "known from the shadow only: stock save() holds it");
	return true;
}

void rpc_reauth(rpc_t *rpc, void *ctx)
{
	unsigned n;

	if(rpc_open_named(rpc, ctx, &bindings) == 0
			|| is_foreign(rpc, ctx, &bindings))
		return;
	n = change_all(&bindings, reauth_one, REG_EVENT_SHORTENED);
	bindings_close(&bindings);
	answer(rpc, ctx, n, "to be challenged");
}

static bool end_one(
		struct bindings *b, unsigned i, int64_t now_ms, enum reg_event event)
{
	/* TS 24.229 5.4.8.4: an emergency registration is not ended */
	if(reg_uri_is_emergency(b->copy.set.b[i].uri))
		return false;
	reg_change_end(&b->changes, i, event, REG_WHY_ENDED_BY_OPERATOR);
	return true;
}

/* Both arguments. @return 0, or -1 after a fault */
static int read_end(rpc_t *rpc, void *ctx, str *impu, enum reg_event *ret)
{
	str word = str_init("deactivated");

	if(rpc->scan(ctx, ".S*.S", impu, &word) < 1) {
		rpc->fault(ctx, 400, "an IMPU is needed, as sip:user@domain");
		return -1;
	}
	if(reg_text_eq(text_of(word), reg_text_of("deactivated")))
		*ret = REG_EVENT_DEACTIVATED;
	else if(reg_text_eq(text_of(word), reg_text_of("rejected")))
		*ret = REG_EVENT_REJECTED;
	else
		rpc->fault(ctx, 400,
				"reason must be deactivated (the user may come back) or "
				"rejected, not %.*s",
				word.len, word.s);
	return *ret == REG_EVENT_NONE ? -1 : 0;
}

void rpc_deregister(rpc_t *rpc, void *ctx)
{
	enum reg_event event = REG_EVENT_NONE;
	struct bindings *b = &bindings;
	char key[REG_IDENTITY_MAX];
	unsigned n;
	str impu;

	if(usrloc_has_database()) {
		rpc->fault(ctx, 501,
				"not with db_mode of ims_usrloc_scscf: this "
				"process has no database");
		return;
	}
	if(read_end(rpc, ctx, &impu, &event) < 0
			|| rpc_open_impu(rpc, ctx, impu, b) == 0 || is_foreign(rpc, ctx, b))
		return;
	n = change_all(b, end_one, event);
	bindings_owe_end(b, (struct reg_text){NULL, 0},
			REG_SAR_ADMINISTRATIVE_DEREGISTRATION, clock_now_ms());
	memcpy(key, b->key, b->key_n);
	bindings_close(b);
	binding_events_ended(b);
	on_owed_pay((struct reg_text){key, b->key_n});
	answer(rpc, ctx, n, "ended");
}
