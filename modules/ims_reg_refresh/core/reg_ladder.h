/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One request on its way to one UE: how far it came, and what its answers show
 * of the UE. An INVITE climbs a ladder of reliable provisional responses (RFC
 * 3262), final response and ACK; where it stops tells what to look at.
 */
#ifndef REG_LADDER_H
#define REG_LADDER_H

#include "reg_reach.h"

/** Where a call stopped, or has come to so far. */
enum reg_stage
{
	REG_STAGE_NONE,		   /* there was no call */
	REG_STAGE_NO_PROGRESS, /* the UE has sent nothing beyond 100 */
	REG_STAGE_PROVISIONAL, /* but no final response */
	REG_STAGE_NO_PRACK,	   /* a reliable provisional response without PRACK */
	REG_STAGE_NO_ACK,	   /* a 200 without ACK */
	REG_STAGE_COMPLETE,
	REG_STAGE_REJECTED,
	REG_STAGE_CANCELLED, /* after it had made progress */
	REG_STAGES_N
};

struct reg_ladder
{
	bool invite;
	bool heard;		/* the UE sent something, since our timer ran out if so */
	bool timed_out; /* our timer gave it up */
	bool silent;	/* that was held against the UE */
	bool over;		/* no later event moves the stage */
	enum reg_stage stage;
	uint32_t rseq_seen, rseq_acked;
};

/** A response as it came in. */
struct reg_uas_response
{
	unsigned status;
	uint32_t rseq; /* of a reliable provisional one; 0: it is not reliable */
	bool by_ue;	   /* made by the UE itself, as far as it can be told */
	bool no_ack;   /* an ACK would not pass here */
};

void reg_ladder_start(struct reg_ladder *l, bool invite);

/**
 * A response to the request came in, maybe not for the first time. Whatever is
 * beyond 100 shows that the UE lives, but 408, 430, 503, a 480 that the UE did
 * not make, and a 487 where the UE had not been heard: the path makes those.
 */
enum reg_sign reg_ladder_response(
		struct reg_ladder *l, const struct reg_uas_response *r);

/** @param rseq  that the PRACK acknowledges */
void reg_ladder_prack(struct reg_ladder *l, uint32_t rseq);

void reg_ladder_ack(struct reg_ladder *l);

/** Nobody waits for the ACK any longer (RFC 3261 13.3.1.4). */
void reg_ladder_no_ack(struct reg_ladder *l);

/**
 * Our timer gave the request up. Silence, unless the UE had made progress: then
 * it may still answer the CANCEL.
 */
enum reg_sign reg_ladder_timeout(struct reg_ladder *l);

/** The transaction is gone: nothing more can come, but an ACK. */
enum reg_sign reg_ladder_gone(struct reg_ladder *l);

/** Whether it is over, and no answer to a CANCEL can tell of the UE any more. */
bool reg_ladder_known(const struct reg_ladder *l);

const char *reg_stage_name(unsigned stage);

#endif
