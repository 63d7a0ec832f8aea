/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the commands that set something. Never takes a step.
 */
#include "steps.h"

#include "reg_uri.h"

#include <string.h>

static const struct world_ue FIRST_UE = {.name = "ue",
		.uri = REG_TEXT("sip:ue@192.0.2.1:5060"),
		.impi = REG_TEXT("ue@example.org"),
		.call_id = REG_TEXT("call-1"),
		.path = REG_TEXT("<sip:pcscf.example.org;lr>"),
		.user_agent = REG_TEXT("ue/1.0")};

int steps_open(struct steps *t, const char *file)
{
	memset(t, 0, sizeof(*t));
	if(scenario_open(&t->scenario, file) < 0)
		return -1;
	world_init(&t->world);
	t->ues[t->ues_n++] = FIRST_UE;
	return 0;
}

/* Put a number where the name says, if it is one of the numbers. */
static bool policy_number(struct reg_policy *p, const char *name,
		const struct scenario *s, const char *value)
{
	const struct
	{
		const char *name;
		uint32_t *slot;
	} slots[] = {{"lui", &p->lui_s}, {"jitter", &p->lui_jitter_pct},
			{"default_expires", &p->default_expires_s},
			{"min_expires", &p->min_expires_s},
			{"max_expires", &p->max_expires_s}, {"grace", &p->expiry_grace_s},
			{"max_contacts", &p->max_contacts},
			{"reauth_interval", &p->reauth_interval_s},
			{"reauth_every", &p->reauth_every},
			{"auth_failures_max", &p->auth_failures_max},
			{"resync_max", &p->resync_max}};
	size_t i;

	for(i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
		if(strcmp(name, slots[i].name) != 0)
			continue;
		*slots[i].slot = scenario_number(s, name, value);
		return true;
	}
	return false;
}

static bool policy_switch(struct reg_policy *p, const char *name,
		const struct scenario *s, const char *value)
{
	const struct
	{
		const char *name, *off, *on;
		bool *slot;
	} slots[] = {{"forward_reg_callid_change", "0", "1", &p->callid_update},
			{"cseq_gap_update", "0", "1", &p->cseq_gap_update},
			{"path_change_update", "0", "1", &p->path_update},
			{"replace_contact_of_impi", "0", "1", &p->replace_contact},
			{"trust_integrity_protected", "0", "1", &p->trust_integrity},
			{"max_contacts_mode", "reject", "overwrite", &p->overwrite_oldest},
			{"hss_failure", "reject", "keep", &p->hss_failure_keep}};
	size_t i;

	for(i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
		if(strcmp(name, slots[i].name) != 0)
			continue;
		*slots[i].slot = strcmp(value, slots[i].on) == 0;
		if(!*slots[i].slot && strcmp(value, slots[i].off) != 0)
			scenario_fail(s, "%s: %s or %s, not %s", name, slots[i].off,
					slots[i].on, value);
		return true;
	}
	return false;
}

void steps_policy(struct steps *t)
{
	struct reg_policy *p = &t->world.policy;
	struct scenario *s = &t->scenario;
	char *word, *value;

	while((word = scenario_word(s))) {
		value = scenario_value(word);
		if(!value
				|| (!policy_number(p, word, s, value)
						&& !policy_switch(p, word, s, value)))
			scenario_fail(s, "no such policy: %s", word);
	}
}

static struct world_ue *find_or_add(struct steps *t, const char *name)
{
	unsigned i;

	for(i = 0; i < t->ues_n; i++)
		if(strcmp(t->ues[i].name, name) == 0)
			return &t->ues[i];
	if(t->ues_n == STEPS_UES_MAX)
		scenario_fail(&t->scenario, "too many devices");
	t->ues[t->ues_n] = FIRST_UE;
	t->ues[t->ues_n].name = name;
	return &t->ues[t->ues_n++];
}

static void ue_change(const struct scenario *s, struct world_ue *ue,
		const char *name, const char *value)
{
	struct reg_text text = reg_text_of(value);
	struct reg_uri cut;

	if(strcmp(name, "uri") == 0 && reg_uri_parse(text, &cut) == 0) {
		ue->uri = text;
	} else if(strcmp(name, "impi") == 0) {
		ue->impi = text;
	} else if(strcmp(name, "call-id") == 0) {
		ue->call_id = text;
		ue->cseq = 0;
	} else if(strcmp(name, "path") == 0) {
		ue->path = text;
	} else if(strcmp(name, "instance") == 0) {
		ue->instance = text;
	} else if(strcmp(name, "reg-id") == 0) {
		ue->reg_id = scenario_number(s, name, value);
	} else {
		scenario_fail(s, "no such thing of a device: %s=%s", name, value);
	}
}

void steps_ue(struct steps *t)
{
	struct scenario *s = &t->scenario;
	const char *name = scenario_word(s);
	struct world_ue *ue;
	char *word, *value;

	if(!name)
		scenario_fail(s, "which device?");
	ue = find_or_add(t, name);
	while((word = scenario_word(s))) {
		value = scenario_value(word);
		if(!value)
			scenario_fail(s, "no value: %s", word);
		ue_change(s, ue, word, value);
	}
}

void steps_hss(struct steps *t)
{
	struct world_hss *hss = &t->world.hss;
	struct scenario *s = &t->scenario;
	const char *name = scenario_word(s);
	char *word, *value;
	unsigned i;

	for(i = 0; name && i < REG_HSS_N; i++)
		if(strcmp(name, reg_hss_name(i)) == 0)
			break;
	if(!name || i == REG_HSS_N)
		scenario_fail(s, "no such answer: %s", name ? name : "none");
	hss->answers = i;
	hss->takes_ms = 0;
	if(!(word = scenario_word(s)))
		return;
	value = scenario_value(word);
	if(strcmp(word, "takes") != 0)
		scenario_fail(s, "not understood: %s", word);
	hss->takes_ms = scenario_time_ms(s, word, value);
}
