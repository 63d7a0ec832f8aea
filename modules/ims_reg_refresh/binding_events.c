/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows which change is which event. Never changes a binding.
 */
#include "binding_events.h"

#include <string.h>

#include "clock.h"
#include "config.h"
#include "core/reg_journal.h"
#include "text.h"

/* Of acts that were carried out; EVENTS_N: none. */
static enum event event_of(enum reg_act act)
{
	switch(act) {
		case REG_ACT_REGISTER:
			return EVENT_REGISTERED;
		case REG_ACT_KEEP:
		case REG_ACT_SHORTEN:
		case REG_ACT_EXTEND:
			return EVENT_REFRESHED;
		case REG_ACT_UPDATE:
		case REG_ACT_OVERWRITE:
			return EVENT_UPDATED;
		default:
			return EVENTS_N;
	}
}

/* Tell this story for the time of the event, then the one before again. */
static void fire(enum event event, const struct register_story *story,
		struct sip_msg *msg)
{
	struct register_story was = *registration_story();

	registration_story_set(story);
	events_fire(event, msg);
	registration_story_set(&was);
}

static void take_binding(const struct reg_binding *b, enum reg_why why,
		struct register_story *story)
{
	struct reg_request same = {.call_id = b->call_id, .cseq = b->cseq_seen};
	int64_t now_ms = clock_now_ms();

	story->verdict.at_ms = now_ms;
	story->verdict.why = (uint8_t)why;
	story->verdict.reasons = reg_why_bit(why);
	reg_compare(b, &same, &config.policy, now_ms, &story->verdict);
	story->expires_s = 0;
	story->reach = b->reach.state;
	text_copy(story->contact, b->uri, REG_URI_MAX);
	text_copy(story->user_agent, b->user_agent, REG_USER_AGENT_MAX);
}

/* @param base  whose IMPU and act it has */
static void fire_ended(const struct bindings *b,
		const struct register_story *base, struct sip_msg *msg)
{
	struct register_story story;
	unsigned i;

	for(i = 0; i < b->copy.set.n; i++) {
		if(b->changes.of[i] != REG_CHANGE_REMOVE
				|| b->changes.why[i] == REG_WHY_NONE)
			continue;
		story = *base;
		take_binding(&b->copy.set.b[i], b->changes.why[i], &story);
		fire(b->changes.why[i] == REG_WHY_EXPIRED ? EVENT_EXPIRED
												  : EVENT_REMOVED,
				&story, msg);
	}
}

static struct register_story story_of(struct reg_text impu, enum reg_act act)
{
	struct register_story story = {.verdict.act = (uint8_t)act};

	text_copy(story.impu, impu, REG_IDENTITY_MAX);
	return story;
}

void binding_events_register(const struct registration *g, struct sip_msg *msg)
{
	enum event event;

	if(!events_wanted)
		return;
	event = event_of(g->verdict.act);
	if(event != EVENTS_N && g->verdict.compared.status == 200)
		events_fire(event, msg);
	fire_ended(&g->bindings, registration_story(), msg);
}

void binding_events_ended(const struct bindings *b)
{
	struct register_story base;

	if(!events_wanted)
		return;
	base = story_of((struct reg_text){b->key, b->key_n}, REG_ACT_REMOVE);
	fire_ended(b, &base, NULL);
}

void binding_events_fire(
		enum event event, struct reg_text impu, const struct reg_binding *b)
{
	struct reg_entry last = reg_journal_newest(b->journal);
	struct register_story story;

	if(!events_wanted)
		return;
	story = story_of(impu, (enum reg_act)last.verdict.act);
	take_binding(b, (enum reg_why)last.verdict.why, &story);
	story.expires_s =
			reg_binding_remaining_s(b, &config.policy, story.verdict.at_ms);
	fire(event, &story, NULL);
}
