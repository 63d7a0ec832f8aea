/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows what is kept for a private identity, and for how long. Never decides
 * what a wrong answer means.
 */
#include "credentials.h"

#include <errno.h>
#include <string.h>

#include "config.h"
#include "credentials_aka.h"
#include "credentials_sip.h"
#include "text.h"

#include "../../core/atomic_ops.h"
#include "../../core/locking.h"
#include "../../core/mem/shm_mem.h"

#define SLOTS_N 16384 /* a power of two */
#define SLOTS_A_TICK 256

struct user
{
	struct user *next;
	unsigned failures_n, resyncs_n;
	int64_t challenged_at_ms; /* 0: no challenge waits */
	struct reg_loop loop;
	struct credentials_sip *sip; /* NULL: no HA1 */
	struct credentials_aka *aka; /* NULL: no vector */
	size_t impi_n, impu_n;
	char text[]; /* impi, impu */
};

struct table
{
	unsigned next_slot; /* of the timer process alone */
	atomic_t aka_n;
	struct
	{
		gen_lock_t lock;
		struct user *first;
	} slots[SLOTS_N];
};

static struct table *table;

int credentials_init(void)
{
	unsigned i;

	table = shm_malloc(sizeof(*table));
	if(!table)
		return -ENOMEM;
	memset(table, 0, sizeof(*table));
	for(i = 0; i < SLOTS_N; i++)
		lock_init(&table->slots[i].lock);
	return credentials_sip_init();
}

static void drop_sip(struct user *u)
{
	if(!u->sip)
		return;
	digest_wipe(u->sip, sizeof(*u->sip));
	shm_free(u->sip);
	u->sip = NULL;
}

static void drop_aka(struct user *u)
{
	if(!u->aka)
		return;
	digest_wipe(u->aka, sizeof(*u->aka));
	shm_free(u->aka);
	u->aka = NULL;
	atomic_dec(&table->aka_n);
}

static void user_free(struct user *u)
{
	drop_sip(u);
	drop_aka(u);
	shm_free(u);
}

void credentials_destroy(void)
{
	struct user *u, *next;
	unsigned i;

	if(!table)
		return;
	for(i = 0; i < SLOTS_N; i++)
		for(u = table->slots[i].first; u; u = next) {
			next = u->next;
			user_free(u);
		}
	shm_free(table);
	table = NULL;
}

static unsigned slot_of(struct reg_text impi)
{
	return reg_text_hash(impi, 0) & (SLOTS_N - 1);
}

static struct user *find(unsigned slot, struct reg_text impi)
{
	struct user *u;

	for(u = table->slots[slot].first; u; u = u->next)
		if(reg_text_eq((struct reg_text){u->text, u->impi_n}, impi))
			return u;
	return NULL;
}

static struct user *add(
		unsigned slot, struct reg_text impi, struct reg_text impu)
{
	struct user *u = shm_malloc(sizeof(*u) + impi.n + impu.n);

	if(!u)
		return NULL;
	memset(u, 0, sizeof(*u));
	memcpy(u->text, impi.s, impi.n);
	memcpy(u->text + impi.n, impu.s, impu.n);
	u->impi_n = impi.n;
	u->impu_n = impu.n;
	u->next = table->slots[slot].first;
	table->slots[slot].first = u;
	return u;
}

static void lock(unsigned slot)
{
	lock_get(&table->slots[slot].lock);
}

static void unlock(unsigned slot)
{
	lock_release(&table->slots[slot].lock);
}

static void count(struct user *u, enum reg_response response)
{
	switch(response) {
		case REG_RESPONSE_RIGHT:
			u->failures_n = u->resyncs_n = 0;
			u->challenged_at_ms = 0;
			reg_loop_success(&u->loop);
			return;
		case REG_RESPONSE_WRONG:
			u->failures_n++;
			break;
		case REG_RESPONSE_RESYNC:
			u->resyncs_n++;
			break;
		case REG_RESPONSE_EMPTY:
			break;
		default:
			return;
	}
	u->challenged_at_ms = 0; /* answered, if badly */
}

