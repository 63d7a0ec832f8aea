/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows where facts are kept. Never looks into usrloc, never decides.
 */
#include "store_table.h"

#include <errno.h>
#include <string.h>

#include "../../core/dprint.h"
#include "../../core/mem/shm_mem.h"

#include "config.h"
#include "core/reg_journal.h"
#include "core/reg_lifetime.h"

struct store *store;

int store_init(unsigned exponent)
{
	unsigned i, n = 1u << exponent;

	store = shm_malloc(sizeof(*store) + n * sizeof(struct slot));
	if(!store)
		return -ENOMEM;
	memset(store, 0, sizeof(*store) + n * sizeof(struct slot));
	store->slots_n = n;
	for(i = 0; i < n; i++)
		lock_init(&store->slots[i].lock);
	return store_dates_init();
}

void store_destroy(void)
{
	struct record *r, *next;
	unsigned i;

	if(!store)
		return;
	for(i = 0; i < store->slots_n; i++) {
		for(r = store->slots[i].first; r; r = next) {
			next = r->next;
			shm_free(r);
		}
		lock_destroy(&store->slots[i].lock);
	}
	shm_free(store);
	store = NULL;
	store_dates_destroy();
}

/* The link that points at the record, or at the end of the chain. */
static struct record **find(struct slot *s, struct reg_text key, uint32_t id)
{
	struct record **at;

	for(at = &s->first; *at; at = &(*at)->next)
		if((*at)->id == id && reg_text_eq(store_key_of(*at), key))
			break;
	return at;
}

static struct record *record_new(
		struct reg_text key, uint32_t id, const uint8_t *octets, size_t n)
{
	size_t room = (n + 31) & ~(size_t)31; /* so that most refreshes fit */
	struct record *r = shm_malloc(sizeof(*r) + key.n + room);

	if(!r)
		return NULL;
	r->next = NULL;
	r->id = id;
	r->dates[STORE_EXPIRY] = r->dates[STORE_OWED] = r->dates[STORE_REACH] =
			REG_HEAP_NONE;
	r->ended = r->suspect = false;
	r->turn = 1;
	r->key_n = (uint16_t)key.n;
	r->octets_n = (uint16_t)n;
	r->room = (uint16_t)room;
	memcpy(r->data, key.s, key.n);
	memcpy(store_octets_of(r), octets, n);
	return r;
}

int store_overwrite(struct record **at, struct reg_text key, uint32_t id,
		const uint8_t *octets, size_t n)
{
	struct record *r = *at, *fresh;

	if(r && r->room >= n) {
		memcpy(store_octets_of(r), octets, n);
		r->octets_n = (uint16_t)n;
		return 0;
	}
	fresh = record_new(key, id, octets, n);
	if(!fresh)
		return -ENOMEM;
	if(r) {
		fresh->next = r->next;
		fresh->ended = r->ended;
		fresh->suspect = r->suspect;
		fresh->turn = r->turn;
		memcpy(fresh->dates, r->dates, sizeof(r->dates));
		shm_free(r);
	} else {
		atomic_inc(&store->count);
	}
	*at = fresh;
	return 0;
}

static unsigned count_of(const struct slot *s, struct reg_text key)
{
	const struct record *r;
	unsigned n = 0;

	for(r = s->first; r; r = r->next)
		n += reg_text_eq(store_key_of(r), key);
	return n;
}

static void set_date(
		struct record *r, enum store_date which, uint64_t what, int64_t due_ms)
{
	/* a refresh leaves its old date: it is looked at then, and set anew */
	r->dates[which] = store_dates_set(
			which, r->dates[which], what, due_ms, which != STORE_EXPIRY);
	if(r->dates[which] == REG_HEAP_NONE)
		LM_ERR("no memory for a date of <%.*s>\n", r->key_n,
				(const char *)r->data);
}

static void drop_date(struct record *r, enum store_date which)
{
	store_dates_free(which, r->dates[which]);
	r->dates[which] = REG_HEAP_NONE;
}

static int64_t first_look_ms(const struct reg_binding *b)
{
	int64_t near_ms = reg_lifetime_near_at_ms(b);
	int64_t due_ms = reg_lifetime_due_at_ms(b);

	if(near_ms <= b->granted_at_ms)
		near_ms = b->expires_at_ms;
	return due_ms < near_ms ? due_ms : near_ms;
}

static void count_suspect(struct record *r, bool suspect)
{
	if(suspect && !r->suspect)
		atomic_inc(&store->suspect_n);
	if(!suspect && r->suspect)
		atomic_dec(&store->suspect_n);
	r->suspect = suspect;
}

