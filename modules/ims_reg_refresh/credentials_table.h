/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of users behind credentials.h: slots with a lock each. Whatever
 * takes or gives an entry is called with its slot locked.
 */
#ifndef CREDENTIALS_TABLE_H
#define CREDENTIALS_TABLE_H

#include "credentials.h"

struct credentials_sip;
struct credentials_aka;

/** Of whom a loop is: of anybody who uses the name, or of the user's own. */
enum credentials_side
{
	CREDENTIALS_ANYBODY,
	CREDENTIALS_OWN,
	CREDENTIALS_SIDES_N
};

struct credentials_entry
{
	struct credentials_entry *next;
	unsigned failures_n;
	unsigned resyncs_n; /* in the call of resync_call */
	uint64_t resync_call;
	int64_t failure_told_at_ms; /* 0: never */
	int64_t challenged_at_ms;	/* 0: no challenge waits */
	uint64_t sip_call; /* whose SIP Digest challenge waits; 0: nobody's */
	bool sip_is_last;  /* the HSS gave SIP Digest last, not AKA */
	struct reg_loop loops[CREDENTIALS_SIDES_N];
	struct credentials_sip *sip; /* NULL: no HA1 */
	struct credentials_aka *aka; /* NULL: no vector */
	size_t impi_n, impu_n;
	char text[]; /* impi, impu */
};

/** @param exponent  2^exponent slots, 2^16 at most. @return 0, or -ENOMEM */
int credentials_table_init(unsigned exponent);
void credentials_table_destroy(void);

/** Lock the slot of an IMPI. @return its number, for the others */
unsigned credentials_lock(struct reg_text impi);
void credentials_lock_slot(unsigned slot);
void credentials_unlock(unsigned slot);

struct credentials_entry *credentials_first(unsigned slot);

/** @return NULL: unknown */
struct credentials_entry *credentials_find(
		unsigned slot, const struct reg_request *req);

/** Found or made. @return NULL: no memory */
struct credentials_entry *credentials_get(
		unsigned slot, const struct reg_request *req);

/** Take the entry at *at out and free it. */
void credentials_remove(unsigned slot, struct credentials_entry *u);

/** Room for HA1, for vectors; zeroed. @return false: no memory */
bool credentials_have_sip(struct credentials_entry *u);
bool credentials_have_aka(unsigned slot, struct credentials_entry *u);

/** Wiped and freed. */
void credentials_drop_sip(struct credentials_entry *u);
void credentials_drop_aka(struct credentials_entry *u);

struct reg_text credentials_impi(const struct credentials_entry *u);
struct reg_text credentials_impu(const struct credentials_entry *u);

#endif
