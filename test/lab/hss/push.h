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
	char *impi;
	char *impu;	  /* comma separated Public-Identity AVPs (RTR) */
	char *assoc;  /* comma separated Associated-Identities (RTR) */
	char *reason; /* Reason-Code (RTR) */
	char *info;	  /* Reason-Info (RTR) */
	char *host;	  /* Destination-Host; else the serving S-CSCF's */
	char *xml;	  /* file with the User-Data, or "current" (PPR) */
	char *ccf;	  /* (PPR) */
	char *ecf;	  /* (PPR) */
	char *ha1;	  /* (PPR) */
	char *realm;  /* of ha1 (PPR) */
	bool keep;	  /* RTR: the HSS keeps believing in the registration */
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
