/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the arithmetic of challenges. Never keeps a secret.
 */
#include "digest.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#define MD5_SIZE 16
#define SHA256_SIZE 32
#define BLOCK_SIZE 64 /* of both */
#define BASE64_MAX 1024
#define AKAV2_LABEL "http-digest-akav2-password"

static const struct reg_text COLON = REG_TEXT(":");

static const struct
{
	const char *name;
	struct digest_algorithm algorithm;
} algorithms[] = {
		{"MD5", {DIGEST_SIP, DIGEST_MD5}},
		{"SHA-256", {DIGEST_SIP, DIGEST_SHA256}},
		{"AKAv1-MD5", {DIGEST_AKAV1, DIGEST_MD5}},
		{"AKAv2-MD5", {DIGEST_AKAV2, DIGEST_MD5}},
		{"AKAv2-SHA-256", {DIGEST_AKAV2, DIGEST_SHA256}},
};

#define ALGORITHMS_N (sizeof(algorithms) / sizeof(algorithms[0]))

const char *digest_algorithm_name(struct digest_algorithm a)
{
	size_t i;

	for(i = 0; i < ALGORITHMS_N; i++)
		if(algorithms[i].algorithm.scheme == a.scheme
				&& algorithms[i].algorithm.hash == a.hash)
			return algorithms[i].name;
	return "";
}

bool digest_algorithm_find(struct reg_text name, struct digest_algorithm *ret)
{
	size_t i;

	for(i = 0; i < ALGORITHMS_N; i++)
		if(reg_text_eq_nocase(name, reg_text_of(algorithms[i].name))) {
			*ret = algorithms[i].algorithm;
			return true;
		}
	return false;
}

void digest_hex(const uint8_t *src, size_t n, char *dst)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for(i = 0; i < n; i++) {
		dst[2 * i] = digits[src[i] >> 4];
		dst[2 * i + 1] = digits[src[i] & 15];
	}
	dst[2 * n] = '\0';
}

int digest_base64(const uint8_t *src, size_t n, char *dst, size_t size)
{
	if(n > BASE64_MAX || (n + 2) / 3 * 4 + 1 > size)
		return -ENOSPC;
	return EVP_EncodeBlock((unsigned char *)dst, src, (int)n);
}

/* OpenSSL takes blanks around it and '=' inside it for Base64. */
static bool is_base64(struct reg_text t)
{
	size_t i;

	for(i = 0; i < t.n; i++)
		if(!(t.s[i] >= 'A' && t.s[i] <= 'Z')
				&& !(t.s[i] >= 'a' && t.s[i] <= 'z')
				&& !(t.s[i] >= '0' && t.s[i] <= '9') && t.s[i] != '+'
				&& t.s[i] != '/')
			return false;
	return true;
}

int digest_base64_decode(struct reg_text src, uint8_t *dst, size_t size)
{
	unsigned char plain[BASE64_MAX / 4 * 3];
	size_t pad = 0;
	int n;

	if(src.n == 0 || src.n % 4 != 0 || src.n > BASE64_MAX)
		return -EINVAL;
	while(pad < 2 && src.s[src.n - 1 - pad] == '=')
		pad++;
	if(!is_base64((struct reg_text){src.s, src.n - pad}))
		return -EINVAL;
	n = EVP_DecodeBlock(plain, (const unsigned char *)src.s, (int)src.n);
	if(n < 0 || (size_t)n < pad)
		return -EINVAL;
	n -= (int)pad;
	if((size_t)n > size)
		return -ENOSPC;
	memcpy(dst, plain, (size_t)n);
	return n;
}

static size_t size_of(enum digest_hash hash)
{
	return hash == DIGEST_SHA256 ? SHA256_SIZE : MD5_SIZE;
}

static EVP_MD_CTX *context_new(enum digest_hash hash)
{
	const EVP_MD *md = hash == DIGEST_SHA256 ? EVP_sha256() : EVP_md5();
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if(ctx && EVP_DigestInit_ex(ctx, md, NULL))
		return ctx;
	EVP_MD_CTX_free(ctx);
	return NULL;
}

