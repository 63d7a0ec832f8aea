/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows where Call-ID and tags are. Never keeps a dialog.
 */
#include "sip_dialog.h"

#include "../../core/parser/parse_from.h"
#include "../../core/parser/parse_to.h"

#include "text.h"

bool sip_dialog_read(struct sip_msg *msg, struct sip_dialog *ret)
{
	if(parse_headers(msg, HDR_EOH_F, 0) < 0 || !msg->callid || !msg->to
			|| !get_to(msg) || !msg->from || parse_from_header(msg) < 0)
		return false;
	ret->call_id = text_of(msg->callid->body);
	ret->from_tag = text_of(get_from(msg)->tag_value);
	ret->to_tag = text_of(get_to(msg)->tag_value);
	ret->to = text_of(get_to(msg)->uri);
	return true;
}
