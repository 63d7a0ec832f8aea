/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows when a debt is tried again. Never pays one.
 */
#include "reg_owed.h"

void reg_owed_add(struct reg_binding *b, int64_t now_ms)
{
	if(!b->owed) {
		b->owed_at_ms = now_ms;
		b->owed_tries = 0;
	}
	b->owed = true;
	reg_owed_tried(b, now_ms);
}

void reg_owed_defer(struct reg_binding *b, int64_t now_ms)
{
	if(!b->owed)
		reg_owed_add(b, now_ms);
}

void reg_owed_tried(struct reg_binding *b, int64_t now_ms)
{
	int64_t wait_ms = REG_OWED_LONGEST_MS;

	if(b->owed_tries < 6)
		wait_ms = (int64_t)REG_OWED_FIRST_MS << b->owed_tries;
	if(wait_ms > REG_OWED_LONGEST_MS)
		wait_ms = REG_OWED_LONGEST_MS;
	if(b->owed_tries < UINT8_MAX)
		b->owed_tries++;
	b->owed_try_at_ms = now_ms + wait_ms;
}

void reg_owed_clear(struct reg_binding *b)
{
	b->owed = false;
	b->owed_at_ms = b->owed_try_at_ms = 0;
	b->owed_tries = 0;
}

void reg_owed_end(struct reg_binding *b, enum reg_sar sar, int64_t now_ms)
{
	b->ended_sar = (uint8_t)sar;
	b->journal.n = 0;
	b->owed = true;
	b->owed_at_ms = b->owed_try_at_ms = now_ms;
	b->owed_tries = 0;
}

enum reg_sar reg_owed_sar(const struct reg_binding *b)
{
	if(!b->owed)
		return REG_SAR_NONE;
	return b->ended_sar ? (enum reg_sar)b->ended_sar : REG_SAR_RE_REGISTRATION;
}
