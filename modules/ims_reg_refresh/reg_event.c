/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows who watches, and what is new to them. Never ends a registration.
 */
#include "reg_event.h"

#include <string.h>

#include "../../core/dprint.h"

#include "config.h"
#include "core/reg_lifetime.h"
#include "profile.h"
#include "sip_notify.h"
#include "text.h"

#define WATCHERS_MAX 64
#define BODY_MAX 60000
#define AORS_MAX 100

static struct sip_watcher watchers[WATCHERS_MAX];
static unsigned watchers_n;
static struct reg_text aors[AORS_MAX];
static struct reg_reginfo info;

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

static bool copy_text(struct sip_watcher *w, str *dst, const str *src)
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

static bool copy_watcher(struct sip_watcher *w, const reg_subscriber *s)
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
	struct sip_watcher *w;

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

static void notify(struct sip_watcher *w)
{
	static char text[BODY_MAX];
	int n = reg_reginfo_print(&info, w->version, text, BODY_MAX);
	str body = {text, n};

	if(n < 0) {
		LM_ERR("%s: a NOTIFY does not fit %d octets\n", w->presentity.s,
				BODY_MAX);
		return;
	}
	if(sip_notify_send(w, body) < 0)
		LM_ERR("%s: a NOTIFY was not sent\n", w->presentity.s);
}

void reg_event_end(void)
{
	unsigned i;

	for(i = 0; i < watchers_n; i++)
		notify(&watchers[i]);
	watchers_n = 0;
}
