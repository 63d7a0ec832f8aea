/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cx towards the HSS (TS 29.228, TS 29.229), spoken through cdp.
 */
#ifndef CX_H
#define CX_H

#include "../../core/str.h"

#include "core/digest.h"
#include "core/reg_answer.h"

#define CX_RAND_N 16
#define CX_AUTN_N 16
#define CX_AUTS_N 14
#define CX_KEY_N DIGEST_KEY_N
#define CX_RES_MAX DIGEST_RES_MAX
#define CX_VECTORS_MAX 5
#define CX_REALM_SIZE 128

/** One authentication vector of a MAA (TS 29.228 6.3). Secret. */
struct cx_vector
{
	uint8_t challenge[CX_RAND_N + CX_AUTN_N]; /* RAND, AUTN */
	uint8_t xres[CX_RES_MAX];
	uint8_t xres_n; /* 4 to 16 */
	uint8_t ck[CX_KEY_N], ik[CX_KEY_N];
};

/** What a MAA brings to prove a user by. Secret. */
struct cx_auth
{
	struct digest_algorithm algorithm; /* DIGEST_NO_SCHEME: nothing of use */
	unsigned vectors_n;				   /* AKA */
	struct cx_vector vectors[CX_VECTORS_MAX];
	char ha1[DIGEST_HEX_SIZE]; /* SIP Digest */
	char realm[CX_REALM_SIZE]; /* of it; may be empty */
};

/** An answer, or its absence. Texts live until the handler returns. */
struct cx_answer
{
	enum reg_hss hss;
	uint32_t code; /* Result-Code or Experimental-Result-Code, 0: none */
	long elapsed_ms;
	str user_data;				/* SAA */
	str ccf1, ccf2, ecf1, ecf2; /* SAA */
	struct cx_auth auth;		/* MAA, wiped after the handler returns */
};

/** Runs in a process of cdp, once for each request that was sent. */
typedef void (*cx_handler)(uint32_t id, const struct cx_answer *answer);

/** Find cdp. @return 0 or -1 */
int cx_bind(cx_handler on_maa, cx_handler on_saa);

/**
 * Send a SAR (29.228 6.1.2).
 * @param id  of the one who waits; 0: nobody does
 * @param has_profile  User-Data-Already-Available
 * @return 0; -EHOSTUNREACH: no HSS is connected
 */
int cx_sar(
		uint32_t id, str impu, str impi, enum reg_sar type, bool has_profile);

/**
 * Send a MAR (29.228 6.3.1) for config's number of vectors.
 * @param scheme  SIP-Authentication-Scheme to ask for (29.229 6.3.9)
 * @param resync  RAND and AUTS, CX_RAND_N + CX_AUTS_N octets; len 0: none
 * @return 0; -EHOSTUNREACH: no HSS is connected
 */
int cx_mar(uint32_t id, str impu, str impi, str scheme, str resync);

#endif
