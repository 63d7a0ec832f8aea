/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how usrloc wants to be written. Never decides, never replies.
 *
 * Lock order: identity (udomain slot), then subscription, then contact slot.
 */
#include "usrloc_sync.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include "../../core/dprint.h"
#include "../../core/sr_module.h"

#include "profile.h"
#include "reg_event.h"
#include "text.h"
#include "usrloc_contact.h"
#include "usrloc_record.h"

static usrloc_api_t ul;

#define DEFAULT_TIMER_INTERVAL_S 60 /* of usrloc */

static int find_timer_interval(struct sr_module *module)
{
	modparam_t type;
	int *value = find_param_export(module, "timer_interval", PARAM_INT, &type);

	return value ? *value : DEFAULT_TIMER_INTERVAL_S;
}

int usrloc_bind(void)
{
	struct sr_module *module = find_module_by_name("ims_usrloc_scscf");
	bind_usrloc_t bind = (bind_usrloc_t)find_mod_export(
			"ims_usrloc_scscf", "ul_bind_usrloc", 1, 0);
	struct ulcb_head_list **insert_callbacks;

	if(!module || !bind || bind(&ul) < 0) {
		LM_ERR("module ims_usrloc_scscf must be loaded before this one\n");
		return -1;
	}
	insert_callbacks = dlsym(module->handle, "ulcb_list");
	if(!insert_callbacks) {
		LM_ERR("ims_usrloc_scscf of this Kamailio hides ulcb_list\n");
		return -1;
	}
	usrloc_contact_bind(&ul, find_timer_interval(module));
	usrloc_record_bind(&ul, insert_callbacks);
	return 0;
}

bool usrloc_has_database(void)
{
	return ul.db_mode != 0;
}

udomain_t *usrloc_domain(const char *name)
{
	udomain_t *d = NULL;

	return ul.register_udomain(name, &d) < 0 ? NULL : d;
}

/* A copy: the unlock must find the same identity, whatever the caller did. */
static void take_impu(struct usrloc_session *s, struct reg_text impu)
{
	size_t n = impu.n < REG_IDENTITY_MAX ? impu.n : REG_IDENTITY_MAX;

	memcpy(s->impu_text, impu.s, n);
	s->impu = (str){s->impu_text, (int)n};
}

void usrloc_open(
		struct usrloc_session *s, udomain_t *domain, struct reg_text impu)
{
	s->domain = domain;
	take_impu(s, impu);
	s->record = NULL;
	s->profile = NULL;
	s->spread = s->ended = false;
	s->contacts_n = s->removed_n = 0;
	s->news = NULL;
	s->former = NULL;
	memset(&s->charging, 0, sizeof(s->charging));
	ul.lock_udomain(domain, &s->impu);
	if(ul.get_impurecord(domain, &s->impu, &s->record) != 0)
		s->record = NULL;
}

static bool is_held(const struct usrloc_session *s, const ucontact_t *c)
{
	unsigned i;

	for(i = 0; i < s->contacts_n; i++)
		if(s->contacts[i] == c)
			return true;
	return false;
}

/* Keep a contact alive until usrloc_close(). */
static void hold_contact(struct usrloc_session *s, ucontact_t *c)
{
	if(s->contacts_n == USRLOC_CONTACTS_MAX || is_held(s, c))
		return;
	usrloc_contact_hold(c);
	s->contacts[s->contacts_n++] = c;
}

static int insert(struct usrloc_session *s, const struct reg_binding *b,
		const struct usrloc_origin *from)
{
	ucontact_t *c;
	int rc = usrloc_contact_insert(s->record, b, from, &c);

	if(rc < 0)
		return rc;
	hold_contact(s, c);
	s->spread = true;
	return 0;
}

static int refresh(struct usrloc_session *s, const struct reg_binding *b,
		const struct usrloc_origin *from)
{
	ucontact_t *c = usrloc_contact_find(s->record, b->uri);
	int rc = c ? usrloc_contact_refresh(s->record, c, b, from) : -ESTALE;

	return rc == -ESTALE ? insert(s, b, from) : rc;
}

static void remove_contact(struct usrloc_session *s, struct reg_text uri)
{
	ucontact_t *c = s->record ? usrloc_contact_find(s->record, uri) : NULL;

	if(!c)
		return;
	hold_contact(s, c);
	s->removed_n++;
	usrloc_contact_delete(c);
}

static void hold_profile(struct usrloc_session *s)
{
	if(s->profile || !s->record || !s->record->s)
		return;
	s->profile = s->record->s;
	ul.ref_subscription(s->profile);
}

static int commit_one(struct usrloc_session *s, const struct reg_set *set,
		const struct reg_changes *ch, unsigned i,
		const struct usrloc_origin *from)
{
	switch(ch->of[i]) {
		case REG_CHANGE_REMOVE:
			if(!set->b[i].ended_sar) /* its contact went long ago */
				remove_contact(s, set->b[i].uri);
			return 0;
		case REG_CHANGE_ADD:
			return insert(s, &set->b[i], from);
		case REG_CHANGE_REFRESH:
			if(ch->moved[i])
				remove_contact(s, ch->from_uri[i]);
			return refresh(s, &set->b[i], from);
		default:
			return 0;
	}
}

