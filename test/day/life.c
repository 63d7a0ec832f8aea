/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows what a phone does. Never knows who answers it.
 */
#include "life.h"

#include <stdio.h>
#include <string.h>

#define DAY_S 86400.0
#define ELSEWHERE_N 2 /* a challenge and its answer at another S-CSCF */

enum purpose
{
	OF_EVENT = 1,
	OF_KIND,
	OF_AWAY,
	OF_WAIT
};

static uint64_t mix(uint64_t x) /* splitmix64 */
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

double life_chance(const struct life *l, unsigned purpose)
{
	uint64_t x = mix(l->number * 8 + purpose);

	return (double)(mix(x + l->step_n) >> 11) / (double)(UINT64_C(1) << 53);
}

void life_restart(struct life *l)
{
	snprintf(l->call_id, sizeof(l->call_id), "%llx-%x@phone",
			(unsigned long long)l->number, ++l->calls_n);
	l->cseq = 0;
	l->secured = false;
}

static void take_address(struct life *l)
{
	snprintf(l->uri, sizeof(l->uri), "sip:u%llu@10.%u.0.1:5060",
			(unsigned long long)l->number, l->step_n);
}

static void take_pcscf(struct life *l)
{
	snprintf(l->path, sizeof(l->path), "<sip:term@pcscf%u.example.org;lr>",
			l->step_n);
}

void life_begin(struct life *l, const struct life_plan *plan, uint64_t number)
{
	*l = (struct life){.plan = plan, .number = number};
	snprintf(l->impu, sizeof(l->impu), "sip:u%llu@example.org",
			(unsigned long long)number);
	snprintf(l->impi, sizeof(l->impi), "u%llu@example.org",
			(unsigned long long)number);
	life_restart(l);
	take_address(l);
	take_pcscf(l);
}

/* As many a day as planned, whatever the lifetime. */
static enum life_event by_chance(const struct life *l)
{
	static const enum life_event moves[] = {
			LIFE_MOVES_ADDRESS, LIFE_MOVES_PCSCF, LIFE_MOVES_AWAY};
	static const enum life_event reboots[] = {
			LIFE_RESTARTS, LIFE_LEAVES, LIFE_IS_OFF};
	const struct life_plan *p = l->plan;
	double steps = DAY_S / (p->lifetime_s / 2.0 + p->late_s / 2.0);
	double chance = life_chance(l, OF_EVENT) * steps;
	unsigned kind = (unsigned)(life_chance(l, OF_KIND) * 3);

	if(chance < p->moving)
		return moves[kind];
	return chance < p->moving + p->rebooting ? reboots[kind] : LIFE_REFRESH;
}

static enum life_event as_planned(const struct life *l)
{
	if(l->step_n == l->plan->move_at)
		return LIFE_MOVES_ADDRESS;
	return l->step_n == l->plan->reboot_at ? LIFE_RESTARTS : LIFE_REFRESH;
}

enum life_event life_next(struct life *l)
{
	enum life_event e;

	l->step_n++;
	e = l->plan->move_at ? as_planned(l) : by_chance(l);
	if(e == LIFE_MOVES_ADDRESS)
		take_address(l);
	if(e == LIFE_MOVES_PCSCF)
		take_pcscf(l);
	if(e == LIFE_MOVES_AWAY)
		l->cseq += ELSEWHERE_N;
	if(e == LIFE_RESTARTS || e == LIFE_IS_OFF)
		life_restart(l);
	if(e == LIFE_MOVES_ADDRESS || e == LIFE_MOVES_PCSCF)
		l->secured = false;
	return e;
}

double life_away_s(const struct life *l, enum life_event e)
{
	double share = life_chance(l, OF_AWAY);

	if(e == LIFE_LEAVES)
		return 60 + 540 * share;
	return e == LIFE_IS_OFF ? l->plan->lifetime_s + 6 * 3600 * share : 0;
}

double life_wait_s(const struct life *l, uint32_t granted_s)
{
	return granted_s / 2.0 + l->plan->late_s * life_chance(l, OF_WAIT);
}

void life_register(struct life *l, uint32_t expires_s, struct reg_request *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->impu = reg_text_of(l->impu);
	ret->impi = reg_text_of(l->impi);
	ret->call_id = reg_text_of(l->call_id);
	ret->path = reg_text_of(l->path);
	ret->cseq = ++l->cseq;
	ret->contacts_n = 1;
	ret->contacts[0].uri = reg_text_of(l->uri);
	ret->contacts[0].has_expires = true;
	ret->contacts[0].expires_s = expires_s;
	ret->contacts[0].q = REG_Q_NONE;
}
