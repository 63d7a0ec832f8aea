/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Event routes: event_route[reg_refresh:x] of the script, with $regr(...) of
 * the verdict at hand.
 */
#ifndef EVENTS_H
#define EVENTS_H

struct sip_msg;

enum event
{
	EVENT_CHALLENGE_LOOP,
	EVENT_HSS_OWED,
	EVENT_LATE,
	EVENT_UNREACHABLE,
	EVENTS_N
};

/** Which of them the script has; in mod_init. */
void events_init(void);

/** Run the script's route, if it has one. @param msg  NULL: none at hand */
void events_fire(enum event event, struct sip_msg *msg);

#endif
