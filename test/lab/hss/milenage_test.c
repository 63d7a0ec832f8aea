/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Milenage against the conformance data of TS 35.208 (sets 1 to 6), and
 * a vector and an AUTS built by hand.
 */
#include "milenage.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct milenage_set
{
	const char *name;
	const char *k, *rand, *sqn, *amf, *op, *opc;
	const char *f1, *f1s, *f2, *f5, *f3, *f4, *f5s;
};

static const struct milenage_set sets[] = {
		{"TS 35.208 set 1", "465b5ce8b199b49faa5f0a2ee238a6bc",
				"23553cbe9637a89d218ae64dae47bf35", "ff9bb4d0b607", "b9b9",
				"cdc202d5123e20f62b6d676ac72cb318",
				"cd63cb71954a9f4e48a5994e37a02baf", "4a9ffac354dfafb3",
				"01cfaf9ec4e871e9", "a54211d5e3ba50bf", "aa689c648370",
				"b40ba9a3c58b2a05bbf0d987b21bf8cb",
				"f769bcd751044604127672711c6d3441", "451e8beca43b"},
		{"TS 35.208 set 2", "0396eb317b6d1c36f19c1c84cd6ffd16",
				"c00d603103dcee52c4478119494202e8", "fd8eef40df7d", "af17",
				"ff53bade17df5d4e793073ce9d7579fa",
				"53c15671c60a4b731c55b4a441c0bde2", "5df5b31807e258b0",
				"a8c016e51ef4a343", "d3a628ed988620f0", "c47783995f72",
				"58c433ff7a7082acd424220f2b67c556",
				"21a8c1f929702adb3e738488b9f5c5da", "30f1197061c1"},
		{"TS 35.208 set 3", "fec86ba6eb707ed08905757b1bb44b8f",
				"9f7c8d021accf4db213ccff0c7f71a6a", "9d0277595ffc", "725c",
				"dbc59adcb6f9a0ef735477b7fadf8374",
				"1006020f0a478bf6b699f15c062e42b3", "9cabc3e99baf7281",
				"95814ba2b3044324", "8011c48c0c214ed2", "33484dc2136b",
				"5dbdbb2954e8f3cde665b046179a5098",
				"59a92d3b476a0443487055cf88b2307b", "deacdd848cc6"},
		{"TS 35.208 set 4", "9e5944aea94b81165c82fbf9f32db751",
				"ce83dbc54ac0274a157c17f80d017bd6", "0b604a81eca8", "9e09",
				"223014c5806694c007ca1eeef57f004f",
				"a64a507ae1a2a98bb88eb4210135dc87", "74a58220cba84c49",
				"ac2cc74a96871837", "f365cd683cd92e96", "f0b9c08ad02e",
				"e203edb3971574f5a94b0d61b816345d",
				"0c4524adeac041c4dd830d20854fc46b", "6085a86c6f63"},
		{"TS 35.208 set 5", "4ab1deb05ca6ceb051fc98e77d026a84",
				"74b0cd6031a1c8339b2b6ce2b8c4a186", "e880a1b580b6", "9f07",
				"2d16c5cd1fdf6b22383584e3bef2a8d8",
				"dcf07cbd51855290b92a07a9891e523e", "49e785dd12626ef2",
				"9e85790336bb3fa2", "5860fc1bce351e7e", "31e11a609118",
				"7657766b373d1c2138f307e3de9242f9",
				"1c42e960d89b8fa99f2744e0708ccb53", "fe2555e54aa9"},
		{"TS 35.208 set 6", "6c38a116ac280c454f59332ee35c8c4f",
				"ee6466bc96202c5a557abbeff8babf63", "414b98222181", "4464",
				"1ba00a1a7c6700ac8c3ff3e96ad08725",
				"3803ef5363b947c6aaa225e58fae3934", "078adfb488241a57",
				"80246b8d0186bcf1", "16c8233f05a0ac28", "45b0f69ab06c",
				"3f8c7587fe8e4b233af676aede30ba3b",
				"a7466cc1e6b2a1337d49d3b66e95d7b4", "1f53cd2b1113"},
};

