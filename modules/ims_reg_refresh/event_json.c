/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how a verdict looks in JSON. Never trusts a text in it.
 */
#include "event_json.h"

#include <stdio.h>

#include "core/reg_json.h"
#include "events.h"
#include "rpc_text.h"

struct texts
{
	char impu[REG_JSON_SIZE(REG_IDENTITY_MAX)];
	char contact[REG_JSON_SIZE(REG_URI_MAX)];
	char user_agent[REG_JSON_SIZE(REG_USER_AGENT_MAX)];
	char at[RPC_TIME_SIZE], reasons[256];
};

static void print_texts(const struct register_story *s, struct texts *ret)
{
	reg_json_print(reg_text_of(s->impu), ret->impu);
	reg_json_print(reg_text_of(s->contact), ret->contact);
	reg_json_print(reg_text_of(s->user_agent), ret->user_agent);
	rpc_print_time(s->verdict.at_ms, ret->at);
	reg_reasons_print(s->verdict.reasons, ret->reasons, sizeof(ret->reasons));
}

void event_json(const struct register_story *s, char *dst)
{
	const struct reg_trace *t = &s->verdict;
	struct texts x;

	print_texts(s, &x);
	snprintf(dst, EVENT_JSON_SIZE,
			"{\"event\":\"%s\",\"at\":\"%s\",\"impu\":%s,\"contact\":%s,"
			"\"act\":\"%s\",\"why\":\"%s\",\"reasons\":\"%s\",\"status\":%u,"
			"\"expires\":%u,\"elapsed\":%u,\"lifetime\":%u,\"lui\":%d,"
			"\"cseq_seen\":%u,\"cseq\":%u,\"sar\":%u,\"hss\":%u,"
			"\"user_agent\":%s}",
			events_name(), x.at, x.impu, x.contact, reg_act_name(t->act),
			reg_why_name(t->why), x.reasons, t->status, s->expires_s,
			t->elapsed_s, t->lifetime_s, (int)t->lui_left_s, t->cseq_seen,
			t->cseq_new, t->sar, t->hss_result, x.user_agent);
}
