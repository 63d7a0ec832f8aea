/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The commands of the control socket, as a table.
 */
#include "control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hss.h"
#include "peers.h"
#include "push.h"

#define TEXT_MAX 8192
#define AWAIT_DEFAULT_MS 10000


static void ok(FILE *out)
{
	fputs("ok\n", out);
}


static void error(FILE *out, const char *why)
{
	fprintf(out, "error %s\n", why);
}


/** Value of "key=value" among space separated words. @return it, malloc'ed */
static char *arg_get(const char *args, const char *key)
{
	size_t len = strlen(key);
	const char *at = args;

	while(at != NULL && *at != '\0') {
		at += strspn(at, " ");
		if(strncmp(at, key, len) == 0 && at[len] == '=')
			return strndup(at + len + 1, strcspn(at + len + 1, " "));
		at = strchr(at, ' ');
	}
	return NULL;
}


static void fault_run(char *args, FILE *out)
{
	int rc;

	pthread_mutex_lock(&hss.lock);
	rc = fault_add(hss.faults, args);
	pthread_mutex_unlock(&hss.lock);
	if(rc < 0)
		error(out, "fault: CMD [impu=..] [impi=..] [type=N] [count=N] what");
	else
		ok(out);
}


static void faults_run(char *args, FILE *out)
{
	char text[TEXT_MAX];
	unsigned int n;

	(void)args;
	pthread_mutex_lock(&hss.lock);
	n = fault_list_print(hss.faults, text, sizeof(text));
	pthread_mutex_unlock(&hss.lock);
	fprintf(out, "%sok %u\n", text, n);
}


static void clear_run(char *args, FILE *out)
{
	(void)args;
	pthread_mutex_lock(&hss.lock);
	fault_list_clear(hss.faults);
	pthread_mutex_unlock(&hss.lock);
	ok(out);
}


static void disconnect_run(char *args, FILE *out)
{
	if(*args == '\0')
		fprintf(out, "ok %u\n", peers_disconnect());
	else if(peer_disconnect(args) < 0)
		error(out, "no such connection");
	else
		ok(out);
}


static void refuse_run(char *args, FILE *out)
{
	if(strcmp(args, "on") != 0 && strcmp(args, "off") != 0) {
		error(out, "refuse: on or off");
		return;
	}
	peers_refuse(strcmp(args, "on") == 0);
	ok(out);
}


static void peers_run(char *args, FILE *out)
{
	char text[TEXT_MAX];

	(void)args;
	peers_print(text, sizeof(text));
	fprintf(out, "ok%s\n", text);
}


static void await_run(char *args, FILE *out)
{
	unsigned long ms =
			*args != '\0' ? strtoul(args, NULL, 10) * 1000 : AWAIT_DEFAULT_MS;

	if(peer_open_await((unsigned int)ms) < 0)
		error(out, "no open peer");
	else
		peers_run(args, out);
}


/** The words of an RTR or PPR order; order_free() ends it. */
static void order_read(struct push_order *order, const char *args)
{
	char *keep = arg_get(args, "keep");

	memset(order, 0, sizeof(*order));
	order->impi = arg_get(args, "impi");
	order->impu = arg_get(args, "impu");
	order->assoc = arg_get(args, "assoc");
	order->reason = arg_get(args, "reason");
	order->info = arg_get(args, "info");
	order->host = arg_get(args, "host");
	order->xml = arg_get(args, "xml");
	order->ccf = arg_get(args, "ccf");
	order->ecf = arg_get(args, "ecf");
	order->ha1 = arg_get(args, "ha1");
	order->realm = arg_get(args, "realm");
	order->keep = keep != NULL && strcmp(keep, "1") == 0;
	free(keep);
}


static void order_free(struct push_order *order)
{
	free(order->impi);
	free(order->impu);
	free(order->assoc);
	free(order->reason);
	free(order->info);
	free(order->host);
	free(order->xml);
	free(order->ccf);
	free(order->ecf);
	free(order->ha1);
	free(order->realm);
}


/** Which data an order carries, without the data themselves. */
static void order_describe(const struct push_order *order, enum cx_cmd cmd,
		char *text, size_t size)
{
	if(cmd == CX_RTR)
		snprintf(text, size, "impu=%s reason=%s",
				order->impu != NULL ? order->impu : "-",
				order->reason != NULL ? order->reason : "0");
	else
		snprintf(text, size, "xml=%d charging=%d digest=%d", order->xml != NULL,
				order->ccf != NULL || order->ecf != NULL, order->ha1 != NULL);
}


