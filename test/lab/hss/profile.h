/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * User-Data: the IMSSubscription document of a subscriber (TS 29.228 Annex E).
 * It never decides who gets it.
 */
#ifndef HSS_PROFILE_H
#define HSS_PROFILE_H

#include <stddef.h>

#include "subscriber.h"

/**
 * @param impi     PrivateID of the document
 * @param pad_len  at least this many octets, reached by filter criteria that
 *                 match nothing; 0: as long as it is
 * @return the document, malloc'ed, NULL without memory
 */
char *profile_make(const struct hss_sub *sub, const char *impi, size_t pad_len);

#endif
