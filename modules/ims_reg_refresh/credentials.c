/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows which challenges wait and who answered them. Never decides what a
 * wrong answer means.
 */
#include "credentials.h"

#include <errno.h>
#include <string.h>

#include "../../core/locking.h"
#include "../../core/mem/shm_mem.h"

#include "config.h"
#include "core/digest.h"
#include "text.h"

#define SLOTS_N 4096	  /* a power of two */
#define SLOTS_A_TICK 1024 /* every slot in four seconds */

struct challenge
{
	int64_t made_at_ms; /* 0: empty */
	bool spent;			/* answered, rightly or not */
	bool idle; /* another one was answered rightly: nobody waits for this */
	uint32_t right_cseq;
	bool right;
	uint64_t call_id_hash;
	struct cx_vector vector;
};

struct user
{
	struct user *next;
	unsigned failures_n, resyncs_n;
	unsigned newest;
	struct challenge challenges[CREDENTIALS_CHALLENGES_MAX];
	size_t impi_n;
	char impi[];
};

struct table
{
	unsigned next_slot; /* of the timer process alone */
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
	return 0;
}

static void user_free(struct user *u)
{
	digest_wipe(u->challenges, sizeof(u->challenges));
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
		if(reg_text_eq((struct reg_text){u->impi, u->impi_n}, impi))
			return u;
	return NULL;
}

static struct user *find_or_add(unsigned slot, struct reg_text impi)
{
	struct user *u = find(slot, impi);

	if(u)
		return u;
	u = shm_malloc(sizeof(*u) + impi.n);
	if(!u)
		return NULL;
	memset(u, 0, sizeof(*u));
	memcpy(u->impi, impi.s, impi.n);
	u->impi_n = impi.n;
	u->next = table->slots[slot].first;
	table->slots[slot].first = u;
	return u;
}

int credentials_add(struct reg_text impi, struct reg_text call_id,
		const struct cx_vector *v, int64_t now_ms)
{
	unsigned slot = slot_of(impi);
	struct challenge *c;
	struct user *u;

	lock_get(&table->slots[slot].lock);
	u = find_or_add(slot, impi);
	if(u) {
		u->newest = (u->newest + 1) % CREDENTIALS_CHALLENGES_MAX;
		c = &u->challenges[u->newest];
		memset(c, 0, sizeof(*c));
		c->made_at_ms = now_ms;
		c->call_id_hash = reg_text_hash(call_id, 0);
		c->vector = *v;
	}
	lock_release(&table->slots[slot].lock);
	return u ? 0 : -ENOMEM;
}

static bool is_old(const struct challenge *c, int64_t now_ms)
{
	return c->made_at_ms == 0
		   || now_ms - c->made_at_ms
					  >= (int64_t)config.await_auth_timeout_s * 1000;
}

static bool has_nonce(const struct challenge *c, struct reg_text nonce)
{
	char text[(CX_RAND_N + CX_AUTN_N + 2) / 3 * 4 + 1];
	int n = digest_base64(c->vector.challenge, sizeof(c->vector.challenge),
			text, sizeof(text));

	return n > 0 && reg_text_eq((struct reg_text){text, (size_t)n}, nonce);
}

/* The live challenge of this Call-ID with this nonce; NULL nonce: any. */
static struct challenge *find_challenge(struct user *u, uint64_t call_id_hash,
		const struct reg_text *nonce, int64_t now_ms)
{
	struct challenge *c;
	unsigned i;

	for(i = 0; i < CREDENTIALS_CHALLENGES_MAX; i++) {
		c = &u->challenges[i];
		if(is_old(c, now_ms) || c->call_id_hash != call_id_hash)
			continue;
		if(nonce ? has_nonce(c, *nonce) : !c->spent && !c->idle)
			return c;
	}
	return NULL;
}

static bool is_right(const struct challenge *c, const struct sip_register *r,
		struct reg_text method)
{
	char expected[DIGEST_HEX_SIZE];
	bool right;

	right = digest_akav1_md5(&r->auth, c->vector.xres, c->vector.xres_n, method,
					expected)
					== 0
			&& digest_same(reg_text_of(expected), r->auth.response);
	digest_wipe(expected, sizeof(expected));
	return right;
}

