/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows who is watched. Never decides what would have been.
 */
#include "shadow.h"

#include <errno.h>
#include <string.h>

#include "../../core/atomic_ops.h"
#include "../../core/dprint.h"
#include "../../core/locking.h"
#include "../../core/mem/shm_mem.h"

/* Anybody can send a REGISTER with any name in it. */
#define SLOT_USERS_MAX 8

struct user
{
	struct user *next;
	int64_t seen_at_ms;
	struct reg_shadow s;
	uint64_t impi, impu; /* hashes */
};

struct slot
{
	gen_lock_t lock;
	struct user *first;
};

struct shadow
{
	unsigned slots_n;
	atomic_t on, sees_all;
	struct slot slots[];
};

static struct shadow *shadow;

int shadow_init(unsigned exponent)
{
	unsigned i, n = 1u << exponent;
	size_t size = sizeof(*shadow) + n * sizeof(struct slot);

	shadow = shm_malloc(size);
	if(!shadow)
		return -ENOMEM;
	memset(shadow, 0, size);
	shadow->slots_n = n;
	for(i = 0; i < n; i++)
		lock_init(&shadow->slots[i].lock);
	return 0;
}

void shadow_destroy(void)
{
	struct user *u, *next;
	unsigned i;

	if(!shadow)
		return;
	for(i = 0; i < shadow->slots_n; i++)
		for(u = shadow->slots[i].first; u; u = next) {
			next = u->next;
			shm_free(u);
		}
	shm_free(shadow);
	shadow = NULL;
}

void shadow_enter(void)
{
	atomic_set(&shadow->on, 1);
}

bool shadow_is_on(void)
{
	return shadow && atomic_get(&shadow->on) != 0;
}

void shadow_see_all(void)
{
	atomic_set(&shadow->sees_all, 1);
}

bool shadow_sees_all(void)
{
	return atomic_get(&shadow->sees_all) != 0;
}

/* 128 bits of a keyless hash: a user who forges the name of another one spoils
 * a prediction, and nothing else. */
static struct user **find(const struct reg_request *req, struct slot **slot)
{
	uint64_t impi = reg_text_hash(req->impi, 1);
	uint64_t impu = reg_text_hash(req->impu, 2);
	struct user **at;

	*slot = &shadow->slots[(impi ^ impu) & (shadow->slots_n - 1)];
	lock_get(&(*slot)->lock);
	for(at = &(*slot)->first; *at; at = &(*at)->next)
		if((*at)->impi == impi && (*at)->impu == impu)
			break;
	return at;
}

void shadow_load(const struct reg_request *req, struct reg_shadow *ret)
{
	struct slot *slot;
	struct user **at = find(req, &slot);

	if(*at)
		*ret = (*at)->s;
	else
		memset(ret, 0, sizeof(*ret));
	lock_release(&slot->lock);
}

/* The one who was seen longest ago, if there are too many. */
static struct user *make_room(struct slot *slot)
{
	struct user **at, **oldest = &slot->first, *u;
	unsigned n = 0;

	for(at = &slot->first; *at; at = &(*at)->next, n++)
		if((*at)->seen_at_ms < (*oldest)->seen_at_ms)
			oldest = at;
	if(n < SLOT_USERS_MAX)
		return shm_malloc(sizeof(struct user));
	u = *oldest;
	*oldest = u->next;
	return u;
}

static struct user *add(const struct reg_request *req, struct slot *slot)
{
	struct user *u = make_room(slot);

	if(!u)
		return NULL;
	u->impi = reg_text_hash(req->impi, 1);
	u->impu = reg_text_hash(req->impu, 2);
	u->next = slot->first;
	slot->first = u;
	return u;
}

void shadow_keep(const struct reg_request *req, const struct reg_shadow *s,
		int64_t now_ms)
{
	struct slot *slot;
	struct user **at = find(req, &slot);
	struct user *u = *at ? *at : add(req, slot);

	if(u) {
		u->s = *s;
		u->seen_at_ms = now_ms;
	}
	lock_release(&slot->lock);
	if(!u)
		LM_ERR("no memory to watch a user\n");
}

bool shadow_holds(const struct reg_set *set)
{
	unsigned i;

	for(i = 0; i < set->n; i++)
		if(set->b[i].shadow)
			return true;
	return false;
}
