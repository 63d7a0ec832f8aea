/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how one contact is written into usrloc. The identity of the record is
 * locked by the caller.
 *
 * A contact past its expiry belongs to usrloc's timer and is never touched:
 * refreshing it would bring back what the timer is about to delete. So when the
 * end of a contact is near it gets a pad beyond its real expiry, which is kept
 * in our facts; before, what usrloc tells watchers is true.
 */
#include "usrloc_contact.h"

#include <errno.h>
#include <string.h>

#include "../../core/mem/mem.h"
#include "../../core/mem/shm_mem.h"
#include "../../core/parser/parse_param.h"
#include "../../core/ut.h"

#include "clock.h"
#include "config.h"
#include "core/reg_lifetime.h"
#include "text.h"

/* A refresh in the last moment may wait for the HSS so long. */
#define HSS_WAIT_S 10

static usrloc_api_t *ul;
static int timer_interval_s;

void usrloc_contact_bind(usrloc_api_t *api, int interval_s)
{
	ul = api;
	timer_interval_s = interval_s;
}

ucontact_t *usrloc_contact_find(const impurecord_t *r, struct reg_text uri)
{
	impu_contact_t *at;
	time_t now = time(NULL);

	for(at = r->linked_contacts.head; at; at = at->next)
		if(VALID_CONTACT(at->contact, now)
				&& reg_text_eq(text_of(at->contact->c), uri))
			return at->contact;
	return NULL;
}

bool usrloc_contact_any(const impurecord_t *r)
{
	impu_contact_t *at;
	time_t now = time(NULL);

	for(at = r->linked_contacts.head; at; at = at->next)
		if(VALID_CONTACT(at->contact, now))
			return true;
	return false;
}

/* usrloc keeps no contact longer than this beyond its real expiry [s]. We must
 * be the first to find one that ran out: usrloc's timer tells no HSS. */
static time_t pad_s(void)
{
	return (time_t)config.policy.expiry_grace_s + 2 * timer_interval_s
		   + HSS_WAIT_S;
}

static void info_of(const struct reg_binding *b,
		const struct usrloc_origin *from, ucontact_info_t *ci, str *texts)
{
	static str no_ua = str_init("n/a");

	memset(ci, 0, sizeof(*ci));
	texts[0] = str_of(b->path);
	texts[1] = str_of(b->call_id);
	texts[2] = b->user_agent.n ? str_of(b->user_agent) : no_ua;
	ci->path = b->path.n ? &texts[0] : NULL;
	ci->callid = &texts[1];
	ci->user_agent = &texts[2]; /* usrloc does not survive NULL here */
	ci->received = str_of(b->received);
	ci->expires = (time_t)(b->expires_at_ms / 1000);
	if(clock_now_ms() >= reg_lifetime_near_at_ms(b))
		ci->expires += pad_s();
	ci->q = b->q == REG_Q_NONE ? Q_UNSPECIFIED : (qvalue_t)b->q;
	ci->cseq = (int)b->cseq_accepted;
	ci->sock = from->sock;
	ci->cflags = from->cflags;
	ci->methods = from->methods;
	ci->last_modified = time(NULL);
}

/* The params of a binding as Kamailio's list; free_params() afterwards. */
static param_t *params_of(const struct reg_binding *b)
{
	param_hooks_t hooks;
	param_t *list = NULL;
	str text = str_of(b->params);

	if(text.len < 2)
		return NULL;
	text.s++; /* the first ';' */
	text.len--;
	if(parse_params(&text, CLASS_CONTACT, &hooks, &list) < 0)
		return NULL;
	return list;
}

int usrloc_contact_insert(impurecord_t *r, const struct reg_binding *b,
		const struct usrloc_origin *from, ucontact_t **ret)
{
	ucontact_info_t ci;
	ucontact_t *c = NULL;
	str uri = str_of(b->uri), texts[3];
	int rc;

	info_of(b, from, &ci, texts);
	ci.params = params_of(b);
	rc = ul->insert_ucontact(r, &uri, &ci, &c);
	free_params(ci.params);
	if(rc != 0)
		return -ENOMEM;
	*ret = c;
	return 0;
}

int usrloc_text_swap(str *old, struct reg_text fresh)
{
	str copy, from = str_of(fresh);

	if(reg_text_eq(text_of(*old), fresh))
		return 0;
	if(shm_str_dup(&copy, &from) < 0)
		return -ENOMEM;
	if(old->s)
		shm_free(old->s);
	*old = copy;
	return 0;
}

static int update_locked(impurecord_t *r, ucontact_t *c,
		const struct reg_binding *b, const struct usrloc_origin *from)
{
	ucontact_info_t ci;
	str texts[3];

	info_of(b, from, &ci, texts);
	if(usrloc_text_swap(&c->callid, b->call_id) < 0
			|| ul->update_ucontact(r, c, &ci) != 0)
		return -ENOMEM;
	return 0;
}

int usrloc_contact_refresh(impurecord_t *r, ucontact_t *c,
		const struct reg_binding *b, const struct usrloc_origin *from)
{
	int rc = -ESTALE;

	ul->lock_contact_slot_i(c->sl);
	if(VALID_CONTACT(c, time(NULL)))
		rc = update_locked(r, c, b, from);
	ul->unlock_contact_slot_i(c->sl);
	return rc;
}

void usrloc_contact_pad(ucontact_t *c, const struct reg_binding *b)
{
	ul->lock_contact_slot_i(c->sl);
	if(VALID_CONTACT(c, time(NULL)))
		c->expires = (time_t)(b->expires_at_ms / 1000) + pad_s();
	ul->unlock_contact_slot_i(c->sl);
}

void usrloc_contact_delete(ucontact_t *c)
{
	ul->lock_contact_slot_i(c->sl);
	c->state = CONTACT_DELETED;
	ul->unlock_contact_slot_i(c->sl);
}

void usrloc_contact_unlink(impurecord_t *r, ucontact_t *c)
{
	ul->lock_contact_slot_i(c->sl);
	ul->unlink_contact_from_impu(r, c, 1, 0);
	ul->unlock_contact_slot_i(c->sl);
}

void usrloc_contact_hold(ucontact_t *c)
{
	ul->lock_contact_slot_i(c->sl);
	c->ref_count++;
	ul->unlock_contact_slot_i(c->sl);
}

void usrloc_contact_link(impurecord_t *r, ucontact_t *c)
{
	ul->lock_contact_slot_i(c->sl);
	if(VALID_CONTACT(c, time(NULL)))
		ul->link_contact_to_impu(r, c, 1);
	ul->unlock_contact_slot_i(c->sl);
}
