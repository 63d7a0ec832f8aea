/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Reads Cx requests out of freeDiameter's messages and makes new ones.
 * Answers: message_answer.c.
 */
#include "message.h"

#include <stdio.h>
#include <string.h>

static void text_take(char *to, size_t size, const struct avp_hdr *hdr)
{
	size_t len = hdr->avp_value->os.len;

	if(len >= size)
		len = size - 1;
	memcpy(to, hdr->avp_value->os.data, len);
	to[len] = '\0';
}


static void auth_take(struct cx_request *req, const struct avp_hdr *hdr)
{
	size_t len = hdr->avp_value->os.len;

	if(len > sizeof(req->auth))
		len = sizeof(req->auth);
	memcpy(req->auth, hdr->avp_value->os.data, len);
	req->auth_len = len;
}


static int int_take(const struct avp_hdr *hdr)
{
	return (int)(hdr->avp_value->u32 & 0x7fffffff);
}


/** One AVP of the message, or of SIP-Auth-Data-Item within it. */
static void avp_take(struct cx_request *req, const struct avp_hdr *hdr)
{
	switch(avp_identify(hdr)) {
		case AVP_USER_NAME:
			text_take(req->impi, sizeof(req->impi), hdr);
			break;
		case AVP_PUBLIC_IDENTITY:
			if(req->impu_n < CX_IMPU_MAX)
				text_take(req->impu[req->impu_n++], CX_TEXT_MAX, hdr);
			break;
		case AVP_SERVER_NAME:
			text_take(req->server, sizeof(req->server), hdr);
			break;
		case AVP_ORIGIN_HOST:
			text_take(req->host, sizeof(req->host), hdr);
			break;
		case AVP_SERVER_ASSIGNMENT_TYPE:
			req->type = int_take(hdr);
			break;
		case AVP_USER_DATA_ALREADY_AVAILABLE:
			req->uda = int_take(hdr);
			break;
		case AVP_USER_AUTHORIZATION_TYPE:
			req->authorization = int_take(hdr);
			break;
		case AVP_SIP_NUMBER_AUTH_ITEMS:
			req->items = int_take(hdr);
			break;
		case AVP_SIP_AUTHENTICATION_SCHEME:
			text_take(req->scheme, sizeof(req->scheme), hdr);
			break;
		case AVP_SIP_AUTHORIZATION:
			auth_take(req, hdr);
			break;
		default:
			break;
	}
}


/** All AVPs below at, those of SIP-Auth-Data-Item as well. */
static int avps_walk(msg_or_avp *at, struct cx_request *req)
{
	struct avp *avp = NULL;
	struct avp_hdr *hdr;
	int rc = fd_msg_browse(at, MSG_BRW_FIRST_CHILD, &avp, NULL);

	while(rc == 0 && avp != NULL) {
		rc = fd_msg_avp_hdr(avp, &hdr);
		if(rc == 0 && avp_identify(hdr) == AVP_SIP_AUTH_DATA_ITEM) {
			req->has_item = true;
			rc = avps_walk(avp, req);
		} else if(rc == 0 && hdr->avp_value != NULL) {
			avp_take(req, hdr);
		}
		if(rc == 0)
			rc = fd_msg_browse(avp, MSG_BRW_NEXT, &avp, NULL);
	}
	return rc;
}


int message_read(struct msg *msg, enum cx_cmd cmd, struct cx_request *req)
{
	memset(req, 0, sizeof(*req));
	req->cmd = cmd;
	req->type = -1;
	req->uda = -1;
	req->authorization = -1;
	req->items = -1;
	return avps_walk(msg, req);
}


int message_application_put(struct msg *msg)
{
	struct avp *group;
	int rc = avp_group_put(msg, AVP_VENDOR_SPECIFIC_APPLICATION_ID, &group);

	if(rc == 0)
		rc = avp_u32_put(group, AVP_VENDOR_ID, CX_VENDOR_3GPP);
	if(rc == 0)
		rc = avp_u32_put(group, AVP_AUTH_APPLICATION_ID, CX_APPLICATION);
	return rc;
}


/** What every RTR and PPR begins with (TS 29.229 6.1.9, 6.1.11). */
static int request_head_put(
		struct msg *msg, const char *host, const char *realm, const char *impi)
{
	int rc = fd_msg_new_session(msg, (os0_t) "cx", 2);

	if(rc == 0)
		rc = message_application_put(msg);
	if(rc == 0)
		rc = avp_u32_put(msg, AVP_AUTH_SESSION_STATE, 1);
	if(rc == 0)
		rc = fd_msg_add_origin(msg, 0);
	if(rc == 0)
		rc = avp_text_put(msg, AVP_DESTINATION_HOST, host);
	if(rc == 0)
		rc = avp_text_put(msg, AVP_DESTINATION_REALM, realm);
	if(rc == 0)
		rc = avp_text_put(msg, AVP_USER_NAME, impi);
	return rc;
}


int message_request_make(struct msg **msg, enum cx_cmd cmd, const char *host,
		const char *realm, const char *impi)
{
	struct msg *new = NULL;
	int rc = fd_msg_new(avp_cmd_model(cmd), MSGFL_ALLOC_ETEID, &new);

	if(rc == 0)
		rc = request_head_put(new, host, realm, impi);
	if(rc == 0)
		*msg = new;
	else if(new != NULL)
		fd_msg_free(new);
	return rc;
}


uint32_t message_result(struct msg *msg, bool *experimental)
{
	struct avp *avp = NULL;
	struct avp_hdr *hdr;

	*experimental = false;
	fd_msg_browse(msg, MSG_BRW_FIRST_CHILD, &avp, NULL);
	while(avp != NULL && fd_msg_avp_hdr(avp, &hdr) == 0) {
		if(avp_identify(hdr) == AVP_RESULT_CODE && hdr->avp_value != NULL)
			return hdr->avp_value->u32;
		if(avp_identify(hdr) == AVP_EXPERIMENTAL_RESULT_CODE
				&& hdr->avp_value != NULL) {
			*experimental = true;
			return hdr->avp_value->u32;
		}
		fd_msg_browse(avp, MSG_BRW_WALK, &avp, NULL);
	}
	return 0;
}
