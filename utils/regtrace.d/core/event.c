/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the fields of a REGISTER, and which values the S-CSCF's edge refuses.
 * Never judges a well-formed one.
 */
#include "event.h"

#include "core/reg_uri.h"

#include <errno.h>
#include <string.h>

/* The S-CSCF answers 400; the first fault counts. */
static void malformed(struct event *e, const char *phrase)
{
	if(!e->req.malformed)
		e->req.malformed = phrase;
}

static void take_to(struct event *e, struct reg_text t)
{
	int n = reg_uri_identity(t, e->impu, sizeof(e->impu));

	if(n < 0)
		malformed(e, n == -ENOSPC ? "To URI Too Long" : "Invalid To URI");
	else
		e->req.impu = (struct reg_text){e->impu, (size_t)n};
}

static void take_call_id(struct event *e, struct reg_text t)
{
	e->req.call_id = t;
	if(t.n == 0 || t.n > REG_CALL_ID_MAX)
		malformed(e, t.n == 0 ? "Invalid Call-ID" : "Call-ID Too Long");
}

static void take_cseq(struct event *e, struct reg_text t)
{
	if(reg_text_u32(t, REG_CSEQ_MAX, &e->req.cseq) < 0)
		malformed(e, "Invalid CSeq");
}

static void take_expires(struct event *e, struct reg_text t)
{
	e->req.has_expires = true;
	if(reg_text_u32(t, UINT32_MAX, &e->req.expires_s) < 0)
		malformed(e, "Invalid Expires");
}

static void take_path(struct event *e, struct reg_text t)
{
	e->req.path = t;
	if(t.n > REG_PATH_MAX)
		malformed(e, "Path Too Long");
}

static void take_authorization(struct event *e, struct reg_text t)
{
	if(reg_authorization_parse(t, &e->auth) < 0)
		malformed(e, "Invalid Authorization");
	else
		e->req.protection = reg_authorization_protection(&e->auth);
}

static void take_user_agent(struct event *e, struct reg_text t)
{
	if(t.n > REG_USER_AGENT_MAX)
		t.n = REG_USER_AGENT_MAX;
	e->req.user_agent = t;
}

static void take_malformed(struct event *e, struct reg_text t)
{
	(void)t;
	malformed(e, "Bad Request");
}

static void take_star(struct event *e, struct reg_text t)
{
	(void)t;
	if(e->req.star)
		malformed(e, "Invalid Contact *");
	e->req.star = true;
}

static void take_contact(struct event *e, struct reg_text t)
{
	struct reg_uri cut;

	if(e->req.contacts_n == REG_CONTACTS_MAX) {
		malformed(e, "Too Many Contacts");
		return;
	}
	e->req.contacts[e->req.contacts_n++] =
			(struct reg_contact){.uri = t, .q = REG_Q_NONE};
	if(t.n == 0 || reg_uri_parse(t, &cut) < 0)
		malformed(e, "Invalid Contact URI");
	else if(t.n > REG_URI_MAX)
		malformed(e, "Contact URI Too Long");
}

static struct reg_contact *last_contact(struct event *e)
{
	static struct reg_contact none;

	return e->req.contacts_n > 0 ? &e->req.contacts[e->req.contacts_n - 1]
								 : &none;
}

static void take_contact_expires(struct event *e, struct reg_text t)
{
	struct reg_contact *c = last_contact(e);

	c->has_expires = true;
	if(reg_text_u32(t, UINT32_MAX, &c->expires_s) < 0)
		malformed(e, "Invalid Contact Expires");
}

static void take_contact_instance(struct event *e, struct reg_text t)
{
	last_contact(e)->instance = t;
	if(t.n > REG_PARAMS_MAX)
		malformed(e, "Contact Parameters Too Long");
}

static void take_contact_reg_id(struct event *e, struct reg_text t)
{
	uint32_t *id = &last_contact(e)->reg_id;

	if(reg_text_u32(t, INT32_MAX, id) < 0 || *id == 0)
		malformed(e, "Invalid Contact reg-id");
}

static bool take_request(struct event *e, const struct line_field *f)
{
	static const struct
	{
		struct reg_text name;
		void (*take)(struct event *, struct reg_text);
	} fields[] = {{REG_TEXT("to"), take_to},
			{REG_TEXT("call-id"), take_call_id}, {REG_TEXT("cseq"), take_cseq},
			{REG_TEXT("expires"), take_expires}, {REG_TEXT("path"), take_path},
			{REG_TEXT("authorization"), take_authorization},
			{REG_TEXT("user-agent"), take_user_agent},
			{REG_TEXT("malformed"), take_malformed},
			{REG_TEXT("star"), take_star}, {REG_TEXT("contact"), take_contact},
			{REG_TEXT("contact-expires"), take_contact_expires},
			{REG_TEXT("contact-instance"), take_contact_instance},
			{REG_TEXT("contact-reg-id"), take_contact_reg_id}};
	size_t i;

	for(i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if(!reg_text_eq(f->name, fields[i].name))
			continue;
		fields[i].take(e, f->value);
		return true;
	}
	return false;
}

/* TS 23.003 13.3: without Authorization the IMPI is the IMPU's user@host. */
static void derive_impi(struct event *e)
{
	struct reg_text t = e->auth.username;
	const char *colon;

	if(t.n == 0 && e->req.impu.n > 0) {
		colon = memchr(e->req.impu.s, ':', e->req.impu.n);
		if(colon)
			t = (struct reg_text){colon + 1,
					(size_t)(e->req.impu.s + e->req.impu.n - colon - 1)};
	}
	if(t.n > REG_IDENTITY_MAX) {
		malformed(e, "Username Too Long");
		return;
	}
	if(t.n > 0)
		memcpy(e->impi, t.s, t.n);
	e->req.impi = (struct reg_text){e->impi, t.n};
}

static void require(struct event *e)
{
	if(e->req.impu.n == 0)
		malformed(e, "Missing To Header");
	if(e->req.call_id.n == 0)
		malformed(e, "Missing Call-ID Header");
}

const char *event_read(char *line, struct reg_text rest, struct event *ret)
{
	struct line_field f;
	const char *wrong;
	int rc;

	memset(ret, 0, sizeof(*ret));
	while((rc = line_field(line, &rest, &f)) > 0) {
		if(take_request(ret, &f))
			continue;
		wrong = event_take_outcome(ret, &f);
		if(wrong)
			return wrong;
	}
	if(rc < 0)
		return "not name=value";
	if(ret->at_ms == 0)
		return "no time";
	if(ret->answered_ms < ret->at_ms)
		ret->answered_ms = ret->at_ms;
	derive_impi(ret);
	require(ret);
	return NULL;
}
