/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The facts of a binding by the names of a scenario.
 */
#ifndef FACTS_H
#define FACTS_H

#include "expect.h"
#include "scenario.h"
#include "world.h"

/** The binding of a device, by its URI and reg-id as they are; or NULL. */
struct reg_binding *facts_find(struct reg_set *set, const struct world_ue *ue);

/** Set one fact by name; the program ends when there is none. */
void facts_change(const struct scenario *s, struct reg_binding *b,
		const char *name, const char *value);

/** Every fact that can be expected. */
void facts_tell(
		const struct world *w, const struct reg_binding *b, struct expect *e);

#endif
