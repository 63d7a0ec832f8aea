/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the keys that all users of the benches share. Never checks AUTN.
 */
#include "proof.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "milenage.h"

#define HEX_SIZE 33
#define CNONCE "0a4f113b"

/* As lab.load_users() gives them to the HSS. */
static const char K[] = "lab-load-user-K.", OP[] = "lab-operator-key";

static const char *password;
static char ha2[HEX_SIZE];
static struct milenage_key key;
static EVP_MD_CTX *context;

static void md5(const char *text, size_t n, char *hex)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned i, digest_n = 0;

	EVP_DigestInit_ex(context, NULL, NULL);
	EVP_DigestUpdate(context, text, n);
	EVP_DigestFinal_ex(context, digest, &digest_n);
	for(i = 0; i < 16; i++) {
		hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
		hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
	}
	hex[32] = '\0';
}

int proof_init(const char *with_password, const char *realm)
{
	char a2[256];
	int n = snprintf(a2, sizeof(a2), "REGISTER:sip:%s", realm);

	password = with_password;
	context = EVP_MD_CTX_new();
	if(!context || EVP_DigestInit_ex(context, EVP_md5(), NULL) != 1)
		return -1;
	md5(a2, (size_t)n, ha2);
	memcpy(key.k, K, sizeof(key.k));
	return milenage_opc_derive(key.k, (const uint8_t *)OP, key.opc);
}

static void print(const struct proof_user *u, const char *nonce,
		const char *response, const char *more, char *dst)
{
	snprintf(dst, PROOF_AUTHORIZATION_SIZE,
			"Authorization: Digest username=\"%s%06u@%s\", realm=\"%s\", "
			"nonce=\"%s\", uri=\"sip:%s\", response=\"%s\"%s, "
			"integrity-protected=\"no\"\r\n",
			u->name, u->number, u->realm, u->realm, nonce, u->realm, response,
			more);
}

void proof_empty(const struct proof_user *u, char *dst)
{
	print(u, "", "", "", dst);
}

static void answer(const struct proof_user *u, const char *secret,
		size_t secret_n, const char *nonce, uint32_t nc, char *response)
{
	char a1[512], ha1[HEX_SIZE], all[512];
	int n = snprintf(
			a1, 256, "%s%06u@%s:%s:", u->name, u->number, u->realm, u->realm);

	memcpy(a1 + n, secret, secret_n);
	md5(a1, (size_t)n + secret_n, ha1);
	n = snprintf(all, sizeof(all), "%s:%s:%08x:" CNONCE ":auth:%s", ha1, nonce,
			nc, ha2);
	md5(all, (size_t)n, response);
}

static void print_answer(const struct proof_user *u, const char *nonce,
		uint32_t nc, const char *algorithm, const char *response, char *dst)
{
	char more[128];

	snprintf(more, sizeof(more),
			", algorithm=%s, qop=auth, nc=%08x, cnonce=\"" CNONCE "\"",
			algorithm, nc);
	print(u, nonce, response, more, dst);
}

void proof_digest(
		const struct proof_user *u, const char *nonce, uint32_t nc, char *dst)
{
	char response[HEX_SIZE];

	answer(u, password, strlen(password), nonce, nc, response);
	print_answer(u, nonce, nc, "MD5", response, dst);
}

void proof_aka(const struct proof_user *u, const char *nonce, char *dst)
{
	unsigned char octets[PROOF_NONCE_SIZE];
	uint8_t res[MILENAGE_RES_LEN], ak[6];
	char response[HEX_SIZE];
	size_t n = strlen(nonce) & ~(size_t)3;

	if(EVP_DecodeBlock(octets, (const unsigned char *)nonce, (int)n) < 32
			|| milenage_f2_f5(&key, octets, res, ak) < 0) {
		proof_empty(u, dst);
		return;
	}
	answer(u, (const char *)res, sizeof(res), nonce, 1, response);
	print_answer(u, nonce, 1, "AKAv1-MD5", response, dst);
}
