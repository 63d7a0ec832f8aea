/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The edge between freeDiameter's messages and Cx values: requests are read,
 * answers are written. It never decides anything.
 */
#ifndef HSS_MESSAGE_H
#define HSS_MESSAGE_H

#include "avp.h"
#include "fault.h"

/**
 * Reads a received request; what is too long is cut, what is missing is
 * marked so.
 * @return 0, an errno of freeDiameter
 */
int message_read(struct msg *msg, enum cx_cmd cmd, struct cx_request *req);

/**
 * Turns the request into its answer.
 * @param msg  the request on entry, the answer on success
 * @param f    spoils the answer as ordered
 * @return 0, an errno of freeDiameter
 */
int message_answer_make(struct msg **msg, const struct cx_answer *a,
		const struct fault_effect *f);

/**
 * A new request with Session-Id, application, Auth-Session-State, origin,
 * destination and User-Name.
 * @param host  Destination-Host, a Diameter identity
 */
int message_request_make(struct msg **msg, enum cx_cmd cmd, const char *host,
		const char *realm, const char *impi);

/** The result of an answer. @return its code, 0 if it has none */
uint32_t message_result(struct msg *msg, bool *experimental);

/** Vendor-Specific-Application-Id of Cx. */
int message_application_put(struct msg *msg);

int message_charging_put(msg_or_avp *to, const char *ccf, const char *ecf);
int message_digest_put(msg_or_avp *item, const struct cx_digest *digest);

#endif
