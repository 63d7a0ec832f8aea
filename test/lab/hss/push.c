/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sends RTR and PPR to the S-CSCF and waits for what it answers.
 */
#include "push.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hss.h"
#include "message.h"
#include "peers.h"
#include "profile.h"
#include "push_wait.h"
#include "reqlog.h"

/** The Diameter identity of the S-CSCF that serves the IMPI, if known. */
static void host_select(const struct push_order *order, char *host, size_t size)
{
	const struct hss_sub *sub;

	host[0] = '\0';
	if(order->host != NULL) {
		snprintf(host, size, "%s", order->host);
		return;
	}
	pthread_mutex_lock(&hss.lock);
	sub = store_impi_find(hss.store, order->impi);
	if(sub != NULL && sub->server_host != NULL)
		snprintf(host, size, "%s", sub->server_host);
	pthread_mutex_unlock(&hss.lock);
}


static int request_new(
		struct msg **msg, enum cx_cmd cmd, const struct push_order *order)
{
	char host[CX_TEXT_MAX], realm[CX_TEXT_MAX];

	host_select(order, host, sizeof(host));
	if(peer_open_find(host, sizeof(host), realm, sizeof(realm)) < 0)
		return -ENOTCONN;
	return -message_request_make(msg, cmd, host, realm, order->impi);
}


/** A comma separated list, each item an AVP of its own. */
static int list_put(msg_or_avp *to, enum cx_avp avp, const char *list)
{
	char *copy = list != NULL ? strdup(list) : NULL, *save = NULL, *item;
	int rc = 0;

	if(copy == NULL)
		return 0;
	item = strtok_r(copy, ",", &save);
	for(; item != NULL && rc == 0; item = strtok_r(NULL, ",", &save))
		rc = avp_text_put(to, avp, item);
	free(copy);
	return rc;
}


/** RTR's own AVPs (TS 29.229 6.1.9). */
static int rtr_put(struct msg *msg, const struct push_order *order)
{
	struct avp *group;
	int rc = 0;

	if(order->assoc != NULL) {
		rc = avp_group_put(msg, AVP_ASSOCIATED_IDENTITIES, &group);
		if(rc == 0)
			rc = list_put(group, AVP_USER_NAME, order->assoc);
	}
	if(rc == 0)
		rc = list_put(msg, AVP_PUBLIC_IDENTITY, order->impu);
	if(rc == 0)
		rc = avp_group_put(msg, AVP_DEREGISTRATION_REASON, &group);
	if(rc == 0)
		rc = avp_u32_put(group, AVP_REASON_CODE,
				order->reason != NULL ? strtoul(order->reason, NULL, 10) : 0);
	if(rc == 0)
		rc = avp_text_put(group, AVP_REASON_INFO, order->info);
	return -rc;
}


/** The file, or the subscriber's own profile. @return malloc'ed or NULL */
static char *user_data_get(const struct push_order *order)
{
	const struct hss_sub *sub;
	char *text = NULL;
	size_t size = 0;
	FILE *f;

	if(strcmp(order->xml, "current") == 0) {
		pthread_mutex_lock(&hss.lock);
		sub = store_impi_find(hss.store, order->impi);
		text = sub != NULL ? profile_make(sub, sub->impi, 0) : NULL;
		pthread_mutex_unlock(&hss.lock);
		return text;
	}
	f = fopen(order->xml, "r");
	if(f == NULL)
		return NULL;
	if(getdelim(&text, &size, '\0', f) < 0) {
		free(text);
		text = NULL;
	}
	fclose(f);
	return text;
}


static int ppr_digest_put(struct msg *msg, const struct push_order *order)
{
	struct cx_digest digest = {order->realm, "MD5", order->ha1};
	struct avp *item;
	int rc;

	if(digest.realm == NULL)
		digest.realm = store_realm(hss.store);
	rc = avp_group_put(msg, AVP_SIP_AUTH_DATA_ITEM, &item);
	if(rc == 0)
		rc = avp_text_put(item, AVP_SIP_AUTHENTICATION_SCHEME, "SIP Digest");
	if(rc == 0)
		rc = message_digest_put(item, &digest);
	return rc;
}


/** PPR's own AVPs (TS 29.229 6.1.11). */
static int ppr_put(struct msg *msg, const struct push_order *order)
{
	char *user_data = NULL;
	int rc;

	if(order->xml != NULL) {
		user_data = user_data_get(order);
		if(user_data == NULL)
			return -ENOENT;
	}
	rc = avp_text_put(msg, AVP_USER_DATA, user_data);
	free(user_data);
	if(rc == 0)
		rc = message_charging_put(msg, order->ccf, order->ecf);
	if(rc == 0 && order->ha1 != NULL)
		rc = ppr_digest_put(msg, order);
	return -rc;
}


static void push_log(enum cx_cmd cmd, const struct push_order *order,
		const char *log_args, const char *result)
{
	pthread_mutex_lock(&hss.lock);
	hss.counters[cmd]++;
	reqlog_sent_write(cmd, order->impi, log_args, result);
	pthread_mutex_unlock(&hss.lock);
}


/** At its RTR the HSS takes the registration as ended. */
static void registration_end(const char *impi)
{
	struct hss_sub *sub;

	pthread_mutex_lock(&hss.lock);
	sub = store_impi_find(hss.store, impi);
	if(sub != NULL)
		sub_registration_clear(sub);
	pthread_mutex_unlock(&hss.lock);
}


static int push_send(enum cx_cmd cmd, const struct push_order *order,
		const char *log_args, char *result, size_t result_size)
{
	struct msg *msg = NULL;
	int rc = request_new(&msg, cmd, order);

	snprintf(result, result_size, "%s", rc < 0 ? "no-peer" : "not-made");
	if(rc == 0)
		rc = cmd == CX_RTR ? rtr_put(msg, order) : ppr_put(msg, order);
	if(rc < 0) {
		if(msg != NULL)
			fd_msg_free(msg);
		return rc;
	}
	if(cmd == CX_RTR && !order->keep)
		registration_end(order->impi);
	rc = push_request_send(msg, result, result_size);
	push_log(cmd, order, log_args, result);
	return rc;
}


int rtr_send(const struct push_order *order, const char *log_args, char *result,
		size_t result_size)
{
	return push_send(CX_RTR, order, log_args, result, result_size);
}


int ppr_send(const struct push_order *order, const char *log_args, char *result,
		size_t result_size)
{
	return push_send(CX_PPR, order, log_args, result, result_size);
}
