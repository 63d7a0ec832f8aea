/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how contacts are written. Never compares them.
 */
#include "sip_contact.h"

#include <string.h>

#include "../../core/parser/contact/parse_contact.h"
#include "../../core/qvalue.h"

#include "core/reg_uri.h"
#include "text.h"

static bool append(struct sip_register *r, const char *s, size_t n)
{
	if(r->params_n + n > sizeof(r->params))
		return false;
	memcpy(r->params + r->params_n, s, n);
	r->params_n += n;
	return true;
}

/* A parameter as it came: `;name`, `;name=token` or `;name="text"`. */
static bool append_param(struct sip_register *r, const param_t *p)
{
	bool quoted = p->body.len > 0 && p->body.s[-1] == '"';

	if(!append(r, ";", 1) || !append(r, p->name.s, (size_t)p->name.len))
		return false;
	if(p->body.s == NULL || p->body.len == 0)
		return true;
	return append(r, quoted ? "=\"" : "=", quoted ? 2 : 1)
		   && append(r, p->body.s, (size_t)p->body.len)
		   && (!quoted || append(r, "\"", 1));
}

static const char *read_params(
		const contact_t *from, struct sip_register *r, struct reg_contact *c)
{
	const param_t *p;
	size_t at = r->params_n;

	for(p = from->params; p; p = p->next) {
		if(p == from->expires || p == from->q || p == from->received)
			continue;
		if(!append_param(r, p))
			return "Contact Parameters Too Long";
	}
	c->params = (struct reg_text){r->params + at, r->params_n - at};
	if(c->params.n > REG_PARAMS_MAX)
		return "Contact Parameters Too Long";
	return reg_text_printable(c->params) ? NULL : "Invalid Contact Parameters";
}

static const char *read_numbers(const contact_t *from, struct reg_contact *c)
{
	qvalue_t q;

	if(from->expires) {
		if(reg_text_u32(text_of(from->expires->body), UINT32_MAX, &c->expires_s)
				< 0)
			return "Invalid Contact Expires";
		c->has_expires = true;
	}
	c->q = REG_Q_NONE;
	if(from->q) {
		if(str2q(&q, from->q->body.s, from->q->body.len) < 0)
			return "Invalid Contact q";
		c->q = (uint16_t)q;
	}
	if(from->reg_id
			&& (reg_text_u32(text_of(from->reg_id->body), INT32_MAX, &c->reg_id)
							< 0
					|| c->reg_id == 0))
		return "Invalid Contact reg-id"; /* RFC 5626 4.2: from 1 to 2^31 - 1 */
	return NULL;
}

static const char *read_one(
		const contact_t *from, struct sip_register *r, struct reg_contact *c)
{
	const char *wrong;
	struct reg_uri cut;

	memset(c, 0, sizeof(*c));
	c->uri = text_of(from->uri);
	if(c->uri.n > REG_URI_MAX)
		return "Contact URI Too Long";
	if(c->uri.n == 0 || !reg_text_visible(c->uri)
			|| reg_uri_parse(c->uri, &cut) < 0)
		return "Invalid Contact URI";
	if(from->instance)
		c->instance = text_of(from->instance->body);
	wrong = read_numbers(from, c);
	return wrong ? wrong : read_params(from, r, c);
}

/* RFC 3261 10.3 step 6: `*` alone, which the decision looks at. */
static const char *read_star(struct hdr_field *h, struct sip_register *r)
{
	static const struct reg_text star = REG_TEXT("*");

	if(!reg_text_eq(reg_text_trim(text_of(h->body)), star) || r->req.star)
		return "Invalid Contact *";
	r->req.star = true;
	return NULL;
}

static const char *read_header(struct hdr_field *h, struct sip_register *r)
{
	const contact_body_t *body;
	const contact_t *c;
	const char *wrong = NULL;

	if(parse_contact(h) < 0)
		return "Invalid Contact";
	body = h->parsed;
	if(body->star)
		return read_star(h, r);
	for(c = body->contacts; c && !wrong; c = c->next) {
		if(r->req.contacts_n == REG_CONTACTS_MAX)
			return "Too Many Contacts";
		wrong = read_one(c, r, &r->req.contacts[r->req.contacts_n++]);
	}
	return wrong;
}

const char *sip_contact_read(struct sip_msg *msg, struct sip_register *r)
{
	const char *wrong = NULL;
	struct hdr_field *h;

	for(h = msg->contact; h && !wrong; h = h->next)
		if(h->type == HDR_CONTACT_T)
			wrong = read_header(h, r);
	return wrong;
}
