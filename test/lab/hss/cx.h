/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The Cx interface (TS 29.228, 29.229) as values: a request as it was read,
 * an answer as it will be sent. No Diameter stack type appears here.
 */
#ifndef HSS_CX_H
#define HSS_CX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "milenage.h"

#define CX_TEXT_MAX 256
#define CX_IMPU_MAX 16
#define CX_ITEMS_MAX 16

#define CX_VENDOR_3GPP 10415u
#define CX_APPLICATION 16777216u

/** Commands (TS 29.229 6.1). The order is that of the counters. */
enum cx_cmd
{
	CX_UAR,
	CX_SAR,
	CX_LIR,
	CX_MAR,
	CX_RTR,
	CX_PPR,
	CX_CMD_N
};

/** Server-Assignment-Type (TS 29.229 6.3.15). */
enum cx_assignment
{
	CX_NO_ASSIGNMENT = 0,
	CX_REGISTRATION = 1,
	CX_RE_REGISTRATION = 2,
	CX_UNREGISTERED_USER = 3,
	CX_TIMEOUT_DEREGISTRATION = 4,
	CX_USER_DEREGISTRATION = 5,
	CX_TIMEOUT_DEREGISTRATION_STORE_SERVER_NAME = 6,
	CX_USER_DEREGISTRATION_STORE_SERVER_NAME = 7,
	CX_ADMINISTRATIVE_DEREGISTRATION = 8,
	CX_AUTHENTICATION_FAILURE = 9,
	CX_AUTHENTICATION_TIMEOUT = 10,
	CX_DEREGISTRATION_TOO_MUCH_DATA = 11,
};

/** Result-Code (RFC 6733 7.1). */
enum cx_result
{
	CX_SUCCESS = 2001,
	CX_TOO_BUSY = 3004,
	CX_MISSING_AVP = 5005,
	CX_UNABLE_TO_COMPLY = 5012,
};

/** Experimental-Result-Code of vendor 3GPP (TS 29.229 6.2). */
enum cx_experimental
{
	CX_FIRST_REGISTRATION = 2001,
	CX_SUBSEQUENT_REGISTRATION = 2002,
	CX_UNREGISTERED_SERVICE = 2003,
	CX_USER_UNKNOWN = 5001,
	CX_IDENTITIES_DONT_MATCH = 5002,
	CX_IDENTITY_NOT_REGISTERED = 5003,
	CX_IDENTITY_ALREADY_REGISTERED = 5005,
	CX_AUTH_SCHEME_NOT_SUPPORTED = 5006,
};

/** User-Authorization-Type (TS 29.229 6.3.24). */
enum cx_authorization
{
	CX_AUTHORIZE_REGISTRATION = 0,
	CX_AUTHORIZE_DE_REGISTRATION = 1,
	CX_AUTHORIZE_CAPABILITIES = 2,
};

/** A request of an S-CSCF or I-CSCF. Empty or -1: the AVP was not there. */
struct cx_request
{
	enum cx_cmd cmd;
	char impi[CX_TEXT_MAX];
	char impu[CX_IMPU_MAX][CX_TEXT_MAX];
	unsigned int impu_n;
	char server[CX_TEXT_MAX]; /* Server-Name, a SIP URI */
	char host[CX_TEXT_MAX];	  /* Origin-Host */
	int type;				  /* Server-Assignment-Type */
	int uda;				  /* User-Data-Already-Available */
	int authorization;		  /* User-Authorization-Type */
	int items;				  /* SIP-Number-Auth-Items */
	bool has_item;			  /* a SIP-Auth-Data-Item was there */
	char scheme[64];		  /* SIP-Authentication-Scheme */
	uint8_t auth[64];		  /* SIP-Authorization: RAND || AUTS */
	size_t auth_len;		  /* [octets] */
};

/** SIP-Digest-Authenticate (TS 29.229 6.3.36). Pointers into the store. */
struct cx_digest
{
	const char *realm;
	const char *algorithm;
	const char *ha1;
};

/**
 * What will be answered. Pointers live as long as the store's lock is held
 * and the request lives, but user_data, which belongs to the answer.
 */
struct cx_answer
{
	uint32_t result;
	bool experimental;
	const char *missing; /* name of the AVP that lacks, or NULL */
	const char *impi;	 /* User-Name, or NULL */
	const char *impu;	 /* Public-Identity (MAA), or NULL */
	const char *server;
	bool capabilities;
	char *user_data; /* XML, malloc'ed */
	const char *ccf;
	const char *ecf;
	const char *scheme;
	struct milenage_vector vectors[CX_ITEMS_MAX];
	unsigned int vectors_n;
	bool has_digest;
	struct cx_digest digest;
	char note[64]; /* tail of the log line: "data=0", "auts=1" */
};

const char *cx_cmd_name(enum cx_cmd cmd);

/** @return the command, -1 if there is none of this name */
int cx_cmd_find(const char *name);

/** Frees what the answer owns, wipes its keys. */
void cx_answer_clear(struct cx_answer *a);

#endif
