/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sends a request and waits for its answer.
 */
#ifndef HSS_PUSH_WAIT_H
#define HSS_PUSH_WAIT_H

#include <stddef.h>

struct msg;

/**
 * Waits at most 6 s.
 * @param msg     is taken over
 * @param result  "2001", "exp:5001", "timeout", "not-sent"; always written
 * @return 0 if an answer came, -ETIMEDOUT, -ENOMEM
 */
int push_request_send(struct msg *msg, char *result, size_t result_size);

#endif
