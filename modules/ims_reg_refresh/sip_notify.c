/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how a NOTIFY is sent within a dialog. Never knows what it tells.
 */
#include "sip_notify.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../../core/parser/parse_rr.h"
#include "../../core/socket_info.h"
#include "../tm/tm_load.h"

#include "config.h"

static struct tm_binds *tm;

void sip_notify_bind(struct tm_binds *with_tm)
{
	tm = with_tm;
}

static struct socket_info *socket_of(struct sip_watcher *w)
{
	int port, proto;
	str host;

	if(w->sock.len == 0
			|| parse_phostport(w->sock.s, &host.s, &host.len, &port, &proto)
					   < 0)
		return NULL;
	return grep_sock_info(&host, (unsigned short)port, (unsigned short)proto);
}

static int dialog_of(struct sip_watcher *w, dlg_t *d)
{
	memset(d, 0, sizeof(*d));
	d->loc_seq.value = w->cseq;
	d->loc_seq.is_set = 1;
	d->id.call_id = w->call_id;
	d->id.rem_tag = w->from_tag;
	d->id.loc_tag = w->to_tag;
	d->loc_uri = w->presentity;
	d->rem_uri = w->uri;
	d->rem_target = w->contact;
	d->state = DLG_CONFIRMED;
	d->send_sock = socket_of(w);
	if(w->route.len == 0)
		return 0;
	return parse_rr_body(w->route.s, w->route.len, &d->route_set);
}

int sip_notify_send(struct sip_watcher *w, str body)
{
	char text[1024];
	str method = str_init("NOTIFY"), headers = {text, 0};
	uac_req_t request;
	dlg_t d;
	int rc;

	headers.len = snprintf(text, sizeof(text),
			"Contact: <%.*s>\r\nEvent: reg\r\nMax-Forwards: 70\r\n"
			"Subscription-State: active;expires=%ld\r\n"
			"Content-Type: application/reginfo+xml\r\n",
			config.scscf_name.len, config.scscf_name.s, w->expires_s);
	if(headers.len >= (int)sizeof(text) || dialog_of(w, &d) < 0)
		return -EINVAL;
	set_uac_req(&request, &method, &headers, &body, &d, 0, NULL, NULL);
	rc = tm->t_request_within(&request);
	if(d.route_set)
		free_rr(&d.route_set);
	return rc < 0 ? -EIO : 0;
}
