/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows what an answer is worth, and what the next challenge is made of. Never
 * decides what a wrong answer means.
 */
#include "credentials_table.h"

#include <errno.h>
#include <string.h>

#include "config.h"
#include "credentials_aka.h"
#include "credentials_key.h"
#include "credentials_sip.h"

int credentials_init(void)
{
	int rc = credentials_table_init((unsigned)config.hash_size);

	return rc < 0 ? rc : credentials_key_init();
}

void credentials_destroy(void)
{
	credentials_table_destroy();
}

static uint64_t call_of(const struct reg_request *req)
{
	return reg_text_hash(req->call_id, 0);
}

static void count_resync(
		struct credentials_entry *u, const struct reg_request *req)
{
	uint64_t call = call_of(req);

	if(u->resync_call != call)
		u->resyncs_n = 0;
	u->resync_call = call;
	u->resyncs_n++;
}

static void count(struct credentials_entry *u, const struct reg_request *req,
		enum reg_response response)
{
	switch(response) {
		case REG_RESPONSE_RIGHT:
			u->failures_n = u->resyncs_n = 0;
			reg_loop_success(&u->loops[CREDENTIALS_ANYBODY]);
			reg_loop_success(&u->loops[CREDENTIALS_OWN]);
			break;
		case REG_RESPONSE_WRONG:
			u->failures_n++;
			break;
		case REG_RESPONSE_RESYNC:
			count_resync(u, req);
			break;
		case REG_RESPONSE_EMPTY:
			break;
		default:
			return;
	}
	u->challenged_at_ms = 0; /* answered, if badly */
	u->sip_call = 0;
}

/* A live AKA challenge counts first: its nonce is in our memory. */
static enum reg_response check_response(struct credentials_entry *u,
		const struct sip_register *r, struct reg_text method, int64_t now_ms,
		struct credentials_found *found)
{
	enum reg_response response = REG_RESPONSE_NO_NONCE;

	if(u->aka)
		response =
				credentials_aka_check(u->aka, r, method, now_ms, found->resync);
	if(response == REG_RESPONSE_NO_NONCE && u->sip
			&& credentials_sip_checks(u->sip, now_ms))
		response =
				credentials_sip_check(u->sip, r, method, now_ms, found->info);
	return response;
}

static bool waits(struct credentials_entry *u, const struct reg_request *req,
		int64_t now_ms)
{
	if(u->challenged_at_ms != 0 && u->sip_call == call_of(req))
		return true;
	return u->aka && credentials_aka_waits(u->aka, req->call_id, now_ms);
}

enum kind
{
	KIND_NONE,
	KIND_SIP,
	KIND_AKA,
};

/* What a challenge can be made of: what the HSS gave last, unless the UE says
 * that it can only do something else (TS 24.229 5.4.1.2.1). */
static enum kind usable(const struct credentials_entry *u,
		const struct sip_register *r, int64_t now_ms)
{
	bool sip = u->sip && credentials_sip_valid(u->sip, now_ms);
	bool aka = u->aka && credentials_aka_has(u->aka, now_ms);
	struct digest_algorithm hint;

	if(r->auth.algorithm.n > 0
			&& digest_algorithm_find(r->auth.algorithm, &hint)) {
		sip = sip && hint.scheme == DIGEST_SIP;
		aka = aka && credentials_aka_is(u->aka, hint);
	}
	if(sip && (u->sip_is_last || !aka))
		return KIND_SIP;
	return aka ? KIND_AKA : KIND_NONE;
}

/* The password may be a new one, of which no PPR told: the HSS is asked, but not
 * by every wrong answer. */
static bool may_have_changed(const struct credentials_entry *u,
		enum reg_response response, int64_t now_ms)
{
	int64_t window_ms = (int64_t)config.policy.loop_window_s * 1000;

	return response == REG_RESPONSE_WRONG && u->sip
		   && now_ms - u->sip->fetched_at_ms >= window_ms;
}

static void check_locked(struct credentials_entry *u,
		const struct sip_register *r, struct reg_text method, int64_t now_ms,
		struct reg_proof_facts *facts, struct credentials_found *found)
{
	const struct reg_loop *loop;
	bool trusted;

	facts->waiting = waits(u, &r->req, now_ms);
	found->answers = u->challenged_at_ms != 0;
	trusted = reg_proof_trusted(facts, &config.policy);
	if(facts->response != REG_RESPONSE_NONE)
		facts->response = check_response(u, r, method, now_ms, found);
	if(!trusted || facts->response == REG_RESPONSE_RIGHT)
		count(u, &r->req, facts->response);
	facts->failures_n = u->failures_n;
	facts->resyncs_n = u->resyncs_n;
	facts->credential = usable(u, r, now_ms) != KIND_NONE
						&& !may_have_changed(u, facts->response, now_ms);
	loop = &u->loops[reg_proof_own(facts)];
	found->blocked_s = reg_loop_blocked_s(loop, now_ms);
	facts->blocked =
			found->blocked_s > 0 || reg_loop_full(loop, &config.policy, now_ms);
}

