/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the script's event routes. Never knows why one is run.
 */
#include "events.h"

#include "../../core/action.h"
#include "../../core/dprint.h"
#include "../../core/fmsg.h"
#include "../../core/kemi.h"
#include "../../core/route.h"

#include "text.h"

static const char *const names[EVENTS_N] = {
		[EVENT_CHALLENGE_LOOP] = "reg_refresh:challenge-loop",
		[EVENT_HSS_OWED] = "reg_refresh:hss-owed",
		[EVENT_LATE] = "reg_refresh:late",
		[EVENT_UNREACHABLE] = "reg_refresh:unreachable",
};

static int routes[EVENTS_N];

/* The script's parser up to 5.6 at least knows no '_' before the colon: what is
 * written event_route[reg_refresh:x] it silently keeps as "refresh:x". */
static int lookup(const char *name)
{
	int i = route_lookup(&event_rt, (char *)name);

	return i < 0 ? route_lookup(&event_rt, (char *)name + sizeof("reg_") - 1)
				 : i;
}

void events_init(void)
{
	int i;

	for(i = 0; i < EVENTS_N; i++)
		routes[i] = lookup(names[i]);
}

static void run(enum event event, struct sip_msg *msg)
{
	sr_kemi_eng_t *engine = sr_kemi_eng_get();
	str callback = str_init("ksr_reg_refresh_event");
	str name = str_of(reg_text_of(names[event]));
	struct run_act_ctx ctx;

	init_run_actions_ctx(&ctx);
	if(engine)
		sr_kemi_route(engine, msg, EVENT_ROUTE, &callback, &name);
	else
		run_top_route(event_rt.rlist[routes[event]], msg, &ctx);
}

void events_fire(enum event event, struct sip_msg *msg)
{
	int backup = get_route_type();

	if(!sr_kemi_eng_get()
			&& (routes[event] < 0 || !event_rt.rlist[routes[event]]))
		return;
	if(!msg && faked_msg_init() < 0)
		return;
	set_route_type(EVENT_ROUTE);
	run(event, msg ? msg : faked_msg_next());
	set_route_type(backup);
}
