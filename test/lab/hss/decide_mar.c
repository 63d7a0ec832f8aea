/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Multimedia-Auth (TS 29.228 6.3.1): authentication vectors, resynchronisation
 * and SIP Digest credentials.
 */
#include "decide.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <openssl/rand.h>

#define SQN_STEP 32 /* one SEQ, the same IND (TS 33.102 C.1.1.3) */
#define SQN_MASK 0xffffffffffffull

enum mar_scheme
{
	SCHEME_NONE,
	SCHEME_AKA,
	SCHEME_DIGEST,
};

/** Scheme names that are understood; any other is refused with 5006. */
static const struct
{
	const char *name;
	enum mar_scheme scheme;
} schemes[] = {
		{"Digest-AKAv1-MD5", SCHEME_AKA},
		{"Digest-AKAv2-MD5", SCHEME_AKA},
		{"Digest-AKAv2-SHA-256", SCHEME_AKA},
		{"SIP Digest", SCHEME_DIGEST},
};


static void sqn_write(uint8_t out[6], uint64_t sqn)
{
	int i;

	for(i = 5; i >= 0; i--, sqn >>= 8)
		out[i] = (uint8_t)sqn;
}


static uint64_t sqn_read(const uint8_t in[6])
{
	uint64_t sqn = 0;
	int i;

	for(i = 0; i < 6; i++)
		sqn = sqn << 8 | in[i];
	return sqn;
}


/**
 * The scheme asked for, or the one that the subscriber's data allow.
 * @param name  the scheme's name for the answer
 */
static enum mar_scheme scheme_select(const struct hss_sub *sub,
		const struct cx_request *req, const char **name)
{
	size_t i;

	if(req->scheme[0] == '\0' || strcasecmp(req->scheme, "Unknown") == 0) {
		i = sub->has_key ? 0 : 3;
		*name = schemes[i].name;
		return schemes[i].scheme;
	}
	for(i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if(strcmp(req->scheme, schemes[i].name) != 0)
			continue;
		*name = schemes[i].name;
		return schemes[i].scheme;
	}
	return SCHEME_NONE;
}


/**
 * RAND || AUTS: the HSS goes on from the USIM's SQN. With a wrong MAC-S it
 * keeps its own (TS 33.102 6.3.5).
 * @return 1 taken over, 0 none there, -1 wrong
 */
static int resync(struct hss_sub *sub, const struct cx_request *req)
{
	uint8_t sqn_ms[6];

	if(req->auth_len == 0)
		return 0;
	if(req->auth_len != MILENAGE_RAND_LEN + MILENAGE_AUTS_LEN)
		return -1;
	if(milenage_auts_open(
			   &sub->key, req->auth, req->auth + MILENAGE_RAND_LEN, sqn_ms)
			< 0)
		return -1;
	sub->sqn = sqn_read(sqn_ms);
	return 1;
}


static int vector_add(struct hss_sub *sub, struct cx_answer *a)
{
	struct milenage_vector *v = &a->vectors[a->vectors_n];
	uint8_t sqn[6];

	sub->sqn = (sub->sqn + SQN_STEP) & SQN_MASK;
	sqn_write(sqn, sub->sqn);
	if(RAND_bytes(v->rand, sizeof(v->rand)) != 1
			|| milenage_vector_make(&sub->key, sqn, sub->amf, v) < 0)
		return -1;
	a->vectors_n++;
	return 0;
}


static void aka_decide(
		struct hss_sub *sub, const struct cx_request *req, struct cx_answer *a)
{
	int auts = resync(sub, req);
	int items = req->items > CX_ITEMS_MAX ? CX_ITEMS_MAX : req->items;
	int rc = 0;

	while(rc == 0 && a->vectors_n < (unsigned int)(items > 0 ? items : 1))
		rc = vector_add(sub, a);
	if(rc < 0)
		a->result = CX_UNABLE_TO_COMPLY;
	if(auts != 0)
		snprintf(a->note, sizeof(a->note), " resync=%s",
				auts > 0 ? "ok" : "bad");
}


static void digest_decide(struct hss_sub *sub, struct cx_answer *a)
{
	a->has_digest = true;
	a->digest.realm = sub->realm;
	a->digest.algorithm = sub->algorithm;
	a->digest.ha1 = sub->ha1;
}


/** A first authentication makes the asking S-CSCF the assigned one. */
static void authentication_note(
		struct hss_sub *sub, const struct cx_request *req)
{
	if(sub->reg == HSS_REG_NONE) {
		sub->auth_pending = true;
		sub_server_set(sub, req->server, req->host);
	}
}


void cx_mar_decide(
		struct hss_sub *sub, const struct cx_request *req, struct cx_answer *a)
{
	enum mar_scheme scheme = scheme_select(sub, req, &a->scheme);

	a->impu = req->impu[0];
	if((scheme == SCHEME_AKA && sub->has_key)
			|| (scheme == SCHEME_DIGEST && sub->ha1 != NULL)) {
		authentication_note(sub, req);
		if(scheme == SCHEME_AKA)
			aka_decide(sub, req, a);
		else
			digest_decide(sub, a);
		return;
	}
	a->experimental = true;
	a->result = CX_AUTH_SCHEME_NOT_SUPPORTED;
}
