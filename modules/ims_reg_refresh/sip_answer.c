/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the marks that a UE leaves on a response. Never decides what they mean.
 */
#include "sip_answer.h"

#include <string.h>

#include "../../core/forward.h"
#include "../../core/parser/hf.h"
#include "../../core/parser/parse_cseq.h"
#include "../../core/parser/parse_rr.h"
#include "../../core/parser/parse_uri.h"

#include "text.h"

static struct reg_text body_of(const struct sip_msg *msg, const char *header)
{
	const struct hdr_field *h =
			get_hdr_by_name(msg, header, (int)strlen(header));

	return h ? reg_text_trim(text_of(h->body)) : (struct reg_text){NULL, 0};
}

uint32_t sip_answer_rseq(const struct sip_msg *msg, const char *header)
{
	struct reg_text number = body_of(msg, header);
	uint32_t n;
	size_t i;

	for(i = 0; i < number.n && number.s[i] >= '0' && number.s[i] <= '9'; i++)
		;
	number.n = i;
	return reg_text_u32(number, UINT32_MAX, &n) < 0 ? 0 : n;
}

/* TS 24.229 5.1.2A: a UE puts its P-Access-Network-Info into every response; one
 * that the network puts in says so. */
bool sip_answer_by_ue(const struct sip_msg *rpl)
{
	struct reg_text access = body_of(rpl, "P-Access-Network-Info");

	return access.n > 0
		   && !reg_text_has(
				   access, (struct reg_text)REG_TEXT("network-provided"));
}

static bool has_own_route(const struct hdr_field *h)
{
	rr_t *first = NULL, *at;
	struct sip_uri uri;
	bool own = false;

	if(parse_rr_body(h->body.s, h->body.len, &first) < 0)
		return false;
	for(at = first; at && !own; at = at->next)
		own = parse_uri(at->nameaddr.uri.s, at->nameaddr.uri.len, &uri) == 0
			  && check_self(&uri.host, uri.port_no ? uri.port_no : SIP_PORT, 0)
						 == 1;
	free_rr(&first);
	return own;
}

/* Whether requests of its dialog come by here. */
static bool is_on_route(const struct sip_msg *rpl)
{
	const struct hdr_field *h;

	for(h = rpl->headers; h; h = h->next)
		if(h->type == HDR_RECORDROUTE_T && has_own_route(h))
			return true;
	return false;
}

bool sip_answer_read(struct sip_msg *rpl, const struct sip_msg *request,
		struct reg_uas_response *ret)
{
	if(!rpl || !request || parse_headers(rpl, HDR_EOH_F, 0) < 0 || !rpl->cseq
			|| !get_cseq(rpl)
			|| get_cseq(rpl)->method_id != (unsigned)request->REQ_METHOD)
		return false;
	ret->status = rpl->REPLY_STATUS;
	ret->rseq = 0;
	ret->no_ack = false;
	ret->by_ue = sip_answer_by_ue(rpl);
	if(request->REQ_METHOD != METHOD_INVITE || ret->status <= 100
			|| ret->status >= 300)
		return true;
	ret->no_ack = !is_on_route(rpl);
	if(ret->status < 200 && !ret->no_ack)
		ret->rseq = sip_answer_rseq(rpl, "RSeq");
	return true;
}
