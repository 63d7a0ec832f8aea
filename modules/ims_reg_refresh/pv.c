/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the names in $regr(...). Never decides.
 */
#include "pv.h"

#include "../../core/dprint.h"

#include "event_json.h"
#include "events.h"
#include "registration.h"
#include "text.h"

enum field
{
	FIELD_ACT,
	FIELD_WHY,
	FIELD_REASONS,
	FIELD_SAR,
	FIELD_EXPIRES,
	FIELD_REMAINING,
	FIELD_LUI,
	FIELD_CSEQ_SEEN,
	FIELD_IMPU,
	FIELD_CONTACT,
	FIELD_EVENT,
	FIELD_JSON,
	FIELD_REACH,
	FIELDS_N
};

static const char *const field_names[FIELDS_N] = {
		[FIELD_ACT] = "act",
		[FIELD_WHY] = "why",
		[FIELD_REASONS] = "reasons",
		[FIELD_SAR] = "sar",
		[FIELD_EXPIRES] = "expires",
		[FIELD_REMAINING] = "remaining",
		[FIELD_LUI] = "lui",
		[FIELD_CSEQ_SEEN] = "cseq_seen",
		[FIELD_IMPU] = "impu",
		[FIELD_CONTACT] = "contact",
		[FIELD_EVENT] = "event",
		[FIELD_JSON] = "json",
		[FIELD_REACH] = "reach",
};

static int parse_name(pv_spec_t *spec, str *in)
{
	int i;

	for(i = 0; i < FIELDS_N; i++)
		if(reg_text_eq(text_of(*in), reg_text_of(field_names[i]))) {
			spec->pvp.pvn.type = PV_NAME_INTSTR;
			spec->pvp.pvn.u.isname.type = 0;
			spec->pvp.pvn.u.isname.name.n = i;
			return 0;
		}
	LM_ERR("unknown name in $regr(%.*s)\n", in->len, in->s);
	return -1;
}

static int get_text(
		struct sip_msg *msg, pv_param_t *param, pv_value_t *ret, const char *s)
{
	str text = str_of(reg_text_of(s));

	return pv_get_strval(msg, param, ret, &text);
}

/* Seconds before it would run out, as the verdict found it. */
static uint32_t remaining_s(const struct reg_trace *t)
{
	return t->lifetime_s > t->elapsed_s ? t->lifetime_s - t->elapsed_s : 0;
}

static int get_field(struct sip_msg *msg, pv_param_t *param, pv_value_t *ret)
{
	static char reasons[256], json[EVENT_JSON_SIZE];
	const struct register_story *s = registration_story();
	const struct reg_trace *t = &s->verdict;

	switch(param->pvn.u.isname.name.n) {
		case FIELD_ACT:
			return get_text(msg, param, ret, reg_act_name(t->act));
		case FIELD_WHY:
			return get_text(msg, param, ret, reg_why_name(t->why));
		case FIELD_REASONS:
			reg_reasons_print(t->reasons, reasons, sizeof(reasons));
			return get_text(msg, param, ret, reasons);
		case FIELD_SAR:
			return pv_get_uintval(msg, param, ret, t->sar);
		case FIELD_EXPIRES:
			return pv_get_uintval(msg, param, ret, s->expires_s);
		case FIELD_REMAINING:
			return pv_get_uintval(msg, param, ret, remaining_s(t));
		case FIELD_LUI:
			return pv_get_sintval(msg, param, ret, (int)t->lui_left_s);
		case FIELD_CSEQ_SEEN:
			return pv_get_uintval(msg, param, ret, t->cseq_seen);
		case FIELD_IMPU:
			return get_text(msg, param, ret, s->impu);
		case FIELD_CONTACT:
			return get_text(msg, param, ret, s->contact);
		case FIELD_EVENT:
			return get_text(msg, param, ret, events_name());
		case FIELD_JSON:
			event_json(s, json);
			return get_text(msg, param, ret, json);
		case FIELD_REACH:
			return get_text(msg, param, ret, reg_reach_name(s->reach));
		default:
			return pv_get_null(msg, param, ret);
	}
}

pv_export_t pv_exports[] = {{{"regr", sizeof("regr") - 1}, PVT_OTHER, get_field,
									0, parse_name, 0, 0, 0},
		{{0, 0}, 0, 0, 0, 0, 0, 0, 0}};
