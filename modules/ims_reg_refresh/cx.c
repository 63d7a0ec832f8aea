/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows what is asked of the HSS and how its answers read. Never decides what
 * follows, never sends from within an answer.
 */
#include "cx.h"

#include <errno.h>
#include <string.h>

#include "../../core/dprint.h"
#include "../cdp/diameter_ims_code_avp.h"
#include "../cdp/diameter_ims_code_cmd.h"

#include "config.h"
#include "core/digest.h"
#include "cx_auth.h"
#include "cx_avp.h"
#include "stats.h"
#include "stats_latency.h"

static struct cdp_binds cdp;
static cx_handler handle_maa, handle_saa;

int cx_bind(cx_handler on_maa, cx_handler on_saa)
{
	handle_maa = on_maa;
	handle_saa = on_saa;
	return cx_avp_bind(&cdp);
}

static void read_result(AAAMessage *ans, struct cx_answer *a)
{
	str experimental = cx_avp_text(ans, AVP_IMS_Experimental_Result, 0);
	str code =
			cx_member_text(experimental, AVP_IMS_Experimental_Result_Code, 0);

	if(code.len == 4)
		a->code = get_4bytes(code.s);
	else
		cx_avp_u32(ans, AVP_Result_Code, 0, &a->code);
	a->hss = reg_hss_class(a->code, code.len == 4);
}

static void read_user(AAAMessage *ans, struct cx_answer *a)
{
	str charging = cx_avp_text(ans, AVP_IMS_Charging_Information, CX_3GPP);

	a->user_data = cx_avp_text(ans, AVP_IMS_User_Data_Cx, CX_3GPP);
	a->ecf1 = cx_member_text(
			charging, AVP_IMS_Primary_Event_Charging_Function_Name, CX_3GPP);
	a->ecf2 = cx_member_text(
			charging, AVP_IMS_Secondary_Event_Charging_Function_Name, CX_3GPP);
	a->ccf1 = cx_member_text(charging,
			AVP_IMS_Primary_Charging_Collection_Function_Name, CX_3GPP);
	a->ccf2 = cx_member_text(charging,
			AVP_IMS_Secondary_Charging_Collection_Function_Name, CX_3GPP);
}

static void on_answer(cx_handler handle,
		void (*read)(AAAMessage *, struct cx_answer *), int is_timeout,
		void *param, AAAMessage *ans, long elapsed_ms)
{
	struct cx_answer a;

	memset(&a, 0, sizeof(a));
	a.elapsed_ms = elapsed_ms;
	a.hss = REG_HSS_SILENT;
	if(!is_timeout && ans) {
		read_result(ans, &a);
		if(a.hss == REG_HSS_YES)
			read(ans, &a);
	}
	if(is_timeout) /* cdp's time is no age then */
		LM_WARN("HSS: no answer in time\n");
	else if(a.hss != REG_HSS_YES)
		LM_WARN("HSS: %s, result %u, after %ld ms\n", reg_hss_name(a.hss),
				a.code, elapsed_ms);
	handle((uint32_t)(uintptr_t)param, &a);
	digest_wipe(&a.auth, sizeof(a.auth));
	if(ans)
		cdp.AAAFreeMessage(&ans);
}

/* cdp took the time; of a time-out it is none. */
static void take_time(enum stats_round round, bool answered, long ms)
{
	stats_latency_add(round, answered ? ms : REG_LATENCY_NEVER);
}

static void on_saa(int is_timeout, void *param, AAAMessage *ans, long ms)
{
	take_time(STATS_ROUND_SAR, !is_timeout && ans, ms);
	on_answer(handle_saa, read_user, is_timeout, param, ans, ms);
}

static void read_auth(AAAMessage *ans, struct cx_answer *a)
{
	cx_auth_read(ans, &a->auth);
}

static void on_maa(int is_timeout, void *param, AAAMessage *ans, long ms)
{
	take_time(STATS_ROUND_MAR, !is_timeout && ans, ms);
	on_answer(handle_maa, read_auth, is_timeout, param, ans, ms);
}

static int send_request(
		struct cx_request *r, AAATransactionCallback_f *cb, uint32_t id)
{
	void *param = (void *)(uintptr_t)id;
	int sent;

	if(r->failed) {
		LM_ERR("no memory for a request to the HSS\n");
		if(r->msg)
			cdp.AAAFreeMessage(&r->msg);
		return -ENOMEM;
	}
	if(config.forced_peer.len > 0)
		sent = cdp.AAASendMessageToPeer(r->msg, &config.forced_peer, cb, param);
	else
		sent = cdp.AAASendMessage(r->msg, cb, param);
	return sent ? 0 : -EHOSTUNREACH;
}

int cx_sar(uint32_t id, str impu, str impi, enum reg_sar type, bool has_profile)
{
	struct cx_request r;
	int rc;

	cx_request_init(&r, IMS_SAR, config.dest_realm, impi, impu);
	cx_request_text(&r, AVP_IMS_Server_Name, CX_3GPP, config.scscf_name);
	cx_request_u32(&r, AVP_IMS_Server_Assignment_Type, CX_3GPP, type);
	cx_request_u32(
			&r, AVP_IMS_User_Data_Already_Available, CX_3GPP, has_profile);
	rc = send_request(&r, on_saa, id);
	stats_count(rc == 0 ? STATS_SAR_SENT : STATS_SAR_FAILED);
	return rc;
}

int cx_mar(uint32_t id, str impu, str impi, str scheme, str resync)
{
	const struct cx_member item[] = {
			{AVP_IMS_SIP_Authentication_Scheme, scheme},
			{AVP_IMS_SIP_Authorization, resync}};
	struct cx_request r;
	int rc;

	cx_request_init(&r, IMS_MAR, config.dest_realm, impi, impu);
	cx_request_u32(&r, AVP_IMS_SIP_Number_Auth_Items, CX_3GPP,
			(uint32_t)config.auth_vectors);
	cx_request_group(&r, AVP_IMS_SIP_Auth_Data_Item, CX_3GPP, item, 2);
	cx_request_text(&r, AVP_IMS_Server_Name, CX_3GPP, config.scscf_name);
	rc = send_request(&r, on_maa, id);
	stats_count(rc == 0 ? STATS_MAR_SENT : STATS_MAR_FAILED);
	return rc;
}
