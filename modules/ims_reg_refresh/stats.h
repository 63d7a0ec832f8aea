/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counters, statistics group reg_refresh: one for each act, one for each why,
 * and those below.
 */
#ifndef STATS_H
#define STATS_H

#include "core/reg_ladder.h"
#include "core/reg_verdict.h"

enum stats_counter
{
	STATS_SAR_SENT,
	STATS_SAR_SAVED,	/* REGISTERs served without one */
	STATS_SAR_FAILED,	/* not sent, or not answered with yes */
	STATS_SAR_OWED,		/* users kept although the HSS could not be told */
	STATS_SAR_DEFERRED, /* of them, because of sar_rate_limit */
	STATS_SAR_REPAID,	/* owed, and told */
	STATS_MAR_SENT,
	STATS_MAR_FAILED,
	STATS_MAR_SAVED, /* users proven without one */
	STATS_RTR_RECEIVED,
	STATS_PPR_RECEIVED,
	STATS_CHALLENGES,
	STATS_CHALLENGE_LOOPS, /* broken */
	STATS_SILENT_EXPIRIES,
	STATS_SHADOW_REGISTERS,		/* accepted by stock save() */
	STATS_SHADOW_SAR_PREDICTED, /* SARs that we would have sent */
	STATS_SHADOW_SAR_SAVED,		/* REGISTERs served without one */
	STATS_SHADOW_MAR_PREDICTED,
	STATS_SHADOW_MAR_SAVED, /* challenges of theirs that need none of ours */
	STATS_SHADOW_DIFFER,	/* accepted, and we would have refused */
	STATS_LATE_REFRESHES,	/* that did not come when they were due */
	STATS_REACH_PROOFS,		/* UEs that answered a tracked request */
	STATS_REACH_FAILURES,	/* that did not */
	STATS_PROBES_SENT,
	STATS_CALLS_NO_PROGRESS, /* how calls ended, in the order of reg_stage */
	STATS_CALLS_PROVISIONAL,
	STATS_CALLS_NO_PRACK,
	STATS_CALLS_NO_ACK,
	STATS_CALLS_COMPLETE,
	STATS_CALLS_REJECTED,
	STATS_CALLS_CANCELLED,
	STATS_COUNTERS_N
};

/** Register all, in mod_init. @return 0 or -1 */
int stats_init(void);

void stats_count(enum stats_counter c);
void stats_verdict(enum reg_act act, enum reg_why why);

/** A verdict that was given in the shadow of stock save(). */
void stats_shadow(enum reg_act act, enum reg_why why);

/** A call ended. */
void stats_call(enum reg_stage stage);

/** The reason of something beside a verdict: of a proof, of an end. */
void stats_why(enum reg_why why);

/**
 * Name and value of the next counter from *i on, for the RPC.
 * @return NULL past the last
 */
const char *stats_print(unsigned *i, unsigned long *value);

#endif
