/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Life in the shadow: stock modules prove, save and reply; we say what we would
 * have done, and take in what became of it.
 */
#ifndef ON_SHADOW_H
#define ON_SHADOW_H

#include "registration.h"

/**
 * What would be done with a REGISTER (script function reg_refresh_decide).
 * Called before anybody proves the user; nothing but our own notes changes.
 * @return 1, the verdict is told; -1: it cannot be
 */
int on_shadow_decide(struct sip_msg *msg, udomain_t *domain);

/**
 * Stock save() has accepted it (script function reg_refresh_learn), in whatever
 * process: the facts follow our own verdict.
 * @return 1; -1: they could not be kept
 */
int on_shadow_learn(struct sip_msg *msg, udomain_t *domain);

/** Which table bindings are in. */
void on_shadow_domain(udomain_t *domain);

/** The date of a binding has come, in the process of dates: it goes, if stock
 * has let it go as well. */
void on_shadow_due(const struct store_one *due, int64_t now_ms);

#endif
