/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Reads lines of the subscribers file into subscribers (syntax: README.md).
 * It never answers a request and logs nothing.
 */
#include "subscriber.h"
#include "subscriber_value.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#define LINE_MAX_LEN 4096
#define VALUE_MAX_LEN 1024
#define RANGE_MAX 2000000u

/** The values of a line as they stand in it, NULL where not given. */
struct line_spec
{
	const char *impi, *impu, *barred, *k, *op, *opc, *amf, *sqn;
	const char *password, *ha1, *algorithm, *realm, *ccf, *ecf, *ifc, *unreg;
	const char *count, *first;
};

static const struct
{
	const char *name;
	size_t at;
} spec_keys[] = {
#define SPEC_KEY(x)                       \
	{                                     \
#x, offsetof(struct line_spec, x) \
	}
		SPEC_KEY(impi),
		SPEC_KEY(impu),
		SPEC_KEY(barred),
		SPEC_KEY(k),
		SPEC_KEY(op),
		SPEC_KEY(opc),
		SPEC_KEY(amf),
		SPEC_KEY(sqn),
		SPEC_KEY(password),
		SPEC_KEY(ha1),
		SPEC_KEY(algorithm),
		SPEC_KEY(realm),
		SPEC_KEY(ccf),
		SPEC_KEY(ecf),
		SPEC_KEY(ifc),
		SPEC_KEY(unreg),
		SPEC_KEY(count),
		SPEC_KEY(first),
};

static int spec_put(struct line_spec *spec, char *word, const char **why)
{
	char *eq = strchr(word, '=');
	size_t i;

	*why = word;
	if(eq == NULL)
		return -EINVAL;
	*eq = '\0';
	for(i = 0; i < sizeof(spec_keys) / sizeof(spec_keys[0]); i++) {
		if(strcmp(word, spec_keys[i].name) != 0)
			continue;
		*(const char **)((char *)spec + spec_keys[i].at) = eq + 1;
		return 0;
	}
	return -EINVAL;
}


/**
 * @param line  cut into its words; spec points into it
 * @return 1 a subscriber, 0 nothing in it, -EINVAL
 */
static int spec_read(struct line_spec *spec, char *line, const char **why)
{
	char *save = NULL;
	char *word = strtok_r(line, " \t\r\n", &save);

	memset(spec, 0, sizeof(*spec));
	if(word == NULL || word[0] == '#')
		return 0;
	if(strcmp(word, "range") == 0)
		word = strtok_r(NULL, " \t\r\n", &save);
	for(; word != NULL; word = strtok_r(NULL, " \t\r\n", &save))
		if(spec_put(spec, word, why) < 0)
			return -EINVAL;
	*why = "impi";
	return spec->impi != NULL && spec->impi[0] != '\0' ? 1 : -EINVAL;
}


/** A value with its pattern expanded. @return 0 (*out NULL if none), -errno */
static int value_dup(char **out, const char *value, unsigned long n)
{
	char buf[VALUE_MAX_LEN];

	if(value == NULL)
		return 0;
	if(value_pattern_expand(buf, sizeof(buf), value, n) < 0)
		return -EINVAL;
	*out = strdup(buf);
	return *out != NULL ? 0 : -ENOMEM;
}


static int impu_append(struct hss_sub *sub, const char *uri, bool barred)
{
	struct hss_impu *more =
			realloc(sub->impus, (sub->impus_n + 1) * sizeof(*more));

	if(more == NULL)
		return -ENOMEM;
	sub->impus = more;
	more += sub->impus_n;
	memset(more, 0, sizeof(*more));
	more->barred = barred;
	more->sub = sub;
	more->uri = strdup(uri);
	if(more->uri == NULL)
		return -ENOMEM;
	sub->impus_n++;
	return 0;
}


/** The comma separated identities of impu= or barred=. */
static int impus_read(
		struct hss_sub *sub, const char *list, bool barred, unsigned long n)
{
	char buf[VALUE_MAX_LEN];
	char *save = NULL, *uri;
	int rc = 0;

	if(list == NULL)
		return 0;
	if(value_pattern_expand(buf, sizeof(buf), list, n) < 0)
		return -EINVAL;
	uri = strtok_r(buf, ",", &save);
	for(; uri != NULL && rc == 0; uri = strtok_r(NULL, ",", &save))
		rc = impu_append(sub, uri, barred);
	return rc;
}


/** K, OP or OPc, AMF, SQN. */
static int aka_read(struct hss_sub *sub, const struct line_spec *spec)
{
	uint8_t op[16];

	memcpy(sub->amf, "\x80\x00", 2);
	sub->sqn = spec->sqn != NULL ? strtoull(spec->sqn, NULL, 0) : 1;
	if(spec->amf != NULL && value_hex_read(sub->amf, 2, spec->amf) != 2)
		return -EINVAL;
	if(spec->k == NULL)
		return 0;
	if(value_key_read(sub->key.k, spec->k) < 0)
		return -EINVAL;
	sub->has_key = true;
	if(spec->opc != NULL)
		return value_key_read(sub->key.opc, spec->opc);
	if(spec->op == NULL || value_key_read(op, spec->op) < 0)
		return -EINVAL;
	return milenage_opc_derive(sub->key.k, op, sub->key.opc);
}