/* A live AKA challenge counts first: its nonce is in our memory. */
static enum reg_response check_response(struct user *u,
		const struct sip_register *r, struct reg_text method, int64_t now_ms,
		struct credentials_found *found)
{
	enum reg_response response = REG_RESPONSE_NO_NONCE;

	if(u->aka)
		response =
				credentials_aka_check(u->aka, r, method, now_ms, found->resync);
	if(response == REG_RESPONSE_NO_NONCE && u->sip
			&& credentials_sip_valid(u->sip, now_ms))
		response =
				credentials_sip_check(u->sip, r, method, now_ms, found->info);
	return response;
}

static void check_locked(struct user *u, const struct sip_register *r,
		struct reg_text method, int64_t now_ms, struct reg_proof_facts *facts,
		struct credentials_found *found)
{
	facts->waiting =
			u->aka && credentials_aka_waits(u->aka, r->req.call_id, now_ms);
	if(facts->response != REG_RESPONSE_NONE)
		facts->response = check_response(u, r, method, now_ms, found);
	count(u, facts->response);
	facts->failures_n = u->failures_n;
	facts->resyncs_n = u->resyncs_n;
	facts->credential = (u->sip && credentials_sip_valid(u->sip, now_ms))
						|| (u->aka && credentials_aka_has(u->aka, now_ms));
	found->blocked_s = reg_loop_blocked_s(&u->loop, now_ms);
	facts->blocked = found->blocked_s > 0
					 || reg_loop_full(&u->loop, &config.policy, now_ms);
}

void credentials_check(const struct sip_register *r, struct reg_text method,
		int64_t now_ms, struct reg_proof_facts *facts,
		struct credentials_found *found)
{
	unsigned slot = slot_of(r->req.impi);
	struct user *u;

	found->blocked_s = 0;
	found->info[0] = '\0';
	facts->response =
			r->auth.nonce.n > 0 ? REG_RESPONSE_NO_NONCE : REG_RESPONSE_NONE;
	lock(slot);
	u = find(slot, r->req.impi);
	if(u)
		check_locked(u, r, method, now_ms, facts, found);
	unlock(slot);
}

static int store_sip(struct user *u, const struct cx_auth *auth, int64_t now_ms)
{
	if(!u->sip) {
		u->sip = shm_malloc(sizeof(*u->sip));
		if(!u->sip)
			return -ENOMEM;
		memset(u->sip, 0, sizeof(*u->sip));
	}
	credentials_sip_store(u->sip, auth, now_ms);
	drop_aka(u);
	return 0;
}

static int store_aka(struct user *u, const struct cx_auth *auth, int64_t now_ms)
{
	if(!u->aka) {
		if(atomic_get(&table->aka_n) >= CREDENTIALS_AKA_MAX)
			return -ENOSPC;
		u->aka = shm_malloc(sizeof(*u->aka));
		if(!u->aka)
			return -ENOMEM;
		memset(u->aka, 0, sizeof(*u->aka));
		atomic_inc(&table->aka_n);
	}
	credentials_aka_store(u->aka, auth, now_ms);
	drop_sip(u);
	return 0;
}

int credentials_store(struct reg_text impi, struct reg_text impu,
		const struct cx_auth *auth, int64_t now_ms)
{
	unsigned slot = slot_of(impi);
	struct user *u;
	int rc = -ENOMEM;

	lock(slot);
	u = find(slot, impi);
	if(!u)
		u = add(slot, impi, impu);
	if(u)
		rc = auth->algorithm.scheme == DIGEST_SIP ? store_sip(u, auth, now_ms)
												  : store_aka(u, auth, now_ms);
	unlock(slot);
	return rc;
}

static int challenge_locked(struct user *u, const struct sip_register *r,
		enum reg_loop_cause cause, int64_t now_ms,
		struct credentials_challenge *ret)
{
	int rc = -ENOENT;

