/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how the HSS writes credentials. Never keeps them.
 */
#include "cx_auth.h"

#include <string.h>

#include "../cdp/diameter_ims_code_avp.h"

#include "text.h"

static const struct
{
	const char *scheme;
	struct digest_algorithm algorithm;
} schemes[] = {
		{"Digest-AKAv1-MD5", {DIGEST_AKAV1, DIGEST_MD5}},
		{"Digest-AKAv2-MD5", {DIGEST_AKAV2, DIGEST_MD5}},
		{"Digest-AKAv2-SHA-256", {DIGEST_AKAV2, DIGEST_SHA256}},
		{"SIP Digest", {DIGEST_SIP, DIGEST_MD5}},
};

#define SCHEMES_N (sizeof(schemes) / sizeof(schemes[0]))

const char *cx_auth_scheme(struct digest_algorithm a)
{
	size_t i;

	for(i = 0; i < SCHEMES_N; i++)
		if(schemes[i].algorithm.scheme == a.scheme
				&& (a.scheme == DIGEST_SIP
						|| schemes[i].algorithm.hash == a.hash))
			return schemes[i].scheme;
	return "Unknown";
}

static struct digest_algorithm algorithm_of(str scheme)
{
	struct digest_algorithm none = {DIGEST_NO_SCHEME, DIGEST_MD5};
	size_t i;

	for(i = 0; i < SCHEMES_N; i++)
		if(reg_text_eq_nocase(text_of(scheme), reg_text_of(schemes[i].scheme)))
			return schemes[i].algorithm;
	return none;
}

static bool take(str from, uint8_t *to, int n)
{
	if(from.len != n)
		return false;
	memcpy(to, from.s, (size_t)n);
	return true;
}

/* TS 29.228 6.3: SIP-Authenticate is RAND and AUTN, SIP-Authorization XRES. */
static bool read_vector(str item, struct cx_vector *v)
{
	str xres = cx_member_text(item, AVP_IMS_SIP_Authorization, CX_3GPP);

	if(xres.len < 4 || xres.len > CX_RES_MAX)
		return false;
	v->xres_n = (uint8_t)xres.len;
	return take(xres, v->xres, xres.len)
		   && take(cx_member_text(item, AVP_IMS_SIP_Authenticate, CX_3GPP),
				   v->challenge, CX_RAND_N + CX_AUTN_N)
		   && take(cx_member_text(item, AVP_IMS_Confidentiality_Key, CX_3GPP),
				   v->ck, CX_KEY_N)
		   && take(cx_member_text(item, AVP_IMS_Integrity_Key, CX_3GPP), v->ik,
				   CX_KEY_N);
}

/* Its place by SIP-Item-Number, from 1 (29.229 6.3.14); else as it stands. */
static uint32_t number_of(str item, uint32_t otherwise)
{
	str value = cx_member_text(item, AVP_IMS_SIP_Item_Number, CX_3GPP);

	return value.len == 4 ? get_4bytes(value.s) : otherwise;
}

static void add_vector(struct cx_auth *a, uint32_t *numbers, str item)
{
	uint32_t number = number_of(item, a->vectors_n + 1);
	struct cx_vector v;
	unsigned i;

	if(a->vectors_n == CX_VECTORS_MAX || !read_vector(item, &v))
		return;
	for(i = a->vectors_n; i > 0 && numbers[i - 1] > number; i--) {
		a->vectors[i] = a->vectors[i - 1];
		numbers[i] = numbers[i - 1];
	}
	a->vectors[i] = v;
	numbers[i] = number;
	a->vectors_n++;
	digest_wipe(&v, sizeof(v));
}

static bool copy_text(str from, char *to, int size)
{
	if(from.len >= size)
		return false;
	memcpy(to, from.len ? from.s : "", (size_t)from.len);
	to[from.len] = '\0';
	return true;
}

static void lower(char *s)
{
	for(; *s; s++)
		if(*s >= 'A' && *s <= 'F')
			*s = (char)(*s - 'A' + 'a');
}

/* TS 29.229 6.3.36: SIP-Digest-Authenticate {Realm, Algorithm, QoP, HA1}. */
static bool read_digest(str item, struct cx_auth *a)
{
	str group = cx_member_text(item, AVP_IMS_SIP_Digest_Authenticate, CX_3GPP);
	str name = cx_member_text(group, AVP_IMS_Digest_Algorithm, 0);
	str ha1 = cx_member_text(group, AVP_IMS_Digest_HA1, 0);

	a->algorithm.hash = DIGEST_MD5;
	if(name.len > 0
			&& (!digest_algorithm_find(text_of(name), &a->algorithm)
					|| a->algorithm.scheme != DIGEST_SIP))
		return false;
	if(ha1.len != (a->algorithm.hash == DIGEST_SHA256 ? 64 : 32))
		return false;
	if(!copy_text(ha1, a->ha1, sizeof(a->ha1)))
		return false;
	lower(a->ha1);
	return copy_text(cx_member_text(group, AVP_IMS_Digest_Realm, 0), a->realm,
			sizeof(a->realm));
}

void cx_auth_read(AAAMessage *ans, struct cx_auth *ret)
{
	uint32_t numbers[CX_VECTORS_MAX + 1] = {0};
	str item, scheme;
	unsigned i;
	bool good = false;

	memset(ret, 0, sizeof(*ret));
	item = cx_avp_nth(ans, AVP_IMS_SIP_Auth_Data_Item, CX_3GPP, 0);
	scheme = cx_member_text(item, AVP_IMS_SIP_Authentication_Scheme, CX_3GPP);
	ret->algorithm = algorithm_of(scheme);
	if(item.len > 0 && scheme.len == 0) /* some HSS name none: AKA it is */
		ret->algorithm.scheme = DIGEST_AKAV1;
	if(ret->algorithm.scheme == DIGEST_SIP) {
		good = read_digest(item, ret);
	} else if(ret->algorithm.scheme != DIGEST_NO_SCHEME) {
		for(i = 0; item.len > 0 && i < CX_VECTORS_MAX; i++) {
			add_vector(ret, numbers, item);
			item = cx_avp_nth(ans, AVP_IMS_SIP_Auth_Data_Item, CX_3GPP, i + 1);
		}
		good = ret->vectors_n > 0;
	}
	if(!good)
		ret->algorithm.scheme = DIGEST_NO_SCHEME;
}
