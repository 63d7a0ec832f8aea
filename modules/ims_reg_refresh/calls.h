/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests under way to UEs: what must survive from one message of a call to
 * the next, in shared memory, by number and by dialog. Bounded in number and in
 * time; a lock a slot.
 */
#ifndef CALLS_H
#define CALLS_H

#include "core/reg_ladder.h"
#include "core/reg_text.h"

/** More are not followed. */
#define CALLS_MAX 65536

/** The request at one binding of the set. */
struct call_leg
{
	uint64_t what; /* the binding, as the store names it */
	uint64_t uri;  /* hash of its contact */
	uint64_t tag;  /* hash of the To tag that the UE answered with last */
	struct reg_ladder ladder;
	int64_t asked_at_ms; /* the request went out, or the CANCEL of our timer */
	bool used;			 /* it was really sent there */
	bool settled;		 /* its end is known, and counted */
	bool written;		 /* what it showed is known, and in the journal */
	uint8_t shown;		 /* stage that the store has */
};

struct call
{
	uint32_t id;
	uint8_t means; /* enum reg_means */
	bool gone;	   /* its transaction is */
	int64_t until_ms;
	uint64_t call_id, from_tag; /* hashes */
	unsigned legs_n;
	struct call_leg *legs;
};

/** Runs with the call locked; must not come back here. */
typedef void calls_change_f(struct call *c, void *param);

/** @return 0, or -ENOMEM */
int calls_init(void);
void calls_destroy(void);

/** Copy a call in. @return its number, never 0; 0: no room */
uint32_t calls_add(const struct call *c);

/** Change one, by number. One that is over leaves the table. */
void calls_change(uint32_t id, calls_change_f *change, void *param);

/** Change all of a dialog's. */
void calls_change_dialog(uint64_t call_id, uint64_t from_tag,
		calls_change_f *change, void *param);

/** Let go of those whose time is over; a tenth of the slots a turn. */
void calls_sweep(int64_t now_ms, calls_change_f *change, void *param);

/** How many there are. */
unsigned calls_count(void);

/** The hash that calls are known by. */
static inline uint64_t calls_hash(struct reg_text t)
{
	return reg_text_hash(t, 0);
}

#endif
