/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows what usrloc says of the identity that a session has locked. Never adds,
 * ends or links anything.
 */
#include "usrloc_sync.h"

#include <string.h>

#include "core/reg_lifetime.h"
#include "profile.h"
#include "text.h"
#include "usrloc_contact.h"

struct reg_text usrloc_key(const struct usrloc_session *s)
{
	str key;

	if(s->record && s->record->s && profile_default(s->record->s, &key) == 0)
		return text_of(key);
	return text_of(s->impu);
}

bool usrloc_has_profile(const struct usrloc_session *s)
{
	return s->record && s->record->s
		   && s->record->reg_state != IMPU_NOT_REGISTERED;
}

static bool is_in_set(const struct reg_set *set, struct reg_text uri)
{
	unsigned i;

	for(i = 0; i < set->n; i++)
		if(reg_text_eq(set->b[i].uri, uri))
			return true;
	return false;
}

static void add_without_facts(
		const impurecord_t *r, const ucontact_t *c, struct reg_set *set)
{
	struct reg_binding *b = &set->b[set->n];

	memset(b, 0, sizeof(*b));
	b->uri = text_of(c->c);
	b->call_id = text_of(c->callid);
	b->path = text_of(c->path);
	b->user_agent = text_of(c->user_agent);
	b->received = text_of(c->received);
	b->impi = text_of(r->private_identity);
	b->q = c->q == Q_UNSPECIFIED ? REG_Q_NONE : (uint16_t)c->q;
	b->expires_at_ms = (int64_t)c->expires * 1000;
	set->n++;
}

void usrloc_merge(const struct usrloc_session *s, struct reg_set *set)
{
	impu_contact_t *at;
	time_t now = time(NULL);
	unsigned i;

	for(i = 0; i < set->n; i++)
		set->b[i].gone =
				!s->record || !usrloc_contact_find(s->record, set->b[i].uri);
	at = s->record ? s->record->linked_contacts.head : NULL;
	for(; at && set->n < REG_BINDINGS_MAX; at = at->next)
		if(VALID_CONTACT(at->contact, now)
				&& !is_in_set(set, text_of(at->contact->c)))
			add_without_facts(s->record, at->contact, set);
}

void usrloc_pad(
		struct usrloc_session *s, const struct reg_set *set, int64_t now_ms)
{
	ucontact_t *c;
	unsigned i;

	for(i = 0; s->record && i < set->n; i++) {
		if(!set->b[i].facts_known
				|| now_ms < reg_lifetime_near_at_ms(&set->b[i]))
			continue;
		c = usrloc_contact_find(s->record, set->b[i].uri);
		if(c)
			usrloc_contact_pad(c, &set->b[i]);
	}
}

bool usrloc_socket(udomain_t *domain, struct reg_text impu, struct reg_text uri,
		struct socket_info **ret)
{
	static struct usrloc_session s;
	ucontact_t *c;

	usrloc_open(&s, domain, impu);
	c = s.record ? usrloc_contact_find(s.record, uri) : NULL;
	if(c)
		*ret = c->sock;
	usrloc_close(&s);
	return c != NULL;
}
