/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a message says of the dialog that it belongs to.
 */
#ifndef SIP_DIALOG_H
#define SIP_DIALOG_H

#include "../../core/parser/msg_parser.h"

#include "core/reg_text.h"

/** Views into the message. */
struct sip_dialog
{
	struct reg_text call_id, from_tag, to_tag;
	struct reg_text to; /* URI */
};

/** @return false: a header is missing, or none */
bool sip_dialog_read(struct sip_msg *msg, struct sip_dialog *ret);

#endif
