/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how a scenario reads and writes the facts of a binding.
 */
#include "facts.h"

#include "reg_lifetime.h"

#include <string.h>

struct reg_binding *facts_find(struct reg_set *set, const struct world_ue *ue)
{
	unsigned i;

	for(i = 0; i < set->n; i++)
		if(reg_text_eq(set->b[i].uri, ue->uri)
				&& set->b[i].reg_id == ue->reg_id)
			return &set->b[i];
	return NULL;
}

static bool change_stamp(const struct scenario *s, struct reg_binding *b,
		const char *name, const char *value)
{
	const struct
	{
		const char *name;
		int64_t *slot;
	} slots[] = {{"granted_at", &b->granted_at_ms},
			{"expires_at", &b->expires_at_ms}, {"told_at", &b->hss_told_at_ms},
			{"proved_at", &b->proved_at_ms}};
	size_t i;

	for(i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
		if(strcmp(name, slots[i].name) != 0)
			continue;
		*slots[i].slot = scenario_time_ms(s, name, value);
		return true;
	}
	return false;
}

void facts_change(const struct scenario *s, struct reg_binding *b,
		const char *name, const char *value)
{
	const struct
	{
		const char *name;
		bool *slot;
	} slots[] = {{"owed", &b->owed}, {"forced", &b->forced},
			{"reauth", &b->reauth}, {"facts", &b->facts_known}};
	size_t i;

	if(change_stamp(s, b, name, value))
		return;
	for(i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
		if(strcmp(name, slots[i].name) != 0)
			continue;
		*slots[i].slot = scenario_number(s, name, value) != 0;
		return;
	}
	scenario_fail(s, "no such fact: %s", name);
}

void facts_tell(
		const struct world *w, const struct reg_binding *b, struct expect *e)
{
	static char call_id[WORLD_TEXT_MAX], path[WORLD_TEXT_MAX];
	int64_t lui_ms = reg_lifetime_lui_left_ms(b, &w->policy, w->now_ms);

	memcpy(call_id, b->call_id.s, b->call_id.n);
	call_id[b->call_id.n] = '\0';
	memcpy(path, b->path.s, b->path.n < sizeof(path) ? b->path.n : 0);
	path[b->path.n < sizeof(path) ? b->path.n : 0] = '\0';
	expect_number(
			e, "remaining", reg_binding_remaining_s(b, &w->policy, w->now_ms));
	expect_number(e, "lui", lui_ms == INT64_MAX ? -1 : lui_ms / 1000);
	expect_number(e, "seen", b->cseq_seen);
	expect_number(e, "owed", b->owed);
	expect_text(e, "call-id", call_id);
	expect_text(e, "path", path);
}
