/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two clocks of a binding: the access side's lifetime and the core side's
 * location update interval (LUI).
 */
#ifndef REG_LIFETIME_H
#define REG_LIFETIME_H

#include "reg_binding.h"

/**
 * Lifetime that a contact asks for [s]: its expires parameter, else the Expires
 * header, else the default; capped (RFC 3261 10.3 step 7). An emergency contact
 * gets no less than the operator says. c may be NULL (`*`).
 */
uint32_t reg_lifetime_asked_s(const struct reg_request *req,
		const struct reg_contact *c, const struct reg_policy *p);

/**
 * Whether a REGISTER must be answered 423 (Interval Too Brief).
 * RFC 3261 10.3 step 7: only above zero, and under our minimum.
 * @param asked_s  lifetime the UE asked for [s]
 */
bool reg_lifetime_too_brief(uint32_t asked_s, const struct reg_policy *p);

/** Milliseconds since the grant; 0 for a stamp from the future. */
int64_t reg_lifetime_elapsed_ms(const struct reg_binding *b, int64_t now_ms);

/** Granted lifetime [ms]; 0 for a negative one. */
int64_t reg_lifetime_granted_ms(const struct reg_binding *b);

/** So long before its end a binding is looked at. */
#define REG_LIFETIME_NEAR_S 30

/**
 * When its end is near; a lifetime that is hardly longer is near it at once.
 * From then on usrloc keeps the contact longer than it is granted, so that its
 * timer is never faster than a late refresh; until then it says what is true.
 */
int64_t reg_lifetime_near_at_ms(const struct reg_binding *b);

/**
 * When a UE of TS 24.229 5.1.1.4 refreshes: 600 s before the end of what it was
 * told last if that was more than 1200 s, else at its half. Every REGISTER was
 * told what was left then, whether it was extended or not.
 */
int64_t reg_lifetime_due_at_ms(const struct reg_binding *b);

/** When it is overdue; never, if its end comes first. */
int64_t reg_lifetime_late_at_ms(
		const struct reg_binding *b, const struct reg_policy *p);

/** Past its half: elapsed * 2 > lifetime. Exactly half is not past it. */
bool reg_lifetime_second_half(const struct reg_binding *b, int64_t now_ms);

/**
 * LUI of this binding [ms]: the interval less a share of the jitter, fixed per
 * binding, so that users who came together do not update together. 0: never.
 */
int64_t reg_lifetime_lui_ms(
		const struct reg_binding *b, const struct reg_policy *p);

/** Milliseconds to the next due update, 0: due; INT64_MAX: never. */
int64_t reg_lifetime_lui_left_ms(const struct reg_binding *b,
		const struct reg_policy *p, int64_t now_ms);

#endif
