/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The initial filter criteria of a service profile; a part of profile.c.
 */
#ifndef PROFILE_IFC_H
#define PROFILE_IFC_H

#include <libxml/tree.h>

#include "profile.h"

/**
 * Add up what the filter criteria of a service profile hold.
 * @param filters_n  grows by their number
 * @param spts_n     grows by their service point triggers, one per group
 * @return 0; -E2BIG one trigger point has more than PROFILE_SPTS_MAX
 */
int profile_ifc_count(
		const xmlNode *service, unsigned *filters_n, unsigned *spts_n);

/**
 * Read the filter criteria of a service profile, sorted as ims_isc needs
 * them. What was read before an error is for profile_ifc_free().
 * @return 0; -EBADMSG; -E2BIG; -ENOMEM
 */
int profile_ifc_read(const xmlNode *n, ims_service_profile *sp);

void profile_ifc_free(ims_service_profile *sp);

#endif
