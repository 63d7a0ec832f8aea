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
#define BASE64_MAX 1024

static const struct reg_text COLON = REG_TEXT(":");

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

/* MD5 over the parts, in hexadecimal. */
static int md5_hex(const struct reg_text *parts, size_t parts_n, char *dst)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = ctx && EVP_DigestInit_ex(ctx, EVP_md5(), NULL);
	size_t i;

	for(i = 0; i < parts_n; i++)
		good = good && EVP_DigestUpdate(ctx, parts[i].s, parts[i].n);
	good = good && EVP_DigestFinal_ex(ctx, sum, NULL);
	EVP_MD_CTX_free(ctx);
	if(good)
		digest_hex(sum, MD5_SIZE, dst);
	digest_wipe(sum, sizeof(sum));
	return good ? 0 : -EIO;
}

static int response_hex(const struct reg_authorization *a, const char *ha1,
		const char *ha2, char *dst)
{
	struct reg_text h1 = reg_text_of(ha1), h2 = reg_text_of(ha2);
	struct reg_text legacy[] = {h1, COLON, a->nonce, COLON, h2};
	struct reg_text auth[] = {h1, COLON, a->nonce, COLON, a->nc, COLON,
			a->cnonce, COLON, a->qop, COLON, h2};

	if(a->qop.n == 0)
		return md5_hex(legacy, sizeof(legacy) / sizeof(legacy[0]), dst);
	if(!reg_text_eq_nocase(a->qop, reg_text_of("auth")))
		return -EINVAL;
	return md5_hex(auth, sizeof(auth) / sizeof(auth[0]), dst);
}

int digest_akav1_md5(const struct reg_authorization *a, const uint8_t *res,
		size_t res_n, struct reg_text method, char *dst)
{
	struct reg_text secret = {(const char *)res, res_n};
	struct reg_text a1[] = {a->username, COLON, a->realm, COLON, secret};
	struct reg_text a2[] = {method, COLON, a->uri};
	char ha1[DIGEST_HEX_SIZE], ha2[DIGEST_HEX_SIZE];
	int rc;

	rc = md5_hex(a1, sizeof(a1) / sizeof(a1[0]), ha1);
	if(rc == 0)
		rc = md5_hex(a2, sizeof(a2) / sizeof(a2[0]), ha2);
	if(rc == 0)
		rc = response_hex(a, ha1, ha2, dst);
	digest_wipe(ha1, sizeof(ha1));
	return rc;
}

bool digest_same(struct reg_text a, struct reg_text b)
{
	return a.n == b.n && (a.n == 0 || CRYPTO_memcmp(a.s, b.s, a.n) == 0);
}

void digest_wipe(void *secret, size_t n)
{
	OPENSSL_cleanse(secret, n);
}
