/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A REGISTER as a value: what the edge read from the wire, typed and bounded
 * once. Nothing here points into a decision; all texts are views into the
 * message and live as long as it does.
 */
#ifndef REG_REQUEST_H
#define REG_REQUEST_H

#include "reg_text.h"

/* Bounds of one REGISTER; the edge answers 400 above them. */
#define REG_CONTACTS_MAX 16
#define REG_URI_MAX 512
#define REG_PARAMS_MAX 1024
#define REG_CALL_ID_MAX 255
#define REG_PATH_MAX 2048
#define REG_USER_AGENT_MAX 255
#define REG_IDENTITY_MAX 255
#define REG_CSEQ_MAX UINT32_C(0x7fffffff) /* RFC 3261 8.1.1.5 */

#define REG_Q_NONE 0xffff

/** One Contact of a REGISTER. */
struct reg_contact
{
	struct reg_text uri;	  /* addr-spec, without angle brackets */
	struct reg_text instance; /* +sip.instance, quotes off; RFC 5626 4.1 */
	uint32_t reg_id;		  /* 0: none; RFC 5626 4.2 */
	bool has_expires;
	uint32_t expires_s;
	uint16_t q;				/* thousandths, or REG_Q_NONE */
	struct reg_text params; /* the others, as sent, each with its ';' */
};

/** integrity-protected of the Authorization header, TS 24.229 7.2A.2. */
enum reg_protection
{
	REG_PROTECTION_NONE,
	REG_PROTECTION_NO,
	REG_PROTECTION_PENDING, /* tls-pending, ip-assoc-pending */
	REG_PROTECTION_YES,		/* yes, tls-yes, tls-connected, ip-assoc-yes */
	REG_PROTECTION_UNKNOWN,
};

struct reg_request
{
	const char *malformed; /* reason phrase, or NULL: well-formed */
	struct reg_text impu;  /* canonical: no port, no parameters */
	struct reg_text impi;
	struct reg_text call_id;
	struct reg_text path; /* all Path values, comma separated */
	struct reg_text user_agent;
	struct reg_text received;
	uint32_t cseq;
	bool star;
	bool has_expires;
	uint32_t expires_s;
	enum reg_protection protection;
	bool proved; /* it answered a challenge, this very REGISTER */
	unsigned contacts_n;
	struct reg_contact contacts[REG_CONTACTS_MAX]; /* contacts_n are set */
};

/**
 * What is wrong with a REGISTER, whoever sent it and whatever is bound.
 * RFC 3261 10.3 steps 1 and 6.
 * @return the reason phrase of the 400, or NULL
 */
const char *reg_request_malformed(const struct reg_request *req);

#endif
