/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * User-Authorization, Location-Info and Server-Assignment as an HSS decides
 * them (TS 29.228 6.1.1.1, 6.1.4.1, 6.1.2.1). Multimedia-Auth: decide_mar.c.
 */
#include "decide.h"

#include <stdio.h>
#include <string.h>

#include "profile.h"

static void refuse(struct cx_answer *a, uint32_t code)
{
	a->result = code;
	a->experimental = true;
}


uint32_t cx_identities_check(const struct hss_store *store,
		const struct cx_request *req, struct hss_sub **sub)
{
	struct hss_sub *found;
	unsigned int i;

	found = req->impi[0] != '\0' ? store_impi_find(store, req->impi)
								 : store_impu_find(store, req->impu[0]);
	if(found == NULL)
		return CX_USER_UNKNOWN;
	for(i = 0; i < req->impu_n; i++) {
		if(store_impu_find(store, req->impu[i]) == NULL)
			return CX_USER_UNKNOWN;
		if(!sub_impu_has(found, req->impu[i]))
			return CX_IDENTITIES_DONT_MATCH;
	}
	*sub = found;
	return 0;
}


static void uar_decide(
		struct hss_sub *sub, const struct cx_request *req, struct cx_answer *a)
{
	if(req->authorization == CX_AUTHORIZE_DE_REGISTRATION) {
		if(sub->server == NULL) {
			refuse(a, CX_IDENTITY_NOT_REGISTERED);
			return;
		}
		a->server = sub->server;
		return;
	}
	if(req->authorization == CX_AUTHORIZE_CAPABILITIES) {
		a->capabilities = true;
		return;
	}
	a->experimental = true;
	a->server = sub->server;
	a->capabilities = sub->server == NULL;
	a->result = sub->server != NULL ? CX_SUBSEQUENT_REGISTRATION
									: CX_FIRST_REGISTRATION;
}


static void lir_decide(struct hss_sub *sub, struct cx_answer *a)
{
	a->impi = NULL;
	if(sub->reg != HSS_REG_NONE && sub->server != NULL) {
		a->server = sub->server;
		return;
	}
	if(!sub->unregistered) {
		refuse(a, CX_IDENTITY_NOT_REGISTERED);
		return;
	}
	a->experimental = true;
	a->result = CX_UNREGISTERED_SERVICE;
	a->server = sub->server;
	a->capabilities = sub->server == NULL;
}


/** Whether another S-CSCF than the asking one serves the user. */
static bool server_is_other(
		const struct hss_sub *sub, const struct cx_request *req)
{
	return sub->server != NULL && strcmp(sub->server, req->server) != 0;
}


static void sar_profile_give(const struct hss_sub *sub,
		const struct cx_request *req, struct cx_answer *a)
{
	a->ccf = sub->ccf;
	a->ecf = sub->ecf;
	if(req->uda == 0)
		a->user_data = profile_make(sub, sub->impi, 0);
}


static void sar_register(struct hss_sub *sub, const struct cx_request *req,
		const struct hss_policy *policy, struct cx_answer *a)
{
	enum hss_reg to = req->type == CX_UNREGISTERED_USER ? HSS_REG_UNREGISTERED
														: HSS_REG_REGISTERED;

	if(policy->strict_server && sub->reg == HSS_REG_REGISTERED
			&& server_is_other(sub, req)) {
		refuse(a, CX_IDENTITY_ALREADY_REGISTERED);
		return;
	}
	sub_server_set(sub, req->server, req->host);
	sub->reg = to;
	sub->auth_pending = false;
	sar_profile_give(sub, req, a);
}


/** NO_ASSIGNMENT: the profile, for the assigned S-CSCF only. */
static void sar_fetch(
		struct hss_sub *sub, const struct cx_request *req, struct cx_answer *a)
{
	if(sub->server == NULL || server_is_other(sub, req)) {
		a->result = CX_UNABLE_TO_COMPLY;
		return;
	}
	sar_profile_give(sub, req, a);
}


