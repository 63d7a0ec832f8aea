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

#include "script_vars.h"
#include "text.h"

static const char *const names[EVENTS_N] = {
		[EVENT_REGISTERED] = "reg_refresh:registered",
		[EVENT_REFRESHED] = "reg_refresh:refreshed",
		[EVENT_UPDATED] = "reg_refresh:updated",
		[EVENT_REMOVED] = "reg_refresh:removed",
		[EVENT_EXPIRED] = "reg_refresh:expired",
		[EVENT_LATE] = "reg_refresh:late",
		[EVENT_CHALLENGE_LOOP] = "reg_refresh:challenge-loop",
		[EVENT_UNREACHABLE] = "reg_refresh:unreachable",
		[EVENT_HSS_OWED] = "reg_refresh:hss-owed",
};

bool events_wanted;
static int routes[EVENTS_N];
static const char *running = "";

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

	events_wanted = sr_kemi_eng_get() != NULL;
	for(i = 0; i < EVENTS_N; i++) {
		routes[i] = lookup(names[i]);
		events_wanted = events_wanted || routes[i] >= 0;
	}
}

/* As Kamailio does with requests: what is written in its own language goes before
 * a script of another. */
static bool is_native(enum event event)
{
	return routes[event] >= 0 && event_rt.rlist[routes[event]];
}

static void run(enum event event, struct sip_msg *msg)
{
	str callback = str_init("ksr_reg_refresh_event");
	str name = str_of(reg_text_of(names[event]));
	struct run_act_ctx ctx;

	init_run_actions_ctx(&ctx);
	if(is_native(event))
		run_top_route(event_rt.rlist[routes[event]], msg, &ctx);
	else
		sr_kemi_route(sr_kemi_eng_get(), msg, EVENT_ROUTE, &callback, &name);
}

/* What the route sets is gone with it: nobody else is there to free it. */
static void run_alone(enum event event)
{
	struct script_vars_own own = {0};
	struct script_vars vars = script_vars_of_own(&own);

	script_vars_swap(&vars);
	run(event, faked_msg_next());
	script_vars_swap(&vars);
	script_vars_free(&own);
}

void events_fire(enum event event, struct sip_msg *msg)
{
	int backup = get_route_type();

	if(!is_native(event) && !sr_kemi_eng_get())
		return;
	if(!msg && faked_msg_init() < 0)
		return;
	set_route_type(EVENT_ROUTE);
	running = names[event] + sizeof("reg_refresh:") - 1;
	if(msg)
		run(event, msg);
	else
		run_alone(event);
	running = "";
	set_route_type(backup);
}

const char *events_name(void)
{
	return running;
}
