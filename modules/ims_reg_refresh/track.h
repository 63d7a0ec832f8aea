/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reg_refresh_track(): a request that lookup() has found a contact for is
 * followed, and what becomes of it at each contact shows whether that can be
 * reached.
 */
#ifndef TRACK_H
#define TRACK_H

#include "../ims_usrloc_scscf/usrloc.h"
#include "../tm/tm_load.h"

/** @return 0, or -1: no memory */
int track_init(struct tm_binds *tm);
void track_destroy(void);

/**
 * Follow a request; after lookup(), before it is relayed.
 * @return 1; -1: it goes to no binding that we know, or there is no room
 */
int track_request(struct sip_msg *msg, udomain_t *domain);

/** Calls that nobody answered or acknowledged in time are let go. */
void track_tick(int64_t now_ms);

#endif
