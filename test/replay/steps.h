/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands of a scenario and the steps that take time.
 */
#ifndef STEPS_H
#define STEPS_H

#include "expect.h"
#include "scenario.h"
#include "world.h"

#define STEPS_UES_MAX 16

struct steps
{
	struct scenario scenario;
	struct world world;
	struct expect expect;
	struct world_ue ues[STEPS_UES_MAX]; /* the first is meant if none is */
	unsigned ues_n;
	unsigned steps_n;
};

/** A new world for a scenario. @return 0, or -1 with a message on stderr */
int steps_open(struct steps *t, const char *file);

void steps_policy(struct steps *t);
void steps_ue(struct steps *t);
void steps_hss(struct steps *t);
void steps_set(struct steps *t);

/** Take the next step at the world's time and check what is expected of it. */
void steps_take(struct steps *t);

#endif
