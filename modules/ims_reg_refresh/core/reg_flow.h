/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The life of a REGISTER that waits for the HSS, as a state table. Whatever
 * comes late, twice or out of turn finds no transition and does nothing.
 */
#ifndef REG_FLOW_H
#define REG_FLOW_H

enum reg_flow_state
{
	REG_FLOW_STAGED,	/* decided, nothing sent */
	REG_FLOW_ASKED,		/* the request is at the HSS */
	REG_FLOW_ANSWERED,	/* its answer, or its silence, is in our hands */
	REG_FLOW_COMMITTED, /* usrloc and store agree with the answer */
	REG_FLOW_DONE,		/* the reply went out */
	REG_FLOW_STATES_N
};

enum reg_flow_event
{
	REG_FLOW_SEND,
	REG_FLOW_SEND_FAILED,
	REG_FLOW_ANSWER,
	REG_FLOW_TIMEOUT,
	REG_FLOW_COMMIT,
	REG_FLOW_REPLY,
	REG_FLOW_EVENTS_N
};

/**
 * Take one step.
 * @return 0 and the next state; -EALREADY when the event has no place here
 */
int reg_flow_step(enum reg_flow_state *state, enum reg_flow_event event);

const char *reg_flow_state_name(enum reg_flow_state state);

#endif
