/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Contact headers of a REGISTER; a part of sip_request.c.
 */
#ifndef SIP_CONTACT_H
#define SIP_CONTACT_H

#include "sip_request.h"

/** @return NULL, or the reason phrase of the 400 to come */
const char *sip_contact_read(struct sip_msg *msg, struct sip_register *r);

#endif
