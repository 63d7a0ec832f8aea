/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a request under way shows of its binding goes into the store, and how
 * calls end is counted.
 */
#ifndef REACH_H
#define REACH_H

#include "calls.h"

/** A leg has taken a step: keep what it shows. The call is locked. */
void reach_note(const struct call *c, struct call_leg *leg, enum reg_sign sign,
		int64_t now_ms);

#endif
