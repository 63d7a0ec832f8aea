/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Event routes: event_route[reg_refresh:x] of the script, with $regr(...) of
 * the verdict at hand.
 */
#ifndef EVENTS_H
#define EVENTS_H

#include <stdbool.h>

struct sip_msg;

enum event
{
	EVENT_REGISTERED,
	EVENT_REFRESHED,
	EVENT_UPDATED,
	EVENT_REMOVED,
	EVENT_EXPIRED,
	EVENT_LATE,
	EVENT_CHALLENGE_LOOP,
	EVENT_UNREACHABLE,
	EVENT_HSS_OWED,
	EVENTS_N
};

/** Whether the script has any route at all. */
extern bool events_wanted;

/** Which of them the script has; in mod_init. */
void events_init(void);

/** Run the script's route, if it has one. @param msg  NULL: none at hand */
void events_fire(enum event event, struct sip_msg *msg);

/** The event whose route runs, as "registered"; empty outside of one. */
const char *events_name(void);

#endif
