/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the HSS says of its own accord (TS 29.228 6.1.3, 6.2.2): RTR and PPR
 * come in as values, the answer goes out.
 */
#ifndef CX_PUSH_H
#define CX_PUSH_H

#include <stdbool.h>
#include <stdint.h>

#include "../../core/str.h"

/** Identities of one request; more are not looked at. */
#define CX_PUSH_MAX 100

/** Deregistration-Reason, TS 29.229 6.3.17. */
enum cx_reason
{
	CX_REASON_PERMANENT_TERMINATION = 0,
	CX_REASON_NEW_SERVER_ASSIGNED = 1,
	CX_REASON_SERVER_CHANGE = 2,
	CX_REASON_REMOVE_S_CSCF = 3,
};

/** Texts live until the handler returns. */
struct cx_rtr
{
	str impis[CX_PUSH_MAX]; /* User-Name, then Associated-Identities */
	unsigned impis_n;
	str impus[CX_PUSH_MAX];
	unsigned impus_n; /* 0: all of the private identities */
	uint32_t reason;
};

struct cx_ppr
{
	str impi;
	str user_data;
	bool has_charging, has_credentials;
	str ccf1, ccf2, ecf1, ecf2;
};

/** Answers, TS 29.229 6.2. */
#define CX_SUCCESS 2001
#define CX_USER_UNKNOWN 5001 /* experimental, as those below */
#define CX_TOO_MUCH_DATA 5008
#define CX_NOT_SUPPORTED_USER_DATA 5009

/** Run in a process of cdp. @return one of the answers */
typedef uint32_t (*cx_rtr_handler)(const struct cx_rtr *rtr);
typedef uint32_t (*cx_ppr_handler)(const struct cx_ppr *ppr);

/**
 * Hear requests; in mod_init, after cx_bind(). The stock registrar's own
 * handler, which answers some RTRs, is taken out: there is one answer, and it
 * comes from who knows all bindings.
 * @return 0 or -1
 */
int cx_push_bind(cx_rtr_handler on_rtr, cx_ppr_handler on_ppr);

#endif
