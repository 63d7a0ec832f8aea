/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how a REGISTER is taken in and told of. Never changes anything.
 */
#include "registration.h"

#include <string.h>

#include "../../core/dprint.h"

#include "clock.h"
#include "stats.h"
#include "text.h"

static struct registration registration;
static struct register_story story;

struct registration *registration_read(struct sip_msg *msg)
{
	struct registration *g = &registration;

	g->now_ms = clock_now_ms();
	sip_request_read(msg, &g->reg);
	sip_reply_init(&g->reply);
	g->auth_info[0] = '\0';
	memset(&g->verdict, 0, sizeof(g->verdict));
	g->verdict.compared.cseq_new = g->reg.req.cseq;
	return g;
}

static void keep_story(const struct registration *g)
{
	const struct reg_text *impu = &g->reg.req.impu;

	story.verdict = g->verdict.compared;
	story.expires_s = g->verdict.expires_s;
	if(impu->n > 0)
		memcpy(story.impu, impu->s, impu->n);
	story.impu[impu->n] = '\0';
}

void registration_tell(const struct registration *g)
{
	const struct reg_trace *t = &g->verdict.compared;
	char reasons[256];

	stats_verdict(t->act, t->why);
	keep_story(g);
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
