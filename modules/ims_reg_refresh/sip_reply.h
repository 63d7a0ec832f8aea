/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only writer to the wire: replies to a REGISTER.
 */
#ifndef SIP_REPLY_H
#define SIP_REPLY_H

#include "../../modules/tm/tm_load.h"

#include "sip_request.h"

/** Headers of a reply under construction. */
struct sip_reply
{
	size_t n;
	bool full;		  /* something did not fit: nothing of it is sent */
	char text[61440]; /* a full set of the longest contacts; fits a datagram */
};

/** Find sl and tm. @return 0 or -1 */
int sip_reply_bind(struct tm_binds *tm);

void sip_reply_init(struct sip_reply *r);

/** Append a header line, printf style, without its line end. */
void sip_reply_header(struct sip_reply *r, const char *format, ...)
		__attribute__((format(printf, 2, 3)));

/**
 * The headers of a 200 (TS 24.229 5.4.1.2.2F): every binding of the set with
 * the seconds that will be honoured, those that leave with 0 if nobody stays,
 * Path, Service-Route, P-Associated-URI.
 * @param profile  NULL: no P-Associated-URI
 */
void sip_reply_ok(struct sip_reply *r, const struct sip_register *reg,
		const struct reg_set *set, const struct reg_changes *changes,
		const ims_subscription *profile, int64_t now_ms);

/**
 * Send a final reply with these headers.
 * @param t  the suspended transaction, or NULL: stateless, or by the
 *           transaction that the script made
 * @return 0, or -EIO: it did not leave; nor did one that is too large, 500 did
 */
int sip_reply_send(struct sip_msg *msg, struct cell *t, unsigned status,
		const char *phrase, struct sip_reply *r);

#endif
