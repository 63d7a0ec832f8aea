/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows which AKA challenges wait and who answered them.
 */
#include "credentials_aka.h"

#include <errno.h>
#include <string.h>

#include "config.h"

#include "core/digest.h"

/* An answered challenge is kept while its answer may be repeated: 64 times T1
 * (RFC 3261 17.1.2.2). */
#define SPENT_MS 32000

void credentials_aka_store(
		struct credentials_aka *a, const struct cx_auth *auth, int64_t now_ms)
{
	a->algorithm = auth->algorithm;
	a->fetched_at_ms = now_ms;
	a->ahead_n = auth->vectors_n;
	memcpy(a->ahead, auth->vectors, sizeof(a->ahead));
}

/* What the HSS has just given is good for one challenge at least. */
bool credentials_aka_has(const struct credentials_aka *a, int64_t now_ms)
{
	int64_t lifetime_ms = (int64_t)config.policy.credential_lifetime_s * 1000;

	return a->ahead_n > 0 && now_ms - a->fetched_at_ms <= lifetime_ms;
}

bool credentials_aka_is(
		const struct credentials_aka *a, struct digest_algorithm algorithm)
{
	return a->algorithm.scheme == algorithm.scheme
		   && a->algorithm.hash == algorithm.hash;
}

/* In the order they were fetched: a card refuses an older SQN (TS 33.102 C). */
static void take_vector(struct credentials_aka *a, struct cx_vector *ret)
{
	*ret = a->ahead[0];
	a->ahead_n--;
	memmove(a->ahead, a->ahead + 1, a->ahead_n * sizeof(a->ahead[0]));
	digest_wipe(&a->ahead[a->ahead_n], sizeof(a->ahead[0]));
}

static bool is_old(const struct credentials_aka_challenge *c, int64_t now_ms)
{
	int64_t age_ms = now_ms - c->made_at_ms;

	if(c->made_at_ms == 0 || (c->spent && age_ms >= SPENT_MS))
		return true;
	return age_ms >= (int64_t)config.await_auth_timeout_s * 1000;
}

/* Which of two challenges goes first: one that nobody can answer, then what
 * anybody may have asked for, then the older one. */
static bool goes_before(const struct credentials_aka_challenge *x,
		const struct credentials_aka_challenge *y, int64_t now_ms)
{
	bool x_used = x->spent || is_old(x, now_ms);
	bool y_used = y->spent || is_old(y, now_ms);

	if(x_used != y_used)
		return x_used;
	if(!x_used && x->own != y->own)
		return y->own;
	return x->made_at_ms < y->made_at_ms;
}

static struct credentials_aka_challenge *take_room(
		struct credentials_aka *a, int64_t now_ms)
{
	struct credentials_aka_challenge *goes = &a->challenges[0];
	unsigned i;

	for(i = 1; i < CREDENTIALS_CHALLENGES_MAX; i++)
		if(goes_before(&a->challenges[i], goes, now_ms))
			goes = &a->challenges[i];
	digest_wipe(goes, sizeof(*goes));
	return goes;
}

int credentials_aka_challenge(struct credentials_aka *a,
		struct reg_text call_id, bool own, int64_t now_ms,
		struct credentials_challenge *ret)
{
	struct credentials_aka_challenge *c;

	if(!credentials_aka_has(a, now_ms))
		return -ENOENT;
	c = take_room(a, now_ms);
	c->made_at_ms = now_ms;
	c->own = own;
	c->algorithm = a->algorithm;
	c->call_id_hash = reg_text_hash(call_id, 0);
	take_vector(a, &c->vector);
	ret->algorithm = c->algorithm;
	ret->has_keys = true;
	memcpy(ret->ck, c->vector.ck, CX_KEY_N);
	memcpy(ret->ik, c->vector.ik, CX_KEY_N);
	digest_base64(c->vector.challenge, sizeof(c->vector.challenge), ret->nonce,
			sizeof(ret->nonce));
	return 0;
}

static bool has_nonce(
		const struct credentials_aka_challenge *c, struct reg_text nonce)
{
	char text[REG_NONCE_SIZE];
	int n = digest_base64(c->vector.challenge, sizeof(c->vector.challenge),
			text, sizeof(text));

	return n > 0 && reg_text_eq((struct reg_text){text, (size_t)n}, nonce);
}

/* The live challenge of this Call-ID with this nonce; NULL: one that waits. */
static struct credentials_aka_challenge *find(struct credentials_aka *a,
		struct reg_text call_id, const struct reg_text *nonce, int64_t now_ms)
{
	uint64_t call_id_hash = reg_text_hash(call_id, 0);
	struct credentials_aka_challenge *c;
	unsigned i;

