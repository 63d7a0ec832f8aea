/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only reader of the wire: a SIP message comes in, a typed and bounded
 * REGISTER goes out.
 */
#ifndef SIP_REQUEST_H
#define SIP_REQUEST_H

#include "../../core/parser/msg_parser.h"

#include "core/reg_authorization.h"
#include "usrloc_sync.h"

/** A REGISTER with the room for its canonical texts. */
struct sip_register
{
	struct reg_request req;
	struct reg_authorization auth;
	struct usrloc_origin origin;
	bool outbound; /* the UE does RFC 5626: a flow, and says so */
	char impu[REG_IDENTITY_MAX + 1];
	char impi[REG_IDENTITY_MAX + 1];
	char path[REG_PATH_MAX];
	size_t params_n;
	char params[REG_CONTACTS_MAX * REG_PARAMS_MAX];
};

/**
 * Read a REGISTER. What is wrong with it is said in ret->req.malformed.
 * Texts are views into msg and ret and live as long as both.
 */
void sip_request_read(struct sip_msg *msg, struct sip_register *ret);

/** The octets of the message are at another place now: the views follow. */
void sip_request_move(struct sip_register *r, const char *from, const char *to);

/** The branch flags alone: a script sets them when it likes. */
void sip_request_read_flags(struct sip_register *ret);

#endif
