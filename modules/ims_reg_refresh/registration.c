/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how a REGISTER is taken in and told of. Never changes anything.
 */
#include "registration.h"

#include <string.h>

#include "../../core/dprint.h"

#include "clock.h"
#include "config.h"
#include "stats.h"
#include "text.h"

#define OCTETS_MAX 65535 /* of a UDP datagram; longer ones are read twice */

static struct registration registration;
static struct register_story story;

/* The message that was read last, as it was. */
static struct
{
	unsigned id, n;
	int pid;
	const char *at;
	char octets[OCTETS_MAX];
} last;

/* One message is authenticated, then saved. What was read are views into it:
 * they hold unless the script changed its octets in between. */
static bool is_read(const struct sip_msg *msg)
{
	return msg->id == last.id && msg->pid == last.pid && msg->buf == last.at
		   && msg->len == last.n && memcmp(msg->buf, last.octets, last.n) == 0;
}

static void keep(const struct sip_msg *msg)
{
	last.id = msg->id;
	last.pid = msg->pid;
	last.at = msg->len <= OCTETS_MAX ? msg->buf : NULL;
	last.n = msg->len;
	if(last.at)
		memcpy(last.octets, msg->buf, msg->len);
}

struct registration *registration_read(struct sip_msg *msg)
{
	struct registration *g = &registration;

	g->now_ms = clock_now_ms();
	if(is_read(msg)) {
		sip_request_read_flags(&g->reg);
	} else {
		sip_request_read(msg, &g->reg);
		keep(msg);
	}
	sip_reply_init(&g->reply);
	g->auth_info[0] = '\0';
	memset(&g->verdict, 0, sizeof(g->verdict));
	g->verdict.compared.cseq_new = g->reg.req.cseq;
	return g;
}

static void keep_impu(struct reg_text impu)
{
	if(impu.n > 0)
		memcpy(story.impu, impu.s, impu.n);
	story.impu[impu.n] = '\0';
}

static enum reg_reach_state reach_of(const struct registration *g)
{
	const struct reg_set *set = &g->bindings.copy.set;
	unsigned i;

	if(g->reg.req.contacts_n == 0)
		return REG_REACH_UNPROVEN;
	for(i = 0; i < set->n; i++)
		if(reg_text_eq(set->b[i].uri, g->reg.req.contacts[0].uri))
			return (enum reg_reach_state)set->b[i].reach.state;
	return REG_REACH_UNPROVEN;
}

static void keep_story(const struct registration *g)
{

	story.verdict = g->verdict.compared;
	story.expires_s = g->verdict.expires_s;
	story.reach = (uint8_t)reach_of(g);
	keep_impu(g->reg.req.impu);
}

void registration_tell_of(struct reg_text impu, const struct reg_binding *b)
{
	story.verdict = b->last;
	story.expires_s =
			reg_binding_remaining_s(b, &config.policy, clock_now_ms());
	story.reach = b->reach.state;
	keep_impu(impu);
}

void registration_tell(const struct registration *g)
{
	const struct reg_trace *t = &g->verdict.compared;
	char reasons[256];

	stats_verdict(t->act, t->why);
	keep_story(g);
	if(!is_printable(L_INFO))
		return;
	reg_reasons_print(t->reasons, reasons, sizeof(reasons));
	LM_INFO("%.*s: act=%s why=%s reasons=%s elapsed=%u/%u cseq=%u/%u "
			"callid=%s lui_left=%u sar=%u hss=%u status=%u expires=%u\n",
			TEXT_FMT(g->reg.req.impu), reg_act_name(t->act),
			reg_why_name(t->why), reasons, t->elapsed_s, t->lifetime_s,
			t->cseq_seen, t->cseq_new, t->callid_same ? "same" : "other",
			t->lui_left_s, t->sar, t->hss_result, t->status,
			g->verdict.expires_s);
}

const struct register_story *registration_story(void)
{
	return &story;
}
