/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how the network's word is carried out. Never asks the HSS back.
 */
#include "on_push.h"

#include <errno.h>
#include <string.h>

#include "../../core/dprint.h"

#include "binding_events.h"
#include "credentials.h"
#include "core/reg_uri.h"
#include "profile.h"
#include "text.h"
#include "usrloc_impi.h"

#define SETS_MAX 64

static udomain_t *domain;
static struct bindings bindings;

/* Keys of the implicit sets that a private identity is bound in. */
struct keys
{
	unsigned n;
	struct
	{
		size_t n;
		char text[REG_IDENTITY_MAX];
	} of[SETS_MAX];
};

static struct keys keys;

void on_push_domain(udomain_t *in_domain)
{
	domain = in_domain;
}

static struct reg_text key_at(unsigned i)
{
	return (struct reg_text){keys.of[i].text, keys.of[i].n};
}

static void add_key(struct reg_text key)
{
	unsigned i;

	for(i = 0; i < keys.n; i++)
		if(reg_text_eq(key_at(i), key))
			return;
	if(keys.n == SETS_MAX || key.n > REG_IDENTITY_MAX)
		return;
	memcpy(keys.of[keys.n].text, key.s, key.n);
	keys.of[keys.n++].n = key.n;
}

static void collect(const struct store_one *one, void *param)
{
	add_key(one->key);
}

static void collect_impu(struct reg_text impu, void *param)
{
	char key[REG_IDENTITY_MAX];
	int n = reg_uri_identity(impu, key, sizeof(key));

	if(n > 0)
		add_key((struct reg_text){key, (size_t)n});
}

/* Whom the stock registrar has saved is known to usrloc alone. */
static void collect_impi(struct reg_text impi)
{
	unsigned before = keys.n;

	store_visit_impi(impi, collect, NULL);
	if(keys.n == before)
		usrloc_impi_visit(impi, collect_impu, NULL);
}

static bool is_named(const struct cx_rtr *rtr, struct reg_text impi)
{
	unsigned i;

	for(i = 0; i < rtr->impis_n; i++)
		if(reg_text_eq(text_of(rtr->impis[i]), impi))
			return true;
	return false;
}

/* TS 24.229 5.4.1.5. To a user who has another S-CSCF, or whom the HSS only
 * forgets here, nothing is told (TS 29.228 6.1.3): he would come back. */
static enum reg_event event_of(uint32_t reason)
{
	switch(reason) {
		case CX_REASON_SERVER_CHANGE:
			return REG_EVENT_DEACTIVATED;
		case CX_REASON_NEW_SERVER_ASSIGNED:
		case CX_REASON_REMOVE_S_CSCF:
			return REG_EVENT_SILENT;
		default:
			return REG_EVENT_REJECTED;
	}
}

static unsigned end_set(struct reg_text impu, const struct cx_rtr *rtr)
{
	struct bindings *b = &bindings;
	struct reg_binding *at;
	unsigned i, n = 0;

	bindings_open(b, domain, impu);
	for(i = 0; i < b->copy.set.n; i++) {
		at = &b->copy.set.b[i];
		if(!is_named(rtr, at->impi)
				|| (!at->ended_sar && reg_uri_is_emergency(at->uri)))
			continue;
		reg_change_end(&b->changes, i, event_of(rtr->reason),
				at->ended_sar ? REG_WHY_NONE : REG_WHY_ENDED_BY_HSS);
		n += !at->ended_sar;
	}
	bindings_commit(b, NULL);
	bindings_close(b);
	binding_events_ended(b);
	return n;
}

static void collect_impus(const struct cx_rtr *rtr)
{
	unsigned i;

	for(i = 0; i < rtr->impus_n; i++)
		collect_impu(text_of(rtr->impus[i]), NULL);
}

static void collect_impis(const struct cx_rtr *rtr)
{
	unsigned i;

	for(i = 0; i < rtr->impis_n; i++)
		collect_impi(text_of(rtr->impis[i]));
}

uint32_t on_push_rtr(const struct cx_rtr *rtr)
{
	str first = rtr->impis_n > 0 ? rtr->impis[0] : (str)str_init("");
	unsigned i, n = 0;

	keys.n = 0;
	if(rtr->impus_n > 0)
		collect_impus(rtr);
	else
		collect_impis(rtr);
	for(i = 0; i < keys.n; i++)
		n += end_set(key_at(i), rtr);
	LM_INFO("RTR, reason %u: %u binding(s) of <%.*s> ended\n", rtr->reason, n,
			first.len, first.s);
	return CX_SUCCESS;
}

/* Open the set of this key by an identity that the profile still has.
 * @return false: it has none, nothing is open */
static bool open_for(struct reg_text key, const ims_subscription *fresh)
{
	const ims_public_identity *id;
	unsigned i;

	for(i = 0; (id = profile_identity(fresh, i)); i++) {
		bindings_open(&bindings, domain, text_of(id->public_identity));
		if(bindings.ul.record
				&& reg_text_eq(
						(struct reg_text){bindings.key, bindings.key_n}, key))
			return true;
		bindings_close(&bindings);
	}
	return false;
}

static bool take_over(const struct cx_ppr *ppr, ims_subscription *fresh)
{
	const struct usrloc_charging charging = {
			ppr->ccf1, ppr->ccf2, ppr->ecf1, ppr->ecf2};
	struct bindings *b = &bindings;
	bool has_profile = usrloc_has_profile(&b->ul);
	int rc = 0;

	if(has_profile)
		rc = bindings_register(b, fresh ? fresh : b->ul.record->s, &charging);
	bindings_close(b);
	return has_profile && rc == 0;
}

static unsigned push_to_sets(const struct cx_ppr *ppr, ims_subscription *fresh)
{
	unsigned i, n = 0;

	for(i = 0; i < keys.n; i++) {
		if(fresh && !open_for(key_at(i), fresh))
			continue;
		if(!fresh)
			bindings_open(&bindings, domain, key_at(i));
		n += take_over(ppr, fresh);
	}
	return n;
}

uint32_t on_push_ppr(const struct cx_ppr *ppr)
{
	static const str no_impu = {NULL, 0};
	ims_subscription *fresh = NULL;
	unsigned n;
	int rc;

	if(ppr->has_credentials) /* also of one who is not registered now */
		credentials_forget(text_of(ppr->impi));
	keys.n = 0;
	if(ppr->impi.len > 0)
		collect_impi(text_of(ppr->impi));
	if(keys.n == 0)
		return CX_USER_UNKNOWN;
	if(ppr->user_data.len > 0) {
		rc = profile_parse(ppr->user_data, ppr->impi, no_impu, &fresh);
		if(rc < 0)
			return rc == -E2BIG ? CX_TOO_MUCH_DATA : CX_NOT_SUPPORTED_USER_DATA;
	}
	n = push_to_sets(ppr, fresh);
	usrloc_drop_profile(fresh);
	LM_INFO("PPR: profile %s, charging %s, credentials %s for %u set(s) of "
			"<%.*s>\n",
			ppr->user_data.len ? "new" : "as it was",
			ppr->has_charging ? "new" : "as it was",
			ppr->has_credentials ? "new" : "as they were", n, ppr->impi.len,
			ppr->impi.s);
	return n > 0 ? CX_SUCCESS : CX_USER_UNKNOWN;
}
