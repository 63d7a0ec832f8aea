/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The request log: one line for each request received or sent. Tests assert
 * on it. No key, credential or vector is ever written.
 */
#ifndef HSS_REQLOG_H
#define HSS_REQLOG_H

#include "fault.h"

/** @return 0, -errno */
int reqlog_open(const char *path);
void reqlog_close(void);

/** A request received, with what will be answered. */
void reqlog_received_write(const struct cx_request *req,
		const struct cx_answer *a, const struct fault_effect *f);

/**
 * A request that the HSS sent, with the answer.
 * @param args    "reason=0 impu=..." as it was ordered
 * @param result  "2001", "exp:5001", "timeout" ...
 */
void reqlog_sent_write(enum cx_cmd cmd, const char *impi, const char *args,
		const char *result);

#endif