void credentials_check(const struct sip_register *r, struct reg_text method,
		int64_t now_ms, struct reg_proof_facts *facts,
		struct credentials_found *found)
{
	unsigned slot = credentials_lock(r->req.impi);
	struct credentials_entry *u = credentials_find(slot, &r->req);

	found->blocked_s = 0;
	found->answers = false;
	found->info[0] = '\0';
	facts->response =
			r->auth.nonce.n > 0 ? REG_RESPONSE_NO_NONCE : REG_RESPONSE_NONE;
	if(u)
		check_locked(u, r, method, now_ms, facts, found);
	credentials_unlock(slot);
}

static int store(unsigned slot, const struct reg_request *req,
		const struct cx_auth *auth, int64_t now_ms)
{
	struct credentials_entry *u = credentials_get(slot, req);
	bool sip = auth->algorithm.scheme == DIGEST_SIP;

	if(u && sip && credentials_have_sip(u))
		credentials_sip_store(u->sip, auth, now_ms);
	else if(u && !sip && credentials_have_aka(slot, u))
		credentials_aka_store(u->aka, auth, now_ms);
	else
		return -ENOMEM;
	u->sip_is_last = sip;
	return 0;
}

int credentials_store(const struct reg_request *req, const struct cx_auth *auth,
		int64_t now_ms)
{
	unsigned slot = credentials_lock(req->impi);
	int rc = store(slot, req, auth, now_ms);

	credentials_unlock(slot);
	return rc;
}

static int make(struct credentials_entry *u, const struct sip_register *r,
		const struct credentials_ask *ask, int64_t now_ms,
		struct credentials_challenge *ret)
{
	enum kind kind = usable(u, r, now_ms);

	if(ask->fetched)
		kind = u->sip_is_last ? KIND_SIP : KIND_AKA;
	if(kind == KIND_SIP && u->sip)
		return credentials_sip_challenge(u->sip, r, now_ms, ret);
	if(kind == KIND_AKA && u->aka)
		return credentials_aka_challenge(
				u->aka, r->req.call_id, ask->own, now_ms, ret);
	return -ENOENT;
}

int credentials_challenge(const struct sip_register *r,
		const struct credentials_ask *ask, int64_t now_ms,
		struct credentials_challenge *ret)
{
	unsigned slot = credentials_lock(r->req.impi);
	struct credentials_entry *u;
	int rc = 0;

	memset(ret, 0, sizeof(*ret));
	if(ask->fetched) /* and no other MAA in between */
		rc = store(slot, &r->req, ask->fetched, now_ms);
	u = credentials_find(slot, &r->req);
	if(rc == 0)
		rc = u ? make(u, r, ask, now_ms, ret) : -ENOENT;
	if(rc == 0) {
		reg_loop_challenge(
				&u->loops[ask->own], ask->cause, &config.policy, now_ms);
		if(u->challenged_at_ms == 0)
			u->challenged_at_ms = now_ms;
		u->sip_call = ret->has_keys ? 0 : call_of(&r->req);
	}
	credentials_unlock(slot);
	return rc;
}

void credentials_retract(
		const struct reg_request *req, const struct credentials_challenge *c)
{
	unsigned slot = credentials_lock(req->impi);
	struct credentials_entry *u = credentials_find(slot, req);

	if(u && u->aka)
		credentials_aka_retract(u->aka, reg_text_of(c->nonce));
	if(u)
		u->sip_call = 0;
	credentials_unlock(slot);
}

uint32_t credentials_block(
		const struct reg_request *req, bool own, int64_t now_ms, bool *breaks)
{
	unsigned slot = credentials_lock(req->impi);
	struct credentials_entry *u = credentials_find(slot, req);
	uint32_t blocked_s = 0;

	*breaks = false;
	if(u) {
		*breaks = reg_loop_blocked_s(&u->loops[own], now_ms) == 0;
		if(*breaks)
			reg_loop_block(&u->loops[own], &config.policy, now_ms);
		blocked_s = reg_loop_blocked_s(&u->loops[own], now_ms);
	}
	credentials_unlock(slot);
	return blocked_s;
}

bool credentials_may_tell(const struct reg_request *req, int64_t now_ms)
{
	unsigned slot = credentials_lock(req->impi);
	struct credentials_entry *u = credentials_find(slot, req);
	int64_t window_ms = (int64_t)config.policy.loop_window_s * 1000;
	bool may = u
			   && (u->failure_told_at_ms == 0
					   || now_ms - u->failure_told_at_ms >= window_ms);

	if(may)
		u->failure_told_at_ms = now_ms;
	credentials_unlock(slot);
	return may;
}

void credentials_forget(struct reg_text impi)
{
	unsigned slot = credentials_lock(impi);
	struct credentials_entry *u;

	for(u = credentials_first(slot); u; u = u->next)
		if(reg_text_eq(credentials_impi(u), impi))
			credentials_drop_sip(u);
	credentials_unlock(slot);
}
