/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A service profile: identities that share their services; a part of
 * profile.c.
 */
#ifndef PROFILE_SERVICE_H
#define PROFILE_SERVICE_H

#include <libxml/tree.h>

#include "core/reg_text.h"
#include "profile.h"

/** TS 23.003 13.4A: a regular expression between two exclamation marks. */
bool profile_is_wildcarded(struct reg_text t);

/**
 * A public identity as REGISTERs have it, since both are keys of usrloc.
 * @param buf  of PROFILE_IDENTITY_MAX octets
 * @return view into buf; t itself when it is wildcarded or no SIP or tel URI
 */
struct reg_text profile_canonical(struct reg_text t, char *buf);

/**
 * Read a ServiceProfile.
 * @param sp  zeroed; after an error too, for profile_service_free()
 * @return 0; -EBADMSG; -E2BIG a text is too long; -ENOMEM
 */
int profile_service_read(const xmlNode *n, ims_service_profile *sp);

/** Append an identity, not barred. @return 0; -E2BIG; -ENOMEM */
int profile_service_add(ims_service_profile *sp, struct reg_text impu);

/** Free all in it. */
void profile_service_free(ims_service_profile *sp);

#endif
