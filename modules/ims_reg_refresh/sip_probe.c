/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how a contact is asked whether it is there. Never knows when.
 */
#include "sip_probe.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "../../core/dprint.h"
#include "../../core/parser/parse_rr.h"

#include "clock.h"
#include "config.h"
#include "reach.h"
#include "sip_answer.h"
#include "stats.h"
#include "text.h"

#define LIFE_MS 300000 /* tm gives up long before */

static struct tm_binds *tm;

void sip_probe_bind(struct tm_binds *with_tm)
{
	tm = with_tm;
}

struct answer
{
	unsigned code;
	struct sip_msg *rpl;
};

/* The only leg. A local 408 says that nothing came. */
static void hear(struct call *c, void *param)
{
	const struct answer *a = param;
	struct call_leg *leg = &c->legs[0];
	struct reg_uas_response r = {.status = a->code};
	enum reg_sign sign = REG_SIGN_NONE;

	if(a->rpl == FAKED_REPLY || !a->rpl) {
		sign = reg_ladder_timeout(&leg->ladder);
	} else if(parse_headers(a->rpl, HDR_EOH_F, 0) == 0) {
		r.by_ue = sip_answer_by_ue(a->rpl);
		sign = reg_ladder_response(&leg->ladder, &r);
	}
	reach_note(c, leg, sign, clock_now_ms());
}

static void go(struct call *c, void *param)
{
	c->legs[0].settled = true;
	c->gone = true;
}

static void on_answer(struct cell *t, int type, struct tmcb_params *ps)
{
	uint32_t id = (uint32_t)(uintptr_t)*ps->param;
	struct answer a = {(unsigned)ps->code, ps->rpl};

	if(type == TMCB_DESTROY)
		calls_change(id, go, NULL);
	else
		calls_change(id, hear, &a);
}

static uint32_t add_call(
		const struct store_one *one, struct reg_text call_id, int64_t now_ms)
{
	struct call_leg leg = {
			.what = one->what, .asked_at_ms = now_ms, .used = true};
	struct call c = {.means = REG_MEANS_PROBE,
			.until_ms = now_ms + LIFE_MS,
			.call_id = calls_hash(call_id),
			.legs_n = 1,
			.legs = &leg};

	reg_ladder_start(&leg.ladder, false);
	return calls_add(&c);
}

/* The dialog that an OPTIONS outside of one pretends to be in. */
static int dialog_of(const struct store_one *one, struct socket_info *sock,
		struct reg_text call_id, dlg_t *d)
{
	memset(d, 0, sizeof(*d));
	d->id.call_id = str_of(call_id);
	d->id.loc_tag = str_of(call_id);
	d->loc_uri = config.scscf_name;
	d->rem_uri = str_of(one->key);
	d->rem_target = str_of(one->b.uri);
	d->send_sock = sock;
	d->loc_seq.value = 1;
	d->loc_seq.is_set = 1;
	if(one->b.path.n == 0) {
		d->dst_uri = str_of(one->b.received); /* empty: the contact itself */
		return 0;
	}
	return parse_rr_body(
			(char *)one->b.path.s, (int)one->b.path.n, &d->route_set);
}

static int send_options(uint32_t id, dlg_t *d)
{
	char text[512];
	str method = str_init("OPTIONS"), headers = {text, 0};
	uac_req_t request;

	headers.len = snprintf(text, sizeof(text),
			"Contact: <%.*s>\r\nMax-Forwards: 70\r\n"
			"Accept: application/sdp\r\n",
			config.scscf_name.len, config.scscf_name.s);
	if(headers.len >= (int)sizeof(text))
		return -1;
	set_uac_req(&request, &method, &headers, NULL, d,
			TMCB_LOCAL_COMPLETED | TMCB_DESTROY, on_answer,
			(void *)(uintptr_t)id);
	return tm->t_uac(&request);
}

void sip_probe_send(
		const struct store_one *one, struct socket_info *sock, int64_t now_ms)
{
	char text[64];
	struct reg_text call_id = {text, 0};
	uint32_t id;
	dlg_t d;

	call_id.n = (size_t)snprintf(text, sizeof(text), "probe-%llx-%llx",
			(unsigned long long)one->what, (unsigned long long)now_ms);
	if(dialog_of(one, sock, call_id, &d) < 0)
		return;
	id = add_call(one, call_id, now_ms);
	if(id != 0 && send_options(id, &d) > 0) {
		stats_count(STATS_PROBES_SENT);
	} else if(id != 0) {
		calls_change(id, go, NULL);
		LM_WARN("%.*s: <%.*s> cannot be probed\n", TEXT_FMT(one->key),
				TEXT_FMT(one->b.uri));
	}
	if(d.route_set)
		free_rr(&d.route_set);
}
