/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What should have been done with a REGISTER, and what is so afterwards.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include "core/reg_apply.h"
#include "event.h"
#include "ledger.h"

/** What should have been done. */
struct judgement
{
	enum reg_act act;
	enum reg_why why;
	uint64_t reasons;
	uint16_t status;
	uint32_t sar, expires_s;
	struct reg_trace compared;
	enum reg_why proof;		  /* how the user was, or was not, proven */
	bool owe;				  /* the HSS could not be told */
	struct reg_proof_facts f; /* what the proof was drawn from */
};

/** A judgement and the bindings it was made over. */
struct judge
{
	const struct reg_policy *policy;
	struct event *e;
	struct ledger_user *user;
	struct reg_set set;
	struct reg_verdict v;
	struct reg_resolution res;
	struct judgement j;
	bool removed[REG_SET_MAX];
};

/** Whether the network accepted it. */
bool judge_accepted(const struct event *e);

/** Whether the network challenged it. */
bool judge_challenged(const struct event *e);

/** Prove, decide, resolve: fills in v, res and j over set. */
void judge(struct judge *g);

/** Facts follow what the network did; it is the one that the UE knows. */
void judge_follow(struct judge *g);

/** Print the judgement and what is bound now, one line. */
void judge_print(const struct judge *g);

#endif
