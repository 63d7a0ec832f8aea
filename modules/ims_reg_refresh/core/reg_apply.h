/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Carrying a verdict out on the bindings, as a value: the set goes in as it
 * was and comes out as it shall be, with a note of what changed. The host then
 * makes usrloc and the store agree.
 */
#ifndef REG_APPLY_H
#define REG_APPLY_H

#include "reg_decide.h"
#include "reg_reginfo.h"

enum reg_change
{
	REG_CHANGE_NONE,
	REG_CHANGE_FACTS,	/* only what we know of it */
	REG_CHANGE_REFRESH, /* the contact itself: lifetime, path, parameters */
	REG_CHANGE_ADD,
	REG_CHANGE_REMOVE,
};

struct reg_changes
{
	uint8_t of[REG_SET_MAX];	/* enum reg_change */
	uint8_t event[REG_SET_MAX]; /* enum reg_event: what watchers are told */
	uint8_t why[REG_SET_MAX];	/* enum reg_why, of those that end now */
	bool moved[REG_SET_MAX];	/* refreshed under another contact URI */
	struct reg_text from_uri[REG_SET_MAX]; /* that it had before, if moved */
};

/** Nothing changes. */
static inline void reg_changes_clear(struct reg_changes *ch)
{
	memset(ch, 0, offsetof(struct reg_changes, from_uri));
}

/**
 * Carry out what was decided (and, if a SAR was due, what the HSS allowed).
 * @param told  the HSS has just said yes: the LUI starts again
 * @param owe   the HSS could not be told: the SAR stays owed
 * @return 0; -ENOSPC: more bindings than can be (set unchanged)
 */
int reg_apply(const struct reg_request *req, const struct reg_verdict *v,
		bool told, bool owe, int64_t now_ms, struct reg_set *set,
		struct reg_changes *ret);

/** Nothing changes: each binding that the REGISTER names notes the verdict. */
void reg_apply_noted(const struct reg_verdict *v, struct reg_set *set,
		struct reg_changes *ret);

/** A binding goes. @param why  REG_WHY_NONE: it was over before */
void reg_change_end(struct reg_changes *ch, unsigned i, enum reg_event event,
		enum reg_why why);

/** Every binding of this private identity goes: the HSS refused it. */
void reg_apply_refused(const struct reg_set *set, struct reg_text impi,
		enum reg_event event, struct reg_changes *ret);

#endif
