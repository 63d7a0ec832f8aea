/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows what each answer of the HSS means. Never speaks to it.
 */
#include "reg_answer.h"

#define EXPERIMENTAL_USER_UNKNOWN 5001
#define EXPERIMENTAL_IDENTITIES_DONT_MATCH 5002
#define EXPERIMENTAL_ROAMING_NOT_ALLOWED 5004
#define EXPERIMENTAL_ALREADY_REGISTERED 5005
#define EXPERIMENTAL_SCHEME_NOT_SUPPORTED 5006

static enum reg_hss experimental_class(uint32_t code)
{
	switch(code) {
		case EXPERIMENTAL_USER_UNKNOWN:
		case EXPERIMENTAL_IDENTITIES_DONT_MATCH:
		case EXPERIMENTAL_ROAMING_NOT_ALLOWED:
		case EXPERIMENTAL_SCHEME_NOT_SUPPORTED:
			return REG_HSS_REFUSED;
		case EXPERIMENTAL_ALREADY_REGISTERED:
			return REG_HSS_ELSEWHERE;
		default:
			return REG_HSS_PERMANENT;
	}
}

enum reg_hss reg_hss_class(uint32_t code, bool experimental)
{
	if(code >= 2000 && code < 3000)
		return REG_HSS_YES;
	if(code >= 3000 && code < 5000)
		return REG_HSS_BUSY;
	if(experimental)
		return experimental_class(code);
	return REG_HSS_PERMANENT;
}

const char *reg_hss_name(enum reg_hss hss)
{
	static const char *const names[REG_HSS_N] = {
			[REG_HSS_YES] = "yes",
			[REG_HSS_REFUSED] = "refused",
			[REG_HSS_ELSEWHERE] = "elsewhere",
			[REG_HSS_PERMANENT] = "failed",
			[REG_HSS_BUSY] = "busy",
			[REG_HSS_SILENT] = "silent",
			[REG_HSS_NO_PEER] = "no-peer",
	};

	return (unsigned)hss < REG_HSS_N ? names[hss] : "?";
}

static void answer_with(
		struct reg_resolution *r, uint16_t status, const char *phrase)
{
	r->status = status;
	r->phrase = phrase;
}

static bool is_transient(enum reg_hss hss)
{
	return hss == REG_HSS_BUSY || hss == REG_HSS_SILENT
		   || hss == REG_HSS_NO_PEER;
}

/* Owed is what the HSS could not hear; what it refuses is not asked again. */
static void yes(struct reg_resolution *r, enum reg_hss hss)
{
	r->commit = true;
	r->told = hss == REG_HSS_YES;
	r->owe = is_transient(hss);
	answer_with(r, 200, "OK");
}

static void no(struct reg_resolution *r, enum reg_hss hss)
{
	switch(hss) {
		case REG_HSS_REFUSED:
			answer_with(r, 403, "Forbidden By HSS");
			break;
		case REG_HSS_SILENT:
		case REG_HSS_NO_PEER:
			answer_with(r, 504, "HSS Not Reached");
			break;
		case REG_HSS_BUSY:
			answer_with(r, 500, "HSS Busy");
			r->retry_after = true;
			break;
		default:
			answer_with(r, 500, "HSS Failure");
			break;
	}
}

void reg_resolve(enum reg_act act, uint64_t reasons, enum reg_hss hss,
		const struct reg_policy *p, struct reg_resolution *ret)
{
	bool live = act == REG_ACT_UPDATE || act == REG_ACT_OVERWRITE;
	struct reg_resolution r = {0};

	if(hss == REG_HSS_YES || act == REG_ACT_DEREGISTER) {
		yes(&r, hss); /* leaving never fails */
	} else if(live && is_transient(hss) && p->hss_failure_keep
			  && !reg_reasons_mobility(reasons)) {
		yes(&r, hss);
	} else {
		no(&r, hss);
		r.remove = live && (hss == REG_HSS_REFUSED || hss == REG_HSS_ELSEWHERE);
		/* who is registered elsewhere shall not be sent back here */
		r.end_event =
				hss == REG_HSS_REFUSED ? REG_EVENT_REJECTED : REG_EVENT_SILENT;
	}
	*ret = r;
}
