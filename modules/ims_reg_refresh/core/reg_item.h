/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is decided on one contact of a REGISTER; a part of reg_decide.c.
 */
#ifndef REG_ITEM_H
#define REG_ITEM_H

#include "reg_classify.h"

/** Every update trigger that holds for a known binding (a set of reg_why_bit). */
uint64_t reg_triggers(const struct reg_binding *b,
		const struct reg_request *req, const struct reg_policy *p,
		int64_t now_ms);

/** How many bindings an implicit set may have. */
uint32_t reg_contacts_limit(const struct reg_policy *p);

void reg_item_says(struct reg_item *it, enum reg_act act, enum reg_why why,
		uint32_t grant_s);

/** Rules 13 to 16: a refresh of a known binding. */
void reg_item_known(const struct reg_binding *b, const struct reg_request *req,
		const struct reg_policy *p, int64_t now_ms, struct reg_item *it);

/**
 * Rules 11 and 12: a contact that is not known.
 * @param count  bindings so far; one more if the contact comes in beside them
 */
void reg_item_unknown(const struct reg_set *set, const struct reg_policy *p,
		uint32_t *count, struct reg_classes *k, struct reg_item *it);

/** The contact that decides, when those of one REGISTER differ. */
const struct reg_item *reg_items_heaviest(const struct reg_classes *k);

/** A SAR speaks for the whole REGISTER: every contact in it starts again. */
void reg_items_promote(
		struct reg_classes *k, enum reg_act act, enum reg_why why);

#endif