/* One context for each hash is kept, since a new one costs more than what it is
 * for. No two are under way at once; hash_end() must follow. */
static EVP_MD_CTX *hash_begin(enum digest_hash hash)
{
	static EVP_MD_CTX *kept[DIGEST_SHA256 + 1];

	if(!kept[hash])
		kept[hash] = context_new(hash);
	return kept[hash];
}

/* Ready for the next one, which wipes what it has seen. */
static int hash_end(EVP_MD_CTX *ctx, bool good, uint8_t *dst)
{
	good = ctx && good && EVP_DigestFinal_ex(ctx, dst, NULL);
	good = ctx && EVP_DigestInit_ex(ctx, NULL, NULL) && good;
	return good ? 0 : -EIO;
}

/* The hash over the parts. */
static int hash_parts(enum digest_hash hash, const struct reg_text *parts,
		size_t parts_n, uint8_t *dst)
{
	EVP_MD_CTX *ctx = hash_begin(hash);
	bool good = ctx != NULL;
	size_t i;

	for(i = 0; i < parts_n; i++)
		good = good && EVP_DigestUpdate(ctx, parts[i].s, parts[i].n);
	return hash_end(ctx, good, dst);
}

static int hash_hex(enum digest_hash hash, const struct reg_text *parts,
		size_t parts_n, char *dst)
{
	uint8_t sum[EVP_MAX_MD_SIZE];
	int rc = hash_parts(hash, parts, parts_n, sum);

	if(rc == 0)
		digest_hex(sum, size_of(hash), dst);
	digest_wipe(sum, sizeof(sum));
	return rc;
}

int digest_ha1(enum digest_hash hash, struct reg_text username,
		struct reg_text realm, struct reg_text password, char *dst)
{
	struct reg_text a1[] = {username, COLON, realm, COLON, password};

	return hash_hex(hash, a1, sizeof(a1) / sizeof(a1[0]), dst);
}

/* RFC 2104, for keys of one block at most; OpenSSL's HMAC() costs thrice that. */
static bool update_pad(
		EVP_MD_CTX *ctx, const uint8_t *key, size_t key_n, uint8_t with)
{
	uint8_t pad[BLOCK_SIZE];
	bool good;
	size_t i;

	memset(pad, with, sizeof(pad));
	for(i = 0; i < key_n && i < sizeof(pad); i++)
		pad[i] ^= key[i];
	good = key_n <= sizeof(pad) && EVP_DigestUpdate(ctx, pad, sizeof(pad));
	digest_wipe(pad, sizeof(pad));
	return good;
}

static EVP_MD_CTX *hmac_begin(
		enum digest_hash hash, const uint8_t *key, size_t key_n)
{
	EVP_MD_CTX *ctx = hash_begin(hash);
	uint8_t sum[EVP_MAX_MD_SIZE];

	if(ctx && update_pad(ctx, key, key_n, 0x36))
		return ctx;
	hash_end(ctx, false, sum);
	return NULL;
}

