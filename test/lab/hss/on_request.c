/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The story of a received request: read, spoil or decide, log, answer.
 */
#include "hss.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <freeDiameter/extension.h>

#include "message.h"
#include "profile.h"
#include "reqlog.h"

#define XML_BIG_LEN (1u << 20)
#define XML_LARGE_LEN 60000u /* an answer just below 64 kB */


/** What the fault asks for in place of a decision. */
static void answer_refuse(struct cx_answer *a, const struct fault_effect *f)
{
	memset(a, 0, sizeof(*a));
	a->result = f->code;
	a->experimental = f->kind == FAULT_EXPERIMENTAL;
}


static void user_data_swell(struct cx_answer *a, size_t len)
{
	struct hss_sub *sub =
			a->impi != NULL ? store_impi_find(hss.store, a->impi) : NULL;

	if(sub == NULL)
		return;
	free(a->user_data);
	a->user_data = profile_make(sub, a->impi, len);
}


/** Whether the request is carried out in the store. */
static bool fault_lets_through(const struct fault_effect *f)
{
	return f->kind != FAULT_RESULT && f->kind != FAULT_EXPERIMENTAL
		   && f->kind != FAULT_SILENCE;
}


static void request_decide(const struct cx_request *req, struct cx_answer *a,
		struct fault_effect *f)
{
	hss.counters[req->cmd]++;
	*f = fault_take(hss.faults, req);
	if(fault_lets_through(f))
		cx_decide(hss.store, &hss.policy, req, a);
	else
		answer_refuse(a, f);
	if(f->kind == FAULT_XML_BIG)
		user_data_swell(a, XML_BIG_LEN);
	if(f->kind == FAULT_XML_LARGE)
		user_data_swell(a, XML_LARGE_LEN);
	reqlog_received_write(req, a, f);
}


/** The request once more, as it was received, to be answered twice. */
static int request_copy(struct msg *msg, struct msg **copy)
{
	uint8_t *octets = NULL;
	size_t len = 0, id_len = 0;
	DiamId_t id = NULL;
	int rc = fd_msg_bufferize(msg, &octets, &len);

	if(rc == 0)
		rc = fd_msg_parse_buffer(&octets, len, copy);
	if(rc == 0)
		rc = fd_msg_parse_dict(*copy, fd_g_config->cnf_dict, NULL);
	if(rc == 0)
		rc = fd_msg_source_get(msg, &id, &id_len);
	if(rc == 0)
		rc = fd_msg_source_set(*copy, id, id_len);
	free(octets);
	return rc;
}


static void answer_send_first(struct msg *msg, const struct cx_answer *a,
		const struct fault_effect *f)
{
	struct msg *copy = NULL;

	if(request_copy(msg, &copy) == 0 && message_answer_make(&copy, a, f) == 0
			&& fd_msg_send(&copy, NULL, NULL) == 0)
		return;
	if(copy != NULL)
		fd_msg_free(copy);
}


/** @param msg  the request on entry, the answer or NULL on return */
static int answer_make(struct msg **msg, const struct cx_answer *a,
		const struct fault_effect *f)
{
	if(f->kind == FAULT_SILENCE || f->kind == FAULT_LOST) {
		fd_msg_free(*msg);
		*msg = NULL;
		return 0;
	}
	if(f->kind == FAULT_TWICE)
		answer_send_first(*msg, a, f);
	return message_answer_make(msg, a, f);
}


static int request_handle(struct msg **msg, struct avp *avp,
		struct session *session, void *opaque, enum disp_action *action)
{
	struct cx_request req;
	struct cx_answer a;
	struct fault_effect f;
	int rc;

	(void)avp;
	(void)session;
	rc = message_read(*msg, (enum cx_cmd)(intptr_t)opaque, &req);
	if(rc != 0)
		return rc;
	pthread_mutex_lock(&hss.lock);
	request_decide(&req, &a, &f);
	rc = answer_make(msg, &a, &f);
	pthread_mutex_unlock(&hss.lock);
	cx_answer_clear(&a);
	*action = DISP_ACT_CONT;
	if(rc != 0 || *msg == NULL)
		return rc;
	if(f.delay_ms > 0) {
		delay_send(*msg, f.delay_ms);
		*msg = NULL;
		return 0;
	}
	*action = DISP_ACT_SEND;
	return 0;
}


/** On hooks where freeDiameter else prints every message, for nobody. */
static void message_passed(enum fd_hook_type type, struct msg *msg,
		struct peer_hdr *peer, void *other, struct fd_hook_permsgdata *pmd,
		void *regdata)
{
	(void)type;
	(void)msg;
	(void)peer;
	(void)other;
	(void)pmd;
	(void)regdata;
}


static int prints_prevent(void)
{
	struct fd_hook_hdl *hook;

	return fd_hook_register(
			HOOK_MASK(HOOK_DATA_RECEIVED, HOOK_MESSAGE_LOCAL,
					HOOK_MESSAGE_SENDING, HOOK_MESSAGE_SENT,
					HOOK_MESSAGE_ROUTING_FORWARD, HOOK_MESSAGE_ROUTING_LOCAL),
			message_passed, NULL, NULL, &hook);
}


int request_handlers_register(void)
{
	static const enum cx_cmd received[] = {CX_UAR, CX_SAR, CX_LIR, CX_MAR};
	struct disp_when when;
	size_t i;
	int rc = prints_prevent();

	for(i = 0; rc == 0 && i < sizeof(received) / sizeof(received[0]); i++) {
		memset(&when, 0, sizeof(when));
		when.app = avp_application();
		when.command = avp_cmd_model(received[i]);
		rc = fd_disp_register(request_handle, DISP_HOW_CC, &when,
				(void *)(intptr_t)received[i], NULL);
	}
	return rc;
}
