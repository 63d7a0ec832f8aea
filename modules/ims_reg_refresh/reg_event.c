/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the stock notifier. Never builds a NOTIFY itself.
 */
#include "reg_event.h"

#include <dlfcn.h>

#include "../../core/dprint.h"
#include "../../core/sr_module.h"
#include "../ims_registrar_scscf/registrar_notify.h"

static typeof(event_reg) *notify;

void reg_event_bind(void)
{
	struct sr_module *m = find_module_by_name("ims_registrar_scscf");

	notify = m ? dlsym(m->handle, "event_reg") : NULL;
	if(!notify)
		LM_INFO("ims_registrar_scscf is not loaded: no reg event\n");
}

/* The notifier tells one watcher of a new contact, the one whose contact we
 * name; so each is named in turn. */
void reg_event_registered(impurecord_t *r, ucontact_t *c)
{
	reg_subscriber *w;

	if(!notify)
		return;
	for(w = r->shead; w; w = w->next)
		notify(NULL, r, c, IMS_REGISTRAR_CONTACT_REGISTERED, NULL, NULL,
				&w->watcher_contact, NULL, 0);
}

void reg_event_removed(impurecord_t *r, ucontact_t *c)
{
	if(notify && r->shead)
		notify(NULL, r, c, IMS_REGISTRAR_CONTACT_UNREGISTERED, NULL, NULL, NULL,
				&c->c, 1);
}
