/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows initial filter criteria. Never matches one: that is ims_isc's.
 *
 * Arrays are zeroed and an element counts before it is read, so that one that
 * is half read is freed like the others.
 */
#include "profile_ifc.h"

#include <errno.h>
#include <limits.h>

#include "../../core/mem/shm_mem.h"

#include "profile_trigger.h"
#include "profile_xml.h"

int profile_ifc_count(
		const xmlNode *service, unsigned *filters_n, unsigned *spts_n)
{
	const xmlNode *n, *trigger;
	unsigned count;

	for(n = xml_child(service, "InitialFilterCriteria"); n; n = xml_next(n)) {
		trigger = xml_child(n, "TriggerPoint");
		count = profile_trigger_count(trigger);
		if(count > PROFILE_SPTS_MAX) {
			xml_refuse(trigger, "has too many SPTs");
			return -E2BIG;
		}
		*spts_n += count;
		++*filters_n;
	}
	return 0;
}

static int read_server(const xmlNode *n, ims_application_server *as)
{
	const xmlNode *ext = xml_child(n, "Extension");
	int handling = IFC_NO_DEFAULT_HANDLING;
	struct reg_text name;
	int rc;

	rc = xml_uri(xml_child(n, "ServerName"), PROFILE_URI_MAX, &name);
	if(rc < 0)
		return rc;
	if(name.n == 0)
		return xml_refuse(n, "has no ServerName");
	rc = shm_text(name, &as->server_name);
	if(rc < 0)
		return rc;
	rc = xml_number(n, "DefaultHandling", IFC_SESSION_TERMINATED, &handling);
	if(rc < 0)
		return rc;
	as->default_handling = (char)handling;
	as->include_register_request =
			xml_child(ext, "IncludeRegisterRequest") != NULL;
	as->include_register_response =
			xml_child(ext, "IncludeRegisterResponse") != NULL;
	return xml_copy(
			n, "ServiceInfo", PROFILE_SERVICE_INFO_MAX, &as->service_info);
}

/* 0 for the registered, 1 for the unregistered user; absent: for both. */
static int read_part(const xmlNode *n, char **ret)
{
	int v = -1, rc;

	rc = xml_number(n, "ProfilePartIndicator", 1, &v);
	if(rc < 0 || v < 0)
		return rc;
	*ret = shm_malloc(1);
	if(!*ret)
		return -ENOMEM;
	**ret = (char)v;
	return 0;
}

static int read_filter(const xmlNode *n, ims_filter_criteria *fc)
{
	const xmlNode *trigger = xml_child(n, "TriggerPoint");
	const xmlNode *server = xml_child(n, "ApplicationServer");
	int rc;

	if(!server)
		return xml_refuse(n, "has no ApplicationServer");
	rc = xml_number(n, "Priority", INT_MAX, &fc->priority);
	if(rc < 0)
		return rc;
	rc = read_part(n, &fc->profile_part_indicator);
	if(rc < 0)
		return rc;
	rc = read_server(server, &fc->application_server);
	if(rc < 0 || !trigger)
		return rc;
	fc->trigger_point = shm_mallocxz(sizeof(*fc->trigger_point));
	if(!fc->trigger_point)
		return -ENOMEM;
	return profile_trigger_read(trigger, fc->trigger_point);
}

/* Lowest first; those of the same priority stay in the document's order. */
static void sort_filters(ims_service_profile *sp)
{
	ims_filter_criteria fc, *all = sp->filter_criteria;
	int i, j;

	for(i = 1; i < sp->filter_criteria_cnt; i++) {
		fc = all[i];
		for(j = i; j > 0 && all[j - 1].priority > fc.priority; j--)
			all[j] = all[j - 1];
		all[j] = fc;
	}
}

int profile_ifc_read(const xmlNode *n, ims_service_profile *sp)
{
	unsigned count = xml_count(n, "InitialFilterCriteria");
	int rc = 0;

	if(count == 0)
		return 0;
	sp->filter_criteria = shm_mallocxz(count * sizeof(*sp->filter_criteria));
	if(!sp->filter_criteria)
		return -ENOMEM;
	n = xml_child(n, "InitialFilterCriteria");
	for(; rc == 0 && n; n = xml_next(n))
		rc = read_filter(n, &sp->filter_criteria[sp->filter_criteria_cnt++]);
	if(rc == 0)
		sort_filters(sp);
	return rc;
}

static void free_filter(ims_filter_criteria *fc)
{
	if(fc->trigger_point)
		profile_trigger_free(fc->trigger_point);
	shm_text_free(&fc->application_server.server_name);
	shm_text_free(&fc->application_server.service_info);
	if(fc->profile_part_indicator)
		shm_free(fc->profile_part_indicator);
}

void profile_ifc_free(ims_service_profile *sp)
{
	int i;

	for(i = 0; i < sp->filter_criteria_cnt; i++)
		free_filter(&sp->filter_criteria[i]);
	if(sp->filter_criteria)
		shm_free(sp->filter_criteria);
}