	if(u->sip && credentials_sip_valid(u->sip, now_ms))
		rc = credentials_sip_challenge(u->sip, r->req.impi, now_ms, ret);
	else if(u->aka)
		rc = credentials_aka_challenge(u->aka, r->req.call_id, now_ms, ret);
	if(rc < 0)
		return rc;
	reg_loop_challenge(&u->loop, cause, &config.policy, now_ms);
	if(u->challenged_at_ms == 0)
		u->challenged_at_ms = now_ms;
	return 0;
}

int credentials_challenge(const struct sip_register *r,
		enum reg_loop_cause cause, int64_t now_ms,
		struct credentials_challenge *ret)
{
	unsigned slot = slot_of(r->req.impi);
	struct user *u;
	int rc = -ENOENT;

	memset(ret, 0, sizeof(*ret));
	lock(slot);
	u = find(slot, r->req.impi);
	if(u)
		rc = challenge_locked(u, r, cause, now_ms, ret);
	unlock(slot);
	return rc;
}

uint32_t credentials_block(struct reg_text impi, int64_t now_ms)
{
	unsigned slot = slot_of(impi);
	struct user *u;
	uint32_t blocked_s = 0;

	lock(slot);
	u = find(slot, impi);
	if(u) {
		reg_loop_block(&u->loop, &config.policy, now_ms);
		blocked_s = reg_loop_blocked_s(&u->loop, now_ms);
	}
	unlock(slot);
	return blocked_s;
}

void credentials_forget(struct reg_text impi)
{
	unsigned slot = slot_of(impi);
	struct user *u;

	lock(slot);
	u = find(slot, impi);
	if(u)
		drop_sip(u);
	unlock(slot);
}

static void describe(const struct user *u, struct credentials_user *ret)
{
	memcpy(ret->impi, u->text, u->impi_n);
	ret->impi[u->impi_n] = '\0';
	memcpy(ret->impu, u->text + u->impi_n, u->impu_n);
	ret->impu[u->impu_n] = '\0';
	ret->loop = u->loop;
}

/* Whether nothing of a user is worth its memory any more. */
static bool is_done(struct user *u, int64_t now_ms)
{
	int64_t window_ms = (int64_t)config.policy.loop_window_s * 1000;

	if(u->sip && !credentials_sip_valid(u->sip, now_ms))
		drop_sip(u);
	if(u->aka && credentials_aka_done(u->aka, now_ms))
		drop_aka(u);
	return !u->sip && !u->aka && u->challenged_at_ms == 0
		   && now_ms - u->loop.since_ms >= window_ms
		   && reg_loop_blocked_s(&u->loop, now_ms) == 0;
}

static bool has_timed_out(const struct user *u, int64_t now_ms)
{
	return u->challenged_at_ms != 0
		   && now_ms - u->challenged_at_ms
					  >= (int64_t)config.await_auth_timeout_s * 1000;
}

static unsigned tick_slot(unsigned slot, int64_t now_ms,
		struct credentials_user *timed_out, unsigned max)
{
	struct user **at, *u;
	unsigned n = 0;

	lock(slot);
	for(at = &table->slots[slot].first; (u = *at);) {
		if(n < max && has_timed_out(u, now_ms)) {
			describe(u, &timed_out[n++]);
			u->challenged_at_ms = 0;
		}
		if(is_done(u, now_ms)) {
			*at = u->next;
			user_free(u);
		} else {
			at = &u->next;
		}
	}
	unlock(slot);
	return n;
}

unsigned credentials_tick(
		int64_t now_ms, struct credentials_user *timed_out, unsigned max)
{
	unsigned i, n = 0;

	for(i = 0; i < SLOTS_A_TICK && n < max; i++) {
		n += tick_slot(table->next_slot, now_ms, timed_out + n, max - n);
		table->next_slot = (table->next_slot + 1) % SLOTS_N;
	}
	return n;
}

unsigned credentials_loops(
		unsigned slot, struct credentials_user *users, unsigned max)
{
	const struct user *u;
	unsigned n = 0;

	lock(slot);
	for(u = table->slots[slot].first; u && n < max; u = u->next)
		if(reg_loop_count(&u->loop) > 1)
			describe(u, &users[n++]);
	unlock(slot);
	return n;
}

unsigned credentials_slots_n(void)
{
	return SLOTS_N;
}
