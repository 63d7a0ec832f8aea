/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Digest arithmetic for SIP authentication, on OpenSSL's EVP.
 */
#ifndef DIGEST_H
#define DIGEST_H

#include "reg_authorization.h"

#include <stdint.h>

#define DIGEST_HEX_SIZE 33 /* 16 octets in hexadecimal and a zero */

/** n octets at src as 2n lower-case digits and a zero at dst. */
void digest_hex(const uint8_t *src, size_t n, char *dst);

/** Base64 with padding and a zero. @return length, or -ENOSPC */
int digest_base64(const uint8_t *src, size_t n, char *dst, size_t size);

/** @return octets written; -EINVAL not Base64; -ENOSPC does not fit */
int digest_base64_decode(struct reg_text src, uint8_t *dst, size_t size);

/**
 * The response that a right UE sends to an AKAv1-MD5 challenge: RFC 3310 3.3
 * over RFC 7616 3.4.1, the octets of RES in the place of the password. With
 * qop=auth if the credentials carry a qop, else the legacy form.
 * @param res    RES, res_n octets (4 to 16)
 * @param dst    DIGEST_HEX_SIZE bytes
 * @return 0; -EINVAL: a qop we did not offer; -EIO: OpenSSL failed
 */
int digest_akav1_md5(const struct reg_authorization *a, const uint8_t *res,
		size_t res_n, struct reg_text method, char *dst);

/** Constant-time comparison of two texts (the lengths are no secret). */
bool digest_same(struct reg_text a, struct reg_text b);

/** Overwrite a secret; not removed by the optimiser. */
void digest_wipe(void *secret, size_t n);

#endif
