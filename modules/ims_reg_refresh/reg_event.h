/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Telling the watchers of the reg event (RFC 3680) through the stock
 * registrar, which keeps their subscriptions. Without it nobody watches.
 */
#ifndef REG_EVENT_H
#define REG_EVENT_H

#include "../ims_usrloc_scscf/usrloc.h"

/** Find the stock registrar's notifier; it is optional. */
void reg_event_bind(void);

/** The record's identity is locked, no contact slot is. */
void reg_event_registered(impurecord_t *r, ucontact_t *c);
void reg_event_removed(impurecord_t *r, ucontact_t *c);

#endif
