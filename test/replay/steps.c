/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the steps:
 *
 *   register [ue=NAME] [cseq=N|+N] [expires=N] [contacts=NAME[:N],…] [star]
 *            [protected|unproven|wrong|empty|resync|stale]
 *            -> ACT WHY [status=] [sar=] [expires=] [reasons=] [bindings=]
 *               [removed=] [owed=]
 *   fetch    as register, without a contact
 *   look [ue=NAME] -> bound|gone [remaining=] [lui=] [seen=] [owed=] …
 *   asked    -> sars=N registered=0|1
 *
 * Without a word for the proof, the challenge is answered rightly.
 */
#include "steps.h"

#include "facts.h"

#include <stdlib.h>
#include <string.h>

static struct world_ue *find_ue(struct steps *t, const char *name)
{
	unsigned i;

	for(i = 0; i < t->ues_n; i++)
		if(strcmp(t->ues[i].name, name) == 0)
			return &t->ues[i];
	scenario_fail(&t->scenario, "no such device: %s", name);
}

/* "ue=NAME" if it is next, else the first device. */
static struct world_ue *take_ue(struct steps *t)
{
	struct scenario *s = &t->scenario;

	if(s->at < s->words_n && strncmp(s->words[s->at], "ue=", 3) == 0)
		return find_ue(t, scenario_word(s) + 3);
	return &t->ues[0];
}

static struct reg_contact *add_contact(
		struct reg_request *req, const struct world_ue *ue)
{
	struct reg_contact *c = &req->contacts[req->contacts_n++];

	*c = (struct reg_contact){.uri = ue->uri,
			.instance = ue->instance,
			.reg_id = ue->reg_id,
			.q = REG_Q_NONE};
	return c;
}

/* NAME[:EXPIRES],… */
static void add_contacts(struct steps *t, char *list, struct reg_request *req)
{
	struct reg_contact *c;
	char *name, *expires;

	for(name = strtok(list, ","); name; name = strtok(NULL, ",")) {
		if(req->contacts_n == REG_CONTACTS_MAX)
			scenario_fail(&t->scenario, "too many contacts");
		expires = strchr(name, ':');
		if(expires)
			*expires++ = '\0';
		c = add_contact(req, find_ue(t, name));
		c->has_expires = expires != NULL;
		if(expires)
			c->expires_s = scenario_number(&t->scenario, name, expires);
	}
}

static void take_value(struct steps *t, char *name, struct world_ue *ue,
		struct reg_request *req)
{
	const struct scenario *s = &t->scenario;
	char *value = scenario_value(name);

	if(value && strcmp(name, "cseq") == 0) {
		if(*value == '+')
			ue->cseq += scenario_number(s, name, value + 1);
		else
			ue->cseq = scenario_number(s, name, value);
		req->cseq = ue->cseq;
	} else if(value && strcmp(name, "expires") == 0) {
		req->has_expires = true;
		req->expires_s = scenario_number(s, name, value);
	} else if(value && strcmp(name, "contacts") == 0) {
		add_contacts(t, value, req);
	} else {
		scenario_fail(s, "not understood: %s", name);
	}
}

/* A word for the credentials. */
static bool take_proof(
		const char *word, struct reg_request *req, enum reg_response *response)
{
	static const struct
	{
		const char *word;
		enum reg_protection protection;
		enum reg_response response;
	} proofs[] = {{"protected", REG_PROTECTION_YES, REG_RESPONSE_NONE},
			{"unproven", REG_PROTECTION_NO, REG_RESPONSE_NONE},
			{"wrong", REG_PROTECTION_NO, REG_RESPONSE_WRONG},
			{"empty", REG_PROTECTION_NO, REG_RESPONSE_EMPTY},
			{"resync", REG_PROTECTION_NO, REG_RESPONSE_RESYNC},
			{"stale", REG_PROTECTION_NO, REG_RESPONSE_NO_NONCE}};
	size_t i;

	for(i = 0; i < sizeof(proofs) / sizeof(proofs[0]); i++) {
		if(strcmp(word, proofs[i].word) != 0)
			continue;
		req->protection = proofs[i].protection;
		*response = proofs[i].response;
		return true;
	}
	return false;
}

