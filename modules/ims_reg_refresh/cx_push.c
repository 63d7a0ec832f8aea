/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how RTR and PPR read, and how they are answered. Never carries one out.
 */
#include "cx_push.h"

#include <dlfcn.h>
#include <string.h>

#include "../../core/dprint.h"
#include "../../core/sr_module.h"
#include "../cdp/api_process.h"
#include "../cdp/diameter_ims_code_app.h"
#include "../cdp/diameter_ims_code_avp.h"
#include "../cdp/diameter_ims_code_cmd.h"

#include "cx_avp.h"
#include "shadow.h"
#include "stats.h"

#define NO_STATE_MAINTAINED 1 /* RFC 6733 8.11 */
#define PERMANENT_FAILURES 5000

static struct cdp_binds cdp;
static cx_rtr_handler handle_rtr;
static cx_ppr_handler handle_ppr;

/* All AVPs of this code, appended to what is there. */
static void add_texts(AAA_AVP *first, unsigned code, unsigned vendor, str *ret,
		unsigned *ret_n)
{
	AAA_AVP *avp;

	for(avp = first; avp && *ret_n < CX_PUSH_MAX; avp = avp->next)
		if(avp->code == code && avp->vendorId == vendor && avp->data.len > 0)
			ret[(*ret_n)++] = avp->data;
}

static void add_associated(AAAMessage *msg, struct cx_rtr *rtr)
{
	str group = cx_avp_text(msg, AVP_IMS_Associated_Identities, CX_3GPP);
	AAA_AVP_LIST list;

	if(group.len == 0)
		return;
	list = cdp.AAAUngroupAVPS(group);
	/* its values are views into the message */
	add_texts(list.head, AVP_User_Name, 0, rtr->impis, &rtr->impis_n);
	cdp.AAAFreeAVPList(&list);
}

static uint32_t hear_rtr(AAAMessage *msg)
{
	str reason = cx_avp_text(msg, AVP_IMS_Deregistration_Reason, CX_3GPP);
	str code = cx_member_text(reason, AVP_IMS_Reason_Code, CX_3GPP);
	static struct cx_rtr rtr;

	rtr.impis_n = rtr.impus_n = 0;
	add_texts(msg->avpList.head, AVP_User_Name, 0, rtr.impis, &rtr.impis_n);
	add_associated(msg, &rtr);
	add_texts(msg->avpList.head, AVP_IMS_Public_Identity, CX_3GPP, rtr.impus,
			&rtr.impus_n);
	rtr.reason = code.len == 4 ? get_4bytes(code.s)
							   : CX_REASON_PERMANENT_TERMINATION;
	stats_count(STATS_RTR_RECEIVED);
	return handle_rtr(&rtr);
}

static uint32_t hear_ppr(AAAMessage *msg)
{
	str charging = cx_avp_text(msg, AVP_IMS_Charging_Information, CX_3GPP);
	struct cx_ppr ppr;

	memset(&ppr, 0, sizeof(ppr));
	ppr.impi = cx_avp_text(msg, AVP_User_Name, 0);
	ppr.user_data = cx_avp_text(msg, AVP_IMS_User_Data_Cx, CX_3GPP);
	ppr.has_charging = charging.len > 0;
	ppr.has_credentials =
			cx_avp_text(msg, AVP_IMS_SIP_Auth_Data_Item, CX_3GPP).len > 0;
	ppr.ecf1 = cx_member_text(
			charging, AVP_IMS_Primary_Event_Charging_Function_Name, CX_3GPP);
	ppr.ecf2 = cx_member_text(
			charging, AVP_IMS_Secondary_Event_Charging_Function_Name, CX_3GPP);
	ppr.ccf1 = cx_member_text(charging,
			AVP_IMS_Primary_Charging_Collection_Function_Name, CX_3GPP);
	ppr.ccf2 = cx_member_text(charging,
			AVP_IMS_Secondary_Charging_Collection_Function_Name, CX_3GPP);
	stats_count(STATS_PPR_RECEIVED);
	return handle_ppr(&ppr);
}

static str octets_of(uint32_t value, char *octets)
{
	str s = {octets, 4};

	set_4bytes(octets, value);
	return s;
}

static void add_result(struct cx_request *r, uint32_t code)
{
	char vendor[4], value[4];
	const struct cx_member members[] = {
			{AVP_Vendor_Id, octets_of(CX_3GPP, vendor)},
			{AVP_IMS_Experimental_Result_Code, octets_of(code, value)}};

	if(code < PERMANENT_FAILURES)
		cx_request_u32(r, AVP_Result_Code, 0, code);
	else
		cx_request_group(r, AVP_IMS_Experimental_Result, 0, members, 2);
}

static AAAMessage *answer(AAAMessage *request, uint32_t code)
{
	struct cx_request r = {cdp.AAACreateResponse(request), false};
	char vendor[4], app[4];
	const struct cx_member members[] = {
			{AVP_Vendor_Id, octets_of(CX_3GPP, vendor)},
			{AVP_Auth_Application_Id, octets_of(IMS_Cx, app)}};

	r.failed = r.msg == NULL;
	cx_request_group(&r, AVP_Vendor_Specific_Application_Id, 0, members, 2);
	cx_request_u32(&r, AVP_Auth_Session_State, 0, NO_STATE_MAINTAINED);
	add_result(&r, code);
	if(r.failed)
		LM_ERR("no memory for an answer to the HSS\n");
	if(r.failed && r.msg)
		cdp.AAAFreeMessage(&r.msg);
	return r.msg;
}

static void unlink_handler(handler_list *list, handler *h)
{
	if(h->prev)
		h->prev->next = h->next;
	else
		list->head = h->next;
	if(h->next)
		h->next->prev = h->prev;
	else
		list->tail = h->prev;
}

/* It answers RTRs with IMPUs that it knows, and removes emergency contacts. It
 * comes to the list after the fork, so it is looked for at the first request;
 * ours stands before it. Its node is not freed: another process may be at it. */
static void take_stock_out(void)
{
	struct sr_module *stock = find_module_by_name("ims_registrar_scscf");
	struct sr_module *module = find_module_by_name("cdp");
	AAARequestHandler_f *of_stock;
	handler_list **list;
	gen_lock_t **lock;
	handler *h;

	list = module ? dlsym(module->handle, "handlers") : NULL;
	lock = module ? dlsym(module->handle, "handlers_lock") : NULL;
	of_stock = stock ? dlsym(stock->handle, "callback_cdp_request") : NULL;
	if(!of_stock || !list || !lock)
		return;
	lock_get(*lock);
	for(h = (*list)->head; h; h = h->next)
		if(h->type == REQUEST_HANDLER && h->handler.requestHandler == of_stock)
			unlink_handler(*list, h);
	lock_release(*lock);
}

static AAAMessage *on_request(AAAMessage *msg, void *param)
{
	static bool alone;

	if(msg->applicationId != IMS_Cx || shadow_is_on())
		return NULL;
	if(!alone)
		take_stock_out();
	alone = true;
	switch(msg->commandCode) {
		case IMS_RTR:
			return answer(msg, hear_rtr(msg));
		case IMS_PPR:
			return answer(msg, hear_ppr(msg));
		default:
			return NULL;
	}
}

int cx_push_bind(cx_rtr_handler on_rtr, cx_ppr_handler on_ppr)
{
	handle_rtr = on_rtr;
	handle_ppr = on_ppr;
	if(cx_avp_bind(&cdp) < 0)
		return -1;
	return cdp.AAAAddRequestHandler(on_request, NULL) == 1 ? 0 : -1;
}
