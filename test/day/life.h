/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The life of a phone: what it registers with, and what happens to it. It knows
 * neither S-CSCF: the same number lives the same life before both.
 */
#ifndef DAY_LIFE_H
#define DAY_LIFE_H

#include "reg_request.h"

/** What happens to a phone when its next REGISTER is due. */
enum life_event
{
	LIFE_REFRESH,
	LIFE_MOVES_ADDRESS, /* another contact, nothing protects it yet */
	LIFE_MOVES_PCSCF,	/* another Path, the same contact */
	LIFE_MOVES_AWAY,	/* registers with another S-CSCF, and comes back */
	LIFE_RESTARTS,		/* at once: a new Call-ID, no word of leaving */
	LIFE_LEAVES,		/* takes its leave, comes back in a few minutes */
	LIFE_IS_OFF,		/* no word, no refresh, back after hours */
	LIFE_EVENTS_N
};

/** How phones live. */
struct life_plan
{
	uint32_t lifetime_s; /* asked for; a refresh goes out at its half … */
	uint32_t late_s;	 /* … or up to so much later */
	double moving, rebooting;	 /* share of the phones, in a day */
	unsigned move_at, reboot_at; /* or at these refreshes, 0: by chance */
};

struct life
{
	const struct life_plan *plan;
	uint64_t number;
	unsigned step_n;  /* refreshes due so far */
	unsigned calls_n; /* Call-IDs used so far */
	uint32_t cseq;
	bool secured; /* it has a security association, or a nonce to use again */
	char impu[32], impi[32], uri[48], call_id[32], path[48];
};

void life_begin(struct life *l, const struct life_plan *plan, uint64_t number);

/** A number from 0 to under 1, the same for the same phone, step and purpose. */
double life_chance(const struct life *l, unsigned purpose);

/** What happens before the next REGISTER. The phone changes accordingly. */
enum life_event life_next(struct life *l);

/** It is switched on again: another call, nothing kept of the proof. */
void life_restart(struct life *l);

/** Seconds that it stays away after LIFE_LEAVES or LIFE_IS_OFF. */
double life_away_s(const struct life *l, enum life_event e);

/** Seconds until it refreshes what was granted. */
double life_wait_s(const struct life *l, uint32_t granted_s);

/** Its next REGISTER, with the next CSeq. Texts are views into the life. */
void life_register(struct life *l, uint32_t expires_s, struct reg_request *ret);

#endif
