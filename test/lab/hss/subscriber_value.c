/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Values of the subscribers file: keys, number patterns, HA1, files.
 */
#include "subscriber_value.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

/** Contents of ifc= files, read once, kept until the process ends. */
struct text_file
{
	struct text_file *next;
	char *path;
	char *text;
};

static struct text_file *text_files;


int value_hex_read(uint8_t *out, size_t size, const char *hex)
{
	size_t len = strlen(hex) / 2, i;
	unsigned int octet;

	if(strlen(hex) % 2 != 0 || len > size)
		return -EINVAL;
	if(strspn(hex, "0123456789abcdefABCDEF") != strlen(hex))
		return -EINVAL;
	for(i = 0; i < len; i++) {
		if(sscanf(hex + 2 * i, "%2x", &octet) != 1)
			return -EINVAL;
		out[i] = (uint8_t)octet;
	}
	return (int)len;
}


int value_key_read(uint8_t key[16], const char *s)
{
	if(strncmp(s, "hex:", 4) == 0)
		return value_hex_read(key, 16, s + 4) == 16 ? 0 : -EINVAL;
	if(strncmp(s, "text:", 5) == 0)
		s += 5;
	else if(strlen(s) == 32)
		return value_hex_read(key, 16, s) == 16 ? 0 : -EINVAL;
	if(strlen(s) != 16)
		return -EINVAL;
	memcpy(key, s, 16);
	return 0;
}


int value_pattern_expand(
		char *out, size_t size, const char *in, unsigned long n)
{
	size_t at = 0;
	int width, used, len;

	while(*in != '\0' && at + 1 < size) {
		width = 0;
		used = 0;
		if(*in == '%' && in[1] == 'd')
			used = 2;
		else if(*in == '%' && sscanf(in, "%%0%2dd%n", &width, &used) < 1)
			used = 0;
		if(used == 0) {
			out[at++] = *in++;
			continue;
		}
		len = snprintf(out + at, size - at, "%0*lu", width, n);
		if(len < 0 || (size_t)len >= size - at)
			return -EINVAL;
		at += (size_t)len;
		in += used;
	}
	out[at] = '\0';
	return *in == '\0' ? 0 : -EINVAL;
}


int value_ha1_make(const char *a1, const char *algorithm, char **ha1)
{
	const EVP_MD *md =
			strcmp(algorithm, "SHA-256") == 0 ? EVP_sha256() : EVP_md5();
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned int len = 0, i;
	char *text;

	if(EVP_Digest(a1, strlen(a1), digest, &len, md, NULL) != 1)
		return -EIO;
	text = calloc(1, 2 * len + 1);
	if(text == NULL)
		return -ENOMEM;
	for(i = 0; i < len; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
	OPENSSL_cleanse(digest, sizeof(digest));
	*ha1 = text;
	return 0;
}


/** The whole of a file. @return text, to be freed, or NULL with errno set */
static char *file_text(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	if(f == NULL)
		return NULL;
	if(getdelim(&text, &size, '\0', f) < 0) {
		free(text);
		text = strdup("");
	}
	fclose(f);
	return text;
}


const char *value_file_text(const char *path)
{
	struct text_file *t;

	for(t = text_files; t != NULL; t = t->next)
		if(strcmp(t->path, path) == 0)
			return t->text;
	t = calloc(1, sizeof(*t));
	if(t == NULL)
		return NULL;
	t->text = file_text(path);
	t->path = strdup(path);
	if(t->text == NULL || t->path == NULL) {
		free(t->text);
		free(t->path);
		free(t);
		return NULL;
	}
	t->next = text_files;
	text_files = t;
	return t->text;
}