static int hmac_end(EVP_MD_CTX *inner, bool good, enum digest_hash hash,
		const uint8_t *key, size_t key_n, uint8_t *dst)
{
	uint8_t sum[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *ctx = NULL;

	if(hash_end(inner, good, sum) < 0)
		return -EIO;
	ctx = hash_begin(hash);
	good = ctx && update_pad(ctx, key, key_n, 0x5c)
		   && EVP_DigestUpdate(ctx, sum, size_of(hash));
	digest_wipe(sum, sizeof(sum));
	return hash_end(ctx, good, dst);
}

/* RFC 4169 3: base64(PRF(RES || IK || CK, label)), PRF an HMAC of the hash. */
static int akav2_password(enum digest_hash hash, const uint8_t *res,
		size_t res_n, const uint8_t *ik, const uint8_t *ck, char *dst,
		size_t size)
{
	uint8_t key[DIGEST_RES_MAX + 2 * DIGEST_KEY_N];
	uint8_t prf[EVP_MAX_MD_SIZE];
	struct reg_text label = reg_text_of(AKAV2_LABEL);
	size_t key_n = res_n + 2 * DIGEST_KEY_N;
	EVP_MD_CTX *ctx;
	int rc;

	memcpy(key, res, res_n);
	memcpy(key + res_n, ik, DIGEST_KEY_N);
	memcpy(key + res_n + DIGEST_KEY_N, ck, DIGEST_KEY_N);
	ctx = hmac_begin(hash, key, key_n);
	rc = hmac_end(ctx, ctx && EVP_DigestUpdate(ctx, label.s, label.n), hash,
			key, key_n, prf);
	if(rc == 0)
		rc = digest_base64(prf, size_of(hash), dst, size);
	digest_wipe(key, sizeof(key));
	digest_wipe(prf, sizeof(prf));
	return rc;
}

int digest_aka_ha1(struct digest_algorithm algorithm,
		const struct reg_authorization *a, const uint8_t *res, size_t res_n,
		const uint8_t *ik, const uint8_t *ck, char *dst)
{
	char text[(SHA256_SIZE + 2) / 3 * 4 + 1];
	struct reg_text password = {(const char *)res, res_n};
	int rc;

	if(res_n > DIGEST_RES_MAX
			|| (algorithm.scheme != DIGEST_AKAV1
					&& algorithm.scheme != DIGEST_AKAV2))
		return -EINVAL;
	if(algorithm.scheme == DIGEST_AKAV2) {
		rc = akav2_password(
				algorithm.hash, res, res_n, ik, ck, text, sizeof(text));
		if(rc < 0)
			return rc;
		password = (struct reg_text){text, (size_t)rc};
	}
	rc = digest_ha1(algorithm.hash, a->username, a->realm, password, dst);
	digest_wipe(text, sizeof(text));
	return rc;
}

int digest_response(enum digest_hash hash, const char *ha1,
		const struct reg_authorization *a, struct reg_text method, char *dst)
{
	struct reg_text a2[] = {method, COLON, a->uri};
	char ha2[DIGEST_HEX_SIZE];
	struct reg_text h1 = reg_text_of(ha1);
	int rc;

	if(a->qop.n > 0 && !reg_text_eq_nocase(a->qop, reg_text_of("auth")))
		return -EINVAL;
	rc = hash_hex(hash, a2, sizeof(a2) / sizeof(a2[0]), ha2);
	if(rc < 0)
		return rc;
	if(a->qop.n == 0) {
		struct reg_text legacy[] = {
				h1, COLON, a->nonce, COLON, reg_text_of(ha2)};

		return hash_hex(hash, legacy, sizeof(legacy) / sizeof(legacy[0]), dst);
	}
	struct reg_text auth[] = {h1, COLON, a->nonce, COLON, a->nc, COLON,
			a->cnonce, COLON, a->qop, COLON, reg_text_of(ha2)};

	return hash_hex(hash, auth, sizeof(auth) / sizeof(auth[0]), dst);
}

static bool update_part(EVP_MD_CTX *ctx, struct reg_text part)
{
	uint8_t length[4] = {(uint8_t)(part.n >> 24), (uint8_t)(part.n >> 16),
			(uint8_t)(part.n >> 8), (uint8_t)part.n};

	return EVP_DigestUpdate(ctx, length, sizeof(length))
		   && EVP_DigestUpdate(ctx, part.s, part.n);
}

int digest_mac(const uint8_t *key, size_t key_n, const struct reg_text *parts,
		size_t parts_n, uint8_t *dst)
{
	EVP_MD_CTX *ctx = hmac_begin(DIGEST_SHA256, key, key_n);
	bool good = ctx != NULL;
	size_t i;

	for(i = 0; i < parts_n; i++)
		good = good && update_part(ctx, parts[i]);
	return hmac_end(ctx, good, DIGEST_SHA256, key, key_n, dst);
}

bool digest_same(struct reg_text a, struct reg_text b)
{
	return a.n == b.n && (a.n == 0 || CRYPTO_memcmp(a.s, b.s, a.n) == 0);
}

void digest_wipe(void *secret, size_t n)
{
	OPENSSL_cleanse(secret, n);
}