static void push_run(enum cx_cmd cmd, const char *args, FILE *out)
{
	char text[1024], result[32];
	struct push_order order;
	int rc;

	order_read(&order, args);
	if(order.impi == NULL) {
		error(out, "impi= is missing");
		order_free(&order);
		return;
	}
	order_describe(&order, cmd, text, sizeof(text));
	if(cmd == CX_RTR)
		rc = rtr_send(&order, text, result, sizeof(result));
	else
		rc = ppr_send(&order, text, result, sizeof(result));
	fprintf(out, "%s %s\n", rc < 0 ? "error" : "ok", result);
	order_free(&order);
}


static void rtr_run(char *args, FILE *out)
{
	push_run(CX_RTR, args, out);
}


static void ppr_run(char *args, FILE *out)
{
	push_run(CX_PPR, args, out);
}


static void sub_print(const struct hss_sub *sub, FILE *out)
{
	unsigned int i;

	fprintf(out, "ok impi=%s state=%s pending=%d server=%s host=%s sqn=%llu",
			sub->impi, reg_name(sub->reg), sub->auth_pending,
			sub->server != NULL ? sub->server : "-",
			sub->server_host != NULL ? sub->server_host : "-",
			(unsigned long long)sub->sqn);
	for(i = 0; i < sub->impus_n; i++)
		fprintf(out, "%s%s%s", i == 0 ? " impu=" : ",", sub->impus[i].uri,
				sub->impus[i].barred ? "(barred)" : "");
	fputc('\n', out);
}


static void show_run(char *args, FILE *out)
{
	const struct hss_sub *sub;
	const char *id = args;

	if(strncmp(id, "impi=", 5) == 0 || strncmp(id, "impu=", 5) == 0)
		id += 5;
	pthread_mutex_lock(&hss.lock);
	sub = store_impi_find(hss.store, id);
	if(sub == NULL)
		sub = store_impu_find(hss.store, id);
	if(sub == NULL)
		error(out, "unknown");
	else
		sub_print(sub, out);
	pthread_mutex_unlock(&hss.lock);
}


static void count_run(char *args, FILE *out)
{
	int cmd;

	(void)args;
	fputs("ok", out);
	pthread_mutex_lock(&hss.lock);
	for(cmd = 0; cmd < CX_CMD_N; cmd++)
		fprintf(out, " %s=%lu", cx_cmd_name(cmd), hss.counters[cmd]);
	pthread_mutex_unlock(&hss.lock);
	fputc('\n', out);
}


static void reset_run(char *args, FILE *out)
{
	(void)args;
	pthread_mutex_lock(&hss.lock);
	memset(hss.counters, 0, sizeof(hss.counters));
	fault_list_clear(hss.faults);
	store_registrations_clear(hss.store);
	pthread_mutex_unlock(&hss.lock);
	peers_refuse(false);
	ok(out);
}


static void sqn_run(char *args, FILE *out)
{
	char *impi = arg_get(args, "impi");
	char *value = strrchr(args, ' ');
	struct hss_sub *sub = NULL;

	pthread_mutex_lock(&hss.lock);
	if(impi != NULL && value != NULL)
		sub = store_impi_find(hss.store, impi);
	if(sub != NULL)
		sub->sqn = strtoull(value + 1, NULL, 0);
	pthread_mutex_unlock(&hss.lock);
	free(impi);
	if(sub == NULL)
		error(out, "sqn: impi=.. VALUE");
	else
		ok(out);
}


static void subscriber_run(char *args, FILE *out)
{
	char why[256] = "subscriber: empty";
	int rc;

	pthread_mutex_lock(&hss.lock);
	rc = store_line_add(hss.store, args, why, sizeof(why));
	pthread_mutex_unlock(&hss.lock);
	if(rc <= 0)
		error(out, why);
	else
		fprintf(out, "ok %d\n", rc);
}


static const struct
{
	const char *name;
	void (*run)(char *args, FILE *out);
} commands[] = {
		{"fault", fault_run},
		{"faults", faults_run},
		{"clear", clear_run},
		{"disconnect", disconnect_run},
		{"refuse", refuse_run},
		{"peers", peers_run},
		{"await", await_run},
		{"rtr", rtr_run},
		{"ppr", ppr_run},
		{"show", show_run},
		{"count", count_run},
		{"reset", reset_run},
		{"sqn", sqn_run},
		{"subscriber", subscriber_run},
};


void command_run(char *line, FILE *out)
{
	char *args = line + strcspn(line, " ");
	size_t i;

	if(*args != '\0')
		*args++ = '\0';
	args += strspn(args, " ");
	for(i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if(strcmp(line, commands[i].name) != 0)
			continue;
		commands[i].run(args, out);
		return;
	}
	error(out, "unknown command");
}
