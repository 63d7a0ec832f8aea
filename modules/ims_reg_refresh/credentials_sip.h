/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SIP Digest of one private identity: HA1 and the nonces in use; a part of
 * credentials.c, which holds the lock.
 */
#ifndef CREDENTIALS_SIP_H
#define CREDENTIALS_SIP_H

#include "credentials.h"
#include "credentials_key.h"

/** So many nonces of a user are in use at a time; older ones are stale. */
#define CREDENTIALS_NONCES_MAX 4

struct credentials_nonce
{
	int64_t made_at_ms; /* 0: empty */
	uint64_t hash;
	uint32_t nc;						/* the last one used */
	uint8_t print[CREDENTIALS_PRINT_N]; /* of the REGISTER that used it */
};

struct credentials_sip
{
	enum digest_hash hash;
	int64_t fetched_at_ms;
	int64_t stale_till_ms; /* nonces made up to then are stale */
	struct credentials_nonce nonces[CREDENTIALS_NONCES_MAX];
	char ha1[DIGEST_HEX_SIZE];
	char realm[CX_REALM_SIZE];
};

void credentials_sip_store(
		struct credentials_sip *s, const struct cx_auth *auth, int64_t now_ms);

/** Whether HA1 is younger than credential_lifetime: challenges are made of it. */
bool credentials_sip_valid(const struct credentials_sip *s, int64_t now_ms);

/** Whether answers are still checked by it: a challenge may be under way. */
bool credentials_sip_checks(const struct credentials_sip *s, int64_t now_ms);

/** @return 0, or -EIO */
int credentials_sip_challenge(const struct credentials_sip *s,
		const struct sip_register *r, int64_t now_ms,
		struct credentials_challenge *ret);

/** @param info  out, for REG_RESPONSE_RIGHT: Authentication-Info */
enum reg_response credentials_sip_check(struct credentials_sip *s,
		const struct sip_register *r, struct reg_text method, int64_t now_ms,
		char *info);

#endif
