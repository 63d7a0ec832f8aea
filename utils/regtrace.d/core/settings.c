/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the parameters that a decision depends on. Never decides.
 */
#include "settings.h"

#define TEN_YEARS_S 315360000

void settings_init(struct reg_policy *p)
{
	*p = reg_policy_default;
}

static const char *take_switch(
		struct reg_policy *p, struct reg_text name, uint32_t value, bool *known)
{
	const struct
	{
		const char *name;
		bool *to;
	} switches[] = {{"forward_reg_callid_change", &p->callid_update},
			{"cseq_gap_update", &p->cseq_gap_update},
			{"path_change_update", &p->path_update},
			{"replace_contact_of_impi", &p->replace_contact},
			{"max_contacts_overwrite", &p->overwrite_oldest},
			{"hss_failure_keep", &p->hss_failure_keep},
			{"trust_integrity_protected", &p->trust_integrity}};
	size_t i;

	for(i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
		if(!reg_text_eq(name, reg_text_of(switches[i].name)))
			continue;
		*known = true;
		if(value > 1)
			return "neither 0 nor 1";
		*switches[i].to = value != 0;
	}
	return NULL;
}

static const char *take_number(
		struct reg_policy *p, struct reg_text name, uint32_t value, bool *known)
{
	const struct
	{
		const char *name;
		uint32_t *to, max;
	} numbers[] = {{"location_update_interval", &p->lui_s, TEN_YEARS_S},
			{"location_update_jitter", &p->lui_jitter_pct, 100},
			{"default_expires", &p->default_expires_s, TEN_YEARS_S},
			{"min_expires", &p->min_expires_s, TEN_YEARS_S},
			{"max_expires", &p->max_expires_s, TEN_YEARS_S},
			{"expiry_grace", &p->expiry_grace_s, 3600},
			{"max_contacts", &p->max_contacts, REG_CONTACTS_MAX * 2},
			{"reauth_interval", &p->reauth_interval_s, TEN_YEARS_S},
			{"reauth_every", &p->reauth_every, 1000000},
			{"auth_failures_max", &p->auth_failures_max, 100},
			{"resync_max", &p->resync_max, 100},
			{"challenge_loop_limit", &p->loop_limit, 65535},
			{"challenge_loop_window", &p->loop_window_s, TEN_YEARS_S}};
	size_t i;

	for(i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if(!reg_text_eq(name, reg_text_of(numbers[i].name)))
			continue;
		*known = true;
		if(value > numbers[i].max)
			return "out of range";
		*numbers[i].to = value;
	}
	return NULL;
}

const char *settings_take(struct reg_policy *p, const struct line_field *f)
{
	const char *wrong;
	bool known = false;
	uint32_t value;

	if(reg_text_u32(f->value, UINT32_MAX, &value) < 0)
		return "not a number";
	wrong = take_switch(p, f->name, value, &known);
	if(!known)
		wrong = take_number(p, f->name, value, &known);
	return known ? wrong : "no such parameter";
}
