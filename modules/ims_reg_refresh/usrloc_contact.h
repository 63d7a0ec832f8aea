/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One contact in usrloc; a part of usrloc_sync.c.
 */
#ifndef USRLOC_CONTACT_H
#define USRLOC_CONTACT_H

#include "usrloc_sync.h"

/** @param interval_s  of usrloc's timer */
void usrloc_contact_bind(usrloc_api_t *api, int interval_s);

/** The valid contact with this very URI, or NULL. */
ucontact_t *usrloc_contact_find(const impurecord_t *r, struct reg_text uri);

/** Whether any contact of the record is valid. */
bool usrloc_contact_any(const impurecord_t *r);

/** A new contact, linked to the record. @return 0, or -ENOMEM */
int usrloc_contact_insert(impurecord_t *r, const struct reg_binding *b,
		const struct usrloc_origin *from, ucontact_t **ret);

/** In place. @return 0; -ESTALE: usrloc's timer was faster; -ENOMEM */
int usrloc_contact_refresh(impurecord_t *r, ucontact_t *c,
		const struct reg_binding *b, const struct usrloc_origin *from);

/** Its end is near: usrloc's timer shall not be faster than a refresh. */
void usrloc_contact_pad(ucontact_t *c, const struct reg_binding *b);

/** No longer valid; usrloc frees it when nothing links to it or holds it. */
void usrloc_contact_delete(ucontact_t *c);

/**
 * Take it out of a record, once the watchers are told. As usrloc's timer does
 * later; but until then stock lookup() still routes to the last contact of a
 * record, valid or not.
 */
void usrloc_contact_unlink(impurecord_t *r, ucontact_t *c);

/** Keep it while no lock is held; usrloc's release_ucontact() lets go. */
void usrloc_contact_hold(ucontact_t *c);

void usrloc_contact_link(impurecord_t *r, ucontact_t *c);

/** Replace a text in shared memory. @return 0, or -ENOMEM (nothing changed) */
int usrloc_text_swap(str *old, struct reg_text fresh);

#endif
