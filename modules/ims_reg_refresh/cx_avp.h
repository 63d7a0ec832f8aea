/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Diameter messages, AVP by AVP.
 */
#ifndef CX_AVP_H
#define CX_AVP_H

#include "../cdp/cdp_load.h"

#include <stdbool.h>

#define CX_3GPP 10415

/** Find cdp. @return 0 or -1 */
int cx_avp_bind(struct cdp_binds *ret);

/** A request under construction; one failed step fails the whole. */
struct cx_request
{
	AAAMessage *msg;
	bool failed;
};

/** A stateless Cx request with what every one carries (29.229 6.1). */
void cx_request_init(
		struct cx_request *r, unsigned command, str realm, str impi, str impu);
void cx_request_text(
		struct cx_request *r, unsigned code, unsigned vendor, str value);
void cx_request_u32(
		struct cx_request *r, unsigned code, unsigned vendor, uint32_t value);

/** An AVP of text AVPs, all of one vendor; those with len 0 are left out. */
struct cx_member
{
	unsigned code;
	str value;
};
void cx_request_group(struct cx_request *r, unsigned code, unsigned vendor,
		const struct cx_member *members, unsigned members_n);

/** The value of the first such AVP; len 0: not there. */
str cx_avp_text(AAAMessage *msg, unsigned code, unsigned vendor);

/** @return false: not there, or not four octets */
bool cx_avp_u32(AAAMessage *msg, unsigned code, unsigned vendor, uint32_t *ret);

/** As cx_avp_text(), in the octets of a grouped AVP. */
str cx_member_text(str group, unsigned code, unsigned vendor);

/** The i-th AVP of this code in a message; len 0: no such. */
str cx_avp_nth(AAAMessage *msg, unsigned code, unsigned vendor, unsigned i);

#endif
