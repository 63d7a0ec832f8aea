/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Authorization header of a REGISTER: Digest credentials with the
 * parameters that IMS adds to them.
 */
#ifndef REG_AUTHORIZATION_H
#define REG_AUTHORIZATION_H

#include "reg_request.h"

/** Views into the header; an absent parameter has s == NULL, an empty one not. */
struct reg_authorization
{
	bool present;
	struct reg_text username, realm, nonce, uri, response, algorithm;
	struct reg_text qop, nc, cnonce, opaque;
	struct reg_text auts;				 /* RFC 3310 3.4 */
	struct reg_text integrity_protected; /* TS 24.229 7.2A.2 */
};

/**
 * Cut a header value `Digest name=value, …` (RFC 3261 25.1). Unknown
 * parameters are passed over, the first of two equal names counts.
 * @return 0; -EINVAL: not Digest, a value cut off, no name or no '='
 */
int reg_authorization_parse(
		struct reg_text value, struct reg_authorization *ret);

/** What the P-CSCF says of the access, by the text of integrity-protected. */
enum reg_protection reg_authorization_protection(
		const struct reg_authorization *a);

#endif
