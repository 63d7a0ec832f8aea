/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Names of the Cx commands and the disposal of an answer.
 */
#include "cx.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/crypto.h>

static const char *const names[CX_CMD_N] = {
		[CX_UAR] = "UAR",
		[CX_SAR] = "SAR",
		[CX_LIR] = "LIR",
		[CX_MAR] = "MAR",
		[CX_RTR] = "RTR",
		[CX_PPR] = "PPR",
};


const char *cx_cmd_name(enum cx_cmd cmd)
{
	return names[cmd];
}


int cx_cmd_find(const char *name)
{
	int cmd;

	for(cmd = 0; cmd < CX_CMD_N; cmd++)
		if(strcasecmp(names[cmd], name) == 0)
			return cmd;
	return -1;
}


void cx_answer_clear(struct cx_answer *a)
{
	free(a->user_data);
	OPENSSL_cleanse(a, sizeof(*a));
}
