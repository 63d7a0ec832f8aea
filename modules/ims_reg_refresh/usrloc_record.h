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

/** The charging functions that the HSS named; the others stay. */
void usrloc_record_charge(
		impurecord_t *r, const struct usrloc_charging *charging);

#endif
