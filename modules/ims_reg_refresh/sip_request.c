/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how a REGISTER is written. Never answers one.
 *
 * Each reader returns NULL, or the reason phrase of the 400 to come.
 */
#include "sip_request.h"

#include <errno.h>
#include <string.h>

#include "../../core/dset.h"
#include "../../core/parser/parse_allow.h"
#include "../../core/parser/parse_cseq.h"
#include "../../core/parser/parse_from.h"
#include "../../core/parser/parse_methods.h"
#include "../../core/parser/parse_rr.h"
#include "../../core/parser/parse_supported.h"
#include "../../core/parser/parse_to.h"

#include "core/reg_uri.h"
#include "sip_contact.h"
#include "text.h"

/* Who registers himself writes From as To, which is parsed, and a tag. */
static bool is_from_as_to(struct reg_text from, struct reg_text to)
{
	static const struct reg_text tag = REG_TEXT(";tag=");
	size_t n = to.n + tag.n;

	return from.n > n && reg_text_eq((struct reg_text){from.s, to.n}, to)
		   && reg_text_eq((struct reg_text){from.s + to.n, tag.n}, tag)
		   && reg_text_visible((struct reg_text){from.s + n, from.n - n});
}

static const char *read_from(struct sip_msg *msg)
{
	struct reg_text to = reg_text_trim(text_of(msg->to->body));

	if(!msg->from)
		return "Missing From Header";
	if(!is_from_as_to(reg_text_trim(text_of(msg->from->body)), to)
			&& parse_from_header(msg) < 0)
		return "Invalid From Header";
	return NULL;
}

static const char *read_impu(struct sip_msg *msg, struct sip_register *r)
{
	const char *wrong;
	int n;

	if(!msg->to || !get_to(msg))
		return "Missing To Header";
	wrong = read_from(msg);
	if(wrong)
		return wrong;
	n = reg_uri_identity(text_of(get_to(msg)->uri), r->impu, REG_IDENTITY_MAX);
	if(n == -ENOSPC)
		return "To URI Too Long";
	if(n < 0)
		return "Invalid To URI";
	r->req.impu = (struct reg_text){r->impu, (size_t)n};
	return NULL;
}

static const char *read_call_id(struct sip_msg *msg, struct sip_register *r)
{
	if(!msg->callid)
		return "Missing Call-ID Header";
	r->req.call_id = reg_text_trim(text_of(msg->callid->body));
	if(r->req.call_id.n > REG_CALL_ID_MAX)
		return "Call-ID Too Long";
	if(r->req.call_id.n == 0 || !reg_text_visible(r->req.call_id))
		return "Invalid Call-ID";
	return NULL;
}

static const char *read_cseq(struct sip_msg *msg, struct sip_register *r)
{
	if(!msg->cseq || !get_cseq(msg))
		return "Missing CSeq Header";
	if(get_cseq(msg)->method_id != METHOD_REGISTER /* RFC 3261 8.1.1.5 */
			|| reg_text_u32(text_of(get_cseq(msg)->number), REG_CSEQ_MAX,
					   &r->req.cseq)
					   < 0)
		return "Invalid CSeq";
	return NULL;
}

static const char *read_expires(struct sip_msg *msg, struct sip_register *r)
{
	if(!msg->expires)
		return NULL;
	if(reg_text_u32(reg_text_trim(text_of(msg->expires->body)), UINT32_MAX,
			   &r->req.expires_s)
			< 0)
		return "Invalid Expires";
	r->req.has_expires = true;
	return NULL;
}

/* What lookup() could not route over later is refused now. Parsed beside the
 * header: Kamailio does not free what is parsed of a Path. */
static bool is_path(const struct hdr_field *h)
{
	rr_t *first = NULL, *at;
	struct reg_uri cut;

	if(!reg_text_printable(text_of(h->body))
			|| parse_rr_body(h->body.s, h->body.len, &first) < 0)
		return false;
	at = first;
	while(at && reg_uri_parse(text_of(at->nameaddr.uri), &cut) == 0)
		at = at->next;
	free_rr(&first);
	return at == NULL;
}

static const char *add_path(struct hdr_field *h, struct sip_register *r)
{
	struct reg_text value = reg_text_trim(text_of(h->body));
	size_t n = r->req.path.n;

	if(!is_path(h))
		return "Invalid Path";
	if(n + 2 + value.n > sizeof(r->path))
		return "Path Too Long";
	if(n > 0)
		r->path[n++] = ',';
	memcpy(r->path + n, value.s, value.n);
	r->req.path = (struct reg_text){r->path, n + value.n};
	return NULL;
}

