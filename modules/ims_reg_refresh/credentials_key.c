/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the key. Never gives it away.
 */
#include "credentials_key.h"

#include <errno.h>
#include <openssl/rand.h>
#include <string.h>

#include "../../core/pt.h"

#include "config.h"

#include "core/digest.h"

/* Of each contact, and of the REGISTER. */
#define PARTS_A_CONTACT 4
#define PARTS_MAX (4 + PARTS_A_CONTACT * REG_CONTACTS_MAX)

static uint8_t key[REG_NONCE_KEY_N];

int credentials_key_init(void)
{
	return RAND_bytes(key, sizeof(key)) == 1 ? 0 : -EIO;
}

static struct reg_nonce_owner owner_of(const struct sip_register *r)
{
	return (struct reg_nonce_owner){r->req.impi, r->req.impu, r->req.call_id};
}

#define POOL_N (64 * REG_NONCE_RANDOM_N)

/* Random octets of this process, asked for by the dozen: a call of OpenSSL's
 * generator costs as much as the rest of a nonce. */
static int take_random(uint8_t *dst)
{
	static uint8_t pool[POOL_N];
	static size_t left_n;
	static int of_pid;

	if(left_n == 0 || of_pid != my_pid()) {
		if(RAND_bytes(pool, sizeof(pool)) != 1)
			return -EIO;
		left_n = sizeof(pool);
		of_pid = my_pid();
	}
	left_n -= REG_NONCE_RANDOM_N;
	memcpy(dst, pool + left_n, REG_NONCE_RANDOM_N);
	return 0;
}

int credentials_nonce_make(
		const struct sip_register *r, int64_t now_ms, char *dst)
{
	struct reg_nonce_owner owner = owner_of(r);
	uint8_t octets[REG_NONCE_RANDOM_N];

	if(take_random(octets) < 0)
		return -EIO;
	return reg_nonce_make(key, &owner, now_ms, octets, dst);
}

int credentials_nonce_check(
		const struct sip_register *r, int64_t now_ms, int64_t *made_at_ms)
{
	struct reg_nonce_owner owner = owner_of(r);

	return reg_nonce_check(key, &owner, r->auth.nonce,
			config.policy.nonce_lifetime_s, now_ms, made_at_ms);
}

static struct reg_text octets_of(const void *s, size_t n)
{
	return (struct reg_text){s, n};
}

int credentials_print(const struct reg_request *req, uint8_t *print)
{
	uint32_t head[] = {req->cseq, req->star, req->has_expires, req->expires_s};
	uint32_t numbers[REG_CONTACTS_MAX][3];
	struct reg_text parts[PARTS_MAX];
	uint8_t full[DIGEST_MAC_N];
	unsigned i, n = 0;

	parts[n++] = octets_of(head, sizeof(head));
	parts[n++] = req->call_id;
	parts[n++] = req->impu;
	parts[n++] = req->path;
	for(i = 0; i < req->contacts_n; i++) {
		const struct reg_contact *c = &req->contacts[i];

		numbers[i][0] = c->reg_id;
		numbers[i][1] = c->has_expires;
		numbers[i][2] = c->expires_s;
		parts[n++] = octets_of(numbers[i], sizeof(numbers[i]));
		parts[n++] = c->uri;
		parts[n++] = c->instance;
		parts[n++] = c->params;
	}
	if(digest_mac(key, sizeof(key), parts, n, full) < 0)
		return -EIO;
	memcpy(print, full, CREDENTIALS_PRINT_N);
	return 0;
}
