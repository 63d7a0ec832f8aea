/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows HA1 and which nonces were used how often. A challenge that nobody
 * answers leaves nothing here: a nonce is recorded with its first right answer.
 */
#include "credentials_sip.h"

#include <stdio.h>
#include <string.h>

#include "config.h"
#include "text.h"

#include "core/digest.h"

/* Of an earlier life of it (HA1 had changed, or was too old) nobody knows which
 * nonces were used. */
void credentials_sip_store(
		struct credentials_sip *s, const struct cx_auth *auth, int64_t now_ms)
{
	if(s->fetched_at_ms == 0)
		s->stale_till_ms = now_ms - 1;
	s->hash = auth->algorithm.hash;
	s->fetched_at_ms = now_ms;
	memcpy(s->ha1, auth->ha1, sizeof(s->ha1));
	memcpy(s->realm, auth->realm, sizeof(s->realm));
}

static bool is_younger(
		const struct credentials_sip *s, int64_t age_s, int64_t now_ms)
{
	return now_ms - s->fetched_at_ms < age_s * 1000;
}

bool credentials_sip_valid(const struct credentials_sip *s, int64_t now_ms)
{
	return is_younger(s, config.policy.credential_lifetime_s, now_ms);
}

bool credentials_sip_checks(const struct credentials_sip *s, int64_t now_ms)
{
	return credentials_sip_valid(s, now_ms)
		   || is_younger(s, config.await_auth_timeout_s, now_ms);
}

int credentials_sip_challenge(const struct credentials_sip *s,
		const struct sip_register *r, int64_t now_ms,
		struct credentials_challenge *ret)
{
	ret->algorithm = (struct digest_algorithm){DIGEST_SIP, s->hash};
	memcpy(ret->realm, s->realm, sizeof(ret->realm));
	return credentials_nonce_make(r, now_ms, ret->nonce);
}

static bool is_right(const struct credentials_sip *s,
		const struct sip_register *r, struct reg_text method)
{
	char expected[DIGEST_HEX_SIZE];
	bool right;

	right = digest_response(s->hash, s->ha1, &r->auth, method, expected) == 0
			&& digest_same(reg_text_of(expected), r->auth.response);
	digest_wipe(expected, sizeof(expected));
	return right;
}

static struct credentials_nonce *find(struct credentials_sip *s, uint64_t hash)
{
	unsigned i;

	for(i = 0; i < CREDENTIALS_NONCES_MAX; i++)
		if(s->nonces[i].made_at_ms != 0 && s->nonces[i].hash == hash)
			return &s->nonces[i];
	return NULL;
}

/* Room for one more: the oldest goes, and is stale with all before it, or its
 * numbers could be used again. */
static struct credentials_nonce *take_room(struct credentials_sip *s)
{
	struct credentials_nonce *oldest = &s->nonces[0];
	unsigned i;

	for(i = 1; i < CREDENTIALS_NONCES_MAX; i++)
		if(s->nonces[i].made_at_ms < oldest->made_at_ms)
			oldest = &s->nonces[i];
	if(oldest->made_at_ms > s->stale_till_ms)
		s->stale_till_ms = oldest->made_at_ms;
	return oldest;
}

/* Eight hexadecimal digits, RFC 7616 3.4. */
static bool parse_nc(struct reg_text t, uint32_t *ret)
{
	uint32_t v = 0;
	size_t i;
	char c;

	for(i = 0; i < t.n; i++) {
		c = (char)(t.s[i] | 0x20);
		if(t.s[i] >= '0' && t.s[i] <= '9')
			v = v << 4 | (uint32_t)(t.s[i] - '0');
		else if(c >= 'a' && c <= 'f')
			v = v << 4 | (uint32_t)(c - 'a' + 10);
		else
			return false;
	}
	*ret = v;
	return t.n == 8;
}

static bool is_seen(
		const struct credentials_nonce *n, const struct reg_request *req)
{
	uint8_t print[CREDENTIALS_PRINT_N];

	return credentials_print(req, print) == 0
		   && memcmp(print, n->print, sizeof(print)) == 0;
}

/* Rows 3 and 4 of the proof: nc must rise, a jump is fine. Without qop there is
 * no nc: such a nonce is good for one REGISTER and its retransmissions. */
static enum reg_response use_nonce(struct credentials_sip *s,
		const struct sip_register *r, int64_t made_at_ms)
{
	uint64_t hash = reg_text_hash(r->auth.nonce, 0);
	struct credentials_nonce *n = find(s, hash);
	uint32_t nc = 1;

	if(r->auth.qop.n > 0 && (!parse_nc(r->auth.nc, &nc) || nc == 0))
		return REG_RESPONSE_WRONG;
	if(n && nc <= n->nc)
		return nc == n->nc && is_seen(n, &r->req) ? REG_RESPONSE_RIGHT
												  : REG_RESPONSE_REPLAY;
	if(!n) {
		if(made_at_ms <= s->stale_till_ms)
			return REG_RESPONSE_STALE;
		n = take_room(s);
		memset(n, 0, sizeof(*n));
		n->made_at_ms = made_at_ms;
		n->hash = hash;
	}
	n->nc = nc;
	memset(n->print, 0, sizeof(n->print));
	(void)credentials_print(&r->req, n->print);
	return REG_RESPONSE_RIGHT;
}

/* A challenge is answered in its own call; once answered its nonce is good for
 * the user's next call as well. */
static bool nonce_is_good(struct credentials_sip *s,
		const struct sip_register *r, int64_t now_ms, int64_t *made_at_ms)
{
	const struct credentials_nonce *n =
			find(s, reg_text_hash(r->auth.nonce, 0));

	if(!n)
		return credentials_nonce_check(r, now_ms, made_at_ms) == 0;
	*made_at_ms = n->made_at_ms;
	return !reg_nonce_old(
			n->made_at_ms, config.policy.nonce_lifetime_s, now_ms);
}

/* RFC 7616 3.5: who I am, and the nonce to use next. */
static void write_info(const struct credentials_sip *s,
		const struct sip_register *r, int64_t now_ms, char *info)
{
	static const struct reg_text no_method = {NULL, 0};
	char rspauth[DIGEST_HEX_SIZE], next[REG_NONCE_SIZE];
	int n;

	info[0] = '\0';
	if(r->auth.cnonce.n > 64
			|| digest_response(s->hash, s->ha1, &r->auth, no_method, rspauth)
					   < 0
			|| credentials_nonce_make(r, now_ms, next) < 0)
		return;
	n = snprintf(info, CREDENTIALS_INFO_SIZE, "nextnonce=\"%s\"", next);
	if(r->auth.qop.n > 0)
		snprintf(info + n, CREDENTIALS_INFO_SIZE - n,
				", qop=auth, rspauth=\"%s\", cnonce=\"%.*s\", nc=%.*s", rspauth,
				TEXT_FMT(r->auth.cnonce), TEXT_FMT(r->auth.nc));
}

enum reg_response credentials_sip_check(struct credentials_sip *s,
		const struct sip_register *r, struct reg_text method, int64_t now_ms,
		char *info)
{
	enum reg_response response;
	int64_t made_at_ms;

	if(r->auth.response.n == 0 || !is_right(s, r, method))
		return REG_RESPONSE_WRONG;
	if(!nonce_is_good(s, r, now_ms, &made_at_ms))
		return REG_RESPONSE_STALE;
	response = use_nonce(s, r, made_at_ms);
	if(response == REG_RESPONSE_RIGHT)
		write_info(s, r, now_ms, info);
	return response;
}
