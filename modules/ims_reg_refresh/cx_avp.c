/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how AVPs are put together and taken apart. Never knows what they mean.
 */
#include "cx_avp.h"

#include <string.h>

#include "../../core/dprint.h"
#include "../cdp/diameter_ims_code_app.h"
#include "../cdp/diameter_ims_code_avp.h"

#define NO_STATE_MAINTAINED 1 /* RFC 6733 8.11 */

static struct cdp_binds cdp;

int cx_avp_bind(struct cdp_binds *ret)
{
	if(load_cdp_api(&cdp) < 0) {
		LM_ERR("module cdp must be loaded before this one\n");
		return -1;
	}
	*ret = cdp;
	return 0;
}

static AAA_AVP *avp_new(unsigned code, unsigned vendor, str value)
{
	AAA_AVPFlag flags = AAA_AVP_FLAG_MANDATORY;

	if(vendor)
		flags |= AAA_AVP_FLAG_VENDOR_SPECIFIC;
	return cdp.AAACreateAVP(
			code, flags, vendor, value.s, value.len, AVP_DUPLICATE_DATA);
}

static void add(struct cx_request *r, AAA_AVP *avp)
{
	if(!r->failed && avp
			&& cdp.AAAAddAVPToMessage(r->msg, avp, r->msg->avpList.tail)
					   == AAA_ERR_SUCCESS)
		return;
	r->failed = true;
	if(avp)
		cdp.AAAFreeAVP(&avp);
}

void cx_request_text(
		struct cx_request *r, unsigned code, unsigned vendor, str value)
{
	add(r, r->failed ? NULL : avp_new(code, vendor, value));
}

static str octets_of(uint32_t value, char *octets)
{
	str s = {octets, 4};

	set_4bytes(octets, value);
	return s;
}

void cx_request_u32(
		struct cx_request *r, unsigned code, unsigned vendor, uint32_t value)
{
	char octets[4];

	cx_request_text(r, code, vendor, octets_of(value, octets));
}

void cx_request_group(struct cx_request *r, unsigned code, unsigned vendor,
		const struct cx_member *members, unsigned members_n)
{
	AAA_AVP_LIST list = {NULL, NULL};
	AAA_AVP *avp;
	str octets;
	unsigned i;

	for(i = 0; i < members_n; i++) {
		if(members[i].value.len == 0)
			continue;
		avp = avp_new(members[i].code, vendor, members[i].value);
		if(!avp)
			r->failed = true;
		else
			cdp.AAAAddAVPToList(&list, avp);
	}
	octets = cdp.AAAGroupAVPS(list);
	cdp.AAAFreeAVPList(&list);
	cx_request_text(r, code, vendor, octets);
	if(octets.s)
		shm_free(octets.s);
}

static void add_application(struct cx_request *r)
{
	char vendor[4], app[4];
	const struct cx_member members[] = {
			{AVP_Vendor_Id, octets_of(CX_3GPP, vendor)},
			{AVP_Auth_Application_Id, octets_of(IMS_Cx, app)}};

	cx_request_group(r, AVP_Vendor_Specific_Application_Id, 0, members, 2);
}

void cx_request_init(
		struct cx_request *r, unsigned command, str realm, str impi, str impu)
{
	AAASession *session = cdp.AAACreateSession(NULL);

	r->msg = session ? cdp.AAACreateRequest(
					 IMS_Cx, command, Flag_Proxyable, session)
					 : NULL;
	r->failed = r->msg == NULL;
	if(session)
		cdp.AAADropSession(session);
	cx_request_text(r, AVP_Destination_Realm, 0, realm);
	add_application(r);
	cx_request_u32(r, AVP_Auth_Session_State, 0, NO_STATE_MAINTAINED);
	cx_request_text(r, AVP_IMS_Public_Identity, CX_3GPP, impu);
	cx_request_text(r, AVP_User_Name, 0, impi);
}

str cx_avp_text(AAAMessage *msg, unsigned code, unsigned vendor)
{
	AAA_AVP *avp = cdp.AAAFindMatchingAVP(msg, NULL, code, vendor, 0);
	str none = {NULL, 0};

	return avp && avp->data.len > 0 ? avp->data : none;
}

bool cx_avp_u32(AAAMessage *msg, unsigned code, unsigned vendor, uint32_t *ret)
{
	str value = cx_avp_text(msg, code, vendor);

	if(value.len != 4)
		return false;
	*ret = get_4bytes(value.s);
	return true;
}

str cx_member_text(str group, unsigned code, unsigned vendor)
{
	AAA_AVP_LIST list;
	AAA_AVP *avp;
	str value = {NULL, 0};

	if(group.len == 0)
		return value;
	list = cdp.AAAUngroupAVPS(group);
	avp = cdp.AAAFindMatchingAVPList(list, NULL, code, vendor, 0);
	if(avp && avp->data.len > 0)
		value = avp->data; /* a view into group, which outlives the list */
	cdp.AAAFreeAVPList(&list);
	return value;
}

str cx_avp_nth(AAAMessage *msg, unsigned code, unsigned vendor, unsigned i)
{
	AAA_AVP *avp = cdp.AAAFindMatchingAVP(msg, NULL, code, vendor, 0);
	str none = {NULL, 0};

	for(; avp && i > 0; i--)
		avp = avp->next
					  ? cdp.AAAFindMatchingAVP(msg, avp->next, code, vendor, 0)
					  : NULL;
	return avp && avp->data.len > 0 ? avp->data : none;
}
