/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows who watches, and how a NOTIFY is sent. Never decides what is told.
 */
#include "reg_event.h"

#include <stdio.h>
#include <string.h>

#include "../../core/dprint.h"
#include "../../core/mem/mem.h"
#include "../../core/parser/parse_rr.h"
#include "../../core/socket_info.h"
#include "../tm/tm_load.h"

#include "config.h"
#include "core/reg_lifetime.h"
#include "profile.h"
#include "text.h"

#define WATCHERS_MAX 64
#define TEXT_MAX 4096
#define BODY_MAX 60000
#define AORS_MAX 100

/* A dialog of usrloc, copied while it was locked. */
struct watcher
{
	str presentity, uri, contact, call_id, from_tag, to_tag, route, sock;
	unsigned cseq, version;
	long expires_s;
	size_t n;
	char text[TEXT_MAX];
};

static struct tm_binds *tm;
static struct watcher watchers[WATCHERS_MAX];
static unsigned watchers_n;
static struct reg_text aors[AORS_MAX];
static struct reg_reginfo info;

void reg_event_bind(struct tm_binds *with_tm)
{
	tm = with_tm;
}

static void add_news(const struct reg_binding *b, struct reg_text uri,
		enum reg_event event, int64_t now_ms, struct reg_news *news)
{
	struct reg_reginfo_contact *c = &news->of[news->n++];

	c->uri = uri;
	c->params = b->params;
	c->id = reg_text_hash(uri, b->reg_id);
	c->event = event == REG_EVENT_NONE ? REG_EVENT_REGISTERED : event;
	c->expires_s = reg_binding_remaining_s(b, &config.policy, now_ms);
	c->q = b->q;
	news->any =
			news->any || (event != REG_EVENT_NONE && event != REG_EVENT_SILENT);
}

static bool too_soon(const struct reg_binding *b, int64_t now_ms)
{
	int64_t past_ms = now_ms - b->notified_at_ms;

	return past_ms >= 0
		   && past_ms < (int64_t)config.notify_refresh_interval_s * 1000;
}

static void news_of(struct reg_set *set, struct reg_changes *ch, unsigned i,
		int64_t now_ms, struct reg_news *news)
{
	struct reg_binding *b = &set->b[i];
	enum reg_event event = ch->event[i];

	if(ch->of[i] == REG_CHANGE_REMOVE) {
		/* who takes a contact out of usrloc behind our back tells of it */
		if(event != REG_EVENT_NONE && !b->ended_sar && !b->gone)
			add_news(b, b->uri, event, now_ms, news);
		return;
	}
	if(!reg_binding_live(b, &config.policy, now_ms))
		return;
	if(ch->moved[i]) {
		add_news(b, ch->from_uri[i], REG_EVENT_DEACTIVATED, now_ms, news);
		event = REG_EVENT_REGISTERED;
	}
	if(event == REG_EVENT_REFRESHED && too_soon(b, now_ms))
		event = REG_EVENT_NONE;
	if(event != REG_EVENT_NONE)
		b->notified_at_ms = now_ms;
	add_news(b, b->uri, event, now_ms, news);
}

void reg_event_news(struct reg_set *set, struct reg_changes *changes,
		int64_t now_ms, struct reg_news *ret)
{
	unsigned i;

	ret->n = 0;
	ret->any = false;
	for(i = 0; i < set->n; i++)
		news_of(set, changes, i, now_ms, ret);
}

void reg_event_begin(
		const struct reg_news *news, const ims_subscription *profile)
{
	const ims_public_identity *id;
	unsigned i;

	watchers_n = 0;
	info.aors = aors;
	info.aors_n = 0;
	info.contacts = news->of;
	info.contacts_n = news->n;
	for(i = 0; (id = profile_identity(profile, i)); i++)
		if(!id->barring && info.aors_n < AORS_MAX)
			aors[info.aors_n++] = text_of(id->public_identity);
}

