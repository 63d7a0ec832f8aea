/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how a reply is written. Never decides which.
 */
#include "sip_reply.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../../core/data_lump_rpl.h"
#include "../../core/dprint.h"
#include "../../modules/sl/sl.h"

#include "config.h"
#include "profile.h"
#include "text.h"

static sl_api_t sl;
static struct tm_binds *tm;

int sip_reply_bind(struct tm_binds *with_tm)
{
	tm = with_tm;
	return sl_load_api(&sl);
}

void sip_reply_init(struct sip_reply *r)
{
	r->n = 0;
	r->full = false;
}

static void print_list(struct sip_reply *r, const char *format, va_list args)
{
	size_t room = sizeof(r->text) - r->n;
	int n = vsnprintf(r->text + r->n, room, format, args);

	if(n < 0 || (size_t)n >= room)
		r->full = true;
	else
		r->n += (size_t)n;
}

__attribute__((format(printf, 2, 3))) static void print(
		struct sip_reply *r, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_list(r, format, args);
	va_end(args);
}

void sip_reply_header(struct sip_reply *r, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_list(r, format, args);
	va_end(args);
	print(r, "\r\n");
}

/* The 200 is written piece by piece: it is most of what goes out, and printf
 * reads its format anew each time. */
static void put(struct sip_reply *r, struct reg_text t)
{
	if(r->full || t.n > sizeof(r->text) - r->n) {
		r->full = true;
		return;
	}
	if(t.n > 0)
		memcpy(r->text + r->n, t.s, t.n);
	r->n += t.n;
}

#define PUT(r, literal) put(r, (struct reg_text)REG_TEXT(literal))

static void put_number(struct sip_reply *r, uint32_t v)
{
	char digits[10];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + v % 10);
	while((v /= 10) > 0);
	put(r, (struct reg_text){digits + at, sizeof(digits) - at});
}

static void print_contact(struct sip_reply *r, const struct reg_binding *b,
		uint32_t expires_s, bool first)
{
	if(first)
		PUT(r, "Contact: <");
	else
		PUT(r, ", <");
	put(r, b->uri);
	PUT(r, ">");
	if(b->q != REG_Q_NONE)
		print(r, ";q=%u.%03u", b->q / 1000u, b->q % 1000u);
	PUT(r, ";expires=");
	put_number(r, expires_s);
	put(r, b->params);
}

/* Those that stay; if nobody does, those that leave, with 0 seconds. */
static void print_contacts(struct sip_reply *r, const struct reg_set *set,
		const struct reg_changes *ch, int64_t now_ms)
{
	unsigned i, n = 0;

	for(i = 0; i < set->n; i++)
		if(ch->of[i] != REG_CHANGE_REMOVE
				&& reg_binding_live(&set->b[i], &config.policy, now_ms))
			print_contact(r, &set->b[i],
					reg_binding_remaining_s(&set->b[i], &config.policy, now_ms),
					n++ == 0);
	if(n == 0)
		for(i = 0; i < set->n; i++)
			if(ch->of[i] == REG_CHANGE_REMOVE)
				print_contact(r, &set->b[i], 0, n++ == 0);
	if(n > 0)
		PUT(r, "\r\n");
}

static void print_associated(
		struct sip_reply *r, const ims_subscription *profile)
{
	const ims_public_identity *id;
	str first;
	unsigned i;

	if(!profile || profile_default(profile, &first) < 0)
		return;
	PUT(r, "P-Associated-URI: <");
	put(r, text_of(first));
	for(i = 0; (id = profile_identity(profile, i)); i++)
		if(!id->barring
				&& !reg_text_eq(text_of(id->public_identity), text_of(first))) {
			PUT(r, ">, <");
			put(r, text_of(id->public_identity));
		}
	PUT(r, ">\r\n");
}

/* RFC 3608; `orig` is what the script tells originating requests by. */
static void print_service_route(struct sip_reply *r)
{
	static const struct reg_text sip = REG_TEXT("sip:");
	struct reg_text host = text_of(config.scscf_name);
	struct reg_text scheme = {host.s, sip.n};

	if(host.n > sip.n && reg_text_eq_nocase(scheme, sip)) {
		host.s += sip.n;
		host.n -= sip.n;
	}
	PUT(r, "Service-Route: <sip:orig@");
	put(r, host);
	PUT(r, ";lr>\r\n");
}

/* RFC 5626 6: only if UE, edge and this registrar all did it. */
static bool is_outbound(const struct sip_register *reg)
{
	return reg->outbound && reg_text_has(reg->req.path, reg_text_of(";ob"));
}

void sip_reply_ok(struct sip_reply *r, const struct sip_register *reg,
		const struct reg_set *set, const struct reg_changes *changes,
		const ims_subscription *profile, int64_t now_ms)
{
	print_contacts(r, set, changes, now_ms);
	if(reg->req.path.n > 0) {
		PUT(r, "Path: ");
		put(r, reg->req.path);
		PUT(r, "\r\n");
		PUT(r, "Supported: path\r\n");
	}
	if(is_outbound(reg))
		PUT(r, "Require: outbound\r\n");
	print_service_route(r);
	print_associated(r, profile);
}

static int send_plain(struct sip_msg *msg, struct cell *t, unsigned status,
		const char *phrase)
{
	/* its end counted in: else sl would end a copy of it */
	str reason = {(char *)phrase, (int)strlen(phrase) + 1};
	int rc;

	if(t)
		rc = tm->t_reply_trans(t, msg, status, reason.s);
	else
		rc = sl.freply(msg, (int)status, &reason);
	return rc < 0 ? -EIO : 0;
}

/* Add our headers to the reply, without an allocation: they are taken out when
 * it is sent. Those that the script appended go before them. */
static void append(
		struct sip_msg *msg, struct lump_rpl *ours, struct sip_reply *r)
{
	struct lump_rpl **at = &msg->reply_lump;

	while(*at)
		at = &(*at)->next;
	*ours = (struct lump_rpl){.text = {r->text, (int)r->n},
			.flags = LUMP_RPL_HDR | LUMP_RPL_NODUP | LUMP_RPL_NOFREE};
	*at = ours;
}

int sip_reply_send(struct sip_msg *msg, struct cell *t, unsigned status,
		const char *phrase, struct sip_reply *r)
{
	struct lump_rpl ours;
	int rc;

	if(r->full) {
		LM_WARN("the %u does not fit %zu octets\n", status, sizeof(r->text));
		send_plain(msg, t, 500, "Reply Too Large");
		return -EIO;
	}
	if(r->n == 0)
		return send_plain(msg, t, status, phrase);
	append(msg, &ours, r);
	rc = send_plain(msg, t, status, phrase);
	unlink_lump_rpl(msg, &ours);
	return rc;
}
