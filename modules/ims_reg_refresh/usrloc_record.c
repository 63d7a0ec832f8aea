/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how one identity is written into usrloc. Never touches a contact. The
 * identity is locked by the caller.
 */
#include "usrloc_record.h"

#include <errno.h>

#include "profile.h"
#include "text.h"
#include "usrloc_contact.h"

static usrloc_api_t *ul;
static struct ulcb_head_list **insert_callbacks;

void usrloc_record_bind(usrloc_api_t *api, struct ulcb_head_list **callbacks)
{
	ul = api;
	insert_callbacks = callbacks;
}

static void run_insert_callbacks(impurecord_t *r)
{
	struct ul_callback *cb;

	for(cb = (*insert_callbacks)->first; cb; cb = cb->next)
		if(cb->types & UL_IMPU_INSERT)
			cb->callback(r, NULL, UL_IMPU_INSERT, cb->param);
}

/* usrloc's update_impurecord() would look for an older profile of the IMPI and
 * keep that one; its list of profiles is changed without its lock when one is
 * freed. An inserted record needs neither. The identity is locked. */
static int insert_record(udomain_t *domain, str impu, ims_subscription *profile,
		int barring, bool primary, impurecord_t **ret)
{
	int rc;

	ul->lock_subscription(profile);
	rc = ul->insert_impurecord(domain, &impu, &profile->private_identity,
			IMPU_REGISTERED, barring, &profile, NULL, NULL, NULL, NULL, ret);
	ul->unlock_subscription(profile);
	if(rc != 0)
		return -ENOMEM;
	(*ret)->is_primary = primary;
	run_insert_callbacks(*ret);
	return 0;
}

static void swap_profile(impurecord_t *r, ims_subscription *profile)
{
	ims_subscription *old = r->s;

	r->reg_state = IMPU_REGISTERED;
	if(old == profile)
		return;
	ul->ref_subscription(profile);
	r->s = profile;
	if(old)
		ul->unref_subscription(old);
}

void usrloc_record_charge(impurecord_t *r, const struct usrloc_charging *c)
{
	if(c->ccf1.len)
		usrloc_text_swap(&r->ccf1, text_of(c->ccf1));
	if(c->ccf2.len)
		usrloc_text_swap(&r->ccf2, text_of(c->ccf2));
	if(c->ecf1.len)
		usrloc_text_swap(&r->ecf1, text_of(c->ecf1));
	if(c->ecf2.len)
		usrloc_text_swap(&r->ecf2, text_of(c->ecf2));
}

static const ims_public_identity *identity_of(
		const ims_subscription *profile, struct reg_text impu)
{
	const ims_public_identity *id;
	unsigned i;

	for(i = 0; (id = profile_identity(profile, i)); i++)
		if(reg_text_eq(text_of(id->public_identity), impu))
			return id;
	return NULL;
}

static bool is_primary(const ims_subscription *profile, str impu)
{
	str key;

	return profile_default(profile, &key) == 0
		   && reg_text_eq(text_of(key), text_of(impu));
}

int usrloc_record_register(udomain_t *domain, str impu,
		ims_subscription *profile, impurecord_t **record)
{
	const ims_public_identity *id = identity_of(profile, text_of(impu));

	if(*record) {
		swap_profile(*record, profile);
		(*record)->barring = id ? id->barring : 0;
		return 0;
	}
	return insert_record(domain, impu, profile, id ? id->barring : 0,
			is_primary(profile, impu), record);
}

bool usrloc_record_is_in(const ims_subscription *profile, str impu)
{
	return identity_of(profile, text_of(impu)) != NULL;
}

void usrloc_record_leave(impurecord_t *r)
{
	impu_contact_t *at;
	ucontact_t *c;

	while((at = r->linked_contacts.head)) {
		c = at->contact;
		ul->lock_contact_slot_i(c->sl);
		ul->unlink_contact_from_impu(r, c, 1, 0);
		ul->unlock_contact_slot_i(c->sl);
	}
	r->reg_state = IMPU_NOT_REGISTERED;
}
