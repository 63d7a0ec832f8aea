/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the parameters. Never reads one after the start.
 */
#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "../../core/dprint.h"

#define YEAR_S 31536000
#define TEN_YEARS_S (10 * YEAR_S)

struct config config;

/* Each integer parameter: its value as configured, and what is allowed. */
#define INTEGERS(X)                               \
	X(location_update_interval, 86400, 0, YEAR_S) \
	X(location_update_jitter, 10, 0, 100)         \
	X(forward_reg_callid_change, 0, 0, 1)         \
	X(cseq_gap_update, 1, 0, 1)                   \
	X(path_change_update, 0, 0, 1)                \
	X(default_expires, 3600, 1, TEN_YEARS_S)      \
	X(min_expires, 60, 1, 3600)                   \
	X(max_expires, 0, 0, TEN_YEARS_S)             \
	X(expiry_grace, 10, 0, 3600)                  \
	X(emergency_min_expires, 600, 0, 86400)       \
	X(replace_contact_of_impi, 1, 0, 1)           \
	X(max_contacts, 0, 0, 32)                     \
	X(trust_integrity_protected, 1, 0, 1)         \
	X(reauth_interval, 0, 0, YEAR_S)              \
	X(reauth_every, 0, 0, 1000000)                \
	X(await_auth_timeout, 240, 1, 3600)           \
	X(auth_vectors, 1, 1, 5)                      \
	X(credential_lifetime, 86400, 0, YEAR_S)      \
	X(nonce_lifetime, 3600, 1, YEAR_S)            \
	X(challenge_loop_limit, 5, 0, 1000)           \
	X(challenge_loop_window, 60, 1, 86400)        \
	X(challenge_block_time, 30, 1, 86400)         \
	X(mar_rate_limit, 0, 0, 1000000)              \
	X(auth_failures_max, 3, 1, 100)               \
	X(resync_max, 2, 0, 100)                      \
	X(sar_rate_limit, 0, 0, 100000)               \
	X(reauth_shorten_to, 600, 1, 86400)           \
	X(notify_refresh_interval, 1800, 0, YEAR_S)   \
	X(explain_verdicts, 8, 0, 32)                 \
	X(late_margin, 30, 0, 3600)                   \
	X(hash_size, 14, 1, 22)

#define STRINGS(X)                     \
	X(max_contacts_mode, "reject")     \
	X(hss_failure, "keep")             \
	X(auth_scheme, "Digest-AKAv1-MD5") \
	X(hss_quirks, "")                  \
	X(probe, "off")                    \
	X(scscf_name, "")                  \
	X(cxdx_dest_realm, "")             \
	X(cxdx_forced_peer, "")

#define DEFINE_INTEGER(name, value, min, max) static int name = value;
#define DEFINE_STRING(name, value) static str name = str_init(value);
INTEGERS(DEFINE_INTEGER)
STRINGS(DEFINE_STRING)

#define EXPORT_INTEGER(name, value, min, max) {#name, PARAM_INT, &name},
#define EXPORT_STRING(name, value) {#name, PARAM_STR, &name},
/* clang-format off */
param_export_t config_params[] = {
	INTEGERS(EXPORT_INTEGER)
	STRINGS(EXPORT_STRING)
	{0, 0, 0}
};
/* clang-format on */

struct integer
{
	const char *name;
	const int *value;
	int min, max;
};

#define DESCRIBE_INTEGER(name, value, min, max) {#name, &name, min, max},
/* clang-format off */
static const struct integer integers[] = {
	INTEGERS(DESCRIBE_INTEGER)
};
/* clang-format on */

struct string
{
	const char *name;
	const str *value;
};