static const char *read_path(struct sip_msg *msg, struct sip_register *r)
{
	const char *wrong = NULL;
	struct hdr_field *h;

	for(h = msg->headers; h && !wrong; h = h->next)
		if(h->type == HDR_PATH_T)
			wrong = add_path(h, r);
	return wrong;
}

static const char *read_authorization(
		struct sip_msg *msg, struct sip_register *r)
{
	struct reg_text value;

	if(!msg->authorization)
		return NULL;
	value = text_of(msg->authorization->body);
	if(!reg_text_printable(value)
			|| reg_authorization_parse(value, &r->auth) < 0)
		return "Invalid Authorization";
	r->req.protection = reg_authorization_protection(&r->auth);
	return NULL;
}

/* TS 23.003 13.3: without Authorization the IMPI is the IMPU's user@host. */
static const char *read_impi(struct sip_msg *msg, struct sip_register *r)
{
	const char *colon;

	if(r->auth.username.n > 0) {
		r->req.impi = r->auth.username;
	} else {
		colon = memchr(r->req.impu.s, ':', r->req.impu.n);
		r->req.impi.s = colon + 1;
		r->req.impi.n = (size_t)(r->req.impu.s + r->req.impu.n - colon - 1);
	}
	if(r->req.impi.n > REG_IDENTITY_MAX)
		return "Username Too Long";
	memcpy(r->impi, r->req.impi.s, r->req.impi.n);
	r->req.impi.s = r->impi;
	return NULL;
}

void sip_request_read_flags(struct sip_register *r)
{
	getbflagsval(0, &r->origin.cflags);
}

static void move(struct reg_text *t, const char *from, const char *to)
{
	if(t->s)
		t->s = to + (t->s - from);
}

void sip_request_move(struct sip_register *r, const char *from, const char *to)
{
	struct reg_authorization *a = &r->auth;
	struct reg_text *const texts[] = {&r->req.call_id, &r->req.user_agent,
			&a->username, &a->realm, &a->nonce, &a->uri, &a->response,
			&a->algorithm, &a->qop, &a->nc, &a->cnonce, &a->opaque, &a->auts,
			&a->integrity_protected};
	unsigned i;

	for(i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		move(texts[i], from, to);
	for(i = 0; i < r->req.contacts_n; i++) {
		move(&r->req.contacts[i].uri, from, to);
		move(&r->req.contacts[i].instance, from, to);
	}
}

/* Whether it matters that the UE supports RFC 5626. */
static bool has_flow(const struct reg_request *req)
{
	unsigned i;

	for(i = 0; i < req->contacts_n; i++)
		if(req->contacts[i].reg_id > 0)
			return true;
	return false;
}

/* What is nice to know; nothing in it makes a REGISTER wrong. */
static const char *read_origin(struct sip_msg *msg, struct sip_register *r)
{
	r->origin.sock = msg->rcv.bind_address;
	r->origin.methods = ALL_METHODS;
	if(msg->allow && parse_allow(msg) == 0)
		r->origin.methods = get_allow_methods(msg);
	sip_request_read_flags(r);
	if(msg->user_agent)
		r->req.user_agent = reg_text_trim(text_of(msg->user_agent->body));
	if(r->req.user_agent.n > REG_USER_AGENT_MAX)
		r->req.user_agent.n = REG_USER_AGENT_MAX;
	r->outbound = has_flow(&r->req) && msg->supported
				  && parse_supported(msg) == 0
				  && (get_supported(msg) & F_OPTION_TAG_OUTBOUND);
	return NULL;
}

void sip_request_read(struct sip_msg *msg, struct sip_register *ret)
{
	static const char *(*const readers[])(
			struct sip_msg *, struct sip_register *) = {read_impu, read_call_id,
			read_cseq, read_expires, read_path, read_authorization, read_impi,
			sip_contact_read, read_origin};
	size_t i;

	memset(&ret->req, 0, offsetof(struct reg_request, contacts));
	memset(&ret->auth, 0, sizeof(ret->auth));
	memset(&ret->origin, 0, sizeof(ret->origin));
	ret->params_n = 0;
	if(parse_headers(msg, HDR_EOH_F, 0) < 0) {
		ret->req.malformed = "Invalid Header";
		return;
	}
	for(i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		ret->req.malformed = readers[i](msg, ret);
		if(ret->req.malformed)
			return;
	}
}
