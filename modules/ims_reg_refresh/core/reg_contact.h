/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which binding a contact of a REGISTER means.
 */
#ifndef REG_CONTACT_H
#define REG_CONTACT_H

#include "reg_binding.h"

/** No binding. */
#define REG_NO_BINDING (-1)

/**
 * Whether a contact names this binding: by instance and reg-id if both have
 * them (RFC 5626 6), else by URI (RFC 3261 19.1.4). An emergency contact and
 * another one never name the same.
 */
bool reg_contact_is(const struct reg_contact *c, const struct reg_binding *b);

/**
 * Whether a contact and a binding both carry an instance and a reg-id: then
 * these identify, and the URI says nothing.
 */
bool reg_contact_both_flows(
		const struct reg_contact *c, const struct reg_binding *b);

/** Whether two contacts of one REGISTER mean the same binding. */
bool reg_contact_same(const struct reg_contact *a, const struct reg_contact *b);

/**
 * Whether a contact that names no binding takes the place of this one: the
 * same device, or the same private identity, changed its address. Another flow
 * of the same instance (RFC 5626 4.2.1) does not.
 */
bool reg_contact_replaces(const struct reg_contact *c, struct reg_text impi,
		const struct reg_binding *b);

/** Whether a REGISTER names this binding; a fetch, or `*`, names them all. */
bool reg_contact_named(
		const struct reg_request *req, const struct reg_binding *b);

#endif