#define DESCRIBE_STRING(name, value) {#name, &name},
/* clang-format off */
static const struct string strings[] = {
	STRINGS(DESCRIBE_STRING)
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int check_ranges(void)
{
	const struct integer *p;

	for(p = integers; p < integers + COUNT(integers); p++) {
		if(*p->value >= p->min && *p->value <= p->max)
			continue;
		LM_ERR("parameter %s = %d is out of range: %d to %d\n", p->name,
				*p->value, p->min, p->max);
		return -1;
	}
	return 0;
}

static int check_order(void)
{
	if(default_expires < min_expires) {
		LM_ERR("parameter default_expires = %d is out of range: "
			   "min_expires (%d) and up\n",
				default_expires, min_expires);
		return -1;
	}
	if(max_expires != 0 && max_expires < min_expires) {
		LM_ERR("parameter max_expires = %d is out of range: 0, or "
			   "min_expires (%d) and up\n",
				max_expires, min_expires);
		return -1;
	}
	return 0;
}

static int is_word(const str *s, const char *word)
{
	return s->len == (int)strlen(word) && memcmp(s->s, word, s->len) == 0;
}

static int check_word(
		const char *name, const str *value, const char *a, const char *b)
{
	if(is_word(value, a) || is_word(value, b))
		return 0;
	LM_ERR("parameter %s = \"%.*s\" is out of range: \"%s\" or \"%s\"\n", name,
			value->len, value->s, a, b);
	return -1;
}

static int check_set(const char *name, const str *value)
{
	if(value->len > 0)
		return 0;
	LM_ERR("parameter %s = \"\" is out of range: it must be set\n", name);
	return -1;
}

static int check_scheme(void)
{
	static const char *const schemes[] = {"Digest-AKAv1-MD5",
			"Digest-AKAv2-MD5", "Digest-AKAv2-SHA-256", "SIP Digest",
			"Unknown"};
	size_t i;

	for(i = 0; i < COUNT(schemes); i++)
		if(is_word(&auth_scheme, schemes[i]))
			return 0;
	LM_ERR("parameter auth_scheme = \"%.*s\" is out of range: "
		   "\"Digest-AKAv1-MD5\", \"Digest-AKAv2-MD5\", "
		   "\"Digest-AKAv2-SHA-256\", \"SIP Digest\" or \"Unknown\"\n",
			auth_scheme.len, auth_scheme.s);
	return -1;
}

static const struct
{
	const char *name;
	bool *on;
} quirks[] = {
		{"no-auth-failure", &config.no_failure_sar},
		{"no-auth-timeout", &config.no_timeout_sar},
};

/* Words with commas between them. */
static int check_quirks(void)
{
	const char *at = hss_quirks.s, *end = hss_quirks.s + hss_quirks.len, *next;
	str word;
	size_t i;

	for(; at < end; at = next + 1) {
		next = memchr(at, ',', end - at);
		next = next ? next : end;
		word = (str){(char *)at, (int)(next - at)};
		for(i = 0; i < COUNT(quirks) && !is_word(&word, quirks[i].name); i++)
			;
		if(i == COUNT(quirks)) {
			LM_ERR("parameter hss_quirks = \"%.*s\" is out of range: words of "
				   "\"no-auth-failure,no-auth-timeout\"\n",
					hss_quirks.len, hss_quirks.s);
			return -1;
		}
		*quirks[i].on = true;
	}
	return 0;
}

static int check_probe(void)
{
	static const char *const words[] = {
			[REG_PROBE_OFF] = "off",
			[REG_PROBE_SUSPECT] = "suspect",
			[REG_PROBE_REFRESH] = "refresh",
	};
	size_t i;

	for(i = 0; i < COUNT(words); i++)
		if(is_word(&probe, words[i])) {
			config.probe = (enum reg_probe)i;
			return 0;
		}
	LM_ERR("parameter probe = \"%.*s\" is out of range: \"off\", \"suspect\" "
		   "or \"refresh\"\n",
			probe.len, probe.s);
	return -1;
}

static int check_words(void)
{
	if(check_word(
			   "max_contacts_mode", &max_contacts_mode, "reject", "overwrite")
			< 0)
		return -1;
	if(check_word("hss_failure", &hss_failure, "keep", "reject") < 0)
		return -1;
	if(check_scheme() < 0 || check_quirks() < 0 || check_probe() < 0)
		return -1;
	if(check_set("scscf_name", &scscf_name) < 0)
		return -1;
	return check_set("cxdx_dest_realm", &cxdx_dest_realm);
}

static void fill_policy(struct reg_policy *p)
{
	p->lui_s = location_update_interval;
	p->lui_jitter_pct = location_update_jitter;
	p->callid_update = forward_reg_callid_change;
	p->cseq_gap_update = cseq_gap_update;
	p->path_update = path_change_update;
	p->default_expires_s = default_expires;
	p->min_expires_s = min_expires;
	p->max_expires_s = max_expires;
	p->expiry_grace_s = expiry_grace;
	p->late_margin_s = late_margin;
	p->emergency_min_expires_s = emergency_min_expires;
	p->replace_contact = replace_contact_of_impi;
	p->max_contacts = max_contacts;
	p->overwrite_oldest = is_word(&max_contacts_mode, "overwrite");
	p->hss_failure_keep = is_word(&hss_failure, "keep");
	p->trust_integrity = trust_integrity_protected;
	p->reauth_interval_s = reauth_interval;
	p->reauth_every = reauth_every;
	p->auth_failures_max = auth_failures_max;
	p->resync_max = resync_max;
	p->credential_lifetime_s = credential_lifetime;
	p->nonce_lifetime_s = nonce_lifetime;
	p->loop_limit = challenge_loop_limit;
	p->loop_window_s = challenge_loop_window;
	p->loop_block_s = challenge_block_time;
}

int config_init(void)
{
	if(check_ranges() < 0 || check_order() < 0 || check_words() < 0)
		return -1;
	fill_policy(&config.policy);
	config.scscf_name = scscf_name;
	config.dest_realm = cxdx_dest_realm;
	config.forced_peer = cxdx_forced_peer;
	config.auth_scheme = auth_scheme;
	config.hash_size = hash_size;
	config.await_auth_timeout_s = await_auth_timeout;
	config.reauth_shorten_to_s = reauth_shorten_to;
	config.notify_refresh_interval_s = notify_refresh_interval;
	config.sar_rate_limit = sar_rate_limit;
	config.auth_vectors = auth_vectors;
	config.mar_rate_limit = mar_rate_limit;
	config.explain_verdicts = explain_verdicts;
	return 0;
}

const char *config_print(unsigned i, char *value, int size)
{
	const str *s;

	if(i < COUNT(integers)) {
		snprintf(value, size, "%d", *integers[i].value);
		return integers[i].name;
	}
	i -= COUNT(integers);
	if(i >= COUNT(strings))
		return NULL;
	s = strings[i].value;
	snprintf(value, size, "%.*s", s->len, s->s);
	return strings[i].name;
}