void store_follow(struct record *r, unsigned slot, struct reg_binding *b)
{
	uint64_t what = (uint64_t)slot << 32 | r->id;

	if(b->facts_known && !b->ended_sar)
		set_date(r, STORE_EXPIRY, what, first_look_ms(b));
	else
		drop_date(r, STORE_EXPIRY);
	if(b->owed)
		set_date(r, STORE_OWED, what, b->owed_try_at_ms);
	else
		drop_date(r, STORE_OWED);
	if(b->reach.look_at_ms != 0 && !b->ended_sar)
		set_date(r, STORE_REACH, what, b->reach.look_at_ms);
	else
		drop_date(r, STORE_REACH);
	count_suspect(r, b->reach.state == REG_REACH_SUSPECT && !b->ended_sar);
	if(!r->ended && b->ended_sar)
		atomic_inc(&store->ended_n);
	r->ended = r->ended || b->ended_sar;
}

static void record_free(struct record *r)
{
	drop_date(r, STORE_EXPIRY);
	drop_date(r, STORE_OWED);
	drop_date(r, STORE_REACH);
	count_suspect(r, false);
	if(r->ended)
		atomic_dec(&store->ended_n);
	atomic_dec(&store->count);
	shm_free(r);
}

/* An end that is kept already needs no room: its next date must be. */
static bool has_room(const struct slot *s, struct reg_text key,
		const struct reg_binding *b, const struct record *old)
{
	if(b->ended_sar && !(old && old->ended)
			&& atomic_get(&store->ended_n) >= STORE_ENDED_MAX)
		return false;
	return b->id != 0 || count_of(s, key) < REG_BINDINGS_MAX;
}

/* As a record, with the verdict that is new. */
static int encode(const struct reg_binding *b, uint8_t *octets)
{
	uint8_t journal[REG_JOURNAL_ROOM];
	struct reg_binding noted = *b;

	noted.journal = reg_journal_add(
			b->journal, &b->fresh, config.explain_verdicts, journal);
	return reg_codec_encode(&noted, octets, REG_RECORD_MAX);
}

/* What was seen of the UE, and told, since the binding was read out stays, unless
 * the binding is elsewhere now. @return as encode() */
static int catch_up(struct reg_binding *b, struct record *r, uint8_t *octets)
{
	struct reg_binding seen, merged = *b;
	int n;

	n = reg_codec_decode(store_octets_of(r), r->octets_n, &seen);
	if(n < 0)
		return n;
	merged.reach = seen.reach;
	merged.journal = seen.journal;
	n = encode(&merged, octets);
	if(n > 0)
		b->reach = seen.reach;
	return n;
}

static bool is_outdated(const struct reg_binding *b, const struct record *r)
{
	return r && b->reach.turn != 0 && b->reach.turn != r->turn;
}

int store_put(struct reg_text key, struct reg_binding *b)
{
	uint8_t octets[REG_RECORD_MAX];
	unsigned slot = store_slot_of(key);
	struct slot *s = &store->slots[slot];
	struct record **at;
	uint32_t id = b->id;
	int n, rc = -ENOSPC;

	if(key.n > REG_IDENTITY_MAX)
		return -EINVAL;
	n = encode(b, octets);
	if(n < 0)
		return n;
	if(id == 0)
		id = (uint32_t)atomic_add(&store->last_id, 1);
	lock_get(&s->lock);
	at = find(s, key, id);
	if(is_outdated(b, *at))
		n = catch_up(b, *at, octets);
	if(n > 0 && has_room(s, key, b, *at))
		rc = store_overwrite(at, key, id, octets, (size_t)n);
	if(rc == 0)
		store_follow(*at, slot, b);
	s->changes++;
	lock_release(&s->lock);
	if(rc == 0)
		b->id = id;
	return rc;
}

void store_remove(struct reg_text key, uint32_t id)
{
	struct slot *s = &store->slots[store_slot_of(key)];
	struct record **at, *r;

	lock_get(&s->lock);
	at = find(s, key, id);
	r = *at;
	if(r) {
		*at = r->next;
		record_free(r);
	}
	s->changes++;
	lock_release(&s->lock);
}

void store_remove_all(struct reg_text key)
{
	struct slot *s = &store->slots[store_slot_of(key)];
	struct record **at, *r;

	lock_get(&s->lock);
	for(at = &s->first; (r = *at);) {
		if(!reg_text_eq(store_key_of(r), key)) {
			at = &r->next;
			continue;
		}
		*at = r->next;
		record_free(r);
	}
	s->changes++;
	lock_release(&s->lock);
}

uint64_t store_name(struct reg_text key, uint32_t id)
{
	return (uint64_t)store_slot_of(key) << 32 | id;
}
