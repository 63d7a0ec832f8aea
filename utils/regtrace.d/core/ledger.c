/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows where facts are kept. Never changes one.
 */
#include "ledger.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* An array grown to hold index i, by doubling; new members are zero. */
static int grow(void **array, uint32_t *n, size_t size, uint32_t i)
{
	uint32_t want = *n ? *n : 64;
	void *p;

	if(i < *n)
		return 0;
	while(want <= i)
		want *= 2;
	p = realloc(*array, want * size);
	if(!p)
		return -ENOMEM;
	memset((char *)p + *n * size, 0, (want - *n) * size);
	*array = p;
	*n = want;
	return 0;
}

int ledger_reach(struct ledger *l, uint32_t set, uint32_t user)
{
	void *sets = l->sets, *users = l->users;
	int rc;

	rc = grow(&sets, &l->sets_n, sizeof(*l->sets), set);
	l->sets = sets;
	if(rc == 0)
		rc = grow(&users, &l->users_n, sizeof(*l->users), user);
	l->users = users;
	return rc;
}

void ledger_load(const struct ledger_set *s, struct reg_set *ret)
{
	unsigned i;

	memset(ret, 0, sizeof(*ret));
	for(i = 0; i < s->n; i++)
		if(reg_codec_decode(
				   s->records[i]->octets, s->records[i]->n, &ret->b[ret->n])
				== 0)
			ret->n++;
}

static struct ledger_record *record_of(const struct reg_binding *b)
{
	static uint8_t octets[REG_RECORD_MAX];
	struct ledger_record *r;
	int n = reg_codec_encode(b, octets, sizeof(octets));

	if(n < 0)
		return NULL;
	r = malloc(sizeof(*r) + (size_t)n);
	if(!r)
		return NULL;
	r->n = (uint16_t)n;
	memcpy(r->octets, octets, (size_t)n);
	return r;
}

int ledger_save(
		struct ledger_set *s, const struct reg_set *set, const bool *removed)
{
	struct ledger_set fresh = {.n = 0};
	unsigned i;
	int rc = 0;

	for(i = 0; i < set->n && rc == 0; i++) {
		if(removed && removed[i])
			continue;
		if(fresh.n == REG_BINDINGS_MAX) {
			rc = -ENOSPC;
			break;
		}
		fresh.records[fresh.n] = record_of(&set->b[i]);
		if(fresh.records[fresh.n])
			fresh.n++;
		else
			rc = -ENOMEM;
	}
	if(rc < 0) {
		ledger_clear(&fresh);
		return rc;
	}
	ledger_clear(s);
	*s = fresh;
	return 0;
}

void ledger_clear(struct ledger_set *s)
{
	while(s->n > 0)
		free(s->records[--s->n]);
}

void ledger_free(struct ledger *l)
{
	uint32_t i;

	for(i = 0; i < l->sets_n; i++)
		ledger_clear(&l->sets[i]);
	free(l->sets);
	free(l->users);
}