int usrloc_commit(struct usrloc_session *s, const struct reg_set *set,
		const struct reg_changes *changes, const struct usrloc_origin *from)
{
	unsigned i;
	int rc = 0, first = 0;

	for(i = 0; i < set->n; i++) {
		rc = commit_one(s, set, changes, i, from);
		if(rc < 0 && first == 0)
			first = rc;
	}
	s->ended = s->record && s->removed_n > 0 && !usrloc_contact_any(s->record);
	if(s->ended || s->spread || s->removed_n > 0)
		hold_profile(s);
	return first;
}

void usrloc_tell(struct usrloc_session *s, const struct reg_news *news)
{
	s->news = news;
	hold_profile(s);
}

static void hold_all_contacts(struct usrloc_session *s)
{
	impu_contact_t *at;
	time_t now = time(NULL);

	for(at = s->record->linked_contacts.head; at; at = at->next)
		if(VALID_CONTACT(at->contact, now))
			hold_contact(s, at->contact);
}

int usrloc_register(struct usrloc_session *s, ims_subscription *profile,
		const struct usrloc_charging *charging)
{
	ims_subscription *former = s->record ? s->record->s : NULL;
	int rc;

	if(former && former != profile && !s->former) {
		ul.ref_subscription(former);
		s->former = former;
	}
	rc = usrloc_record_register(s->domain, s->impu, profile, &s->record);
	if(rc < 0)
		return rc;
	s->charging = *charging;
	usrloc_record_charge(s->record, charging);
	s->spread = true;
	hold_profile(s);
	hold_all_contacts(s);
	return 0;
}

/* What ended is ended, on one locked identity. */
static void settle(struct usrloc_session *s, impurecord_t *r)
{
	unsigned i;

	for(i = 0; i < s->contacts_n && s->removed_n > 0; i++)
		if(s->contacts[i]->state == CONTACT_DELETED)
			usrloc_contact_unlink(r, s->contacts[i]);
	if(s->ended && !usrloc_contact_any(r))
		r->reg_state = IMPU_NOT_REGISTERED;
}

static void follow(struct usrloc_session *s, str impu)
{
	impurecord_t *r = NULL;
	unsigned i;

	ul.lock_udomain(s->domain, &impu);
	if(ul.get_impurecord(s->domain, &impu, &r) != 0)
		r = NULL;
	if(s->spread
			&& usrloc_record_register(s->domain, impu, s->profile, &r) == 0) {
		usrloc_record_charge(r, &s->charging);
		for(i = 0; i < s->contacts_n; i++)
			usrloc_contact_link(r, s->contacts[i]);
	}
	if(r)
		settle(s, r);
	ul.unlock_udomain(s->domain, &impu);
}

/* Those who watch one identity. */
static void collect(struct usrloc_session *s, str impu)
{
	impurecord_t *r;

	ul.lock_udomain(s->domain, &impu);
	if(ul.get_impurecord(s->domain, &impu, &r) == 0)
		reg_event_collect(r);
	ul.unlock_udomain(s->domain, &impu);
}

static void for_others(struct usrloc_session *s,
		void (*act)(struct usrloc_session *, str impu))
{
	const ims_public_identity *id;
	unsigned i;

	for(i = 0; s->profile && (id = profile_identity(s->profile, i)); i++)
		if(!reg_text_eq(text_of(id->public_identity), text_of(s->impu)))
			act(s, id->public_identity);
}

/* Identities that the profile had, and has no more. */
static void part(struct usrloc_session *s)
{
	const ims_public_identity *id;
	impurecord_t *r;
	unsigned i;

	for(i = 0; s->former && (id = profile_identity(s->former, i)); i++) {
		str impu = id->public_identity;

		if(!s->profile || usrloc_record_is_in(s->profile, impu))
			continue;
		ul.lock_udomain(s->domain, &impu);
		if(ul.get_impurecord(s->domain, &impu, &r) == 0 && r->s == s->former)
			usrloc_record_leave(r);
		ul.unlock_udomain(s->domain, &impu);
	}
}

static void tell_watchers(struct usrloc_session *s)
{
	if(!s->news || !s->profile)
		return;
	reg_event_begin(s->news, s->profile);
	collect(s, s->impu);
	for_others(s, collect);
	reg_event_end();
}

/* All identities are written before anybody hears of it. */
void usrloc_close(struct usrloc_session *s)
{
	unsigned i;

	if(s->record)
		settle(s, s->record);
	ul.unlock_udomain(s->domain, &s->impu);
	for_others(s, follow);
	part(s);
	tell_watchers(s);
	for(i = 0; i < s->contacts_n; i++)
		ul.release_ucontact(s->contacts[i]);
	if(s->profile)
		ul.unref_subscription(s->profile);
	if(s->former)
		ul.unref_subscription(s->former);
}

void usrloc_drop_profile(ims_subscription *profile)
{
	if(profile)
		ul.unref_subscription(profile);
}
