/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how usrloc finds a profile by its owner. Never changes one.
 */
#include "usrloc_impi.h"

#include <dlfcn.h>

#include "../../core/sr_module.h"
#include "../ims_usrloc_scscf/usrloc.h"

#include "profile.h"
#include "text.h"
#include "usrloc_sync.h"

/* By reference. It is not in usrloc's table of functions. */
static ims_subscription *find(str impi)
{
	struct sr_module *module = find_module_by_name("ims_usrloc_scscf");
	int (*get)(str * impi, ims_subscription * *ret, int leave_slot_locked);
	ims_subscription *found = NULL;

	get = module ? dlsym(module->handle, "get_subscription") : NULL;
	return get && get(&impi, &found, 0) == 0 ? found : NULL;
}

void usrloc_impi_visit(struct reg_text impi,
		void (*visit)(struct reg_text impu, void *param), void *param)
{
	ims_subscription *profile = find(str_of(impi));
	const ims_public_identity *id;
	unsigned i;

	for(i = 0; profile && (id = profile_identity(profile, i)); i++)
		visit(text_of(id->public_identity), param);
	usrloc_drop_profile(profile);
}