/** AUTHENTICATION_FAILURE and _TIMEOUT: a registration stays as it is. */
static void sar_auth_failed(struct hss_sub *sub)
{
	sub->auth_pending = false;
	if(sub->reg == HSS_REG_NONE)
		sub_server_set(sub, NULL, NULL);
}


static void sar_decide(struct hss_sub *sub, const struct cx_request *req,
		const struct hss_policy *policy, struct cx_answer *a)
{
	switch(req->type) {
		case CX_NO_ASSIGNMENT:
			sar_fetch(sub, req, a);
			break;
		case CX_REGISTRATION:
		case CX_RE_REGISTRATION:
		case CX_UNREGISTERED_USER:
			sar_register(sub, req, policy, a);
			break;
		case CX_TIMEOUT_DEREGISTRATION_STORE_SERVER_NAME:
		case CX_USER_DEREGISTRATION_STORE_SERVER_NAME:
			sub->reg = HSS_REG_UNREGISTERED;
			sub_server_set(sub, req->server, req->host);
			break;
		case CX_AUTHENTICATION_FAILURE:
		case CX_AUTHENTICATION_TIMEOUT:
			sar_auth_failed(sub);
			break;
		case CX_TIMEOUT_DEREGISTRATION:
		case CX_USER_DEREGISTRATION:
		case CX_ADMINISTRATIVE_DEREGISTRATION:
		case CX_DEREGISTRATION_TOO_MUCH_DATA:
			sub_registration_clear(sub);
			break;
		default:
			a->result = CX_UNABLE_TO_COMPLY;
	}
}


/** @return name of the first AVP that must be there and is not, or NULL */
static const char *request_missing(const struct cx_request *req)
{
	bool sar = req->cmd == CX_SAR, mar = req->cmd == CX_MAR;

	if(req->impu_n == 0 && (req->impi[0] == '\0' || !sar))
		return "Public-Identity";
	if(req->impi[0] == '\0' && (mar || req->cmd == CX_UAR))
		return "User-Name";
	if(req->server[0] == '\0' && (sar || mar))
		return "Server-Name";
	if(sar && req->type < 0)
		return "Server-Assignment-Type";
	if(sar && req->uda < 0)
		return "User-Data-Already-Available";
	if(mar && req->items < 0)
		return "SIP-Number-Auth-Items";
	if(mar && !req->has_item)
		return "SIP-Auth-Data-Item";
	return NULL;
}


static void sub_decide(struct hss_sub *sub, const struct hss_policy *policy,
		const struct cx_request *req, struct cx_answer *a)
{
	a->impi = sub->impi;
	switch(req->cmd) {
		case CX_UAR:
			uar_decide(sub, req, a);
			break;
		case CX_LIR:
			lir_decide(sub, a);
			break;
		case CX_MAR:
			cx_mar_decide(sub, req, a);
			break;
		case CX_SAR:
			sar_decide(sub, req, policy, a);
			snprintf(
					a->note, sizeof(a->note), " data=%d", a->user_data != NULL);
			break;
		default:
			a->result = CX_UNABLE_TO_COMPLY;
	}
}


void cx_decide(struct hss_store *store, const struct hss_policy *policy,
		const struct cx_request *req, struct cx_answer *a)
{
	struct hss_sub *sub = NULL;
	uint32_t code;

	memset(a, 0, sizeof(*a));
	a->result = CX_SUCCESS;
	a->impi = req->impi[0] != '\0' ? req->impi : NULL;
	a->missing = request_missing(req);
	if(a->missing != NULL) {
		a->result = CX_MISSING_AVP;
		snprintf(a->note, sizeof(a->note), " missing=%s", a->missing);
		return;
	}
	code = cx_identities_check(store, req, &sub);
	if(code != 0) {
		refuse(a, code);
		return;
	}
	sub_decide(sub, policy, req, a);
}
