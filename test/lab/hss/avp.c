/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Cx in freeDiameter's dictionary. What another extension has defined is
 * used as it stands, what lacks is defined here.
 */
#include "avp.h"

#include <errno.h>
#include <string.h>

#define OCTETS AVP_TYPE_OCTETSTRING
#define UINT AVP_TYPE_UNSIGNED32
#define ENUM AVP_TYPE_INTEGER32
#define GROUP AVP_TYPE_GROUPED
#define TGPP CX_VENDOR_3GPP
#define ETSI 13019u

struct avp_def
{
	uint32_t code;
	uint32_t vendor;
	char *name;
	enum dict_avp_basetype type;
};

static const struct avp_def defs[CX_AVP_N] = {
		[AVP_USER_NAME] = {1, 0, "User-Name", OCTETS},
		[AVP_DIGEST_REALM] = {104, 0, "Digest-Realm", OCTETS},
		[AVP_DIGEST_QOP] = {110, 0, "Digest-QoP", OCTETS},
		[AVP_DIGEST_ALGORITHM] = {111, 0, "Digest-Algorithm", OCTETS},
		[AVP_DIGEST_HA1] = {121, 0, "Digest-HA1", OCTETS},
		[AVP_AUTH_APPLICATION_ID] = {258, 0, "Auth-Application-Id", UINT},
		[AVP_VENDOR_SPECIFIC_APPLICATION_ID] = {260, 0,
				"Vendor-Specific-Application-Id", GROUP},
		[AVP_ORIGIN_HOST] = {264, 0, "Origin-Host", OCTETS},
		[AVP_VENDOR_ID] = {266, 0, "Vendor-Id", UINT},
		[AVP_RESULT_CODE] = {268, 0, "Result-Code", UINT},
		[AVP_AUTH_SESSION_STATE] = {277, 0, "Auth-Session-State", ENUM},
		[AVP_ERROR_MESSAGE] = {281, 0, "Error-Message", OCTETS},
		[AVP_DESTINATION_REALM] = {283, 0, "Destination-Realm", OCTETS},
		[AVP_DESTINATION_HOST] = {293, 0, "Destination-Host", OCTETS},
		[AVP_EXPERIMENTAL_RESULT] = {297, 0, "Experimental-Result", GROUP},
		[AVP_EXPERIMENTAL_RESULT_CODE] = {298, 0, "Experimental-Result-Code",
				UINT},
		[AVP_VISITED_NETWORK_IDENTIFIER] = {600, TGPP,
				"Visited-Network-Identifier", OCTETS},
		[AVP_PUBLIC_IDENTITY] = {601, TGPP, "Public-Identity", OCTETS},
		[AVP_SERVER_NAME] = {602, TGPP, "Server-Name", OCTETS},
		[AVP_SERVER_CAPABILITIES] = {603, TGPP, "Server-Capabilities", GROUP},
		[AVP_MANDATORY_CAPABILITY] = {604, TGPP, "Mandatory-Capability", UINT},
		[AVP_OPTIONAL_CAPABILITY] = {605, TGPP, "Optional-Capability", UINT},
		[AVP_USER_DATA] = {606, TGPP, "User-Data", OCTETS},
		[AVP_SIP_NUMBER_AUTH_ITEMS] = {607, TGPP, "SIP-Number-Auth-Items",
				UINT},
		[AVP_SIP_AUTHENTICATION_SCHEME] = {608, TGPP,
				"SIP-Authentication-Scheme", OCTETS},
		[AVP_SIP_AUTHENTICATE] = {609, TGPP, "SIP-Authenticate", OCTETS},
		[AVP_SIP_AUTHORIZATION] = {610, TGPP, "SIP-Authorization", OCTETS},
		[AVP_SIP_AUTHENTICATION_CONTEXT] = {611, TGPP,
				"SIP-Authentication-Context", OCTETS},
		[AVP_SIP_AUTH_DATA_ITEM] = {612, TGPP, "SIP-Auth-Data-Item", GROUP},
		[AVP_SIP_ITEM_NUMBER] = {613, TGPP, "SIP-Item-Number", UINT},
		[AVP_SERVER_ASSIGNMENT_TYPE] = {614, TGPP, "Server-Assignment-Type",
				ENUM},
		[AVP_DEREGISTRATION_REASON] = {615, TGPP, "Deregistration-Reason",
				GROUP},
		[AVP_REASON_CODE] = {616, TGPP, "Reason-Code", ENUM},
		[AVP_REASON_INFO] = {617, TGPP, "Reason-Info", OCTETS},
		[AVP_CHARGING_INFORMATION] = {618, TGPP, "Charging-Information", GROUP},
		[AVP_PRIMARY_EVENT_CHARGING] = {619, TGPP,
				"Primary-Event-Charging-Function-Name", OCTETS},
		[AVP_SECONDARY_EVENT_CHARGING] = {620, TGPP,
				"Secondary-Event-Charging-Function-Name", OCTETS},
		[AVP_PRIMARY_CHARGING_COLLECTION] = {621, TGPP,
				"Primary-Charging-Collection-Function-Name", OCTETS},
		[AVP_SECONDARY_CHARGING_COLLECTION] = {622, TGPP,
				"Secondary-Charging-Collection-Function-Name", OCTETS},
		[AVP_USER_AUTHORIZATION_TYPE] = {623, TGPP, "User-Authorization-Type",
				ENUM},
		[AVP_USER_DATA_ALREADY_AVAILABLE] = {624, TGPP,
				"User-Data-Already-Available", ENUM},
		[AVP_CONFIDENTIALITY_KEY] = {625, TGPP, "Confidentiality-Key", OCTETS},
		[AVP_INTEGRITY_KEY] = {626, TGPP, "Integrity-Key", OCTETS},
		[AVP_USER_DATA_REQUEST_TYPE] = {627, TGPP, "User-Data-Request-Type",
				ENUM},
		[AVP_SUPPORTED_FEATURES] = {628, TGPP, "Supported-Features", GROUP},
		[AVP_FEATURE_LIST_ID] = {629, TGPP, "Feature-List-ID", UINT},
		[AVP_FEATURE_LIST] = {630, TGPP, "Feature-List", UINT},
		[AVP_SUPPORTED_APPLICATIONS] = {631, TGPP, "Supported-Applications",
				GROUP},
		[AVP_ASSOCIATED_IDENTITIES] = {632, TGPP, "Associated-Identities",
				GROUP},
		[AVP_ORIGINATING_REQUEST] = {633, TGPP, "Originating-Request", ENUM},
		[AVP_WILDCARDED_PUBLIC_IDENTITY] = {634, TGPP,
				"Wildcarded-Public-Identity", OCTETS},
		[AVP_SIP_DIGEST_AUTHENTICATE] = {635, TGPP, "SIP-Digest-Authenticate",
				GROUP},
		[AVP_UAR_FLAGS] = {637, TGPP, "UAR-Flags", UINT},
		[AVP_LOOSE_ROUTE_INDICATION] = {638, TGPP, "Loose-Route-Indication",
				ENUM},
		[AVP_SCSCF_RESTORATION_INFO] = {639, TGPP, "SCSCF-Restoration-Info",
				GROUP},
		[AVP_PATH] = {640, TGPP, "Path", OCTETS},
		[AVP_CONTACT] = {641, TGPP, "Contact", OCTETS},
		[AVP_SUBSCRIPTION_INFO] = {642, TGPP, "Subscription-Info", GROUP},
		[AVP_CALL_ID_SIP_HEADER] = {643, TGPP, "Call-ID-SIP-Header", OCTETS},
		[AVP_FROM_SIP_HEADER] = {644, TGPP, "From-SIP-Header", OCTETS},
		[AVP_TO_SIP_HEADER] = {645, TGPP, "To-SIP-Header", OCTETS},
		[AVP_RECORD_ROUTE] = {646, TGPP, "Record-Route", OCTETS},
		[AVP_ASSOCIATED_REGISTERED_GROUPS] = {647, TGPP,
				"Associated-Registered-Groups", GROUP},
		[AVP_MULTIPLE_REGISTRATION_INDICATION] = {648, TGPP,
				"Multiple-Registration-Indication", ENUM},
		[AVP_RESTORATION_INFO] = {649, TGPP, "Restoration-Info", GROUP},
		[AVP_SESSION_PRIORITY] = {650, TGPP, "Session-Priority", ENUM},
		[AVP_IDENTITY_WITH_EMERGENCY_REGISTRATION] = {651, TGPP,
				"Identity-with-Emergency-Registration", GROUP},
		[AVP_LIA_FLAGS] = {653, TGPP, "LIA-Flags", UINT},
		[AVP_ETSI_SIP_AUTHORIZATION] = {502, ETSI, "ETSI-SIP-Authorization",
				OCTETS},
};

