/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The user profile: the HSS's XML (TS 29.228 Annex B and E) comes in, what
 * usrloc and ims_isc work with goes out.
 */
#ifndef PROFILE_H
#define PROFILE_H

#include "../../core/str.h"
#include "../ims_usrloc_scscf/usrloc.h"

/* What is taken of one document; above it, it is refused as a whole. */
#define PROFILE_XML_MAX (512 * 1024) /* octets */
#define PROFILE_SERVICE_PROFILES_MAX 100
#define PROFILE_IDENTITIES_MAX 100
#define PROFILE_SHARED_SETS_MAX 200
#define PROFILE_FILTERS_MAX 200
#define PROFILE_SPTS_MAX 200		/* of one trigger; one per group it is in */
#define PROFILE_SPTS_TOTAL_MAX 1000 /* so that copies per group stay few MB */

/* Octets of one text. */
#define PROFILE_IDENTITY_MAX 255
#define PROFILE_NAME_MAX 255 /* of a method, a header, an SDP line */
#define PROFILE_URI_MAX 2048 /* of an application server */
#define PROFILE_REGEX_MAX 2048
#define PROFILE_SERVICE_INFO_MAX 8192

/** Set libxml2 up, once, before the fork. @return 0 */
int profile_init(void);

/** Free what libxml2 keeps. Whoever uses it once more sets it up again. */
void profile_destroy(void);

/**
 * Read what the HSS said of a user, in UTF-8. Public identities are canonical, like
 * those of a REGISTER; wildcarded ones and what is no URI stay as sent.
 * Filter criteria are sorted by priority, their triggers by group.
 * @param impi  stands in for a missing PrivateID; another PrivateID prevails
 * @param impu  appended to the first service profile when it is in none;
 *              empty: nothing is
 * @param ret   in shared memory, with one reference: the caller's, to give up
 *              with the usrloc API's unref_subscription()
 * @return 0; -EBADMSG not the XML it should be; -E2BIG above a limit; -ENOMEM
 */
int profile_parse(str xml, str impi, str impu, ims_subscription **ret);

/**
 * A profile with just this user, for an HSS that sends none.
 * @param ret  as with profile_parse()
 * @return 0; -EBADMSG an identity is empty; -E2BIG one is too long; -ENOMEM
 */
int profile_minimal(str impi, str impu, ims_subscription **ret);

/**
 * The default public identity, TS 29.228 6.5.1.1: the first that is neither
 * barred nor wildcarded; with none such, the first.
 * @param ret  view into s
 * @return 0; -ENOENT it has no identity
 */
int profile_default(const ims_subscription *s, str *ret);

/** The i-th public identity, over all service profiles; NULL past the last. */
const ims_public_identity *profile_identity(
		const ims_subscription *s, unsigned i);

/** Free one that was never handed to usrloc. NULL is fine. */
void profile_free(ims_subscription *s);

#endif
