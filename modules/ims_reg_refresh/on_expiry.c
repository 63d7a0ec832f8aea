/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows which bindings have run out. Never touches one that was refreshed
 * meanwhile: it looks again under the lock; nor one whose refresh waits for
 * the HSS.
 */
#include "on_expiry.h"

#include <string.h>

#include "../../core/dprint.h"

#include "bindings.h"
#include "config.h"
#include "cx.h"
#include "pending.h"
#include "stats.h"
#include "text.h"

#define PARTS ON_EXPIRY_LAG_S /* seconds to see every slot once */

static udomain_t *domain;
static struct bindings bindings;
static unsigned part;

void on_expiry_init(udomain_t *in_domain)
{
	domain = in_domain;
}

static void mark_dead(struct bindings *b, int64_t now_ms, unsigned *dead_n)
{
	const struct reg_binding *at;
	unsigned i;

	for(i = 0; i < b->copy.set.n; i++) {
		at = &b->copy.set.b[i];
		if(reg_binding_live(at, &config.policy, now_ms))
			continue;
		b->changes.of[i] = REG_CHANGE_REMOVE;
		*dead_n += !at->gone;
		if(!at->gone)
			LM_INFO("%.*s: <%.*s> expired, last refreshed %lld s ago\n",
					(int)b->key_n, b->key, TEXT_FMT(at->uri),
					(long long)(now_ms - at->granted_at_ms) / 1000);
	}
}

/* TS 24.229 5.4.1.4.2: the last one is gone, and the HSS must know. */
static void tell_hss(const char *impu, size_t impu_n, struct reg_text impi)
{
	str public_id = {(char *)impu, (int)impu_n};

	cx_sar(0, public_id, str_of(impi), REG_SAR_TIMEOUT_DEREGISTRATION, true);
}

static void expire(struct reg_text key, int64_t now_ms)
{
	struct bindings *b = &bindings;
	char impi[REG_IDENTITY_MAX];
	struct reg_text to_tell = {impi, 0};
	unsigned dead_n = 0;
	bool ended;

	bindings_open(b, domain, key);
	mark_dead(b, now_ms, &dead_n);
	if(b->copy.set.n > 0) {
		to_tell.n = b->copy.set.b[0].impi.n;
		memcpy(impi, b->copy.set.b[0].impi.s, to_tell.n);
	}
	bindings_commit(b, NULL);
	ended = b->ul.ended && dead_n > 0;
	bindings_close(b);
	for(; dead_n > 0; dead_n--)
		stats_count(STATS_SILENT_EXPIRIES);
	if(ended)
		tell_hss(key.s, key.n, to_tell);
}

static bool look(struct reg_text key, const struct reg_binding *b, void *param)
{
	int64_t now_ms = *(int64_t *)param;

	if(!reg_binding_live(b, &config.policy, now_ms) && !pending_holds(key))
		expire(key, now_ms);
	return true;
}

void on_expiry_tick(int64_t now_ms)
{
	unsigned i, n = store_slots_n();

	for(i = part; i < n; i += PARTS)
		store_visit(i, look, &now_ms);
	part = (part + 1) % PARTS;
}
