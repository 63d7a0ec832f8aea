/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the names of acts and whys. Never decides.
 */
#include "reg_verdict.h"

#include <string.h>

static const char *const act_names[REG_ACT_N] = {
		[REG_ACT_NONE] = "none",
		[REG_ACT_REJECT] = "reject",
		[REG_ACT_FETCH] = "fetch",
		[REG_ACT_REPEAT] = "repeat",
		[REG_ACT_REMOVE] = "remove",
		[REG_ACT_DEREGISTER] = "deregister",
		[REG_ACT_KEEP] = "keep",
		[REG_ACT_SHORTEN] = "shorten",
		[REG_ACT_EXTEND] = "extend",
		[REG_ACT_UPDATE] = "update",
		[REG_ACT_OVERWRITE] = "overwrite",
		[REG_ACT_REGISTER] = "register",
		[REG_ACT_CHALLENGE] = "challenge",
};

static const char *const why_names[REG_WHY_N] = {
		[REG_WHY_NONE] = "none",
		[REG_WHY_MALFORMED] = "malformed",
		[REG_WHY_FETCH] = "fetch",
		[REG_WHY_TOO_BRIEF] = "too-brief",
		[REG_WHY_RETRANSMISSION] = "retransmission",
		[REG_WHY_OUT_OF_ORDER] = "out-of-order",
		[REG_WHY_NOT_REGISTERED] = "not-registered",
		[REG_WHY_NOTHING_TO_REMOVE] = "nothing-to-remove",
		[REG_WHY_CONTACT_REMOVED] = "contact-removed",
		[REG_WHY_LAST_CONTACT_REMOVED] = "last-contact-removed",
		[REG_WHY_INITIAL] = "initial",
		[REG_WHY_TOO_MANY_CONTACTS] = "too-many-contacts",
		[REG_WHY_CONTACT_NEW] = "contact-new",
		[REG_WHY_CONTACT_REPLACED] = "contact-replaced",
		[REG_WHY_FORCED] = "forced",
		[REG_WHY_NO_FACTS] = "no-facts",
		[REG_WHY_CALLID_CHANGED] = "callid-changed",
		[REG_WHY_CSEQ_GAP] = "cseq-gap",
		[REG_WHY_PATH_CHANGED] = "path-changed",
		[REG_WHY_HSS_OWED] = "hss-owed",
		[REG_WHY_LUI_EXPIRED] = "lui-expired",
		[REG_WHY_FIRST_HALF] = "first-half",
		[REG_WHY_SHORTENED] = "shortened",
		[REG_WHY_SECOND_HALF] = "second-half",
		[REG_WHY_PROTECTED] = "protected",
		[REG_WHY_RESPONSE_RIGHT] = "response-right",
		[REG_WHY_REAUTH_DUE] = "reauth-due",
		[REG_WHY_NO_CREDENTIAL] = "no-credential",
		[REG_WHY_NONCE_UNKNOWN] = "nonce-unknown",
		[REG_WHY_STALE_NONCE] = "stale-nonce",
		[REG_WHY_NC_REPLAY] = "nc-replay",
		[REG_WHY_RESPONSE_WRONG] = "response-wrong",
		[REG_WHY_RESYNC] = "resync",
		[REG_WHY_RESYNC_LIMIT] = "resync-limit",
		[REG_WHY_RESPONSE_EMPTY] = "response-empty",
		[REG_WHY_CHALLENGE_LOOP] = "challenge-loop",
		[REG_WHY_MAR_LIMIT] = "mar-limit",
		[REG_WHY_HSS_REFUSED] = "hss-refused",
		[REG_WHY_HSS_SILENT] = "hss-silent",
		[REG_WHY_EXPIRED] = "expired",
		[REG_WHY_ENDED_BY_HSS] = "ended-by-hss",
		[REG_WHY_ENDED_BY_OPERATOR] = "ended-by-operator",
		[REG_WHY_ENDED_IN_USRLOC] = "ended-in-usrloc",
};

const char *reg_act_name(unsigned act)
{
	return act < REG_ACT_N ? act_names[act] : "?";
}

const char *reg_why_name(unsigned why)
{
	return why < REG_WHY_N ? why_names[why] : "?";
}

bool reg_reasons_mobility(uint64_t reasons)
{
	static const uint64_t mobility = UINT64_C(1) << REG_WHY_CONTACT_NEW
									 | UINT64_C(1) << REG_WHY_CONTACT_REPLACED
									 | UINT64_C(1) << REG_WHY_TOO_MANY_CONTACTS
									 | UINT64_C(1) << REG_WHY_CALLID_CHANGED
									 | UINT64_C(1) << REG_WHY_CSEQ_GAP
									 | UINT64_C(1) << REG_WHY_PATH_CHANGED;

	return (reasons & mobility) != 0;
}

bool reg_reasons_timer_only(uint64_t reasons)
{
	static const uint64_t timer = UINT64_C(1) << REG_WHY_HSS_OWED
								  | UINT64_C(1) << REG_WHY_LUI_EXPIRED;

	return reasons != 0 && (reasons & ~timer) == 0;
}

size_t reg_reasons_print(uint64_t reasons, char *dst, size_t size)
{
	size_t at = 0, n;
	unsigned w;

	if(size == 0)
		return 0;
	for(w = 0; w < REG_WHY_N; w++) {
		if(!(reasons & reg_why_bit(w)))
			continue;
		n = strlen(why_names[w]);
		if(at + n + 2 > size)
			break;
		if(at > 0)
			dst[at++] = ',';
		memcpy(dst + at, why_names[w], n);
		at += n;
	}
	dst[at] = '\0';
	return at;
}