static int digest_read(struct hss_store *store, struct hss_sub *sub,
		const struct line_spec *spec, unsigned long n)
{
	char password[VALUE_MAX_LEN], a1[3 * VALUE_MAX_LEN];
	int rc;

	rc = value_dup(
			&sub->realm, spec->realm ? spec->realm : store_realm(store), n);
	if(rc == 0)
		rc = value_dup(
				&sub->algorithm, spec->algorithm ? spec->algorithm : "MD5", n);
	if(rc < 0)
		return rc;
	if(spec->ha1 != NULL)
		return value_dup(&sub->ha1, spec->ha1, n);
	if(spec->password == NULL)
		return 0;
	if(value_pattern_expand(password, sizeof(password), spec->password, n) < 0)
		return -EINVAL;
	snprintf(a1, sizeof(a1), "%s:%s:%s", sub->impi, sub->realm, password);
	rc = value_ha1_make(a1, sub->algorithm, &sub->ha1);
	OPENSSL_cleanse(password, sizeof(password));
	OPENSSL_cleanse(a1, sizeof(a1));
	return rc;
}


/** @param why  the key whose value is wrong, written on failure only */
static int sub_fill(struct hss_store *store, struct hss_sub *sub,
		const struct line_spec *spec, unsigned long n, const char **why)
{
	*why = "impi";
	if(value_dup(&sub->impi, spec->impi, n) < 0)
		return -EINVAL;
	*why = "impu or barred";
	if(impus_read(sub, spec->impu, false, n) < 0
			|| impus_read(sub, spec->barred, true, n) < 0 || sub->impus_n == 0)
		return -EINVAL;
	*why = "k, op, opc, amf or sqn";
	if(aka_read(sub, spec) < 0)
		return -EINVAL;
	*why = "password, ha1, algorithm or realm";
	if(digest_read(store, sub, spec, n) < 0)
		return -EINVAL;
	*why = "ccf or ecf";
	if(value_dup(&sub->ccf, spec->ccf, n) < 0
			|| value_dup(&sub->ecf, spec->ecf, n) < 0)
		return -EINVAL;
	*why = "ifc";
	if(spec->ifc != NULL && (sub->ifc = value_file_text(spec->ifc)) == NULL)
		return -EINVAL;
	sub->unregistered = spec->unreg != NULL && strcmp(spec->unreg, "1") == 0;
	return 0;
}


/** What an older entry of the same IMPI was registered as moves over. */
static void sub_registration_move(struct hss_sub *to, struct hss_sub *from)
{
	to->reg = from->reg;
	to->auth_pending = from->auth_pending;
	to->server = from->server;
	to->server_host = from->server_host;
	from->server = NULL;
	from->server_host = NULL;
}


static int sub_add(struct hss_store *store, const struct line_spec *spec,
		unsigned long n, const char **why)
{
	struct hss_sub *sub = calloc(1, sizeof(*sub)), *old;
	unsigned int i;

	*why = "memory";
	if(sub == NULL)
		return -ENOMEM;
	if(sub_fill(store, sub, spec, n, why) < 0) {
		sub_free(sub);
		return -EINVAL;
	}
	for(i = 0; i < sub->impus_n; i++)
		sub->impus[i].sub = sub;
	old = store_impi_find(store, sub->impi);
	if(old != NULL) {
		sub_registration_move(sub, old);
		store_sub_remove(store, old);
	}
	store_sub_insert(store, sub);
	return 0;
}


int store_line_add(
		struct hss_store *store, const char *line, char *why, size_t why_size)
{
	char buf[LINE_MAX_LEN];
	struct line_spec spec;
	const char *at = "too long";
	unsigned long first, count, n;
	int rc = -EINVAL;

	if((size_t)snprintf(buf, sizeof(buf), "%s", line) < sizeof(buf))
		rc = spec_read(&spec, buf, &at);
	if(rc == 0)
		return 0;
	if(rc > 0) {
		first = spec.first != NULL ? strtoul(spec.first, NULL, 10) : 0;
		count = spec.count != NULL ? strtoul(spec.count, NULL, 10) : 1;
		at = "count";
		rc = count > 0 && count <= RANGE_MAX ? 0 : -EINVAL;
		for(n = first; rc == 0 && n - first < count; n++)
			rc = sub_add(store, &spec, n, &at);
		if(rc == 0)
			return (int)count;
	}
	snprintf(why, why_size, "subscriber: %s", at);
	return rc;
}


int store_file_load(
		struct hss_store *store, const char *path, char *why, size_t why_size)
{
	FILE *f = fopen(path, "r");
	char line[LINE_MAX_LEN], text[256];
	int rc = 0, total = 0, line_no = 0;

	if(f == NULL) {
		rc = -errno;
		snprintf(why, why_size, "%s: %s", path, strerror(-rc));
		return rc;
	}
	while(rc >= 0 && fgets(line, sizeof(line), f) != NULL) {
		line_no++;
		rc = store_line_add(store, line, text, sizeof(text));
		total += rc;
	}
	if(rc < 0)
		snprintf(why, why_size, "%s:%d: %s", path, line_no, text);
	fclose(f);
	return rc < 0 ? rc : total;
}
