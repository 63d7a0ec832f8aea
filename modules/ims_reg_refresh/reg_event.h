/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Telling the watchers of the reg event (RFC 3680). Their subscriptions are
 * taken by the stock registrar and kept in usrloc; its own NOTIFYs know no
 * refreshed, shortened, deactivated or rejected, so ours are written here.
 */
#ifndef REG_EVENT_H
#define REG_EVENT_H

#include "../ims_usrloc_scscf/usrloc.h"

#include "core/reg_apply.h"

/** The contacts of a set after a change, those that ended included. */
struct reg_news
{
	bool any; /* something that watchers hear of */
	unsigned n;
	struct reg_reginfo_contact of[REG_SET_MAX + REG_CONTACTS_MAX];
};

/**
 * What is told of a set after changes. A refreshed contact is news only every
 * notify_refresh_interval; what is told is noted in notified_at_ms.
 */
void reg_event_news(struct reg_set *set, struct reg_changes *changes,
		int64_t now_ms, struct reg_news *ret);

/** Begin to collect watchers; texts of news and profile live until the end. */
void reg_event_begin(
		const struct reg_news *news, const ims_subscription *profile);

/** The watchers of one identity, which is locked. */
void reg_event_collect(impurecord_t *r);

/** Send a NOTIFY to each; nothing is locked. */
void reg_event_end(void);

#endif
