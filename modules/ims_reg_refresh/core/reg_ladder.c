/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows what each event of a request to a UE means. Never matches one to it.
 */
#include "reg_ladder.h"

void reg_ladder_start(struct reg_ladder *l, bool invite)
{
	*l = (struct reg_ladder){.invite = invite,
			.stage = invite ? REG_STAGE_NO_PROGRESS : REG_STAGE_NONE};
}

static void wait_for(struct reg_ladder *l)
{
	l->stage = l->rseq_seen > l->rseq_acked ? REG_STAGE_NO_PRACK
											: REG_STAGE_PROVISIONAL;
}

static void end(struct reg_ladder *l, enum reg_stage stage)
{
	l->stage = stage;
	l->over = true;
}

/* Whether the path may have made it up. */
static bool is_of_path(
		const struct reg_ladder *l, const struct reg_uas_response *r)
{
	switch(r->status) {
		case 408:
		case 430:
		case 503:
			return true;
		case 480:
			return !r->by_ue && !l->heard;
		case 487: /* the answer to a CANCEL */
			return l->stage == REG_STAGE_NO_PROGRESS;
		default:
			return r->status <= 100;
	}
}

/* What stopped a call earlier says more than how it was refused for it. */
static enum reg_stage refused(
		const struct reg_ladder *l, unsigned status, bool of_path)
{
	if(of_path || l->stage == REG_STAGE_NO_PRACK)
		return l->stage;
	return status == 487 ? REG_STAGE_CANCELLED : REG_STAGE_REJECTED;
}

static void climb(
		struct reg_ladder *l, const struct reg_uas_response *r, bool of_path)
{
	if(l->over || l->stage == REG_STAGE_NO_ACK || r->status <= 100)
		return;
	if(!l->invite) {
		l->over = r->status >= 200;
	} else if(r->status < 200) {
		if(r->rseq > l->rseq_seen)
			l->rseq_seen = r->rseq;
		wait_for(l);
	} else if(r->status >= 300) {
		end(l, refused(l, r->status, of_path));
	} else if(r->no_ack) {
		end(l, REG_STAGE_COMPLETE);
	} else {
		l->stage = REG_STAGE_NO_ACK;
	}
}

static enum reg_sign sign_of(
		struct reg_ladder *l, unsigned status, bool of_path)
{
	if(l->heard)
		return REG_SIGN_NONE; /* no news */
	if(!of_path) {
		l->heard = true;
		return REG_SIGN_LIVES;
	}
	if(status <= 100 || status == 487 || l->silent)
		return REG_SIGN_NONE;
	l->silent = true;
	return REG_SIGN_SILENT;
}

enum reg_sign reg_ladder_response(
		struct reg_ladder *l, const struct reg_uas_response *r)
{
	bool of_path = is_of_path(l, r);

	climb(l, r, of_path);
	return sign_of(l, r->status, of_path);
}

void reg_ladder_prack(struct reg_ladder *l, uint32_t rseq)
{
	if(rseq > l->rseq_acked)
		l->rseq_acked = rseq;
	if(!l->over && l->stage == REG_STAGE_NO_PRACK)
		wait_for(l);
}

void reg_ladder_ack(struct reg_ladder *l)
{
	if(!l->over && l->stage == REG_STAGE_NO_ACK)
		end(l, REG_STAGE_COMPLETE);
}

void reg_ladder_no_ack(struct reg_ladder *l)
{
	if(l->stage == REG_STAGE_NO_ACK)
		l->over = true;
}

enum reg_sign reg_ladder_timeout(struct reg_ladder *l)
{
	if(l->timed_out || l->over || l->stage == REG_STAGE_NO_ACK)
		return REG_SIGN_NONE;
	l->timed_out = l->over = true;
	if(l->heard) {
		l->heard = false;
		return REG_SIGN_NONE;
	}
	l->silent = true;
	return REG_SIGN_SILENT;
}

enum reg_sign reg_ladder_gone(struct reg_ladder *l)
{
	if(l->stage != REG_STAGE_NO_ACK)
		l->over = true;
	if(!l->timed_out || l->heard || l->silent)
		return REG_SIGN_NONE;
	l->silent = true;
	return REG_SIGN_SILENT;
}

bool reg_ladder_known(const struct reg_ladder *l)
{
	return l->over && (!l->timed_out || l->heard || l->silent);
}

const char *reg_stage_name(unsigned stage)
{
	static const char *const names[REG_STAGES_N] = {
			[REG_STAGE_NONE] = "none",
			[REG_STAGE_NO_PROGRESS] = "no-progress",
			[REG_STAGE_PROVISIONAL] = "provisional",
			[REG_STAGE_NO_PRACK] = "no-prack",
			[REG_STAGE_NO_ACK] = "no-ack",
			[REG_STAGE_COMPLETE] = "complete",
			[REG_STAGE_REJECTED] = "rejected",
			[REG_STAGE_CANCELLED] = "cancelled",
	};

	return stage < REG_STAGES_N ? names[stage] : "?";
}
