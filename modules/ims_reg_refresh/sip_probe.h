/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An OPTIONS of our own to a contact, over its Path.
 */
#ifndef SIP_PROBE_H
#define SIP_PROBE_H

#include "../tm/tm_load.h"

#include "store.h"

void sip_probe_bind(struct tm_binds *tm);

/**
 * Ask; the answer, or that there is none, becomes the binding's reachability.
 * @param sock  to send from; NULL: any
 */
void sip_probe_send(
		const struct store_one *one, struct socket_info *sock, int64_t now_ms);

#endif
