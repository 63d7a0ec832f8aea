/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who waits for the HSS: REGISTERs, mostly. What survives until its answer, which comes
 * in another process, is a small record by number. It is taken once: an answer
 * that comes late, or a second time, finds nothing.
 */
#ifndef PENDING_H
#define PENDING_H

#include "credentials.h"
#include "usrloc_sync.h"

#include "core/reg_flow.h"
#include "core/reg_text.h"

#define PENDING_ROUTE_SIZE 64

enum pending_kind
{
	PENDING_REGISTER, /* a REGISTER is suspended */
	PENDING_OWED,	  /* nobody waits: what the HSS was owed is told */
};

struct registration_copy;

struct pending
{
	enum pending_kind kind;
	enum reg_flow_state state;
	unsigned tm_index, tm_label;	/* the suspended transaction */
	struct registration_copy *copy; /* of what waits; whoever takes this frees
									   it. NULL: of what is owed */
	udomain_t *domain;
	uint32_t set;					/* pending_set(); 0: holds none */
	char route[PENDING_ROUTE_SIZE]; /* to run after the reply */
	uint32_t expires_s;				/* that the verdict grants */
	struct reg_trace verdict;
	char realm[256];				 /* of the challenge to come */
	struct credentials_ask ask;		 /* of it */
	char impu[REG_IDENTITY_MAX + 1]; /* of what is owed; else empty */
	char impi[REG_IDENTITY_MAX + 1];
};

int pending_init(void);
void pending_destroy(void);

/** @return its number, never 0; 0: no memory */
uint32_t pending_add(const struct pending *p);

/** Take it out. @return 0, or -ENOENT: it was taken before */
int pending_take(uint32_t id, struct pending *ret);

/** The mark of an implicit set, never 0. */
uint32_t pending_set(struct reg_text key);

/** Whether a REGISTER of this set waits: it must not expire meanwhile. Now and
 * then true for the sake of another set. */
bool pending_holds(struct reg_text key);

/** How many wait. */
unsigned pending_count(void);

#endif