static int failed_n;


static void hex_read(uint8_t *out, const char *hex)
{
	unsigned int octet;

	while(sscanf(hex, "%2x", &octet) == 1) {
		*out++ = (uint8_t)octet;
		hex += 2;
	}
}


static void expect(const struct milenage_set *s, const char *what,
		const uint8_t *got, const char *hex)
{
	uint8_t want[16];
	size_t len = strlen(hex) / 2;

	hex_read(want, hex);
	if(memcmp(want, got, len) == 0)
		return;
	fprintf(stderr, "%s: %s is wrong\n", s->name, what);
	failed_n++;
}


static void set_check(const struct milenage_set *s)
{
	struct milenage_key key;
	uint8_t rand[16], sqn[6], amf[2], op[16], out[16], out2[16];

	hex_read(key.k, s->k);
	hex_read(rand, s->rand);
	hex_read(sqn, s->sqn);
	hex_read(amf, s->amf);
	hex_read(op, s->op);
	milenage_opc_derive(key.k, op, key.opc);
	expect(s, "OPc", key.opc, s->opc);
	milenage_f1(&key, rand, sqn, amf, out, out2);
	expect(s, "f1", out, s->f1);
	expect(s, "f1*", out2, s->f1s);
	milenage_f2_f5(&key, rand, out, out2);
	expect(s, "f2", out, s->f2);
	expect(s, "f5", out2, s->f5);
	milenage_f3(&key, rand, out);
	expect(s, "f3", out, s->f3);
	milenage_f4(&key, rand, out);
	expect(s, "f4", out, s->f4);
	milenage_f5_star(&key, rand, out);
	expect(s, "f5*", out, s->f5s);
}


/** A USIM's AUTS for sqn: the inverse of milenage_auts_open(). */
static void auts_make(const struct milenage_key *key, const uint8_t rand[16],
		const uint8_t sqn[6], uint8_t auts[14])
{
	static const uint8_t amf_star[2] = {0, 0};
	uint8_t ak[6];
	int i;

	milenage_f5_star(key, rand, ak);
	for(i = 0; i < 6; i++)
		auts[i] = sqn[i] ^ ak[i];
	milenage_f1(key, rand, sqn, amf_star, NULL, auts + 6);
}


static void auts_check(const struct milenage_set *s)
{
	struct milenage_key key;
	uint8_t rand[16], sqn[6], auts[14], got[6];

	hex_read(key.k, s->k);
	hex_read(key.opc, s->opc);
	hex_read(rand, s->rand);
	hex_read(sqn, s->sqn);
	auts_make(&key, rand, sqn, auts);
	if(milenage_auts_open(&key, rand, auts, got) != 0)
		failed_n++;
	expect(s, "SQN out of AUTS", got, s->sqn);
	auts[13] ^= 1;
	if(milenage_auts_open(&key, rand, auts, got) != -EBADMSG) {
		fprintf(stderr, "%s: a wrong MAC-S was accepted\n", s->name);
		failed_n++;
	}
}


static void vector_check(const struct milenage_set *s)
{
	struct milenage_key key;
	struct milenage_vector v;
	uint8_t sqn[6], amf[2];

	hex_read(key.k, s->k);
	hex_read(key.opc, s->opc);
	hex_read(v.rand, s->rand);
	hex_read(sqn, s->sqn);
	hex_read(amf, s->amf);
	if(milenage_vector_make(&key, sqn, amf, &v) != 0)
		failed_n++;
	expect(s, "XRES", v.xres, s->f2);
	expect(s, "AMF in AUTN", v.autn + 6, s->amf);
	expect(s, "MAC-A in AUTN", v.autn + 8, s->f1);
	expect(s, "CK", v.ck, s->f3);
	expect(s, "IK", v.ik, s->f4);
}


int main(void)
{
	size_t i;

	for(i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		set_check(&sets[i]);
		auts_check(&sets[i]);
		vector_check(&sets[i]);
	}
	printf("%zu sets, %d wrong\n", i, failed_n);
	return failed_n != 0;
}
