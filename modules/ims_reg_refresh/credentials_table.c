/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows where a user's credentials lie. Never looks at them.
 */
#include "credentials_table.h"

#include <errno.h>
#include <string.h>

#include "credentials_aka.h"
#include "credentials_sip.h"

#include "../../core/atomic_ops.h"
#include "../../core/locking.h"
#include "../../core/mem/shm_mem.h"

/* Each slot may have one user with AKA vectors above CREDENTIALS_AKA_MAX. */
#define EXPONENT_MAX 16

struct table
{
	unsigned slots_n; /* a power of two */
	atomic_t aka_n;
	struct
	{
		gen_lock_t lock;
		struct credentials_entry *first;
	} slots[];
};

static struct table *table;

int credentials_table_init(unsigned exponent)
{
	unsigned i, n = 1u << (exponent < EXPONENT_MAX ? exponent : EXPONENT_MAX);
	size_t size = sizeof(*table) + n * sizeof(table->slots[0]);

	table = shm_malloc(size);
	if(!table)
		return -ENOMEM;
	memset(table, 0, size);
	table->slots_n = n;
	for(i = 0; i < n; i++)
		lock_init(&table->slots[i].lock);
	return 0;
}

void credentials_drop_sip(struct credentials_entry *u)
{
	if(!u->sip)
		return;
	digest_wipe(u->sip, sizeof(*u->sip));
	shm_free(u->sip);
	u->sip = NULL;
}

void credentials_drop_aka(struct credentials_entry *u)
{
	if(!u->aka)
		return;
	digest_wipe(u->aka, sizeof(*u->aka));
	shm_free(u->aka);
	u->aka = NULL;
	atomic_dec(&table->aka_n);
}

void credentials_remove(unsigned slot, struct credentials_entry *u)
{
	struct credentials_entry **at = &table->slots[slot].first;

	while(*at != u)
		at = &(*at)->next;
	*at = u->next;
	credentials_drop_sip(u);
	credentials_drop_aka(u);
	shm_free(u);
}

void credentials_table_destroy(void)
{
	unsigned i;

	if(!table)
		return;
	for(i = 0; i < table->slots_n; i++)
		while(table->slots[i].first)
			credentials_remove(i, table->slots[i].first);
	shm_free(table);
	table = NULL;
}

void credentials_lock_slot(unsigned slot)
{
	lock_get(&table->slots[slot].lock);
}

unsigned credentials_lock(struct reg_text impi)
{
	unsigned slot = reg_text_hash(impi, 0) & (table->slots_n - 1);

	credentials_lock_slot(slot);
	return slot;
}

void credentials_unlock(unsigned slot)
{
	lock_release(&table->slots[slot].lock);
}

struct credentials_entry *credentials_first(unsigned slot)
{
	return table->slots[slot].first;
}

struct reg_text credentials_impi(const struct credentials_entry *u)
{
	return (struct reg_text){u->text, u->impi_n};
}

struct reg_text credentials_impu(const struct credentials_entry *u)
{
	return (struct reg_text){u->text + u->impi_n, u->impu_n};
}

struct credentials_entry *credentials_find(
		unsigned slot, const struct reg_request *req)
{
	struct credentials_entry *u;

	for(u = table->slots[slot].first; u; u = u->next)
		if(reg_text_eq(credentials_impi(u), req->impi)
				&& reg_text_eq(credentials_impu(u), req->impu))
			return u;
	return NULL;
}

struct credentials_entry *credentials_get(
		unsigned slot, const struct reg_request *req)
{
	struct credentials_entry *u = credentials_find(slot, req);

	if(u)
		return u;
	u = shm_malloc(sizeof(*u) + req->impi.n + req->impu.n);
	if(!u)
		return NULL;
	memset(u, 0, sizeof(*u));
	memcpy(u->text, req->impi.s, req->impi.n);
	memcpy(u->text + req->impi.n, req->impu.s, req->impu.n);
	u->impi_n = req->impi.n;
	u->impu_n = req->impu.n;
	u->next = table->slots[slot].first;
	table->slots[slot].first = u;
	return u;
}

bool credentials_have_sip(struct credentials_entry *u)
{
	if(!u->sip) {
		u->sip = shm_malloc(sizeof(*u->sip));
		if(u->sip)
			memset(u->sip, 0, sizeof(*u->sip));
	}
	return u->sip != NULL;
}

/* Who fetches vectors without end pushes out who did so before; an honest user
 * answers within seconds. */
static void make_room(unsigned slot)
{
	struct credentials_entry *u, *oldest = NULL;

	if(atomic_get(&table->aka_n) < CREDENTIALS_AKA_MAX)
		return;
	for(u = table->slots[slot].first; u; u = u->next)
		if(u->aka
				&& (!oldest
						|| u->aka->fetched_at_ms < oldest->aka->fetched_at_ms))
			oldest = u;
	if(oldest)
		credentials_drop_aka(oldest);
}

bool credentials_have_aka(unsigned slot, struct credentials_entry *u)
{
	if(!u->aka) {
		make_room(slot);
		u->aka = shm_malloc(sizeof(*u->aka));
		if(u->aka) {
			memset(u->aka, 0, sizeof(*u->aka));
			atomic_inc(&table->aka_n);
		}
	}
	return u->aka != NULL;
}

unsigned credentials_slots_n(void)
{
	return table->slots_n;
}
