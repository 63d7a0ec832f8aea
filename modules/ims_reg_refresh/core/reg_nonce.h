/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nonces of SIP Digest: keyed and time-bound, so that a challenge that nobody
 * answers costs no memory. A stamp, random octets, and a MAC over both and over
 * who was challenged.
 */
#ifndef REG_NONCE_H
#define REG_NONCE_H

#include "reg_text.h"

#define REG_NONCE_KEY_N 32
#define REG_NONCE_RANDOM_N 8
#define REG_NONCE_SIZE 45 /* 32 octets in Base64 and a zero */

/** Who alone may answer a challenge: this user, in this call. */
struct reg_nonce_owner
{
	struct reg_text impi, impu, call_id;
};

/**
 * @param random  REG_NONCE_RANDOM_N octets
 * @param dst     REG_NONCE_SIZE bytes
 * @return 0, or -EIO
 */
int reg_nonce_make(const uint8_t *key, const struct reg_nonce_owner *owner,
		int64_t now_ms, const uint8_t *random, char *dst);

/**
 * Whether a nonce is one of ours, for this owner.
 * @param made_at_ms  out: when it was made, also for -ETIME
 * @return 0; -ETIME: older than its lifetime, or of the future; -EBADMSG: not
 * ours
 */
int reg_nonce_check(const uint8_t *key, const struct reg_nonce_owner *owner,
		struct reg_text nonce, uint32_t lifetime_s, int64_t now_ms,
		int64_t *made_at_ms);

/** The same of a nonce that is known: whether its time is over. */
bool reg_nonce_old(int64_t made_at_ms, uint32_t lifetime_s, int64_t now_ms);

#endif
