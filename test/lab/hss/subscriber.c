/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The store of subscribers: two hash tables, by IMPI and by IMPU.
 * It never reads a subscriber's line: see subscriber_line.c.
 */
#include "subscriber.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#define STORE_SLOTS (1u << 18)

struct hss_store
{
	struct hss_sub *subs[STORE_SLOTS];
	struct hss_impu *impus[STORE_SLOTS];
	size_t subs_n;
	char *realm;
};


/** FNV-1a. */
static uint32_t slot_of(const char *s)
{
	uint32_t h = 2166136261u;

	for(; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return (h ^ (h >> 18)) % STORE_SLOTS;
}


struct hss_store *store_new(const char *realm)
{
	struct hss_store *store = calloc(1, sizeof(*store));

	if(store == NULL)
		return NULL;
	store->realm = strdup(realm);
	if(store->realm == NULL) {
		free(store);
		return NULL;
	}
	return store;
}


void store_free(struct hss_store *store)
{
	unsigned int i;

	if(store == NULL)
		return;
	for(i = 0; i < STORE_SLOTS; i++)
		while(store->subs[i] != NULL)
			store_sub_remove(store, store->subs[i]);
	free(store->realm);
	free(store);
}


const char *store_realm(const struct hss_store *store)
{
	return store->realm;
}


size_t store_count(const struct hss_store *store)
{
	return store->subs_n;
}


static void impu_unlink(struct hss_store *store, struct hss_impu *impu)
{
	struct hss_impu **at = &store->impus[slot_of(impu->uri)];

	while(*at != NULL && *at != impu)
		at = &(*at)->next;
	if(*at != NULL)
		*at = impu->next;
}


/** At the tail: of several subscribers the first in the file comes first. */
static void impu_link(struct hss_store *store, struct hss_impu *impu)
{
	struct hss_impu **at = &store->impus[slot_of(impu->uri)];

	while(*at != NULL)
		at = &(*at)->next;
	*at = impu;
	impu->next = NULL;
}


void store_sub_insert(struct hss_store *store, struct hss_sub *sub)
{
	struct hss_sub **at = &store->subs[slot_of(sub->impi)];
	unsigned int i;

	sub->next = *at;
	*at = sub;
	store->subs_n++;
	for(i = 0; i < sub->impus_n; i++)
		impu_link(store, &sub->impus[i]);
}


void store_sub_remove(struct hss_store *store, struct hss_sub *sub)
{
	struct hss_sub **at = &store->subs[slot_of(sub->impi)];
	unsigned int i;

	while(*at != NULL && *at != sub)
		at = &(*at)->next;
	if(*at == NULL)
		return;
	*at = sub->next;
	store->subs_n--;
	for(i = 0; i < sub->impus_n; i++)
		impu_unlink(store, &sub->impus[i]);
	sub_free(sub);
}


void sub_free(struct hss_sub *sub)
{
	unsigned int i;

	if(sub == NULL)
		return;
	for(i = 0; i < sub->impus_n; i++)
		free(sub->impus[i].uri);
	free(sub->impus);
	if(sub->ha1 != NULL)
		OPENSSL_cleanse(sub->ha1, strlen(sub->ha1));
	OPENSSL_cleanse(&sub->key, sizeof(sub->key));
	free(sub->impi);
	free(sub->realm);
	free(sub->algorithm);
	free(sub->ha1);
	free(sub->ccf);
	free(sub->ecf);
	free(sub->server);
	free(sub->server_host);
	free(sub);
}


struct hss_sub *store_impi_find(const struct hss_store *store, const char *impi)
{
	struct hss_sub *sub = store->subs[slot_of(impi)];

	while(sub != NULL && strcmp(sub->impi, impi) != 0)
		sub = sub->next;
	return sub;
}


struct hss_sub *store_impu_find(const struct hss_store *store, const char *impu)
{
	const struct hss_impu *i = store->impus[slot_of(impu)];
	struct hss_sub *first = NULL;

	for(; i != NULL; i = i->next) {
		if(strcmp(i->uri, impu) != 0)
			continue;
		if(i->sub->reg == HSS_REG_REGISTERED)
			return i->sub;
		if(first == NULL)
			first = i->sub;
	}
	return first;
}


void store_registrations_clear(struct hss_store *store)
{
	struct hss_sub *sub;
	unsigned int i;

	for(i = 0; i < STORE_SLOTS; i++)
		for(sub = store->subs[i]; sub != NULL; sub = sub->next)
			sub_registration_clear(sub);
}


bool sub_impu_has(const struct hss_sub *sub, const char *impu)
{
	unsigned int i;

	for(i = 0; i < sub->impus_n; i++)
		if(strcmp(sub->impus[i].uri, impu) == 0)
			return true;
	return false;
}


static void text_replace(char **at, const char *text)
{
	char *copy = text != NULL ? strdup(text) : NULL;

	free(*at);
	*at = copy;
}


void sub_server_set(struct hss_sub *sub, const char *server, const char *host)
{
	text_replace(&sub->server, server);
	text_replace(&sub->server_host, host);
}


void sub_registration_clear(struct hss_sub *sub)
{
	sub_server_set(sub, NULL, NULL);
	sub->reg = HSS_REG_NONE;
	sub->auth_pending = false;
}


const char *reg_name(enum hss_reg reg)
{
	switch(reg) {
		case HSS_REG_REGISTERED:
			return "registered";
		case HSS_REG_UNREGISTERED:
			return "unregistered";
		case HSS_REG_NONE:
			break;
	}
	return "not-registered";
}
