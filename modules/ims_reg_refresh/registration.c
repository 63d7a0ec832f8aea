/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how a REGISTER is taken in and told of. Never changes anything.
 */
#include "registration.h"

#include <stddef.h>
#include <errno.h>
#include <string.h>

#include "../../core/dprint.h"

#include "clock.h"
#include "core/reg_item.h"
#include "pool.h"
#include "stats.h"
#include "text.h"

#define OCTETS_MAX 65535 /* of a UDP datagram; longer ones are read twice */

#define POOL_N 256	   /* wait for the HSS at a time, as a rule */
#define COPY_SIZE 8192 /* of one, as a rule */

static struct pool *pool; /* of copies */
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

/* What was read, then the octets of the message. What was read views them, and
 * texts of its own: those are where they were, in every process, since all are
 * forks of one. */
struct registration_copy
{
	char auth_info[CREDENTIALS_INFO_SIZE];
	const char *from; /* where the octets were */
	size_t reg_n;
	char data[];
};

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

static struct registration *begin(void)
{
	struct registration *g = &registration;

	g->now_ms = clock_now_ms();
	sip_reply_init(&g->reply);
	reg_verdict_clear(&g->verdict);
	return g;
}

struct registration *registration_read(struct sip_msg *msg)
{
	struct registration *g = begin();

	if(is_read(msg)) {
		sip_request_read_flags(&g->reg);
	} else {
		sip_request_read(msg, &g->reg);
		keep(msg);
	}
	g->auth_info[0] = '\0';
	g->verdict.compared.cseq_new = g->reg.req.cseq;
	return g;
}

int registration_init(void)
{
	pool = pool_new(POOL_N, COPY_SIZE);
	return pool ? 0 : -ENOMEM;
}

void registration_destroy(void)
{
	pool_destroy(pool);
	pool = NULL;
}

struct registration_copy *registration_copy(
		const struct registration *g, const struct sip_msg *msg)
{
	size_t reg_n = offsetof(struct sip_register, params) + g->reg.params_n;
	struct registration_copy *c =
			pool_take(pool, sizeof(*c) + reg_n + msg->len);

	if(!c)
		return NULL;
	memcpy(c->auth_info, g->auth_info, sizeof(c->auth_info));
	c->from = msg->buf;
	c->reg_n = reg_n;
	memcpy(c->data, &g->reg, reg_n);
	memcpy(c->data + reg_n, msg->buf, msg->len);
	return c;
}

struct registration *registration_take(const struct registration_copy *c)
{
	struct registration *g = begin();

	last.at = NULL; /* no message of this process is at hand any more */
	memcpy(&g->reg, c->data, c->reg_n);
	sip_request_move(&g->reg, c->from, c->data + c->reg_n);
	memcpy(g->auth_info, c->auth_info, sizeof(g->auth_info));
	g->verdict.compared.cseq_new = g->reg.req.cseq;
	return g;
}

void registration_drop(struct registration_copy *c)
{
	pool_give(pool, c);
}

static struct reg_text contact_of(const struct registration *g)
{
	const struct reg_classes *k = &g->verdict.k;
	struct reg_text none = {NULL, 0};
	unsigned i = 0;

	if(k->items_n > 1)
		i = (unsigned)(reg_items_heaviest(k) - k->items);
	return i < g->reg.req.contacts_n ? g->reg.req.contacts[i].uri : none;
}

static enum reg_reach_state reach_of(
		const struct registration *g, struct reg_text contact)
{
	const struct reg_set *set = &g->bindings.copy.set;
	unsigned i;

	for(i = 0; i < set->n && contact.n > 0; i++)
		if(reg_text_eq(set->b[i].uri, contact))
			return (enum reg_reach_state)set->b[i].reach.state;
	return REG_REACH_UNPROVEN;
}

static void keep_story(const struct registration *g)
{
	struct reg_text contact = contact_of(g);

	story.verdict = g->verdict.compared;
	story.expires_s = g->verdict.expires_s;
	story.reach = (uint8_t)reach_of(g, contact);
	text_copy(story.impu, g->reg.req.impu, REG_IDENTITY_MAX);
	text_copy(story.contact, contact, REG_URI_MAX);
	text_copy(story.user_agent, g->reg.req.user_agent, REG_USER_AGENT_MAX);
}

/* @param front  of the line */
static void say(const struct registration *g, const char *front)
{
	const struct reg_trace *t = &g->verdict.compared;
	char reasons[256];

	keep_story(g);
	if(!is_printable(L_INFO))
		return;
	reg_reasons_print(t->reasons, reasons, sizeof(reasons));
	LM_INFO("%s%.*s: act=%s why=%s reasons=%s elapsed=%u/%u cseq=%u/%u "
			"callid=%s lui_left=%u sar=%u hss=%u status=%u expires=%u\n",
			front, TEXT_FMT(g->reg.req.impu), reg_act_name(t->act),
			reg_why_name(t->why), reasons, t->elapsed_s, t->lifetime_s,
			t->cseq_seen, t->cseq_new, t->callid_same ? "same" : "other",
			t->lui_left_s, t->sar, t->hss_result, t->status,
			g->verdict.expires_s);
}

void registration_tell(const struct registration *g)
{
	stats_verdict(g->verdict.compared.act, g->verdict.compared.why);
	say(g, "");
}

void registration_tell_shadow(const struct registration *g)
{
	say(g, "shadow ");
}

const struct register_story *registration_story(void)
{
	return &story;
}

void registration_story_set(const struct register_story *to)
{
	story = *to;
}
