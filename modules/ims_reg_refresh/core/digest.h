/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Digest arithmetic for SIP authentication, on OpenSSL's EVP.
 */
#ifndef DIGEST_H
#define DIGEST_H

#include "reg_authorization.h"

#include <stdint.h>

/** The hash below an algorithm; RFC 8760 for SHA-256. */
enum digest_hash
{
	DIGEST_MD5,
	DIGEST_SHA256,
};

/** What a challenge is answered with. */
enum digest_scheme
{
	DIGEST_NO_SCHEME,
	DIGEST_SIP,	  /* SIP Digest: HA1 known, RFC 3261 22.4, RFC 7616 */
	DIGEST_AKAV1, /* the octets of RES are the password, RFC 3310 3.3 */
	DIGEST_AKAV2, /* a PRF over RES, IK, CK is it, RFC 4169 3 */
};

/** An algorithm as a pair; its name is that of RFC 3310, 4169, 7616. */
struct digest_algorithm
{
	enum digest_scheme scheme;
	enum digest_hash hash;
};

#define DIGEST_HEX_SIZE 65 /* 32 octets in hexadecimal and a zero */
#define DIGEST_RES_MAX 16
#define DIGEST_KEY_N 16

/** The name for `algorithm=`, e.g. "AKAv1-MD5"; "" for no scheme. */
const char *digest_algorithm_name(struct digest_algorithm a);

/** By that name, in any case. @return false: not one of ours */
bool digest_algorithm_find(struct reg_text name, struct digest_algorithm *ret);

/** n octets at src as 2n lower-case digits and a zero at dst. */
void digest_hex(const uint8_t *src, size_t n, char *dst);

/** Base64 with padding and a zero. @return length, or -ENOSPC */
int digest_base64(const uint8_t *src, size_t n, char *dst, size_t size);

/** @return octets written; -EINVAL not Base64; -ENOSPC does not fit */
int digest_base64_decode(struct reg_text src, uint8_t *dst, size_t size);

/**
 * HA1 = H(username:realm:password), RFC 7616 3.4.2, in hexadecimal.
 * @param dst  DIGEST_HEX_SIZE bytes
 * @return 0; -EIO: OpenSSL failed
 */
int digest_ha1(enum digest_hash hash, struct reg_text username,
		struct reg_text realm, struct reg_text password, char *dst);

/**
 * HA1 of an AKA challenge, from its vector.
 * @param res     RES, res_n octets (4 to DIGEST_RES_MAX)
 * @param ik, ck  DIGEST_KEY_N octets; not looked at for AKAv1
 * @return 0; -EINVAL: not AKA; -EIO: OpenSSL failed
 */
int digest_aka_ha1(struct digest_algorithm algorithm,
		const struct reg_authorization *a, const uint8_t *res, size_t res_n,
		const uint8_t *ik, const uint8_t *ck, char *dst);

/**
 * The right response (RFC 7616 3.4.1): with qop=auth if the credentials carry
 * a qop, else the legacy form.
 * @param method  empty for rspauth (RFC 7616 3.5)
 * @param dst     DIGEST_HEX_SIZE bytes
 * @return 0; -EINVAL: a qop we did not offer; -EIO: OpenSSL failed
 */
int digest_response(enum digest_hash hash, const char *ha1,
		const struct reg_authorization *a, struct reg_text method, char *dst);

#define DIGEST_MAC_N 32

/**
 * HMAC-SHA-256 (RFC 2104) over the parts, each with its length in front, so that
 * no two lists of parts are the same.
 * @param dst  DIGEST_MAC_N octets
 * @param key  64 octets at most
 * @return 0; -EIO: OpenSSL failed
 */
int digest_mac(const uint8_t *key, size_t key_n, const struct reg_text *parts,
		size_t parts_n, uint8_t *dst);

/** Constant-time comparison of two texts (the lengths are no secret). */
bool digest_same(struct reg_text a, struct reg_text b);

/** Overwrite a secret; not removed by the optimiser. */
void digest_wipe(void *secret, size_t n);

#endif
