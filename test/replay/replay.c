/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Replays scenarios: registrations told line by line, with simulated time.
 *
 *   policy NAME=VALUE …          the operator's switches
 *   ue NAME NAME=VALUE …         a device, or a change of it
 *   hss ANSWER [takes=SECONDS]   yes, refused, elsewhere, failed, busy, …
 *   set [ue=NAME] NAME=VALUE …   facts of a binding, as found
 *   at TIME STEP [-> EXPECTED …]
 *   from TIME to TIME every SECONDS STEP [-> EXPECTED …]
 *
 * A STEP is register, look or asked; see steps.c. A word that is not known is
 * an error, and so is a scenario that expects nothing.
 */
#include "steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void step(struct steps *t, int64_t at_ms)
{
	if(at_ms < t->world.now_ms)
		scenario_fail(&t->scenario, "time goes backwards");
	t->world.now_ms = at_ms;
	steps_take(t);
}

static void at(struct steps *t)
{
	struct scenario *s = &t->scenario;

	step(t, scenario_time_ms(s, "at", scenario_word(s)));
}

static int64_t part_ms(struct scenario *s, const char *word)
{
	if(!scenario_takes(s, word))
		scenario_fail(s, "missing: %s", word);
	return scenario_time_ms(s, word, scenario_word(s));
}

/* Each round reads the same words again, so they are kept as they were. */
static void repeat(struct steps *t)
{
	static struct scenario line;
	struct scenario *s = &t->scenario;
	int64_t now_ms = scenario_time_ms(s, "from", scenario_word(s));
	int64_t end_ms = part_ms(s, "to"), every_ms = part_ms(s, "every");

	if(every_ms <= 0)
		scenario_fail(s, "every: no time");
	line = *s;
	for(; now_ms <= end_ms; now_ms += every_ms) {
		*s = line;
		step(t, now_ms);
	}
}

static const struct
{
	const char *name;
	void (*run)(struct steps *t);
} commands[] = {{"policy", steps_policy}, {"ue", steps_ue}, {"hss", steps_hss},
		{"set", steps_set}, {"at", at}, {"from", repeat}};

static void run_line(struct steps *t)
{
	const char *word = scenario_word(&t->scenario);
	size_t i;

	for(i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if(strcmp(word, commands[i].name) != 0)
			continue;
		commands[i].run(t);
		if((word = scenario_word(&t->scenario)))
			scenario_fail(&t->scenario, "not understood: %s", word);
		return;
	}
	scenario_fail(&t->scenario, "unknown command: %s", word);
}

static int replay(const char *file)
{
	static struct steps t;

	if(steps_open(&t, file) < 0)
		return -1;
	while(scenario_next_line(&t.scenario))
		run_line(&t);
	if(t.expect.checked_n + t.expect.mismatch_n == 0)
		scenario_fail(&t.scenario, "nothing is expected anywhere");
	printf("%s: %u steps, %u expectations met, %u not\n", file, t.steps_n,
			t.expect.checked_n, t.expect.mismatch_n);
	return t.expect.mismatch_n == 0 ? 0 : -1;
}

int main(int argc, char **argv)
{
	int i, failed_n = 0;

	if(argc < 2) {
		fprintf(stderr, "usage: %s SCENARIO...\n", argv[0]);
		return EXIT_FAILURE;
	}
	for(i = 1; i < argc; i++)
		failed_n += replay(argv[i]) < 0;
	return failed_n == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
