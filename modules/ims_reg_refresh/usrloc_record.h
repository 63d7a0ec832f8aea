/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One identity of usrloc: its profile, state and charging functions.
 */
#ifndef USRLOC_RECORD_H
#define USRLOC_RECORD_H

#include "usrloc_sync.h"

/** @param callbacks  usrloc's own list of who hears of a new identity */
void usrloc_record_bind(usrloc_api_t *api, struct ulcb_head_list **callbacks);

/**
 * An identity of the set: known to usrloc, registered, with this profile.
 * @param record  NULL: usrloc does not know it yet, and it is inserted
 * @return 0, or -ENOMEM
 */
int usrloc_record_register(udomain_t *domain, str impu,
		ims_subscription *profile, impurecord_t **record);

/**
 * An identity is none of the set any more: its contacts are unlinked, and it
 * is not registered. usrloc's timer removes it when nobody watches it.
 */
void usrloc_record_leave(impurecord_t *r);

/** Whether the profile has this identity. */
bool usrloc_record_is_in(const ims_subscription *profile, str impu);

/** The charging functions that the HSS named; the others stay. */
void usrloc_record_charge(
		impurecord_t *r, const struct usrloc_charging *charging);

#endif