	for(i = 0; i < CREDENTIALS_CHALLENGES_MAX; i++) {
		c = &a->challenges[i];
		if(is_old(c, now_ms) || c->call_id_hash != call_id_hash)
			continue;
		if(nonce ? has_nonce(c, *nonce) : !c->spent && !c->idle)
			return c;
	}
	return NULL;
}

bool credentials_aka_waits(
		struct credentials_aka *a, struct reg_text call_id, int64_t now_ms)
{
	return find(a, call_id, NULL, now_ms) != NULL;
}

static bool is_right(const struct credentials_aka_challenge *c,
		const struct sip_register *r, struct reg_text method)
{
	const struct cx_vector *v = &c->vector;
	char ha1[DIGEST_HEX_SIZE], expected[DIGEST_HEX_SIZE];
	bool right;

	right = digest_aka_ha1(c->algorithm, &r->auth, v->xres, v->xres_n, v->ik,
					v->ck, ha1)
					== 0
			&& digest_response(
					   c->algorithm.hash, ha1, &r->auth, method, expected)
					   == 0
			&& digest_same(reg_text_of(expected), r->auth.response);
	digest_wipe(ha1, sizeof(ha1));
	digest_wipe(expected, sizeof(expected));
	return right;
}

void credentials_aka_retract(struct credentials_aka *a, struct reg_text nonce)
{
	unsigned i;

	for(i = 0; i < CREDENTIALS_CHALLENGES_MAX; i++)
		if(a->challenges[i].made_at_ms != 0
				&& has_nonce(&a->challenges[i], nonce))
			digest_wipe(&a->challenges[i], sizeof(a->challenges[i]));
}

/* The vectors ahead are as far behind the card as this one. */
static enum reg_response check_auts(struct credentials_aka *a,
		const struct credentials_aka_challenge *c, const struct sip_register *r,
		uint8_t *resync)
{
	if(digest_base64_decode(r->auth.auts, resync + CX_RAND_N, CX_AUTS_N)
			!= CX_AUTS_N)
		return REG_RESPONSE_WRONG;
	memcpy(resync, c->vector.challenge, CX_RAND_N);
	digest_wipe(a->ahead, sizeof(a->ahead));
	a->ahead_n = 0;
	return REG_RESPONSE_RESYNC;
}

/* TS 24.229 5.4.1.2.2: a right answer stops the timer reg-await-auth. */
static void stop_waiting(struct credentials_aka *a, uint64_t call_id_hash)
{
	unsigned i;

	for(i = 0; i < CREDENTIALS_CHALLENGES_MAX; i++)
		if(a->challenges[i].call_id_hash == call_id_hash)
			a->challenges[i].idle = true;
}

/* The right answer again: right for the very same REGISTER. */
static enum reg_response check_again(const struct credentials_aka_challenge *c,
		const struct sip_register *r, struct reg_text method)
{
	uint8_t print[CREDENTIALS_PRINT_N];

	if(c->right && is_right(c, r, method)
			&& credentials_print(&r->req, print) == 0
			&& memcmp(print, c->print, sizeof(print)) == 0)
		return REG_RESPONSE_RIGHT;
	return REG_RESPONSE_NO_NONCE;
}

enum reg_response credentials_aka_check(struct credentials_aka *a,
		const struct sip_register *r, struct reg_text method, int64_t now_ms,
		uint8_t *resync)
{
	struct credentials_aka_challenge *c =
			find(a, r->req.call_id, &r->auth.nonce, now_ms);

	if(!c)
		return REG_RESPONSE_NO_NONCE;
	if(c->spent)
		return check_again(c, r, method);
	c->spent = true;
	if(r->auth.auts.n > 0)
		return check_auts(a, c, r, resync);
	if(r->auth.response.n == 0)
		return REG_RESPONSE_EMPTY;
	if(!is_right(c, r, method))
		return REG_RESPONSE_WRONG;
	c->right = true;
	(void)credentials_print(&r->req, c->print);
	stop_waiting(a, c->call_id_hash);
	return REG_RESPONSE_RIGHT;
}

bool credentials_aka_done(const struct credentials_aka *a, int64_t now_ms)
{
	unsigned i;

	for(i = 0; i < CREDENTIALS_CHALLENGES_MAX; i++)
		if(!is_old(&a->challenges[i], now_ms))
			return false;
	return !credentials_aka_has(a, now_ms);
}
