/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a user hears who is not proven: the challenge, or why there is none.
 */
#ifndef CHALLENGE_H
#define CHALLENGE_H

#include "cx.h"
#include "registration.h"

struct challenge
{
	enum reg_why why;
	struct credentials_ask ask;
	struct reg_text realm; /* unless the HSS named one */
	bool stale;
};

/**
 * Make a challenge of what is at hand, store it, send the 401. If that does not
 * leave the challenge never was.
 * @param t  the suspended transaction, or NULL; so below
 * @return 1; -2: it could not be made, 500
 */
int challenge_send(struct registration *g, struct sip_msg *msg, struct cell *t,
		const struct challenge *c);

/**
 * The HSS gave nothing to make one of.
 * @return -1: it refused the user; -2: it could not
 */
int challenge_fail(struct registration *g, struct sip_msg *msg, struct cell *t,
		enum reg_hss hss);

/**
 * 403: a loop is broken.
 * @param own        reg_proof_own()
 * @param blocked_s  0: it breaks now, which is an event
 * @return -1
 */
int challenge_block(struct registration *g, struct sip_msg *msg, struct cell *t,
		bool own, uint32_t blocked_s);

/** Why nobody is challenged, and what is heard of it. */
struct challenge_refusal
{
	unsigned status;
	enum reg_why why;
	const char *phrase;
	uint32_t retry_after_s; /* 0: none */
};

/** @return -1 */
int challenge_refuse(struct registration *g, struct sip_msg *msg,
		struct cell *t, const struct challenge_refusal *r);

#endif
