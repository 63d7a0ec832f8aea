/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The trigger point of a filter criterion; a part of profile.c.
 */
#ifndef PROFILE_TRIGGER_H
#define PROFILE_TRIGGER_H

#include <libxml/tree.h>

#include "profile.h"

/** Service point triggers in it, one for each group that each is in. */
unsigned profile_trigger_count(const xmlNode *n);

/**
 * Read a TriggerPoint, its conditions sorted by group.
 * @param tp  zeroed; after an error too, for profile_trigger_free()
 * @return 0; -EBADMSG; -E2BIG a text is too long; -ENOMEM
 */
int profile_trigger_read(const xmlNode *n, ims_trigger_point *tp);

/** Free it and all in it. */
void profile_trigger_free(ims_trigger_point *tp);

#endif
