/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the counters of a histogram. Never takes the time.
 */
#include "stats_latency.h"

#include <stdio.h>

#include "../../core/counters.h"
#include "../../core/dprint.h"

#define GROUP "reg_refresh"
#define NAME_SIZE 24

/* in the order of enum stats_round */
static const char *const rounds[STATS_ROUNDS_N] = {"sar", "mar"};

#define SUM REG_LATENCY_N /* after the buckets: milliseconds of all */
#define VARS_N (REG_LATENCY_N + 1)

static char names[STATS_ROUNDS_N][VARS_N][NAME_SIZE];
static stat_var *vars[STATS_ROUNDS_N][VARS_N];

static int add_round(enum stats_round r)
{
	unsigned i;

	for(i = 0; i < REG_LATENCY_ALL; i++)
		snprintf(names[r][i], NAME_SIZE, "hss_%s_le_%ums", rounds[r],
				reg_latency_bound_ms(i));
	snprintf(names[r][REG_LATENCY_ALL], NAME_SIZE, "hss_%s_rounds", rounds[r]);
	snprintf(names[r][SUM], NAME_SIZE, "hss_%s_ms", rounds[r]);
	for(i = 0; i < VARS_N; i++)
		if(register_stat(GROUP, names[r][i], &vars[r][i], 0) != 0) {
			LM_ERR("cannot register the statistic %s\n", names[r][i]);
			return -1;
		}
	return 0;
}

int stats_latency_init(void)
{
	unsigned r;

	for(r = 0; r < STATS_ROUNDS_N; r++)
		if(add_round(r) < 0)
			return -1;
	return 0;
}

void stats_latency_add(enum stats_round round, int64_t took_ms)
{
	unsigned i;

	for(i = reg_latency_first(took_ms); i < REG_LATENCY_N; i++)
		if(vars[round][i])
			update_stat(vars[round][i], 1);
	if(took_ms > 0 && vars[round][SUM])
		update_stat(vars[round][SUM], took_ms);
}

const char *stats_latency_print(unsigned i, unsigned long *value)
{
	unsigned round = i / VARS_N;

	if(round >= STATS_ROUNDS_N)
		return NULL;
	*value = get_stat_val(vars[round][i % VARS_N]);
	return names[round][i % VARS_N];
}
