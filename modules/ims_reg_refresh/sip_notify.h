/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NOTIFY requests of the reg event, RFC 3680 and RFC 6665.
 */
#ifndef SIP_NOTIFY_H
#define SIP_NOTIFY_H

#include <stddef.h>

#include "../../core/str.h"

struct tm_binds;

/** All texts of a dialog together. */
#define SIP_WATCHER_MAX 4096

/** A watcher's dialog, copied from usrloc; each text ends with a zero. */
struct sip_watcher
{
	str presentity, uri, contact, call_id, from_tag, to_tag, route, sock;
	unsigned cseq, version;
	long expires_s;
	size_t n;
	char text[SIP_WATCHER_MAX];
};

/** @param tm  to send by */
void sip_notify_bind(struct tm_binds *tm);

/** @return 0; -EINVAL: the dialog is unusable; -EIO */
int sip_notify_send(struct sip_watcher *w, str body);

#endif
