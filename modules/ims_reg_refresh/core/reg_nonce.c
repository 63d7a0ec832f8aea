/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows its own nonces again. Never remembers one.
 */
#include "reg_nonce.h"
#include "digest.h"

#include <errno.h>
#include <string.h>

#define STAMP_N 8
#define MAC_N 16
#define FRONT_N (STAMP_N + REG_NONCE_RANDOM_N)
#define NONCE_N (FRONT_N + MAC_N)

static int mac_of(const uint8_t *key, const struct reg_nonce_owner *owner,
		const uint8_t *front, uint8_t *mac)
{
	struct reg_text parts[] = {{(const char *)front, FRONT_N}, owner->impi,
			owner->impu, owner->call_id};
	uint8_t full[DIGEST_MAC_N];
	int rc = digest_mac(key, REG_NONCE_KEY_N, parts,
			sizeof(parts) / sizeof(parts[0]), full);

	if(rc == 0)
		memcpy(mac, full, MAC_N);
	return rc;
}

int reg_nonce_make(const uint8_t *key, const struct reg_nonce_owner *owner,
		int64_t now_ms, const uint8_t *random, char *dst)
{
	uint8_t octets[NONCE_N];
	int i, rc;

	for(i = 0; i < STAMP_N; i++)
		octets[i] = (uint8_t)((uint64_t)now_ms >> (8 * (STAMP_N - 1 - i)));
	memcpy(octets + STAMP_N, random, REG_NONCE_RANDOM_N);
	rc = mac_of(key, owner, octets, octets + FRONT_N);
	if(rc < 0)
		return rc;
	rc = digest_base64(octets, sizeof(octets), dst, REG_NONCE_SIZE);
	return rc < 0 ? rc : 0;
}

bool reg_nonce_old(int64_t made_at_ms, uint32_t lifetime_s, int64_t now_ms)
{
	return made_at_ms < 0 || made_at_ms > now_ms
		   || now_ms - made_at_ms >= (int64_t)lifetime_s * 1000;
}

/* Of the texts that mean the same octets only ours is taken: two spellings of a
 * nonce would be two nonces, each with counts of its own. */
static bool is_ours(struct reg_text nonce, uint8_t *octets)
{
	char again[REG_NONCE_SIZE];

	return nonce.n == REG_NONCE_SIZE - 1
		   && digest_base64_decode(nonce, octets, NONCE_N) == NONCE_N
		   && digest_base64(octets, NONCE_N, again, sizeof(again)) > 0
		   && reg_text_eq(nonce, reg_text_of(again));
}

int reg_nonce_check(const uint8_t *key, const struct reg_nonce_owner *owner,
		struct reg_text nonce, uint32_t lifetime_s, int64_t now_ms,
		int64_t *made_at_ms)
{
	uint8_t octets[NONCE_N], mac[MAC_N];
	uint64_t stamp = 0;
	int i;

	if(!is_ours(nonce, octets) || mac_of(key, owner, octets, mac) < 0
			|| !digest_same((struct reg_text){(const char *)mac, MAC_N},
					(struct reg_text){(const char *)octets + FRONT_N, MAC_N}))
		return -EBADMSG;
	for(i = 0; i < STAMP_N; i++)
		stamp = stamp << 8 | octets[i];
	*made_at_ms = (int64_t)stamp;
	return reg_nonce_old((int64_t)stamp, lifetime_s, now_ms) ? -ETIME : 0;
}
