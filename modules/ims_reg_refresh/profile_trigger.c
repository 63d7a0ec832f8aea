/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows trigger points and their conditions. Never evaluates one: that is
 * ims_isc's.
 */
#include "profile_trigger.h"

#include <errno.h>
#include <limits.h>

#include "../../core/mem/shm_mem.h"

#include "profile_xml.h"
#include "sip_header.h"

/* SessionCase is 0 to 4 today (Release 18); a later one matches nothing. */
#define SESSION_CASE_MAX SCHAR_MAX

unsigned profile_trigger_count(const xmlNode *trigger)
{
	const xmlNode *n;
	unsigned groups, count = 0;

	for(n = xml_child(trigger, "SPT"); n; n = xml_next(n)) {
		groups = xml_count(n, "Group");
		count += groups ? groups : 1;
	}
	return count;
}

static int read_request_uri(const xmlNode *n, ims_spt *spt)
{
	return xml_need(n, "RequestURI", PROFILE_REGEX_MAX, &spt->request_uri);
}

static int read_method(const xmlNode *n, ims_spt *spt)
{
	return xml_need(n, "Method", PROFILE_NAME_MAX, &spt->method);
}

/* HSSs put the regex into quotes, which are no part of it. */
static int copy_content(const xmlNode *parent, str *ret)
{
	struct reg_text t;
	int rc;

	rc = xml_text(xml_child(parent, "Content"), PROFILE_REGEX_MAX, &t);
	if(rc < 0)
		return rc;
	if(t.n >= 2 && t.s[0] == '"' && t.s[t.n - 1] == '"') {
		t.s++;
		t.n -= 2;
	}
	return shm_text(t, ret);
}

static int read_header(const xmlNode *n, ims_spt *spt)
{
	ims_sip_header *h = &spt->sip_header;
	int rc;

	n = xml_child(n, "SIPHeader");
	rc = xml_need(n, "Header", PROFILE_NAME_MAX, &h->header);
	if(rc < 0)
		return rc;
	h->type = sip_header_type(h->header);
	return copy_content(n, &h->content);
}

static int read_session_case(const xmlNode *n, ims_spt *spt)
{
	int v = -1, rc;

	rc = xml_number(n, "SessionCase", SESSION_CASE_MAX, &v);
	if(rc < 0)
		return rc;
	if(v < 0)
		return xml_refuse(n, "has no SessionCase");
	spt->session_case = (char)v;
	return 0;
}

static int read_session_desc(const xmlNode *n, ims_spt *spt)
{
	int rc;

	n = xml_child(n, "SessionDescription");
	rc = xml_need(n, "Line", PROFILE_NAME_MAX, &spt->session_desc.line);
	if(rc < 0)
		return rc;
	return copy_content(n, &spt->session_desc.content);
}

struct kind
{
	const char *name;
	char type;
	int (*read)(const xmlNode *n, ims_spt *spt);
};

/* clang-format off */
static const struct kind kinds[] = {
	{"RequestURI",         IFC_REQUEST_URI,  read_request_uri},
	{"Method",             IFC_METHOD,       read_method},
	{"SIPHeader",          IFC_SIP_HEADER,   read_header},
	{"SessionCase",        IFC_SESSION_CASE, read_session_case},
	{"SessionDescription", IFC_SESSION_DESC, read_session_desc},
};
/* clang-format on */

static int read_kind(const xmlNode *n, ims_spt *spt)
{
	const struct kind *k;

	for(k = kinds; k < kinds + sizeof(kinds) / sizeof(kinds[0]); k++) {
		if(!xml_child(n, k->name))
			continue;
		spt->type = k->type;
		return k->read(n, spt);
	}
	return xml_refuse(n, "has no condition");
}

/* 0 initial, 1 re-, 2 de-registration: IFC_INITIAL_REGISTRATION and so on. */
static int read_registration_types(const xmlNode *n, ims_spt *spt)
{
	int v, rc;

	n = xml_child(xml_child(n, "Extension"), "RegistrationType");
	for(; n; n = xml_next(n)) {
		v = -1;
		rc = xml_value(n, 2, &v);
		if(rc < 0)
			return rc;
		if(v >= 0)
			spt->registration_type |= (char)(1 << v);
	}
	return 0;
}

/* An SPT is in several groups: usrloc has a whole one for each. */
static int add_spt(
		const xmlNode *n, const xmlNode *group, ims_trigger_point *tp)
{
	ims_spt *spt = &tp->spt[tp->spt_cnt++];
	int rc;

	rc = xml_value(group, INT_MAX, &spt->group);
	if(rc < 0)
		return rc;
	rc = xml_flag(n, "ConditionNegated", &spt->condition_negated);
	if(rc < 0)
		return rc;
	rc = read_registration_types(n, spt);
	if(rc < 0)
		return rc;
	return read_kind(n, spt);
}

static int add_spts(const xmlNode *n, ims_trigger_point *tp)
{
	const xmlNode *group = xml_child(n, "Group");
	int rc;

	do {
		rc = add_spt(n, group, tp);
		group = group ? xml_next(group) : NULL;
	} while(rc == 0 && group);
	return rc;
}

/* ims_isc walks one group after the other. */
static void sort_spts(ims_trigger_point *tp)
{
	ims_spt spt;
	int i, j;

	for(i = 1; i < tp->spt_cnt; i++) {
		spt = tp->spt[i];
		for(j = i; j > 0 && tp->spt[j - 1].group > spt.group; j--)
			tp->spt[j] = tp->spt[j - 1];
		tp->spt[j] = spt;
	}
}

int profile_trigger_read(const xmlNode *n, ims_trigger_point *tp)
{
	unsigned count = profile_trigger_count(n);
	const xmlNode *spt;
	int rc;

	if(count == 0) /* ims_isc reads the first without looking */
		return xml_refuse(n, "has no SPT");
	tp->spt = shm_mallocxz(count * sizeof(*tp->spt));
	if(!tp->spt)
		return -ENOMEM;
	rc = xml_flag(n, "ConditionTypeCNF", &tp->condition_type_cnf);
	for(spt = xml_child(n, "SPT"); rc == 0 && spt; spt = xml_next(spt))
		rc = add_spts(spt, tp);
	if(rc == 0)
		sort_spts(tp);
	return rc;
}

static void free_spt(ims_spt *spt)
{
	switch(spt->type) {
		case IFC_REQUEST_URI:
			shm_text_free(&spt->request_uri);
			break;
		case IFC_METHOD:
			shm_text_free(&spt->method);
			break;
		case IFC_SIP_HEADER:
			shm_text_free(&spt->sip_header.header);
			shm_text_free(&spt->sip_header.content);
			break;
		case IFC_SESSION_DESC:
			shm_text_free(&spt->session_desc.line);
			shm_text_free(&spt->session_desc.content);
			break;
	}
}

void profile_trigger_free(ims_trigger_point *tp)
{
	int i;

	for(i = 0; i < tp->spt_cnt; i++)
		free_spt(&tp->spt[i]);
	if(tp->spt)
		shm_free(tp->spt);
	shm_free(tp);
}
