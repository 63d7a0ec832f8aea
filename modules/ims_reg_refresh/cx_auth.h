/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The credentials in a MAA, or in a PPR; a part of cx.c.
 */
#ifndef CX_AUTH_H
#define CX_AUTH_H

#include "cx.h"
#include "cx_avp.h"

/**
 * Read SIP-Auth-Data-Item (29.229 6.3.13): AKA vectors in the order of their
 * SIP-Item-Number, or the HA1 of SIP Digest. What cannot be used leaves
 * DIGEST_NO_SCHEME.
 */
void cx_auth_read(AAAMessage *ans, struct cx_auth *ret);

/** SIP-Authentication-Scheme for an algorithm (29.229 6.3.9). */
const char *cx_auth_scheme(struct digest_algorithm a);

#endif
