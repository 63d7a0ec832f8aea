/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the counters. Never decides what counts.
 */
#include "stats.h"

#include <stdio.h>
#include <string.h>

#include "../../core/counters.h"
#include "../../core/dprint.h"

#include "stats_latency.h"
#include "store.h"

#define GROUP "reg_refresh"
#define NAME_SIZE 40
#define ACTS_AT STATS_COUNTERS_N
#define WHYS_AT (ACTS_AT + REG_ACT_N)
#define SHADOW_AT (WHYS_AT + REG_WHY_N) /* acts and whys once more */
#define ALL_N (SHADOW_AT + REG_ACT_N + REG_WHY_N)

static const char *const counter_names[STATS_COUNTERS_N] = {
		[STATS_SAR_SENT] = "sar_sent",
		[STATS_SAR_SAVED] = "sar_saved",
		[STATS_SAR_FAILED] = "sar_failed",
		[STATS_SAR_OWED] = "sar_owed",
		[STATS_SAR_DEFERRED] = "sar_deferred",
		[STATS_SAR_REPAID] = "sar_repaid",
		[STATS_MAR_SENT] = "mar_sent",
		[STATS_MAR_FAILED] = "mar_failed",
		[STATS_MAR_SAVED] = "mar_saved",
		[STATS_RTR_RECEIVED] = "rtr_received",
		[STATS_PPR_RECEIVED] = "ppr_received",
		[STATS_CHALLENGES] = "challenges",
		[STATS_CHALLENGE_LOOPS] = "challenge_loops",
		[STATS_SILENT_EXPIRIES] = "silent_expiries",
		[STATS_SHADOW_REGISTERS] = "shadow_registers",
		[STATS_SHADOW_SAR_PREDICTED] = "shadow_sar_predicted",
		[STATS_SHADOW_SAR_SAVED] = "shadow_sar_saved",
		[STATS_SHADOW_MAR_PREDICTED] = "shadow_mar_predicted",
		[STATS_SHADOW_MAR_SAVED] = "shadow_mar_saved",
		[STATS_SHADOW_DIFFER] = "shadow_differ",
		[STATS_LATE_REFRESHES] = "late_refreshes",
		[STATS_REACH_PROOFS] = "reach_proofs",
		[STATS_REACH_FAILURES] = "reach_failures",
		[STATS_PROBES_SENT] = "probes_sent",
		[STATS_CALLS_NO_PROGRESS] = "calls_no_progress",
		[STATS_CALLS_PROVISIONAL] = "calls_provisional",
		[STATS_CALLS_NO_PRACK] = "calls_no_prack",
		[STATS_CALLS_NO_ACK] = "calls_no_ack",
		[STATS_CALLS_COMPLETE] = "calls_complete",
		[STATS_CALLS_REJECTED] = "calls_rejected",
		[STATS_CALLS_CANCELLED] = "calls_cancelled",
};

static char names[ALL_N][NAME_SIZE];
static stat_var *vars[ALL_N];

static unsigned long bindings_now(void)
{
	return store_count();
}

static unsigned long owed_now(void)
{
	return store_dates_count(STORE_OWED);
}

static unsigned long suspect_now(void)
{
	return store_suspect_count();
}

/* @param i  from ACTS_AT */
static void name_verdict(unsigned i, const char *front, char *name)
{
	char *c;

	if(i < WHYS_AT)
		snprintf(name, NAME_SIZE, "%sact_%s", front, reg_act_name(i - ACTS_AT));
	else
		snprintf(name, NAME_SIZE, "%swhy_%s", front, reg_why_name(i - WHYS_AT));
	for(c = name; *c; c++)
		if(*c == '-')
			*c = '_';
}

static void name_of(unsigned i, char *name)
{
	if(i < ACTS_AT)
		snprintf(name, NAME_SIZE, "%s", counter_names[i]);
	else if(i < SHADOW_AT)
		name_verdict(i, "", name);
	else
		name_verdict(i - SHADOW_AT + ACTS_AT, "shadow_", name);
}

/* Neither act nor why has a word for nothing. */
static bool is_none(unsigned i)
{
	if(i >= SHADOW_AT)
		i = i - SHADOW_AT + ACTS_AT;
	return i == ACTS_AT + REG_ACT_NONE || i == WHYS_AT + REG_WHY_NONE;
}

int stats_init(void)
{
	unsigned i;

	for(i = 0; i < ALL_N; i++) {
		if(is_none(i))
			continue;
		name_of(i, names[i]);
		if(register_stat(GROUP, names[i], &vars[i], 0) != 0) {
			LM_ERR("cannot register the statistic %s\n", names[i]);
			return -1;
		}
	}
	if(stats_latency_init() < 0)
		return -1;
	if(register_stat(GROUP, "owed", (stat_var **)owed_now, STAT_IS_FUNC) != 0)
		return -1;
	if(register_stat(
			   GROUP, "reach_suspect", (stat_var **)suspect_now, STAT_IS_FUNC)
			!= 0)
		return -1;
	return register_stat(
			GROUP, "bindings", (stat_var **)bindings_now, STAT_IS_FUNC);
}

static void count(unsigned i)
{
	if(vars[i])
		update_stat(vars[i], 1);
}

void stats_count(enum stats_counter c)
{
	count(c);
}

void stats_verdict(enum reg_act act, enum reg_why why)
{
	count(ACTS_AT + act);
	count(WHYS_AT + why);
}

void stats_shadow(enum reg_act act, enum reg_why why)
{
	count(SHADOW_AT + act);
	count(SHADOW_AT + REG_ACT_N + why);
}

void stats_call(enum reg_stage stage)
{
	if(stage != REG_STAGE_NONE)
		count(STATS_CALLS_NO_PROGRESS + stage - REG_STAGE_NO_PROGRESS);
}

void stats_why(enum reg_why why)
{
	count(WHYS_AT + why);
}

const char *stats_print(unsigned *i, unsigned long *value)
{
	while(*i < ALL_N && !vars[*i])
		(*i)++;
	if(*i >= ALL_N)
		return NULL;
	*value = get_stat_val(vars[*i]);
	return names[*i];
}
