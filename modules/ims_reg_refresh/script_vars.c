/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows which lists the script's variables are in. Never reads one.
 */
#include "script_vars.h"

struct script_vars script_vars_of_cell(struct cell *t)
{
	return (struct script_vars){
			{&t->uri_avps_from, &t->uri_avps_to, &t->user_avps_from,
					&t->user_avps_to, &t->domain_avps_from, &t->domain_avps_to},
			&t->xavps_list, &t->xavus_list, &t->xavis_list};
}

struct script_vars script_vars_of_own(struct script_vars_own *own)
{
	struct script_vars v = {
			.xavps = &own->xavps, .xavus = &own->xavus, .xavis = &own->xavis};
	unsigned i;

	for(i = 0; i < SCRIPT_VARS_AVPS_N; i++)
		v.avps[i] = &own->avps[i];
	return v;
}

void script_vars_swap(struct script_vars *v)
{
	static const int flags[SCRIPT_VARS_AVPS_N] = {
			AVP_TRACK_FROM | AVP_CLASS_URI, AVP_TRACK_TO | AVP_CLASS_URI,
			AVP_TRACK_FROM | AVP_CLASS_USER, AVP_TRACK_TO | AVP_CLASS_USER,
			AVP_TRACK_FROM | AVP_CLASS_DOMAIN, AVP_TRACK_TO | AVP_CLASS_DOMAIN};
	unsigned i;

	for(i = 0; i < SCRIPT_VARS_AVPS_N; i++)
		v->avps[i] = set_avp_list(flags[i], v->avps[i]);
	v->xavps = xavp_set_list(v->xavps);
	v->xavus = xavu_set_list(v->xavus);
	v->xavis = xavi_set_list(v->xavis);
}

void script_vars_free(struct script_vars_own *own)
{
	unsigned i;

	for(i = 0; i < SCRIPT_VARS_AVPS_N; i++)
		destroy_avp_list(&own->avps[i]);
	xavp_destroy_list(&own->xavps);
	xavu_destroy_list(&own->xavus);
	xavi_destroy_list(&own->xavis);
}