/** Requests and answers (TS 29.229 6.1); the code serves both. */
static const struct
{
	uint32_t code;
	char *request;
	char *answer;
} cmds[CX_CMD_N] = {
		[CX_UAR] = {300, "3GPP/User-Authorization-Request",
				"3GPP/User-Authorization-Answer"},
		[CX_SAR] = {301, "3GPP/Server-Assignment-Request",
				"3GPP/Server-Assignment-Answer"},
		[CX_LIR] = {302, "3GPP/Location-Info-Request",
				"3GPP/Location-Info-Answer"},
		[CX_MAR] = {303, "3GPP/Multimedia-Auth-Request",
				"3GPP/Multimedia-Auth-Answer"},
		[CX_RTR] = {304, "3GPP/Registration-Termination-Request",
				"3GPP/Registration-Termination-Answer"},
		[CX_PPR] = {305, "3GPP/Push-Profile-Request",
				"3GPP/Push-Profile-Answer"},
};

static struct dict_object *models[CX_AVP_N];
static struct dict_object *cmd_models[CX_CMD_N];
static struct dict_object *application;


static struct dictionary *dict(void)
{
	return fd_g_config->cnf_dict;
}


static int vendor_define(uint32_t id, char *name, struct dict_object **vendor)
{
	struct dict_vendor_data data = {id, name};
	int rc = fd_dict_search(dict(), DICT_VENDOR, VENDOR_BY_ID, &id, vendor, 0);

	if(rc == 0 && *vendor == NULL)
		rc = fd_dict_new(dict(), DICT_VENDOR, &data, NULL, vendor);
	return rc;
}


