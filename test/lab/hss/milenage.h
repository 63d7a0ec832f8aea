/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Milenage (TS 35.206): the functions f1-f5, f1*, f5* over AES-128.
 * It never sees a subscriber, a sequence number policy or a message.
 */
#ifndef HSS_MILENAGE_H
#define HSS_MILENAGE_H

#include <stdint.h>

#define MILENAGE_KEY_LEN 16
#define MILENAGE_RAND_LEN 16
#define MILENAGE_AUTN_LEN 16
#define MILENAGE_AUTS_LEN 14
#define MILENAGE_RES_LEN 8
#define MILENAGE_SQN_LEN 6
#define MILENAGE_MAC_LEN 8
#define MILENAGE_AMF_LEN 2

/** What a USIM and its HSS share. */
struct milenage_key
{
	uint8_t k[MILENAGE_KEY_LEN];
	uint8_t opc[MILENAGE_KEY_LEN];
};

/** One authentication vector (TS 33.203 6.1). */
struct milenage_vector
{
	uint8_t rand[MILENAGE_RAND_LEN];
	uint8_t autn[MILENAGE_AUTN_LEN];
	uint8_t xres[MILENAGE_RES_LEN];
	uint8_t ck[16];
	uint8_t ik[16];
};

/** OPc = OP xor E_K(OP) (TS 35.206 4.1). @return 0, -EIO */
int milenage_opc_derive(
		const uint8_t k[16], const uint8_t op[16], uint8_t opc[16]);

/**
 * f1 and f1* (TS 35.206 4.1).
 * @param mac_a  f1, 8 octets, may be NULL
 * @param mac_s  f1*, 8 octets, may be NULL
 * @return 0, -EIO
 */
int milenage_f1(const struct milenage_key *key, const uint8_t rand[16],
		const uint8_t sqn[6], const uint8_t amf[2], uint8_t *mac_a,
		uint8_t *mac_s);

/** f2 (RES, 8 octets) and f5 (AK, 6 octets), both from OUT2. */
int milenage_f2_f5(const struct milenage_key *key, const uint8_t rand[16],
		uint8_t *res, uint8_t *ak);

/** f3: CK, 16 octets. */
int milenage_f3(
		const struct milenage_key *key, const uint8_t rand[16], uint8_t *ck);

/** f4: IK, 16 octets. */
int milenage_f4(
		const struct milenage_key *key, const uint8_t rand[16], uint8_t *ik);

/** f5*: AK of a resynchronisation, 6 octets. */
int milenage_f5_star(
		const struct milenage_key *key, const uint8_t rand[16], uint8_t *ak);

/**
 * A whole vector: AUTN = (SQN xor AK) || AMF || MAC-A, XRES, CK, IK.
 * @param v  v->rand is read, the rest is written
 * @return 0, -EIO
 */
int milenage_vector_make(const struct milenage_key *key, const uint8_t sqn[6],
		const uint8_t amf[2], struct milenage_vector *v);

/**
 * The USIM's sequence number out of AUTS (TS 33.102 6.3.3), MAC-S verified
 * with AMF* = 0.
 * @param sqn_ms  6 octets, written only on success
 * @return 0, -EBADMSG if MAC-S is wrong, -EIO
 */
int milenage_auts_open(const struct milenage_key *key, const uint8_t rand[16],
		const uint8_t auts[14], uint8_t sqn_ms[6]);

#endif
