/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows who is suspect and when it is looked at. Never decides what proves one.
 */
#include "on_reach.h"

#include "../../core/dprint.h"

#include "binding_events.h"
#include "config.h"
#include "core/reg_ladder.h"
#include "core/reg_rate.h"
#include "sip_probe.h"
#include "store.h"
#include "text.h"

#define PER_TICK_MAX 100
#define PROBES_PER_S 50
#define AGAIN_MS 1000

static udomain_t *domain;
static struct reg_rate rate; /* the timer's own */

void on_reach_init(udomain_t *in_domain, struct tm_binds *tm)
{
	domain = in_domain;
	sip_probe_bind(tm);
}

struct look
{
	int64_t now_ms;
	struct reg_reach_due due;
};

static void look(struct reg_binding *b, void *param)
{
	struct look *l = param;

	l->due = reg_reach_look(&b->reach, config.probe, l->now_ms);
}

static void tell(const struct store_one *one)
{
	const struct reg_reach *r = &one->b.reach;

	LM_INFO("%.*s: <%.*s> is unreachable: %s, last call: %s\n",
			TEXT_FMT(one->key), TEXT_FMT(one->b.uri), reg_means_name(r->means),
			reg_stage_name(r->stage));
	binding_events_fire(EVENT_UNREACHABLE, one->key, &one->b);
}

static bool may_be_probed(const struct reg_binding *b)
{
	return config.probe != REG_PROBE_OFF
		   && (b->reach.state != REG_REACH_SUSPECT || b->reach.told);
}

void on_reach_tick(int64_t now_ms)
{
	static struct store_one one;
	struct look l = {.now_ms = now_ms};
	struct socket_info *sock;
	uint64_t what;
	unsigned n;

	for(n = 0; n < PER_TICK_MAX; n++) {
		if(!store_due(STORE_REACH, now_ms, &one))
			return;
		what = one.what;
		if(may_be_probed(&one.b)
				&& !reg_rate_take(&rate, PROBES_PER_S, now_ms)) {
			store_date_again(STORE_REACH, what, now_ms + AGAIN_MS);
			continue;
		}
		if(!store_change(what, look, &l, &one) || one.b.shadow)
			continue; /* of a shadow nobody hears */
		if(l.due.tell)
			tell(&one);
		if(l.due.probe && usrloc_socket(domain, one.key, one.b.uri, &sock))
			sip_probe_send(&one, sock, now_ms);
	}
}
