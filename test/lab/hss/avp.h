/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The AVPs and commands of Cx in freeDiameter's dictionary, and how one is
 * put into a message.
 * It never reads a request: see message.h.
 */
#ifndef HSS_AVP_H
#define HSS_AVP_H

#include <freeDiameter/extension.h>

#include "cx.h"

/** AVPs that the HSS reads or writes (TS 29.229 6.3, RFC 6733, RFC 4740). */
enum cx_avp
{
	AVP_USER_NAME,
	AVP_DIGEST_REALM,
	AVP_DIGEST_QOP,
	AVP_DIGEST_ALGORITHM,
	AVP_DIGEST_HA1,
	AVP_AUTH_APPLICATION_ID,
	AVP_VENDOR_SPECIFIC_APPLICATION_ID,
	AVP_ORIGIN_HOST,
	AVP_VENDOR_ID,
	AVP_RESULT_CODE,
	AVP_AUTH_SESSION_STATE,
	AVP_ERROR_MESSAGE,
	AVP_DESTINATION_REALM,
	AVP_DESTINATION_HOST,
	AVP_EXPERIMENTAL_RESULT,
	AVP_EXPERIMENTAL_RESULT_CODE,
	AVP_VISITED_NETWORK_IDENTIFIER,
	AVP_PUBLIC_IDENTITY,
	AVP_SERVER_NAME,
	AVP_SERVER_CAPABILITIES,
	AVP_MANDATORY_CAPABILITY,
	AVP_OPTIONAL_CAPABILITY,
	AVP_USER_DATA,
	AVP_SIP_NUMBER_AUTH_ITEMS,
	AVP_SIP_AUTHENTICATION_SCHEME,
	AVP_SIP_AUTHENTICATE,
	AVP_SIP_AUTHORIZATION,
	AVP_SIP_AUTHENTICATION_CONTEXT,
	AVP_SIP_AUTH_DATA_ITEM,
	AVP_SIP_ITEM_NUMBER,
	AVP_SERVER_ASSIGNMENT_TYPE,
	AVP_DEREGISTRATION_REASON,
	AVP_REASON_CODE,
	AVP_REASON_INFO,
	AVP_CHARGING_INFORMATION,
	AVP_PRIMARY_EVENT_CHARGING,
	AVP_SECONDARY_EVENT_CHARGING,
	AVP_PRIMARY_CHARGING_COLLECTION,
	AVP_SECONDARY_CHARGING_COLLECTION,
	AVP_USER_AUTHORIZATION_TYPE,
	AVP_USER_DATA_ALREADY_AVAILABLE,
	AVP_CONFIDENTIALITY_KEY,
	AVP_INTEGRITY_KEY,
	AVP_USER_DATA_REQUEST_TYPE,
	AVP_SUPPORTED_FEATURES,
	AVP_FEATURE_LIST_ID,
	AVP_FEATURE_LIST,
	AVP_SUPPORTED_APPLICATIONS,
	AVP_ASSOCIATED_IDENTITIES,
	AVP_ORIGINATING_REQUEST,
	AVP_WILDCARDED_PUBLIC_IDENTITY,
	AVP_SIP_DIGEST_AUTHENTICATE,
	AVP_UAR_FLAGS,
	AVP_LOOSE_ROUTE_INDICATION,
	AVP_SCSCF_RESTORATION_INFO,
	AVP_PATH,
	AVP_CONTACT,
	AVP_SUBSCRIPTION_INFO,
	AVP_CALL_ID_SIP_HEADER,
	AVP_FROM_SIP_HEADER,
	AVP_TO_SIP_HEADER,
	AVP_RECORD_ROUTE,
	AVP_ASSOCIATED_REGISTERED_GROUPS,
	AVP_MULTIPLE_REGISTRATION_INDICATION,
	AVP_RESTORATION_INFO,
	AVP_SESSION_PRIORITY,
	AVP_IDENTITY_WITH_EMERGENCY_REGISTRATION,
	AVP_LIA_FLAGS,
	AVP_ETSI_SIP_AUTHORIZATION,
	CX_AVP_N
};

/**
 * Finds or defines application, commands and AVPs, and advertises Cx with
 * vendor 3GPP. Idempotent beside other dictionary extensions.
 * @return 0, an errno of freeDiameter
 */
int avp_dictionary_init(void);

struct dict_object *avp_model(enum cx_avp avp);

/** @return the request command's model */
struct dict_object *avp_cmd_model(enum cx_cmd cmd);

struct dict_object *avp_application(void);

/** Which AVP of the table it is, CX_AVP_N if none. */
enum cx_avp avp_identify(const struct avp_hdr *hdr);

/* Putting an AVP last into a message or group: 0, an errno of freeDiameter. */
int avp_u32_put(msg_or_avp *to, enum cx_avp avp, uint32_t value);
int avp_octets_put(
		msg_or_avp *to, enum cx_avp avp, const void *octets, size_t len);

/** @param text  NULL: nothing is put */
int avp_text_put(msg_or_avp *to, enum cx_avp avp, const char *text);

/** An empty group. @param group  written on success only */
int avp_group_put(msg_or_avp *to, enum cx_avp avp, struct avp **group);

#endif
