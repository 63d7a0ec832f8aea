/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The key of this S-CSCF, made at its start: by it nonces are known again, and
 * a REGISTER that was seen before.
 */
#ifndef CREDENTIALS_KEY_H
#define CREDENTIALS_KEY_H

#include "sip_request.h"

#include "core/reg_nonce.h"

#define CREDENTIALS_PRINT_N 16

/** Before the fork, so that all processes have the same. @return 0, or -EIO */
int credentials_key_init(void);

/** A nonce for this user in this call. @return 0, or -EIO */
int credentials_nonce_make(
		const struct sip_register *r, int64_t now_ms, char *dst);

/** As reg_nonce_check(), for the nonce in the credentials. */
int credentials_nonce_check(
		const struct sip_register *r, int64_t now_ms, int64_t *made_at_ms);

/**
 * What a REGISTER asks for, as a keyed hash: Call-ID, CSeq, identity, contacts,
 * lifetimes, Path. A digest covers none of it, so an answer that is seen again
 * is good for the very same REGISTER only.
 * @param print  CREDENTIALS_PRINT_N octets
 * @return 0, or -EIO
 */
int credentials_print(const struct reg_request *req, uint8_t *print);

#endif
