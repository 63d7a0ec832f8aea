/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A REGISTER as a P-CSCF forwards it: one template for all users, in which the
 * digits of a user and of a CSeq are patched.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#define MESSAGE_SIZE 2048
#define MESSAGE_CSEQ_FIRST 10000000u /* so that all have eight digits */

struct message_options
{
	const char *server, *local; /* address:port */
	const char *name;			/* a user is NAME000000@REALM */
	const char *realm;
	const char *tag; /* makes Call-IDs of this run */
	unsigned expires_s;
	int lean;	 /* the fewest headers, as a test of a plain registrar */
	int protect; /* the P-CSCF vouches: integrity-protected */
};

/** @return 0, -1: too long */
int message_init(const struct message_options *o);

/**
 * Write the REGISTER of a user.
 * @param authorization  header line with its line end, or ""
 * @return its length
 */
size_t message_write(unsigned user, uint32_t cseq, const char *authorization,
		char dst[MESSAGE_SIZE]);

/**
 * Whose answer it is, by the branch of its topmost Via.
 * @return the status; 0: none of ours
 */
int message_read(const char *text, size_t n, unsigned *user, uint32_t *cseq);

/** Copy the nonce of a challenge. @return 0, -1 */
int message_nonce(const char *text, size_t n, char *dst, size_t size);

#endif
