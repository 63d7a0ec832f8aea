/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many phones live for hours in simulated time, each before the stock modules
 * and before the core, REGISTER by REGISTER; what the HSS is asked is counted
 * in bins of ten minutes. Phones do not share anything, so one is kept at a
 * time. Prints one line of JSON. Knows no policy but what its options say.
 */
#include "life.h"
#include "scscf.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BIN_MS INT64_C(600000)
#define BINS_MAX (6 * 24 * 7)
#define HOUR_MS INT64_C(3600000)
#define MASS_S 600 /* a mass registration takes so long */
#define CHANCE_OF_FIRST 7

enum side
{
	STOCK,
	OURS,
	SIDES_N
};

struct tally
{
	uint64_t registers, mar, sar;
};

static struct
{
	unsigned long users_n;
	unsigned hours;
	unsigned before_h; /* that pass before it is counted */
	unsigned spread_s; /* the first REGISTERs come within */
	unsigned steps_n;  /* of a phone, 0: by hours */
	struct life_plan plan;
} o = {.users_n = 10000,
		.hours = 24,
		.before_h = 48,
		.spread_s = 86400,
		.plan = {.lifetime_s = 3600,
				.late_s = 60,
				.moving = 0.05,
				.rebooting = 0.01}};

static struct scscf scscf = {.vectors_n = 1};
static struct tally tallies[SIDES_N][BINS_MAX];
static uint64_t refused, events[LIFE_EVENTS_N];

static void add(enum side side, int64_t at_ms, const struct asked *asked)
{
	struct tally *t;

	at_ms -= o.before_h * HOUR_MS;
	if(at_ms < 0 || at_ms >= o.hours * HOUR_MS)
		return;
	t = &tallies[side][at_ms / BIN_MS];
	t->registers += asked->accepted;
	t->mar += asked->mar;
	t->sar += asked->sar;
}

static uint32_t send(
		enum side side, struct life *l, uint32_t expires_s, int64_t now_ms)
{
	static const struct asked end = {.sar = 1};
	struct asked asked;
	int64_t ended_ms;

	if(side == OURS && scscf_ours_expires(&scscf, now_ms, &ended_ms))
		add(side, ended_ms, &end);
	asked = side == OURS ? scscf_ours(&scscf, l, expires_s, now_ms)
						 : scscf_stock(expires_s);
	refused += !asked.accepted;
	add(side, now_ms, &asked);
	return asked.granted_s;
}

static int64_t first_ms(const struct life *l)
{
	return (int64_t)(life_chance(l, CHANCE_OF_FIRST) * o.spread_s * 1000);
}

static bool is_over(const struct life *l, int64_t now_ms)
{
	if(o.steps_n)
		return l->step_n + 1 >= o.steps_n;
	return now_ms >= (o.before_h + o.hours) * HOUR_MS;
}

/* A refresh is due, and something may have come between. */
static uint32_t step(enum side side, struct life *l, int64_t *now_ms)
{
	enum life_event e = life_next(l);

	events[e] += side == OURS && *now_ms >= o.before_h * HOUR_MS;
	if(e == LIFE_LEAVES) {
		send(side, l, 0, *now_ms);
		life_restart(l);
	}
	*now_ms += (int64_t)(life_away_s(l, e) * 1000);
	return send(side, l, l->plan->lifetime_s, *now_ms);
}

static void live(enum side side, uint64_t number)
{
	struct life l;
	uint32_t granted_s;
	int64_t now_ms;

	life_begin(&l, &o.plan, number);
	scscf_begin(&scscf);
	now_ms = first_ms(&l);
	granted_s = send(side, &l, o.plan.lifetime_s, now_ms);
	while(!is_over(&l, now_ms)) {
		if(granted_s == 0)
			return; /* refused, and counted */
		now_ms += (int64_t)(life_wait_s(&l, granted_s) * 1000);
		granted_s = step(side, &l, &now_ms);
	}
}

static void report_one(
		const char *name, const struct tally *t, size_t member, int bins_n)
{
	int i;

	printf("\"%s\": [", name);
	for(i = 0; i < bins_n; i++)
		printf("%s%llu", i ? ", " : "",
				*(const unsigned long long *)((const char *)&t[i] + member));
	printf("]");
}

