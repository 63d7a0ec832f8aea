/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows what proves a binding and what makes it suspect. Never sends a probe.
 */
#include "reg_reach.h"

#define BACKOFF_FIRST_MS 30000
#define BACKOFF_LONGEST_MS 3600000
#define ANSWER_MS 60000 /* a probe is answered, or given up, within this */
#define SOON_MS 1000	/* the 200 of the refresh goes first */
#define FRESH_MS 300000 /* who was proven so lately is not probed */

void reg_reach_moved(struct reg_reach *r, int64_t now_ms)
{
	*r = (struct reg_reach){
			.state = REG_REACH_UNPROVEN, .at_ms = now_ms, .since_ms = now_ms};
}

static bool is_outdated(
		const struct reg_reach *r, enum reg_sign sign, int64_t sent_at_ms)
{
	if(sent_at_ms >= r->at_ms)
		return false;
	return sign == REG_SIGN_SILENT || r->state == REG_REACH_UNPROVEN;
}

static bool enter(
		struct reg_reach *r, enum reg_reach_state state, int64_t now_ms)
{
	if(r->state == state)
		return false;
	r->state = (uint8_t)state;
	r->since_ms = now_ms;
	return true;
}

/* Twice as long after every failure. */
static int64_t backoff_ms(unsigned fails)
{
	unsigned doubled = fails > 1 ? fails - 1 : 0;

	if(doubled > 6)
		return BACKOFF_LONGEST_MS;
	return (int64_t)BACKOFF_FIRST_MS << doubled;
}

static bool prove(struct reg_reach *r, int64_t now_ms)
{
	bool was_suspect = r->state == REG_REACH_SUSPECT;

	enter(r, REG_REACH_PROVEN, now_ms);
	r->fails = 0;
	r->told = false;
	r->look_at_ms = 0;
	return was_suspect;
}

static bool suspect(struct reg_reach *r, int64_t now_ms)
{
	bool turned = enter(r, REG_REACH_SUSPECT, now_ms);

	if(r->fails < UINT8_MAX)
		r->fails++;
	if(turned)
		r->look_at_ms = now_ms;
	else if(r->told && r->look_at_ms != 0)
		r->look_at_ms = now_ms + backoff_ms(r->fails);
	return turned;
}

bool reg_reach_note(struct reg_reach *r, enum reg_sign sign,
		enum reg_means means, int64_t sent_at_ms, int64_t now_ms)
{
	if(sign == REG_SIGN_NONE || is_outdated(r, sign, sent_at_ms))
		return false;
	r->means = (uint8_t)means;
	r->at_ms = now_ms;
	return sign == REG_SIGN_LIVES ? prove(r, now_ms) : suspect(r, now_ms);
}

void reg_reach_refreshed(struct reg_reach *r, int64_t now_ms)
{
	bool fresh = r->state == REG_REACH_PROVEN && now_ms >= r->at_ms
				 && now_ms - r->at_ms < FRESH_MS;

	if(!fresh && r->look_at_ms == 0)
		r->look_at_ms = now_ms + SOON_MS;
}

struct reg_reach_due reg_reach_look(
		struct reg_reach *r, enum reg_probe probe, int64_t now_ms)
{
	bool is_suspect = r->state == REG_REACH_SUSPECT;
	struct reg_reach_due due = {.tell = is_suspect && !r->told,
			.probe = probe == REG_PROBE_REFRESH
					 || (probe == REG_PROBE_SUSPECT && is_suspect)};

	r->told = is_suspect;
	r->look_at_ms = 0;
	if(due.tell && due.probe) { /* that it is silent was seen just now */
		due.probe = false;
		r->look_at_ms = now_ms + backoff_ms(r->fails);
	} else if(due.probe) {
		r->look_at_ms = now_ms + ANSWER_MS;
	}
	return due;
}

const char *reg_reach_name(unsigned state)
{
	static const char *const names[REG_REACH_STATES_N] = {
			[REG_REACH_UNPROVEN] = "unproven",
			[REG_REACH_PROVEN] = "proven",
			[REG_REACH_SUSPECT] = "suspect",
	};

	return state < REG_REACH_STATES_N ? names[state] : "?";
}

const char *reg_means_name(unsigned means)
{
	static const char *const names[REG_MEANS_N] = {
			[REG_MEANS_NONE] = "none",
			[REG_MEANS_INVITE] = "INVITE",
			[REG_MEANS_MESSAGE] = "MESSAGE",
			[REG_MEANS_OPTIONS] = "OPTIONS",
			[REG_MEANS_OTHER] = "other",
			[REG_MEANS_PROBE] = "probe",
	};

	return means < REG_MEANS_N ? names[means] : "?";
}
