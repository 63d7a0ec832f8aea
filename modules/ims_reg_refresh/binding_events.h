/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the script hears of bindings, once a change is committed, answered and
 * nothing is locked.
 */
#ifndef BINDING_EVENTS_H
#define BINDING_EVENTS_H

#include "events.h"
#include "registration.h"

/** A REGISTER was answered: registered, refreshed or updated; those that went. */
void binding_events_register(const struct registration *g, struct sip_msg *msg);

/** Bindings went without a REGISTER: removed or expired, once for each. */
void binding_events_ended(const struct bindings *b);

/**
 * Any event of a binding without a REGISTER, with $regr(...) of the binding and
 * of its last verdict.
 * @param impu  its default public identity, the key of its set
 */
void binding_events_fire(
		enum event event, struct reg_text impu, const struct reg_binding *b);

#endif
