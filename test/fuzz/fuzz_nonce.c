/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nonces from the wire: what we made is known again by its owner and by nobody
 * else, and nothing else is ever taken for one.
 */
#include "reg_nonce.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LIFETIME_S 3600

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const uint8_t key[REG_NONCE_KEY_N] = "a key that no input holds";

static void check(bool holds)
{
	if(!holds)
		abort();
}

/* The first octets say when and how; the rest is the owner and a text. */
struct input
{
	int64_t now_ms, later_ms;
	uint8_t random[REG_NONCE_RANDOM_N];
	uint8_t cut[2];
	uint8_t flip_at, flip_by;
};

static void check_own(
		const struct input *in, const struct reg_nonce_owner *owner, char *text)
{
	int64_t at_ms = 0;
	int rc;

	check(reg_nonce_make(key, owner, in->now_ms, in->random, text) == 0);
	check(strlen(text) == REG_NONCE_SIZE - 1);
	rc = reg_nonce_check(
			key, owner, reg_text_of(text), LIFETIME_S, in->later_ms, &at_ms);
	check(at_ms == in->now_ms);
	check(rc
			== (reg_nonce_old(in->now_ms, LIFETIME_S, in->later_ms) ? -ETIME
																	: 0));
}

static void check_flipped(
		const struct input *in, const struct reg_nonce_owner *owner, char *text)
{
	size_t at = in->flip_at % (REG_NONCE_SIZE - 2);
	int64_t at_ms;

	if(in->flip_by == 0)
		return;
	text[at] = (char)(text[at] ^ in->flip_by);
	check(reg_nonce_check(
				  key, owner, reg_text_of(text), LIFETIME_S, in->now_ms, &at_ms)
			== -EBADMSG);
}

static struct reg_text take(struct reg_text *rest, size_t n)
{
	struct reg_text t = {rest->s, n < rest->n ? n : rest->n};

	rest->s += t.n;
	rest->n -= t.n;
	return t;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct input in;
	struct reg_text rest;
	struct reg_nonce_owner owner, other;
	char text[REG_NONCE_SIZE];
	int64_t at_ms;

	if(n < sizeof(in))
		return 0;
	memcpy(&in, data, sizeof(in));
	in.now_ms &= INT64_MAX;
	rest = (struct reg_text){(const char *)data + sizeof(in), n - sizeof(in)};
	owner.impi = take(&rest, in.cut[0]);
	owner.impu = take(&rest, in.cut[1]);
	owner.call_id = rest;
	check_own(&in, &owner, text);
	other = owner;
	other.impi = owner.impu;
	other.impu = owner.impi;
	if(!reg_text_eq(owner.impi, owner.impu))
		check(reg_nonce_check(key, &other, reg_text_of(text), LIFETIME_S,
					  in.now_ms, &at_ms)
				== -EBADMSG);
	check_flipped(&in, &owner, text);
	check(reg_nonce_check(key, &owner, rest, LIFETIME_S, in.now_ms, &at_ms)
			== -EBADMSG);
	return 0;
}
