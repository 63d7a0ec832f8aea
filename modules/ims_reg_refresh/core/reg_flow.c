/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the order stage, ask, answer, commit, reply. Never does any of it.
 */
#include "reg_flow.h"

#include <errno.h>

#define NO 0
#define TO(state) (1 + (state))

/* clang-format off */
static const unsigned char table[REG_FLOW_STATES_N][REG_FLOW_EVENTS_N] = {
	[REG_FLOW_STAGED] = {
		[REG_FLOW_SEND] = TO(REG_FLOW_ASKED),
	},
	[REG_FLOW_ASKED] = {
		[REG_FLOW_SEND_FAILED] = TO(REG_FLOW_ANSWERED),
		[REG_FLOW_ANSWER] = TO(REG_FLOW_ANSWERED),
		[REG_FLOW_TIMEOUT] = TO(REG_FLOW_ANSWERED),
	},
	[REG_FLOW_ANSWERED] = {
		[REG_FLOW_COMMIT] = TO(REG_FLOW_COMMITTED),
		[REG_FLOW_REPLY] = TO(REG_FLOW_DONE), /* refused: nothing to commit */
	},
	[REG_FLOW_COMMITTED] = {
		[REG_FLOW_REPLY] = TO(REG_FLOW_DONE),
	},
};
/* clang-format on */

int reg_flow_step(enum reg_flow_state *state, enum reg_flow_event event)
{
	unsigned char next;

	if((unsigned)*state >= REG_FLOW_STATES_N
			|| (unsigned)event >= REG_FLOW_EVENTS_N)
		return -EALREADY;
	next = table[*state][event];
	if(next == NO)
		return -EALREADY;
	*state = (enum reg_flow_state)(next - 1);
	return 0;
}

const char *reg_flow_state_name(enum reg_flow_state state)
{
	static const char *const names[REG_FLOW_STATES_N] = {
			"staged", "asked", "answered", "committed", "done"};

	return (unsigned)state < REG_FLOW_STATES_N ? names[state] : "?";
}