static void report_side(const char *name, const struct tally *t, int bins_n)
{
	printf("\"%s\": {", name);
	report_one("registers", t, offsetof(struct tally, registers), bins_n);
	printf(", ");
	report_one("mar", t, offsetof(struct tally, mar), bins_n);
	printf(", ");
	report_one("sar", t, offsetof(struct tally, sar), bins_n);
	printf("}");
}

static void report(void)
{
	static const char *const names[] = {"refresh", "moves_address",
			"moves_pcscf", "moves_away", "restarts", "leaves", "is_off"};
	int i, bins_n = (int)(o.hours * HOUR_MS / BIN_MS);

	printf("{\"users\": %lu, \"bin_s\": %d, \"refused\": %llu, ", o.users_n,
			(int)(BIN_MS / 1000), (unsigned long long)refused);
	for(i = 0; i < LIFE_EVENTS_N; i++)
		printf("\"%s\": %llu, ", names[i], (unsigned long long)events[i]);
	report_side("stock", tallies[STOCK], bins_n);
	printf(", ");
	report_side("ours", tallies[OURS], bins_n);
	printf("}\n");
}

static const struct option options[] = {{"users", 1, NULL, 'u'},
		{"hours", 1, NULL, 'h'}, {"mass", 0, NULL, 'm'},
		{"proof", 1, NULL, 'p'}, {"vectors", 1, NULL, 'v'},
		{"lifetime", 1, NULL, 't'}, {"late", 1, NULL, 'l'},
		{"lui", 1, NULL, 'L'}, {"jitter", 1, NULL, 'j'},
		{"moving", 1, NULL, 'M'}, {"rebooting", 1, NULL, 'R'},
		{"steps", 1, NULL, 's'}, {"move-at", 1, NULL, 'a'},
		{"reboot-at", 1, NULL, 'b'}, {NULL, 0, NULL, 0}};

static int take_proof(const char *name)
{
	static const char *const names[] = {"protected", "aka", "digest"};
	int i;

	for(i = 0; i < 3; i++)
		if(strcmp(name, names[i]) == 0)
			return scscf.proof = (enum proof_kind)i, 0;
	return -1;
}

/* Where a whole number goes. */
static unsigned *number_of(int name)
{
	switch(name) {
		case 'h':
			return &o.hours;
		case 'v':
			return &scscf.vectors_n;
		case 't':
			return &o.plan.lifetime_s;
		case 'l':
			return &o.plan.late_s;
		case 'L':
			return &scscf.world.policy.lui_s;
		case 'j':
			return &scscf.world.policy.lui_jitter_pct;
		case 's':
			return &o.steps_n;
		case 'a':
			return &o.plan.move_at;
		case 'b':
			return &o.plan.reboot_at;
		default:
			return NULL;
	}
}

static int take_option(int name)
{
	unsigned *number = number_of(name);

	if(number)
		*number = (unsigned)strtoul(optarg, NULL, 10);
	else if(name == 'u')
		o.users_n = strtoul(optarg, NULL, 10);
	else if(name == 'm')
		o.before_h = 0, o.spread_s = MASS_S;
	else if(name == 'M')
		o.plan.moving = atof(optarg) / 100;
	else if(name == 'R')
		o.plan.rebooting = atof(optarg) / 100;
	else
		return name == 'p' ? take_proof(optarg) : -1;
	return 0;
}

int main(int argc, char **argv)
{
	unsigned long i;
	int name;

	world_init(&scscf.world);
	scscf.world.policy = reg_policy_default;
	while((name = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if(take_option(name) < 0) {
			fprintf(stderr, "day: unknown option or value\n");
			return EXIT_FAILURE;
		}
	}
	if(o.hours == 0 || o.hours > BINS_MAX / 6 || o.plan.lifetime_s < 60
			|| scscf.vectors_n == 0) {
		fprintf(stderr,
				"day: 1 to %d hours, lifetimes of 60 s or more, "
				"1 vector or more\n",
				BINS_MAX / 6);
		return EXIT_FAILURE;
	}
	for(i = 1; i <= o.users_n; i++) {
		live(STOCK, i);
		live(OURS, i);
	}
	report();
	return refused ? EXIT_FAILURE : EXIT_SUCCESS;
}
