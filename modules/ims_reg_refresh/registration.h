/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The REGISTER at hand, with everything that belongs to it: one per process.
 */
#ifndef REGISTRATION_H
#define REGISTRATION_H

#include "bindings.h"
#include "credentials.h"
#include "sip_reply.h"

struct registration
{
	struct sip_register reg;
	struct bindings bindings;
	struct reg_verdict verdict;
	struct sip_reply reply;
	int64_t now_ms;
	/* this very REGISTER was proven by an answered challenge; what the 200
	 * says of it (RFC 7616 3.5), empty: nothing */
	char auth_info[CREDENTIALS_INFO_SIZE];
};

/** What became of the last REGISTER of this process, for $regr(...). */
struct register_story
{
	struct reg_trace verdict;
	uint32_t expires_s;
	uint8_t reach; /* enum reg_reach_state of the contact */
	char impu[REG_IDENTITY_MAX + 1];
};

/** Read a REGISTER into the one of this process. */
struct registration *registration_read(struct sip_msg *msg);

/** The verdict is final: count it, keep it for $regr(...), say it in a line. */
void registration_tell(const struct registration *g);

/** An event without a REGISTER: $regr(...) speaks of this binding now. */
void registration_tell_of(struct reg_text impu, const struct reg_binding *b);

const struct register_story *registration_story(void);

#endif
