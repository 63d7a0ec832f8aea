/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Writes the request log, line by line (syntax: README.md).
 * The caller serialises, so that lines stand in the order of the decisions.
 */
#include "reqlog.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

static FILE *out;


int reqlog_open(const char *path)
{
	out = fopen(path, "a");
	if(out == NULL)
		return -errno;
	return 0;
}


void reqlog_close(void)
{
	if(out != NULL)
		fclose(out);
	out = NULL;
}


/** The time, in seconds with milliseconds, and the command. */
static void head_write(const char *cmd)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	fprintf(out, "%lld.%03ld %s", (long long)now.tv_sec, now.tv_nsec / 1000000,
			cmd);
}


/** Ends a line; who looks now sees it. */
static void line_end(void)
{
	putc_unlocked('\n', out);
	fflush(out);
}


/** A value as one word: what would break the line becomes '_'. */
static void word_write(const char *s)
{
	if(*s == '\0')
		putc_unlocked('-', out);
	for(; *s != '\0'; s++)
		putc_unlocked(*s > ' ' && *s != 0x7f ? *s : '_', out);
}


static void field_write(const char *name, const char *value)
{
	fprintf(out, " %s=", name);
	word_write(value);
}


static void impus_write(const struct cx_request *req)
{
	unsigned int i;

	fputs(" impu=", out);
	if(req->impu_n == 0)
		putc_unlocked('-', out);
	for(i = 0; i < req->impu_n; i++) {
		if(i > 0)
			putc_unlocked(',', out);
		word_write(req->impu[i]);
	}
}


/** An integer AVP; '-' where it was missing. */
static void number_write(const char *name, int value)
{
	if(value < 0)
		fprintf(out, " %s=-", name);
	else
		fprintf(out, " %s=%d", name, value);
}


static void request_write(const struct cx_request *req)
{
	field_write("impi", req->impi);
	impus_write(req);
	switch(req->cmd) {
		case CX_UAR:
			number_write("type", req->authorization);
			break;
		case CX_MAR:
			number_write("items", req->items);
			field_write("scheme", req->scheme);
			fprintf(out, " auts=%d", req->auth_len > 0);
			field_write("server", req->server);
			break;
		case CX_SAR:
			number_write("type", req->type);
			number_write("uda", req->uda);
			field_write("server", req->server);
			break;
		default:
			break;
	}
}


void reqlog_received_write(const struct cx_request *req,
		const struct cx_answer *a, const struct fault_effect *f)
{
	char fault[64];

	if(out == NULL)
		return;
	head_write(cx_cmd_name(req->cmd));
	request_write(req);
	if(fault_print(f, fault, sizeof(fault)))
		fprintf(out, " -> %s%s%u%s", fault, a->experimental ? "exp:" : "",
				a->result, a->note);
	else
		fprintf(out, " -> %s", fault);
	line_end();
}


void reqlog_sent_write(
		enum cx_cmd cmd, const char *impi, const char *args, const char *result)
{
	if(out == NULL)
		return;
	head_write(cx_cmd_name(cmd));
	field_write("impi", impi);
	fprintf(out, "%s%s <- %s", *args != '\0' ? " " : "", args, result);
	line_end();
}
