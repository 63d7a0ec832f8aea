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

struct registration_copy;

/** What became of the last REGISTER of this process, for $regr(...). */
struct register_story
{
	struct reg_trace verdict;
	uint32_t expires_s;
	uint8_t reach; /* enum reg_reach_state of the contact */
	char impu[REG_IDENTITY_MAX + 1];
	char contact[REG_URI_MAX + 1]; /* the one that decided */
	char user_agent[REG_USER_AGENT_MAX + 1];
};

/** @return 0, or -ENOMEM */
int registration_init(void);
void registration_destroy(void);

/** Read a REGISTER into the one of this process. */
struct registration *registration_read(struct sip_msg *msg);

/**
 * A copy of the REGISTER at hand, in shared memory, for the process that will
 * answer it. NULL: no memory. registration_drop() frees it.
 */
struct registration_copy *registration_copy(
		const struct registration *g, const struct sip_msg *msg);

/** Make it the REGISTER of this process; its texts live as long as the copy. */
struct registration *registration_take(const struct registration_copy *c);

/** NULL is fine. */
void registration_drop(struct registration_copy *c);

/** The user is proven, and nothing is decided yet: keep that for $regr(...). */
void registration_proven(const struct registration *g, enum reg_why why);

/** The verdict is final: count it, keep it for $regr(...), say it in a line. */
void registration_tell(const struct registration *g);

/** It is what we would have done: not counted. */
void registration_tell_shadow(const struct registration *g);

const struct register_story *registration_story(void);

/** Tell another story, until the next verdict. */
void registration_story_set(const struct register_story *story);

#endif
