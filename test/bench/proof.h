/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a user of the benches proves himself: SIP Digest or AKAv1-MD5.
 */
#ifndef PROOF_H
#define PROOF_H

#include <stddef.h>
#include <stdint.h>

#define PROOF_NONCE_SIZE 96
#define PROOF_AUTHORIZATION_SIZE 560

struct proof_user
{
	const char *name, *realm;
	unsigned number;
};

/** @param password  of SIP Digest. @return 0, -1 */
int proof_init(const char *password, const char *realm);

/** The Authorization line of somebody who was not challenged yet. */
void proof_empty(const struct proof_user *u, char *dst);

/** The answer to a SIP Digest challenge, nonce count nc. */
void proof_digest(
		const struct proof_user *u, const char *nonce, uint32_t nc, char *dst);

/** The answer to an AKAv1-MD5 challenge. */
void proof_aka(const struct proof_user *u, const char *nonce, char *dst);

#endif
