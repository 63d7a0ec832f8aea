/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows what a capture says of the network's answer. Never of the request.
 */
#include "event.h"
#include "core/reg_loop.h"

#define SETS_MAX 1000000

const char event_unknown[] = "no such field";

const char *event_number(struct reg_text t, uint32_t max, uint32_t *ret)
{
	return reg_text_u32(t, max, ret) < 0 ? "not a number, or too large" : NULL;
}

/* Milliseconds since the epoch, or since the beginning. */
static const char *stamp(struct reg_text t, int64_t *ret)
{
	int64_t at = 0;
	size_t i;

	if(t.n == 0 || t.n > 15)
		return "not a time";
	for(i = 0; i < t.n; i++) {
		if(t.s[i] < '0' || t.s[i] > '9')
			return "not a time";
		at = at * 10 + (t.s[i] - '0');
	}
	*ret = at;
	return NULL;
}

static const char *take_response(struct event *e, struct reg_text t)
{
	static const struct
	{
		struct reg_text word;
		enum reg_response means;
		enum reg_loop_cause cause;
	} words[] = {{REG_TEXT("none"), REG_RESPONSE_NONE, REG_LOOP_NO_ANSWER},
			{REG_TEXT("no-nonce"), REG_RESPONSE_NO_NONCE,
					REG_LOOP_NONCE_UNKNOWN},
			{REG_TEXT("right"), REG_RESPONSE_RIGHT, REG_LOOP_NO_ANSWER},
			{REG_TEXT("wrong"), REG_RESPONSE_WRONG, REG_LOOP_WRONG_RESPONSE},
			{REG_TEXT("empty"), REG_RESPONSE_EMPTY, REG_LOOP_WRONG_RESPONSE},
			{REG_TEXT("resync"), REG_RESPONSE_RESYNC, REG_LOOP_RESYNC},
			{REG_TEXT("stale"), REG_RESPONSE_STALE, REG_LOOP_STALE_NONCE},
			{REG_TEXT("replay"), REG_RESPONSE_REPLAY, REG_LOOP_NC_REPLAY}};
	size_t i;

	for(i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if(!reg_text_eq(t, words[i].word))
			continue;
		e->response = words[i].means;
		e->cause = (uint8_t)words[i].cause;
		return NULL;
	}
	return "no such response";
}

/* silent, or a Result-Code, or exp:CODE */
static const char *take_hss(struct event *e, struct reg_text t)
{
	static const struct reg_text exp = REG_TEXT("exp:");
	bool experimental =
			t.n > exp.n && reg_text_eq((struct reg_text){t.s, exp.n}, exp);
	const char *wrong;
	uint32_t code;

	e->has_hss = true;
	e->hss = REG_HSS_SILENT;
	if(reg_text_eq(t, reg_text_of("silent")))
		return NULL;
	if(experimental)
		t = (struct reg_text){t.s + exp.n, t.n - exp.n};
	wrong = event_number(t, 9999, &code);
	if(!wrong)
		e->hss = reg_hss_class(code, experimental);
	return wrong;
}

static const char *take_grant_uri(struct event *e, struct reg_text t)
{
	if(e->grants_n == REG_BINDINGS_MAX)
		return "too many";
	e->grants[e->grants_n++] = (struct event_grant){.uri = t};
	return NULL;
}

static const char *take_grant_expires(struct event *e, struct reg_text t)
{
	if(e->grants_n == 0)
		return "of no contact";
	return event_number(t, UINT32_MAX, &e->grants[e->grants_n - 1].expires_s);
}

static const char *take_number(
		struct event *e, const struct line_field *f, bool *known)
{
	uint32_t n = 0;
	const char *wrong = NULL;

	*known = true;
	if(reg_text_eq(f->name, reg_text_of("set")))
		return event_number(f->value, SETS_MAX, &e->set);
	if(reg_text_eq(f->name, reg_text_of("user")))
		return event_number(f->value, SETS_MAX, &e->user);
	if(reg_text_eq(f->name, reg_text_of("sar")))
		return event_number(f->value, 255, &e->sar);
	if(reg_text_eq(f->name, reg_text_of("joined"))) {
		wrong = event_number(f->value, 1, &n);
		e->joined = n == 1;
		return wrong;
	}
	if(reg_text_eq(f->name, reg_text_of("status"))) {
		wrong = event_number(f->value, 699, &n);
		e->status = (uint16_t)n;
		return wrong;
	}
	*known = false;
	return NULL;
}

const char *event_take_outcome(struct event *e, const struct line_field *f)
{
	const char *wrong;
	bool known;

	wrong = take_number(e, f, &known);
	if(known)
		return wrong;
	if(reg_text_eq(f->name, reg_text_of("at")))
		return stamp(f->value, &e->at_ms);
	if(reg_text_eq(f->name, reg_text_of("answered")))
		return stamp(f->value, &e->answered_ms);
	if(reg_text_eq(f->name, reg_text_of("response")))
		return take_response(e, f->value);
	if(reg_text_eq(f->name, reg_text_of("hss")))
		return take_hss(e, f->value);
	if(reg_text_eq(f->name, reg_text_of("grant-uri")))
		return take_grant_uri(e, f->value);
	if(reg_text_eq(f->name, reg_text_of("grant-expires")))
		return take_grant_expires(e, f->value);
	return event_unknown;
}