static int application_define(struct dict_object *vendor)
{
	struct dict_application_data data = {CX_APPLICATION, "3GPP Cx/Dx"};
	application_id_t id = CX_APPLICATION;
	int rc = fd_dict_search(
			dict(), DICT_APPLICATION, APPLICATION_BY_ID, &id, &application, 0);

	if(rc == 0 && application == NULL)
		rc = fd_dict_new(dict(), DICT_APPLICATION, &data, vendor, &application);
	return rc;
}


static int avp_define(enum cx_avp avp)
{
	const struct avp_def *def = &defs[avp];
	uint8_t vendor_flag = def->vendor != 0 ? AVP_FLAG_VENDOR : 0;
	struct dict_avp_request key = {def->vendor, def->code, NULL};
	struct dict_avp_data data = {def->code, def->vendor, def->name,
			AVP_FLAG_VENDOR, vendor_flag, def->type};
	int rc = fd_dict_search(
			dict(), DICT_AVP, AVP_BY_CODE_AND_VENDOR, &key, &models[avp], 0);

	if(rc == 0 && models[avp] == NULL)
		rc = fd_dict_new(dict(), DICT_AVP, &data, NULL, &models[avp]);
	return rc;
}


/** Rules are left out: the HSS itself says what lacks. */
static int cmd_define(enum cx_cmd cmd)
{
	struct dict_cmd_data request = {cmds[cmd].code, cmds[cmd].request,
			CMD_FLAG_REQUEST, CMD_FLAG_REQUEST};
	struct dict_cmd_data answer = {
			cmds[cmd].code, cmds[cmd].answer, CMD_FLAG_REQUEST, 0};
	command_code_t code = cmds[cmd].code;
	int rc = fd_dict_search(
			dict(), DICT_COMMAND, CMD_BY_CODE_R, &code, &cmd_models[cmd], 0);

	if(rc != 0 || cmd_models[cmd] != NULL)
		return rc;
	rc = fd_dict_new(
			dict(), DICT_COMMAND, &request, application, &cmd_models[cmd]);
	if(rc == 0)
		rc = fd_dict_new(dict(), DICT_COMMAND, &answer, application, NULL);
	return rc;
}


