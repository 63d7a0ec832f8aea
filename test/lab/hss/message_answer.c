/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Writes Cx answers (TS 29.229 6.1.2, 6.1.4, 6.1.6, 6.1.8), right ones and
 * those that a fault spoils.
 */
#include "message.h"

#include <string.h>

static int result_put(struct msg *msg, uint32_t code, bool experimental)
{
	struct avp *group;
	struct msg_hdr *hdr;
	int rc;

	if(experimental) {
		rc = avp_group_put(msg, AVP_EXPERIMENTAL_RESULT, &group);
		if(rc == 0)
			rc = avp_u32_put(group, AVP_VENDOR_ID, CX_VENDOR_3GPP);
		if(rc == 0)
			rc = avp_u32_put(group, AVP_EXPERIMENTAL_RESULT_CODE, code);
		return rc;
	}
	rc = avp_u32_put(msg, AVP_RESULT_CODE, code);
	/* protocol errors carry the E bit (RFC 6733 7.1.3) */
	if(rc == 0 && code / 1000 == 3 && fd_msg_hdr(msg, &hdr) == 0)
		hdr->msg_flags |= CMD_FLAG_ERROR;
	return rc;
}


static int head_put(struct msg *msg, const struct cx_answer *a,
		const struct fault_effect *f)
{
	int rc = message_application_put(msg);

	if(rc == 0 && f->kind != FAULT_NORESULT)
		rc = result_put(msg, a->result, a->experimental);
	if(rc == 0)
		rc = avp_u32_put(msg, AVP_AUTH_SESSION_STATE, 1);
	if(rc == 0)
		rc = fd_msg_add_origin(msg, 0);
	if(rc == 0)
		rc = avp_text_put(msg, AVP_ERROR_MESSAGE, a->missing);
	if(rc == 0)
		rc = avp_text_put(msg, AVP_USER_NAME, a->impi);
	if(rc == 0)
		rc = avp_text_put(msg, AVP_PUBLIC_IDENTITY, a->impu);
	return rc;
}


static int capabilities_put(struct msg *msg)
{
	struct avp *group;
	int rc = avp_group_put(msg, AVP_SERVER_CAPABILITIES, &group);

	if(rc == 0)
		rc = avp_u32_put(group, AVP_OPTIONAL_CAPABILITY, 1);
	return rc;
}


/** SIP-Auth-Data-Item of AKA (TS 29.229 6.3.13). */
static int vector_put(struct msg *msg, const struct milenage_vector *v,
		unsigned int number, const char *scheme)
{
	uint8_t challenge[MILENAGE_RAND_LEN + MILENAGE_AUTN_LEN];
	struct avp *item;
	int rc = avp_group_put(msg, AVP_SIP_AUTH_DATA_ITEM, &item);

	memcpy(challenge, v->rand, MILENAGE_RAND_LEN);
	memcpy(challenge + MILENAGE_RAND_LEN, v->autn, MILENAGE_AUTN_LEN);
	if(rc == 0)
		rc = avp_u32_put(item, AVP_SIP_ITEM_NUMBER, number);
	if(rc == 0)
		rc = avp_text_put(item, AVP_SIP_AUTHENTICATION_SCHEME, scheme);
	if(rc == 0)
		rc = avp_octets_put(
				item, AVP_SIP_AUTHENTICATE, challenge, sizeof(challenge));
	if(rc == 0)
		rc = avp_octets_put(
				item, AVP_SIP_AUTHORIZATION, v->xres, sizeof(v->xres));
	if(rc == 0)
		rc = avp_octets_put(
				item, AVP_CONFIDENTIALITY_KEY, v->ck, sizeof(v->ck));
	if(rc == 0)
		rc = avp_octets_put(item, AVP_INTEGRITY_KEY, v->ik, sizeof(v->ik));
	return rc;
}


int message_digest_put(msg_or_avp *item, const struct cx_digest *digest)
{
	struct avp *group;
	int rc = avp_group_put(item, AVP_SIP_DIGEST_AUTHENTICATE, &group);

	if(rc == 0)
		rc = avp_text_put(group, AVP_DIGEST_REALM, digest->realm);
	if(rc == 0)
		rc = avp_text_put(group, AVP_DIGEST_ALGORITHM, digest->algorithm);
	if(rc == 0)
		rc = avp_text_put(group, AVP_DIGEST_QOP, "auth");
	if(rc == 0)
		rc = avp_text_put(group, AVP_DIGEST_HA1, digest->ha1);
	return rc;
}


static int digest_item_put(
		struct msg *msg, const struct cx_digest *digest, const char *scheme)
{
	struct avp *item;
	int rc = avp_group_put(msg, AVP_SIP_AUTH_DATA_ITEM, &item);

	if(rc == 0)
		rc = avp_u32_put(item, AVP_SIP_ITEM_NUMBER, 1);
	if(rc == 0)
		rc = avp_text_put(item, AVP_SIP_AUTHENTICATION_SCHEME, scheme);
	if(rc == 0)
		rc = message_digest_put(item, digest);
	return rc;
}


static int auth_items_put(struct msg *msg, const struct cx_answer *a,
		const struct fault_effect *f)
{
	const char *scheme =
			f->kind == FAULT_WRONGSCHEME ? "Digest-Nobody-Knows" : a->scheme;
	unsigned int i, n = a->has_digest ? 1 : a->vectors_n;
	int rc = 0;

	if(n == 0 || f->kind == FAULT_EMPTYMAA)
		return 0;
	rc = avp_u32_put(msg, AVP_SIP_NUMBER_AUTH_ITEMS, n);
	if(rc == 0 && a->has_digest)
		return digest_item_put(msg, &a->digest, scheme);
	for(i = 0; rc == 0 && i < n; i++)
		rc = vector_put(msg, &a->vectors[i], i + 1, scheme);
	return rc;
}


int message_charging_put(msg_or_avp *to, const char *ccf, const char *ecf)
{
	struct avp *group;
	int rc;

	if(ccf == NULL && ecf == NULL)
		return 0;
	rc = avp_group_put(to, AVP_CHARGING_INFORMATION, &group);
	if(rc == 0)
		rc = avp_text_put(group, AVP_PRIMARY_EVENT_CHARGING, ecf);
	if(rc == 0)
		rc = avp_text_put(group, AVP_PRIMARY_CHARGING_COLLECTION, ccf);
	return rc;
}


static int answer_put(struct msg *msg, const struct cx_answer *a,
		const struct fault_effect *f)
{
	const char *user_data = a->user_data;
	int rc = head_put(msg, a, f);

	if(f->kind == FAULT_XML)
		user_data = "<IMSSubscription><PrivateID>&<<\x01";
	if(f->kind == FAULT_NODATA)
		user_data = NULL;
	if(rc == 0)
		rc = avp_text_put(msg, AVP_SERVER_NAME, a->server);
	if(rc == 0 && a->capabilities)
		rc = capabilities_put(msg);
	if(rc == 0)
		rc = avp_text_put(msg, AVP_USER_DATA, user_data);
	if(rc == 0)
		rc = message_charging_put(msg, a->ccf, a->ecf);
	if(rc == 0)
		rc = auth_items_put(msg, a, f);
	return rc;
}


int message_answer_make(struct msg **msg, const struct cx_answer *a,
		const struct fault_effect *f)
{
	int rc = fd_msg_new_answer_from_req(fd_g_config->cnf_dict, msg, 0);

	if(rc == 0)
		rc = answer_put(*msg, a, f);
	return rc;
}