static bool copy_text(struct watcher *w, str *dst, const str *src)
{
	if(src->len < 0 || w->n + (size_t)src->len + 1 > sizeof(w->text))
		return false;
	dst->s = w->text + w->n;
	dst->len = src->len;
	if(src->len > 0)
		memcpy(dst->s, src->s, (size_t)src->len);
	dst->s[src->len] = '\0';
	w->n += (size_t)src->len + 1;
	return true;
}

static bool copy_watcher(struct watcher *w, const reg_subscriber *s)
{
	w->n = 0;
	return copy_text(w, &w->presentity, &s->presentity_uri)
		   && copy_text(w, &w->uri, &s->watcher_uri)
		   && copy_text(w, &w->contact, &s->watcher_contact)
		   && copy_text(w, &w->call_id, &s->call_id)
		   && copy_text(w, &w->from_tag, &s->from_tag)
		   && copy_text(w, &w->to_tag, &s->to_tag)
		   && copy_text(w, &w->route, &s->record_route)
		   && copy_text(w, &w->sock, &s->sockinfo_str);
}

void reg_event_collect(impurecord_t *r)
{
	time_t now = time(NULL);
	reg_subscriber *s;
	struct watcher *w;

	for(s = r->shead; s; s = s->next) {
		if(s->expires <= now)
			continue;
		if(watchers_n == WATCHERS_MAX) {
			LM_WARN("%.*s: more than %d watchers, the others are not told\n",
					r->public_identity.len, r->public_identity.s, WATCHERS_MAX);
			return;
		}
		w = &watchers[watchers_n];
		if(!copy_watcher(w, s))
			continue;
		w->cseq = ++s->local_cseq;
		w->version = (unsigned)++s->version;
		w->expires_s = (long)(s->expires - now);
		watchers_n++;
	}
}

static struct socket_info *socket_of(struct watcher *w)
{
	int port, proto;
	str host;

	if(w->sock.len == 0
			|| parse_phostport(w->sock.s, &host.s, &host.len, &port, &proto)
					   < 0)
		return NULL;
	return grep_sock_info(&host, (unsigned short)port, (unsigned short)proto);
}

static int dialog_of(struct watcher *w, dlg_t *d)
{
	memset(d, 0, sizeof(*d));
	d->loc_seq.value = w->cseq;
	d->loc_seq.is_set = 1;
	d->id.call_id = w->call_id;
	d->id.rem_tag = w->from_tag;
	d->id.loc_tag = w->to_tag;
	d->loc_uri = w->presentity;
	d->rem_uri = w->uri;
	d->rem_target = w->contact;
	d->state = DLG_CONFIRMED;
	d->send_sock = socket_of(w);
	if(w->route.len == 0)
		return 0;
	return parse_rr_body(w->route.s, w->route.len, &d->route_set);
}

static void notify(struct watcher *w)
{
	static char body_text[BODY_MAX], headers_text[1024];
	str method = str_init("NOTIFY"), body = {body_text, 0},
		headers = {headers_text, 0};
	uac_req_t request;
	dlg_t d;

	body.len = reg_reginfo_print(&info, w->version, body_text, BODY_MAX);
	headers.len = snprintf(headers_text, sizeof(headers_text),
			"Contact: <%.*s>\r\nEvent: reg\r\nMax-Forwards: 70\r\n"
			"Subscription-State: active;expires=%ld\r\n"
			"Content-Type: application/reginfo+xml\r\n",
			config.scscf_name.len, config.scscf_name.s, w->expires_s);
	if(body.len < 0 || headers.len >= (int)sizeof(headers_text)) {
		LM_ERR("%s: a NOTIFY does not fit %d octets\n", w->presentity.s,
				BODY_MAX);
		return;
	}
	if(dialog_of(w, &d) < 0) {
		LM_ERR("%s: route of a watcher is unusable\n", w->presentity.s);
		return;
	}
	set_uac_req(&request, &method, &headers, &body, &d, 0, NULL, NULL);
	if(tm->t_request_within(&request) < 0)
		LM_ERR("%s: a NOTIFY was not sent\n", w->presentity.s);
	if(d.route_set)
		free_rr(&d.route_set);
}

void reg_event_end(void)
{
	unsigned i;

	for(i = 0; i < watchers_n; i++)
		notify(&watchers[i]);
	watchers_n = 0;
}
