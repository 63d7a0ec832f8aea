/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Requests of the HSS to the S-CSCF: Registration-Termination and
 * Push-Profile (TS 29.228 6.1.3, 6.6).
 */
#ifndef HSS_PUSH_H
#define HSS_PUSH_H

#include <stdbool.h>
#include <stddef.h>

/** What was ordered; NULL: not given. */
struct push_order
{
	const char *impi;
	const char *impu;	/* comma separated Public-Identity AVPs (RTR) */
	const char *assoc;	/* comma separated Associated-Identities (RTR) */
	const char *reason; /* Reason-Code (RTR) */
	const char *info;	/* Reason-Info (RTR) */
	const char *host;	/* Destination-Host; else the serving S-CSCF's */
	const char *xml;	/* file with the User-Data, or "current" (PPR) */
	const char *ccf;	/* (PPR) */
	const char *ecf;	/* (PPR) */
	const char *ha1;	/* (PPR) */
	const char *realm;	/* of ha1 (PPR) */
	bool keep;			/* RTR: the HSS keeps believing in the registration */
};

/**
 * Sends and waits for the answer, at most 6 s.
 * @param log_args  the order as the log shall show it
 * @param result    "2001", "exp:5001", "timeout", "no-peer"; always written
 * @return 0 if an answer came, -errno
 */
int rtr_send(const struct push_order *order, const char *log_args, char *result,
		size_t result_size);
int ppr_send(const struct push_order *order, const char *log_args, char *result,
		size_t result_size);

#endif
