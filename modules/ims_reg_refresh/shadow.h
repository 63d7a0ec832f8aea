/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether we live in the shadow of stock save(), and what we would hold of the
 * users' credentials: kept for each private identity with a public one, in
 * shared memory, copied in and out.
 */
#ifndef SHADOW_H
#define SHADOW_H

#include "bindings.h"

#include "core/reg_shadow.h"

/** @param exponent  2^exponent slots. @return 0, or -ENOMEM */
int shadow_init(unsigned exponent);
void shadow_destroy(void);

/** The script uses the functions of the shadow: others hold the registrations. */
void shadow_enter(void);
bool shadow_is_on(void);

/**
 * A REGISTER without credentials was seen: we are asked before the user is
 * proven, and see every REGISTER that is challenged.
 */
void shadow_see_all(void);
bool shadow_sees_all(void);

/** What is known of the user; all zero: nothing. */
void shadow_load(const struct reg_request *req, struct reg_shadow *ret);

/** Keep it. Of a slot that is full the one who was seen longest ago goes. */
void shadow_keep(const struct reg_request *req, const struct reg_shadow *s,
		int64_t now_ms);

/** Whether a set is known from the shadow: nobody but stock may change it. */
bool shadow_holds(const struct reg_set *set);

#endif