int avp_dictionary_init(void)
{
	struct dict_object *vendor = NULL, *etsi = NULL;
	int rc, i;

	rc = vendor_define(CX_VENDOR_3GPP, "3GPP", &vendor);
	if(rc == 0)
		rc = vendor_define(ETSI, "ETSI", &etsi);
	if(rc == 0)
		rc = application_define(vendor);
	for(i = 0; rc == 0 && i < CX_AVP_N; i++)
		rc = avp_define(i);
	for(i = 0; rc == 0 && i < CX_CMD_N; i++)
		rc = cmd_define(i);
	if(rc == 0)
		rc = fd_disp_app_support(application, vendor, 1, 0);
	return rc;
}


struct dict_object *avp_model(enum cx_avp avp)
{
	return models[avp];
}


struct dict_object *avp_cmd_model(enum cx_cmd cmd)
{
	return cmd_models[cmd];
}


struct dict_object *avp_application(void)
{
	return application;
}


enum cx_avp avp_identify(const struct avp_hdr *hdr)
{
	uint32_t vendor = hdr->avp_flags & AVP_FLAG_VENDOR ? hdr->avp_vendor : 0;
	int i;

	for(i = 0; i < CX_AVP_N; i++)
		if(defs[i].code == hdr->avp_code && defs[i].vendor == vendor)
			return i;
	return CX_AVP_N;
}


/** A new AVP, with M where Cx asks for it; NULL value for a group. */
static int avp_put(msg_or_avp *to, enum cx_avp avp, union avp_value *value,
		struct avp **made)
{
	struct avp *new = NULL;
	struct avp_hdr *hdr;
	int rc = fd_msg_avp_new(models[avp], 0, &new);

	if(rc != 0)
		return rc;
	if(value != NULL)
		rc = fd_msg_avp_setvalue(new, value);
	if(rc == 0)
		rc = fd_msg_avp_hdr(new, &hdr);
	if(rc == 0 && avp != AVP_ERROR_MESSAGE)
		hdr->avp_flags |= AVP_FLAG_MANDATORY;
	if(rc == 0)
		rc = fd_msg_avp_add(to, MSG_BRW_LAST_CHILD, new);
	if(rc != 0)
		fd_msg_free(new);
	else if(made != NULL)
		*made = new;
	return rc;
}


int avp_u32_put(msg_or_avp *to, enum cx_avp avp, uint32_t value)
{
	union avp_value v = {.u32 = value};

	return avp_put(to, avp, &v, NULL);
}


int avp_octets_put(
		msg_or_avp *to, enum cx_avp avp, const void *octets, size_t len)
{
	union avp_value v = {.os = {.data = (uint8_t *)octets, .len = len}};

	return avp_put(to, avp, &v, NULL);
}


int avp_text_put(msg_or_avp *to, enum cx_avp avp, const char *text)
{
	return text != NULL ? avp_octets_put(to, avp, text, strlen(text)) : 0;
}


int avp_group_put(msg_or_avp *to, enum cx_avp avp, struct avp **group)
{
	return avp_put(to, avp, NULL, group);
}
