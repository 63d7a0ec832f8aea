/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the UE behind a binding can be reached, as the last requests to it
 * have shown. A REGISTER shows only the way from the UE to us: a new contact or
 * Path makes a binding unproven, a plain refresh changes nothing.
 */
#ifndef REG_REACH_H
#define REG_REACH_H

#include <stdbool.h>
#include <stdint.h>

enum reg_reach_state
{
	REG_REACH_UNPROVEN,
	REG_REACH_PROVEN,
	REG_REACH_SUSPECT,
	REG_REACH_STATES_N
};

/** What was sent to the UE. */
enum reg_means
{
	REG_MEANS_NONE,
	REG_MEANS_INVITE,
	REG_MEANS_MESSAGE,
	REG_MEANS_OPTIONS,
	REG_MEANS_OTHER, /* of the network's or another user's requests */
	REG_MEANS_PROBE, /* an OPTIONS of our own */
	REG_MEANS_N
};

/** What a request to the UE has shown. */
enum reg_sign
{
	REG_SIGN_NONE,
	REG_SIGN_LIVES,
	REG_SIGN_SILENT,
};

/** probe of the operator. */
enum reg_probe
{
	REG_PROBE_OFF,
	REG_PROBE_SUSPECT, /* who is suspect, until proven or gone */
	REG_PROBE_REFRESH, /* and who has refreshed */
};

struct reg_reach
{
	uint8_t state; /* enum reg_reach_state */
	uint8_t means; /* of the last proof or failure */
	uint8_t stage; /* enum reg_stage, of the last call */
	uint8_t fails; /* in a row */
	bool told;	   /* the operator knows that it is suspect */
	int64_t at_ms; /* the last proof or failure; unproven: the contact is new */
	int64_t since_ms;	/* the state is this one */
	int64_t look_at_ms; /* told or probed then; 0: never */
	uint32_t turn; /* of the record it is from, not written; 0: it is new */
};

/** The contact is a new one, or over another Path. */
void reg_reach_moved(struct reg_reach *r, int64_t now_ms);

/**
 * Take a sign in. One that is older than what is known is none: the silence
 * that followed a request which was sent before the last proof, or anything of
 * a request to where the UE was before it moved.
 * @param sent_at_ms  when the request went out
 * @return whether it turned suspect or was proven again
 */
bool reg_reach_note(struct reg_reach *r, enum reg_sign sign,
		enum reg_means means, int64_t sent_at_ms, int64_t now_ms);

/** An accepted refresh, with probe "refresh": look soon, if not just proven. */
void reg_reach_refreshed(struct reg_reach *r, int64_t now_ms);

/** What is due for a binding. */
struct reg_reach_due
{
	bool tell; /* it turned suspect, and nobody knows */
	bool probe;
};

/** Its date has come: what is due, and the next date. */
struct reg_reach_due reg_reach_look(
		struct reg_reach *r, enum reg_probe probe, int64_t now_ms);

const char *reg_reach_name(unsigned state);
const char *reg_means_name(unsigned means);

#endif