static enum reg_response check_auts(const struct challenge *c,
		const struct sip_register *r, uint8_t *resync)
{
	if(digest_base64_decode(r->auth.auts, resync + CX_RAND_N, CX_AUTS_N)
			!= CX_AUTS_N)
		return REG_RESPONSE_WRONG;
	memcpy(resync, c->vector.challenge, CX_RAND_N);
	return REG_RESPONSE_RESYNC;
}

static enum reg_response check_answer(struct challenge *c,
		const struct sip_register *r, struct reg_text method, uint8_t *resync)
{
	if(c->spent)
		return c->right && c->right_cseq == r->req.cseq
							   && is_right(c, r, method)
					   ? REG_RESPONSE_RIGHT
					   : REG_RESPONSE_NO_NONCE;
	c->spent = true;
	if(r->auth.auts.n > 0)
		return check_auts(c, r, resync);
	if(r->auth.response.n == 0)
		return REG_RESPONSE_EMPTY;
	c->right = is_right(c, r, method);
	c->right_cseq = r->req.cseq;
	return c->right ? REG_RESPONSE_RIGHT : REG_RESPONSE_WRONG;
}

static void count(struct user *u, enum reg_response response)
{
	if(response == REG_RESPONSE_RIGHT)
		u->failures_n = u->resyncs_n = 0;
	else if(response == REG_RESPONSE_WRONG)
		u->failures_n++;
	else if(response == REG_RESPONSE_RESYNC)
		u->resyncs_n++;
}

/* TS 24.229 5.4.1.2.2: a right answer stops the timer reg-await-auth. */
static void stop_waiting(struct user *u, uint64_t call_id_hash)
{
	unsigned i;

	for(i = 0; i < CREDENTIALS_CHALLENGES_MAX; i++)
		if(u->challenges[i].call_id_hash == call_id_hash)
			u->challenges[i].idle = true;
}

static void check_locked(struct user *u, const struct sip_register *r,
		struct reg_text method, int64_t now_ms, struct reg_proof_facts *ret,
		uint8_t *resync)
{
	uint64_t call_id_hash = reg_text_hash(r->req.call_id, 0);
	struct challenge *c;

	ret->waiting = find_challenge(u, call_id_hash, NULL, now_ms) != NULL;
	if(ret->response == REG_RESPONSE_NONE)
		return;
	c = find_challenge(u, call_id_hash, &r->auth.nonce, now_ms);
	if(c)
		ret->response = check_answer(c, r, method, resync);
	if(ret->response == REG_RESPONSE_RIGHT)
		stop_waiting(u, call_id_hash);
	count(u, ret->response);
	ret->failures_n = u->failures_n;
	ret->resyncs_n = u->resyncs_n;
}

void credentials_check(const struct sip_register *r, struct reg_text method,
		int64_t now_ms, struct reg_proof_facts *ret, uint8_t *resync)
{
	unsigned slot = slot_of(r->req.impi);
	struct user *u;

	ret->response =
			r->auth.nonce.n > 0 ? REG_RESPONSE_NO_NONCE : REG_RESPONSE_NONE;
	lock_get(&table->slots[slot].lock);
	u = find(slot, r->req.impi);
	if(u)
		check_locked(u, r, method, now_ms, ret, resync);
	lock_release(&table->slots[slot].lock);
}

static bool is_done(const struct user *u, int64_t now_ms)
{
	unsigned i;

	for(i = 0; i < CREDENTIALS_CHALLENGES_MAX; i++)
		if(!is_old(&u->challenges[i], now_ms))
			return false;
	return true;
}

static void tick_slot(unsigned slot, int64_t now_ms)
{
	struct user **at, *u;

	lock_get(&table->slots[slot].lock);
	for(at = &table->slots[slot].first; (u = *at);) {
		if(is_done(u, now_ms)) {
			*at = u->next;
			user_free(u);
		} else {
			at = &u->next;
		}
	}
	lock_release(&table->slots[slot].lock);
}

void credentials_tick(int64_t now_ms)
{
	unsigned i;

	for(i = 0; i < SLOTS_A_TICK; i++)
		tick_slot((table->next_slot + i) % SLOTS_N, now_ms);
	table->next_slot = (table->next_slot + SLOTS_A_TICK) % SLOTS_N;
}