static void tell(struct expect *e, const struct world_outcome *o)
{
	static char reasons[512];

	reg_reasons_print(o->reasons, reasons, sizeof(reasons));
	expect_text(e, "act", reg_act_name(o->act));
	expect_text(e, "why", reg_why_name(o->why));
	expect_text(e, "reasons", reasons);
	expect_number(e, "status", o->status);
	expect_number(e, "sar", o->sar);
	expect_number(e, "expires", o->expires_s);
	expect_number(e, "bindings", o->bindings_n);
	expect_number(e, "removed", o->removed_n);
	expect_number(e, "owed", o->owed_n);
}

static void send(struct steps *t, bool with_contact)
{
	struct scenario *s = &t->scenario;
	struct world_ue *ue = take_ue(t);
	struct reg_request req = {.impu = REG_TEXT("sip:user@example.org"),
			.impi = ue->impi,
			.call_id = ue->call_id,
			.path = ue->path,
			.user_agent = ue->user_agent,
			.cseq = ue->cseq};
	enum reg_response response = REG_RESPONSE_RIGHT;
	struct world_outcome o;
	char *word;

	while(s->at < s->words_n && strcmp(s->words[s->at], "->") != 0) {
		word = scenario_word(s);
		if(strcmp(word, "star") == 0)
			req.star = true;
		else if(!take_proof(word, &req, &response))
			take_value(t, word, ue, &req);
	}
	if(with_contact && req.contacts_n == 0 && !req.star)
		add_contact(&req, ue);
	world_register(&t->world, &req, response, &o);
	tell(&t->expect, &o);
}

static void send_register(struct steps *t)
{
	send(t, true);
}

static void send_fetch(struct steps *t)
{
	send(t, false);
}

static void look(struct steps *t)
{
	static struct reg_set set;
	const struct world_ue *ue = take_ue(t);
	const struct reg_binding *b;

	world_load(&t->world, &set);
	b = facts_find(&set, ue);
	if(b && !reg_binding_live(b, &t->world.policy, t->world.now_ms))
		b = NULL;
	expect_text(&t->expect, "binding", b ? "bound" : "gone");
	if(b)
		facts_tell(&t->world, b, &t->expect);
}

static void asked(struct steps *t)
{
	expect_number(&t->expect, "sars", t->world.hss.sars_n);
	expect_number(&t->expect, "registered", t->world.hss.registered);
}

void steps_set(struct steps *t)
{
	static struct reg_set set;
	struct scenario *s = &t->scenario;
	const struct world_ue *ue = take_ue(t);
	struct reg_binding *b;
	char *word, *value;

	world_load(&t->world, &set);
	b = facts_find(&set, ue);
	if(!b)
		scenario_fail(s, "%s is not bound", ue->name);
	while((word = scenario_word(s))) {
		value = scenario_value(word);
		facts_change(s, b, word, value);
	}
	world_save(&t->world, &set, NULL);
}

void steps_take(struct steps *t)
{
	static const struct
	{
		const char *name;
		void (*run)(struct steps *t);
	} steps[] = {{"register", send_register}, {"fetch", send_fetch},
			{"look", look}, {"asked", asked}};
	const char *word = scenario_word(&t->scenario);
	size_t i;

	for(i = 0; word && i < sizeof(steps) / sizeof(steps[0]); i++)
		if(strcmp(word, steps[i].name) == 0)
			break;
	if(!word || i == sizeof(steps) / sizeof(steps[0]))
		scenario_fail(&t->scenario, "no such step: %s", word ? word : "none");
	t->steps_n++;
	expect_clear(&t->expect);
	steps[i].run(t);
	if(scenario_takes(&t->scenario, "->"))
		expect_check(&t->expect, &t->scenario);
}
