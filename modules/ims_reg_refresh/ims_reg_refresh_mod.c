/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the module exports, and nothing else.
 */
#include <string.h>

#include "../../core/kemi.h"
#include "../../core/mod_fix.h"
#include "../../core/rpc_lookup.h"
#include "../../core/sr_module.h"
#include "../../core/timer.h"
#include "../../core/timer_proc.h"

#include "clock.h"
#include "config.h"
#include "events.h"
#include "on_expiry.h"
#include "on_owed.h"
#include "on_push.h"
#include "on_reach.h"
#include "on_register.h"
#include "on_shadow.h"
#include "profile.h"
#include "prove.h"
#include "pv.h"
#include "rpc.h"
#include "shadow.h"
#include "stats.h"
#include "suspend.h"
#include "track.h"

MODULE_VERSION

#define DEFAULT_DOMAIN "location"
#define TICK_US 20000

static udomain_t *default_domain;

static void tick(unsigned ticks, void *param)
{
	prove_tick(clock_now_ms());
}

/* In a process of its own: usrloc's timer keeps the common one busy. */
static void tick_dates(unsigned ticks, void *param)
{
	int64_t now_ms = clock_now_ms();

	on_expiry_tick(now_ms);
	on_owed_tick(now_ms);
	on_reach_tick(now_ms);
	track_tick(now_ms);
}

static int mod_init(void)
{
	if(config_init() < 0 || profile_init() < 0 || on_register_init() < 0
			|| stats_init() < 0 || track_init(suspend_tm()) < 0)
		return -1;
	default_domain = usrloc_domain(DEFAULT_DOMAIN);
	if(!default_domain) {
		LM_ERR("usrloc has no domain " DEFAULT_DOMAIN "\n");
		return -1;
	}
	on_expiry_init(default_domain);
	on_owed_domain(default_domain);
	on_reach_init(default_domain, suspend_tm());
	on_push_domain(default_domain);
	on_shadow_domain(default_domain);
	events_init();
	rpc_init(default_domain);
	if(rpc_register_array(rpc_exports) != 0) {
		LM_ERR("cannot register the RPC commands\n");
		return -1;
	}
	register_basic_timers(1);
	return register_timer(tick, NULL, 1) < 0 ? -1 : 0;
}

static int child_init(int rank)
{
	if(rank != PROC_MAIN)
		return 0;
	return fork_basic_utimer(PROC_TIMER, "reg_refresh dates", 1, tick_dates,
				   NULL,
				   TICK_US) < 0
				   ? -1
				   : 0;
}

static void mod_destroy(void)
{
	track_destroy();
	on_register_destroy();
}

static int ki_authenticate(sip_msg_t *msg, str *realm, str *route)
{
	return on_register_authenticate(msg, default_domain, *realm, route->s);
}

/* A domain that is made after the fork is private to its process: a script that
 * is not read before it has the one of the start. */
static udomain_t *kemi_domain(const str *name)
{
	if(strcmp(name->s, DEFAULT_DOMAIN) != 0)
		LM_ERR("usrloc's domain is " DEFAULT_DOMAIN ", not %s\n", name->s);
	return default_domain;
}

static int ki_save(sip_msg_t *msg, str *domain, str *route)
{
	return on_register_save(msg, kemi_domain(domain), route->s);
}

static int ki_decide(sip_msg_t *msg, str *domain)
{
	udomain_t *d = usrloc_domain(domain->s);

	return on_shadow_decide(msg, d ? d : default_domain);
}

static int ki_learn(sip_msg_t *msg, str *domain)
{
	udomain_t *d = usrloc_domain(domain->s);

	return on_shadow_learn(msg, d ? d : default_domain);
}

static int ki_track(sip_msg_t *msg)
{
	return track_request(msg, default_domain);
}

static int w_track(struct sip_msg *msg, char *p1, char *p2)
{
	return ki_track(msg);
}

static int w_authenticate(struct sip_msg *msg, char *p1, char *p2)
{
	str realm, route;

	if(get_str_fparam(&realm, msg, (fparam_t *)p1) < 0
			|| get_str_fparam(&route, msg, (fparam_t *)p2) < 0) {
		LM_ERR("realm or route has no value\n");
		return -1;
	}
	return ki_authenticate(msg, &realm, &route);
}

