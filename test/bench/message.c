/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how the REGISTER of the benches looks. Never sends one.
 */
#define _GNU_SOURCE
#include "message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define USER "\1\1\1\1\1\1"		/* six digits */
#define CSEQ "\2\2\2\2\2\2\2\2" /* eight digits */
#define BRANCH "z9hG4bK"
#define PLACES_MAX 32
#define FEATURES \
	";+g.3gpp.icsi-ref=\"urn%3Aurn-7%3A3gpp-service.ims.icsi.mmtel\""

struct place
{
	size_t at;
	int is_cseq;
};

static char template[MESSAGE_SIZE];
static size_t template_n;
static struct place places[PLACES_MAX];
static unsigned places_n;

static int find_places(void)
{
	size_t i;

	for(i = 0; i < template_n; i++) {
		if(template[i] != 1 && template[i] != 2)
			continue;
		if(places_n == PLACES_MAX)
			return -1;
		places[places_n++] = (struct place){i, template[i] == 2};
		i += template[i] == 2 ? 7 : 5;
	}
	return 0;
}

static int print_protection(const struct message_options *o, int n)
{
	if(!o->protect)
		return n;
	return n
		   + snprintf(template + n, sizeof(template) - n,
				   "Authorization: Digest username=\"%s" USER "@%s\", "
				   "realm=\"%s\", "
				   "nonce=\"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\", "
				   "uri=\"sip:%s\", "
				   "response=\"00112233445566778899aabbccddeeff\", "
				   "algorithm=AKAv1-MD5, qop=auth, nc=00000001, "
				   "cnonce=\"0a4f113b\", integrity-protected=\"yes\"\r\n",
				   o->name, o->realm, o->realm, o->realm);
}

/* What an IMS adds to a REGISTER, beside the Path. */
static int print_more(const struct message_options *o, int n)
{
	if(o->lean)
		return n;
	return n
		   + snprintf(template + n, sizeof(template) - n,
				   "Via: SIP/2.0/UDP 127.64.0.1:5060;branch=z9hG4bKue" CSEQ
				   "\r\nRoute: <sip:%s;lr>\r\n"
				   "P-Visited-Network-ID: %s\r\n"
				   "P-Access-Network-Info: 3GPP-E-UTRAN-FDD; "
				   "utran-cell-id-3gpp=0010100010019B01\r\n"
				   "P-Charging-Vector: icid-value=" USER CSEQ ";"
				   "icid-generated-at=127.0.0.1;orig-ioi=%s\r\n",
				   o->server, o->realm, o->realm);
}

int message_init(const struct message_options *o)
{
	int n = snprintf(template, sizeof(template),
			"REGISTER sip:%s SIP/2.0\r\n"
			"Via: SIP/2.0/UDP %s;branch=" BRANCH USER CSEQ "%s\r\n",
			o->realm, o->local, o->tag);

	n = print_more(o, n);
	n += snprintf(template + n, sizeof(template) - n,
			"Max-Forwards: 69\r\n"
			"From: <sip:%s" USER "@%s>;tag=%s" USER "\r\n"
			"To: <sip:%s" USER "@%s>\r\n"
			"Call-ID: %s-" USER "@127.64.0.1\r\n"
			"CSeq: " CSEQ " REGISTER\r\n"
			"Contact: <sip:%s" USER "@127.64.0.1:5060>%s\r\n"
			"Path: <sip:term@%s;lr>\r\nRequire: path\r\nSupported: path\r\n"
			"User-Agent: regload\r\nExpires: %u\r\nContent-Length: 0\r\n",
			o->name, o->realm, o->tag, o->name, o->realm, o->tag, o->name,
			o->lean ? "" : FEATURES, o->local, o->expires_s);
	n = print_protection(o, n);
	if(n < 0 || n >= MESSAGE_SIZE - 600)
		return -1;
	template_n = (size_t)n;
	return find_places();
}

static void put_digits(char *dst, uint32_t v, int digits)
{
	while(digits-- > 0) {
		dst[digits] = (char)('0' + v % 10);
		v /= 10;
	}
}

size_t message_write(unsigned user, uint32_t cseq, const char *authorization,
		char dst[MESSAGE_SIZE])
{
	size_t n = template_n, more = strlen(authorization);
	unsigned i;

	memcpy(dst, template, n);
	for(i = 0; i < places_n; i++)
		if(places[i].is_cseq)
			put_digits(dst + places[i].at, cseq, 8);
		else
			put_digits(dst + places[i].at, user, 6);
	memcpy(dst + n, authorization, more);
	memcpy(dst + n + more, "\r\n", 2);
	return n + more + 2;
}

static uint32_t get_digits(const char *s, int digits)
{
	uint32_t v = 0;

	while(digits-- > 0)
		v = v * 10 + (uint32_t)(*s++ - '0');
	return v;
}

int message_read(const char *text, size_t n, unsigned *user, uint32_t *cseq)
{
	const char *at;

	if(n < 100 || memcmp(text, "SIP/2.0 ", 8) != 0)
		return 0;
	at = memmem(text, n, BRANCH, sizeof(BRANCH) - 1);
	if(!at || at + sizeof(BRANCH) + 14 > text + n)
		return 0;
	*user = get_digits(at + sizeof(BRANCH) - 1, 6);
	*cseq = get_digits(at + sizeof(BRANCH) + 5, 8);
	return (int)get_digits(text + 8, 3);
}

int message_nonce(const char *text, size_t n, char *dst, size_t size)
{
	static const char name[] = "nonce=\"";
	const char *at = memmem(text, n, name, sizeof(name) - 1), *end;

	if(!at)
		return -1;
	at += sizeof(name) - 1;
	end = memchr(at, '"', (size_t)(text + n - at));
	if(!end || (size_t)(end - at) >= size)
		return -1;
	memcpy(dst, at, (size_t)(end - at));
	dst[end - at] = '\0';
	return 0;
}
