/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Milenage (TS 35.206 4.1) on OpenSSL's AES-128-ECB.
 * It keeps no state between calls and never logs what it computes.
 */
#include "milenage.h"

#include <errno.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

/** One AES block. @return 0, -EIO */
static int block_encrypt(
		const uint8_t key[16], const uint8_t in[16], uint8_t out[16])
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int len = 0, ok;

	if(ctx == NULL)
		return -EIO;
	ok = EVP_EncryptInit_ex(ctx, EVP_aes_128_ecb(), NULL, key, NULL) == 1
		 && EVP_CIPHER_CTX_set_padding(ctx, 0) == 1
		 && EVP_EncryptUpdate(ctx, out, &len, in, 16) == 1 && len == 16;
	EVP_CIPHER_CTX_free(ctx);
	return ok ? 0 : -EIO;
}


static void block_xor(uint8_t *out, const uint8_t *a, const uint8_t *b, int n)
{
	int i;

	for(i = 0; i < n; i++)
		out[i] = a[i] ^ b[i];
}


/** Rotation towards the most significant bit, in whole octets. */
static void block_rotate(uint8_t out[16], const uint8_t in[16], int octets)
{
	int i;

	for(i = 0; i < 16; i++)
		out[i] = in[(i + octets) % 16];
}


/** TEMP = E_K(RAND xor OPc). */
static int temp_make(const struct milenage_key *key, const uint8_t rand[16],
		uint8_t temp[16])
{
	uint8_t in[16];

	block_xor(in, rand, key->opc, 16);
	return block_encrypt(key->k, in, temp);
}


/**
 * OUT2..OUT5 = E_K(rot(TEMP xor OPc, r) xor c) xor OPc.
 * @param octets  r, in octets (TS 35.206 4.1: r2=0 r3=32 r4=64 r5=96 bits)
 * @param c       the last octet of the constant (1, 2, 4, 8)
 */
static int out_make(const struct milenage_key *key, const uint8_t rand[16],
		int octets, uint8_t c, uint8_t out[16])
{
	uint8_t temp[16], in[16];
	int rc = temp_make(key, rand, temp);

	if(rc < 0)
		return rc;
	block_xor(temp, temp, key->opc, 16);
	block_rotate(in, temp, octets);
	in[15] ^= c;
	rc = block_encrypt(key->k, in, out);
	block_xor(out, out, key->opc, 16);
	OPENSSL_cleanse(temp, sizeof(temp));
	return rc;
}


int milenage_opc_derive(
		const uint8_t k[16], const uint8_t op[16], uint8_t opc[16])
{
	uint8_t out[16];
	int rc = block_encrypt(k, op, out);

	if(rc == 0)
		block_xor(opc, out, op, 16);
	return rc;
}


int milenage_f1(const struct milenage_key *key, const uint8_t rand[16],
		const uint8_t sqn[6], const uint8_t amf[2], uint8_t *mac_a,
		uint8_t *mac_s)
{
	uint8_t temp[16], in1[16], in[16], out[16];
	int rc = temp_make(key, rand, temp);

	if(rc < 0)
		return rc;
	memcpy(in1, sqn, 6);
	memcpy(in1 + 6, amf, 2);
	memcpy(in1 + 8, in1, 8);
	block_xor(in1, in1, key->opc, 16);
	block_rotate(in, in1, 8);
	block_xor(in, in, temp, 16);
	rc = block_encrypt(key->k, in, out);
	if(rc < 0)
		return rc;
	block_xor(out, out, key->opc, 16);
	if(mac_a != NULL)
		memcpy(mac_a, out, 8);
	if(mac_s != NULL)
		memcpy(mac_s, out + 8, 8);
	return 0;
}


int milenage_f2_f5(const struct milenage_key *key, const uint8_t rand[16],
		uint8_t *res, uint8_t *ak)
{
	uint8_t out[16];
	int rc = out_make(key, rand, 0, 1, out);

	if(rc < 0)
		return rc;
	if(res != NULL)
		memcpy(res, out + 8, 8);
	if(ak != NULL)
		memcpy(ak, out, 6);
	return 0;
}


int milenage_f3(
		const struct milenage_key *key, const uint8_t rand[16], uint8_t *ck)
{
	return out_make(key, rand, 4, 2, ck);
}


int milenage_f4(
		const struct milenage_key *key, const uint8_t rand[16], uint8_t *ik)
{
	return out_make(key, rand, 8, 4, ik);
}


int milenage_f5_star(
		const struct milenage_key *key, const uint8_t rand[16], uint8_t *ak)
{
	uint8_t out[16];
	int rc = out_make(key, rand, 12, 8, out);

	if(rc == 0)
		memcpy(ak, out, 6);
	return rc;
}


int milenage_vector_make(const struct milenage_key *key, const uint8_t sqn[6],
		const uint8_t amf[2], struct milenage_vector *v)
{
	uint8_t ak[6];

	if(milenage_f2_f5(key, v->rand, v->xres, ak) < 0
			|| milenage_f3(key, v->rand, v->ck) < 0
			|| milenage_f4(key, v->rand, v->ik) < 0
			|| milenage_f1(key, v->rand, sqn, amf, v->autn + 8, NULL) < 0)
		return -EIO;
	block_xor(v->autn, sqn, ak, 6);
	memcpy(v->autn + 6, amf, 2);
	return 0;
}


int milenage_auts_open(const struct milenage_key *key, const uint8_t rand[16],
		const uint8_t auts[14], uint8_t sqn_ms[6])
{
	static const uint8_t amf_star[2] = {0, 0};
	uint8_t ak[6], sqn[6], mac_s[8];

	if(milenage_f5_star(key, rand, ak) < 0)
		return -EIO;
	block_xor(sqn, auts, ak, 6);
	if(milenage_f1(key, rand, sqn, amf_star, NULL, mac_s) < 0)
		return -EIO;
	if(CRYPTO_memcmp(mac_s, auts + 6, 8) != 0)
		return -EBADMSG;
	memcpy(sqn_ms, sqn, 6);
	return 0;
}
