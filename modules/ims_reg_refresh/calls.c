/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows which requests are under way. Never knows what their answers mean.
 */
#include "calls.h"

#include <errno.h>
#include <string.h>

#include "../../core/atomic_ops.h"
#include "../../core/locking.h"
#include "../../core/mem/shm_mem.h"

#define SLOTS_N 1024u
#define SLOT_OF(id) ((id) % SLOTS_N)
#define SWEPT_N (SLOTS_N / 10 + 1)

struct entry
{
	struct entry *next;
	struct call c;
	struct call_leg legs[];
};

struct table
{
	atomic_t last, count;
	struct
	{
		gen_lock_t lock;
		struct entry *first;
	} slots[SLOTS_N];
};

static struct table *table;

int calls_init(void)
{
	unsigned i;

	table = shm_malloc(sizeof(*table));
	if(!table)
		return -ENOMEM;
	memset(table, 0, sizeof(*table));
	for(i = 0; i < SLOTS_N; i++)
		lock_init(&table->slots[i].lock);
	return 0;
}

void calls_destroy(void)
{
	struct entry *e, *next;
	unsigned i;

	if(!table)
		return;
	for(i = 0; i < SLOTS_N; i++)
		for(e = table->slots[i].first; e; e = next) {
			next = e->next;
			shm_free(e);
		}
	shm_free(table);
	table = NULL;
}

/* The slot is the Call-ID's, so that the number and the dialog lead there. */
static uint32_t next_id(uint64_t call_id)
{
	uint32_t id;

	do
		id = (uint32_t)atomic_add(&table->last, 1) * SLOTS_N
			 + SLOT_OF((uint32_t)call_id);
	while(id == 0);
	return id;
}

uint32_t calls_add(const struct call *c)
{
	size_t legs_size = c->legs_n * sizeof(*c->legs);
	struct entry *e;
	unsigned i;

	if(atomic_get(&table->count) >= CALLS_MAX)
		return 0;
	e = shm_malloc(sizeof(*e) + legs_size);
	if(!e)
		return 0;
	e->c = *c;
	e->c.id = next_id(c->call_id);
	e->c.legs = e->legs;
	memcpy(e->legs, c->legs, legs_size);
	i = SLOT_OF(e->c.id);
	lock_get(&table->slots[i].lock);
	e->next = table->slots[i].first;
	table->slots[i].first = e;
	lock_release(&table->slots[i].lock);
	atomic_inc(&table->count);
	return e->c.id;
}

static bool is_over(const struct call *c)
{
	unsigned i;

	for(i = 0; c->gone && i < c->legs_n; i++)
		if(c->legs[i].used && !c->legs[i].settled)
			return false;
	return c->gone;
}

struct wanted
{
	uint32_t id; /* 0: any */
	uint64_t call_id, from_tag;
	int64_t until_ms; /* 0: any */
};

static bool is_wanted(const struct call *c, const struct wanted *w)
{
	if(w->id != 0)
		return c->id == w->id;
	if(w->until_ms != 0)
		return c->until_ms <= w->until_ms;
	return c->call_id == w->call_id && c->from_tag == w->from_tag;
}

static void change_slot(unsigned slot, const struct wanted *w,
		calls_change_f *change, void *param)
{
	struct entry **at, *e;

	if(!table)
		return; /* at the end tm lets go of its transactions after us */
	lock_get(&table->slots[slot].lock);
	for(at = &table->slots[slot].first; (e = *at);) {
		if(is_wanted(&e->c, w))
			change(&e->c, param);
		if(!is_over(&e->c)) {
			at = &e->next;
			continue;
		}
		*at = e->next;
		shm_free(e);
		atomic_dec(&table->count);
	}
	lock_release(&table->slots[slot].lock);
}

void calls_change(uint32_t id, calls_change_f *change, void *param)
{
	struct wanted w = {.id = id};

	change_slot(SLOT_OF(id), &w, change, param);
}

void calls_change_dialog(uint64_t call_id, uint64_t from_tag,
		calls_change_f *change, void *param)
{
	struct wanted w = {.call_id = call_id, .from_tag = from_tag};

	change_slot(SLOT_OF((uint32_t)call_id), &w, change, param);
}

void calls_sweep(int64_t now_ms, calls_change_f *change, void *param)
{
	static unsigned slot;
	struct wanted w = {.until_ms = now_ms};
	unsigned n;

	for(n = 0; n < SWEPT_N && calls_count() > 0; n++) {
		change_slot(slot, &w, change, param);
		slot = (slot + 1) % SLOTS_N;
	}
}

unsigned calls_count(void)
{
	return table ? (unsigned)atomic_get(&table->count) : 0;
}