static int w_save(struct sip_msg *msg, char *p1, char *p2)
{
	str route;

	if(get_str_fparam(&route, msg, (fparam_t *)p2) < 0) {
		LM_ERR("route has no value\n");
		return -1;
	}
	return on_register_save(msg, (udomain_t *)p1, route.s);
}

static int w_decide(struct sip_msg *msg, char *p1, char *p2)
{
	return on_shadow_decide(msg, (udomain_t *)p1);
}

static int w_learn(struct sip_msg *msg, char *p1, char *p2)
{
	return on_shadow_learn(msg, (udomain_t *)p1);
}

/* The domain is looked up before the fork: usrloc's pointer is shared then. */
static int fixup_save(void **param, int n)
{
	udomain_t *d;

	if(n == 2)
		return fixup_var_str_12(param, n);
	d = usrloc_domain((char *)*param);
	if(!d) {
		LM_ERR("usrloc has no domain %s\n", (char *)*param);
		return E_CFG;
	}
	*param = d;
	return 0;
}

/* Who calls these leaves the registrations to stock, from the first moment. */
static int fixup_shadow(void **param, int n)
{
	shadow_enter();
	return fixup_save(param, n);
}

static cmd_export_t commands[] = {
		{"reg_refresh_authenticate", (cmd_function)w_authenticate, 2,
				fixup_var_str_12, 0, ANY_ROUTE},
		{"reg_refresh_save", (cmd_function)w_save, 2, fixup_save, 0, ANY_ROUTE},
		{"reg_refresh_decide", (cmd_function)w_decide, 1, fixup_shadow, 0,
				ANY_ROUTE},
		{"reg_refresh_learn", (cmd_function)w_learn, 1, fixup_shadow, 0,
				ANY_ROUTE},
		{"reg_refresh_track", (cmd_function)w_track, 0, 0, 0,
				REQUEST_ROUTE | FAILURE_ROUTE},
		{0, 0, 0, 0, 0, 0}};

/* clang-format off */
static sr_kemi_t kemi_exports[] = {
	{ str_init("ims_reg_refresh"), str_init("authenticate"),
		SR_KEMIP_INT, ki_authenticate,
		{ SR_KEMIP_STR, SR_KEMIP_STR, SR_KEMIP_NONE,
			SR_KEMIP_NONE, SR_KEMIP_NONE, SR_KEMIP_NONE }
	},
	{ str_init("ims_reg_refresh"), str_init("save"),
		SR_KEMIP_INT, ki_save,
		{ SR_KEMIP_STR, SR_KEMIP_STR, SR_KEMIP_NONE,
			SR_KEMIP_NONE, SR_KEMIP_NONE, SR_KEMIP_NONE }
	},
	{ str_init("ims_reg_refresh"), str_init("decide"),
		SR_KEMIP_INT, ki_decide,
		{ SR_KEMIP_STR, SR_KEMIP_NONE, SR_KEMIP_NONE,
			SR_KEMIP_NONE, SR_KEMIP_NONE, SR_KEMIP_NONE }
	},
	{ str_init("ims_reg_refresh"), str_init("learn"),
		SR_KEMIP_INT, ki_learn,
		{ SR_KEMIP_STR, SR_KEMIP_NONE, SR_KEMIP_NONE,
			SR_KEMIP_NONE, SR_KEMIP_NONE, SR_KEMIP_NONE }
	},
	{ str_init("ims_reg_refresh"), str_init("track"),
		SR_KEMIP_INT, ki_track,
		{ SR_KEMIP_NONE, SR_KEMIP_NONE, SR_KEMIP_NONE,
			SR_KEMIP_NONE, SR_KEMIP_NONE, SR_KEMIP_NONE }
	},
	{ {0, 0}, {0, 0}, 0, NULL, { 0, 0, 0, 0, 0, 0 } }
};
/* clang-format on */

int mod_register(char *path, int *dlflags, void *p1, void *p2)
{
	return sr_kemi_modules_add(kemi_exports);
}

struct module_exports exports = {
		.name = "ims_reg_refresh",
		.dlflags = DEFAULT_DLFLAGS,
		.cmds = commands,
		.params = config_params,
		.pv_items = pv_exports,
		.init_mod_f = mod_init,
		.init_child_f = child_init,
		.destroy_mod_f = mod_destroy,
};
