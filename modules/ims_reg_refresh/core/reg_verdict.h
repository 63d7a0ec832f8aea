/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words of a decision. An act says what is done with a REGISTER, a why the
 * one reason for it. The name of each is at once the log word, the counter
 * (act_x, why_x with underscores), the RPC text and the name of a test row.
 */
#ifndef REG_VERDICT_H
#define REG_VERDICT_H

#include "reg_text.h"

enum reg_act
{
	REG_ACT_NONE,
	REG_ACT_REJECT,
	REG_ACT_FETCH,
	REG_ACT_REPEAT,
	REG_ACT_REMOVE,
	REG_ACT_DEREGISTER,
	REG_ACT_KEEP,
	REG_ACT_SHORTEN,
	REG_ACT_EXTEND,
	REG_ACT_UPDATE,
	REG_ACT_OVERWRITE,
	REG_ACT_REGISTER,
	REG_ACT_CHALLENGE,
	REG_ACT_N
};

/* The whys of an update stand in the order of their rank (highest first). */
enum reg_why
{
	REG_WHY_NONE,
	REG_WHY_MALFORMED, /* RFC 3261 10.3, 21.4.1 */
	REG_WHY_FETCH,	   /* RFC 3261 10.2.3 */
	REG_WHY_TOO_BRIEF, /* RFC 3261 10.3 step 7 */
	REG_WHY_RETRANSMISSION,
	REG_WHY_OUT_OF_ORDER,	/* RFC 3261 10.3 step 7 */
	REG_WHY_NOT_REGISTERED, /* TS 24.229 5.4.1.4 */
	REG_WHY_NOTHING_TO_REMOVE,
	REG_WHY_CONTACT_REMOVED,
	REG_WHY_LAST_CONTACT_REMOVED,
	REG_WHY_INITIAL, /* TS 24.229 5.4.1.2.2 */
	REG_WHY_TOO_MANY_CONTACTS,
	REG_WHY_CONTACT_NEW,
	REG_WHY_CONTACT_REPLACED,
	REG_WHY_FORCED,
	REG_WHY_NO_FACTS,
	REG_WHY_CALLID_CHANGED,
	REG_WHY_CSEQ_GAP,
	REG_WHY_PATH_CHANGED,
	REG_WHY_HSS_OWED,
	REG_WHY_LUI_EXPIRED,
	REG_WHY_FIRST_HALF,
	REG_WHY_SHORTENED,
	REG_WHY_SECOND_HALF,
	REG_WHY_PROTECTED, /* TS 33.203 6.1, TS 24.229 5.4.1.2.2 */
	REG_WHY_RESPONSE_RIGHT,
	REG_WHY_REAUTH_DUE, /* TS 24.229 5.4.1.6 */
	REG_WHY_NO_CREDENTIAL,
	REG_WHY_NONCE_UNKNOWN,
	REG_WHY_STALE_NONCE, /* RFC 7616 3.3 */
	REG_WHY_NC_REPLAY,	 /* RFC 7616 5.4 */
	REG_WHY_RESPONSE_WRONG,
	REG_WHY_RESYNC, /* RFC 3310 3.4 */
	REG_WHY_RESYNC_LIMIT,
	REG_WHY_RESPONSE_EMPTY, /* TS 24.229 5.4.1.2.3 */
	REG_WHY_CHALLENGE_LOOP,
	REG_WHY_MAR_LIMIT,
	REG_WHY_HSS_REFUSED,
	REG_WHY_HSS_SILENT,
	/* of ends without a REGISTER */
	REG_WHY_EXPIRED,
	REG_WHY_ENDED_BY_HSS, /* RTR */
	REG_WHY_ENDED_BY_OPERATOR,
	REG_WHY_ENDED_IN_USRLOC, /* by another module, we know not why */
	REG_WHY_N
};

/** Server-Assignment-Type, TS 29.229 6.3.15; 0 here: no SAR. */
enum reg_sar
{
	REG_SAR_NONE = 0,
	REG_SAR_REGISTRATION = 1,
	REG_SAR_RE_REGISTRATION = 2,
	REG_SAR_TIMEOUT_DEREGISTRATION = 4,
	REG_SAR_USER_DEREGISTRATION = 5,
	REG_SAR_ADMINISTRATIVE_DEREGISTRATION = 8,
	REG_SAR_AUTHENTICATION_FAILURE = 9,
	REG_SAR_AUTHENTICATION_TIMEOUT = 10,
};

/** The name, e.g. "first-half"; "?" outside of the enumeration. */
const char *reg_act_name(unsigned act);
const char *reg_why_name(unsigned why);

/** The bit of a why in a set of reasons. */
static inline uint64_t reg_why_bit(enum reg_why why)
{
	return UINT64_C(1) << why;
}

/**
 * Whether one of these reasons says that the user may have moved. Such an
 * update must reach the HSS now: it is never kept locally, never deferred.
 */
bool reg_reasons_mobility(uint64_t reasons);

/**
 * Whether nothing but time asks for the update (lui-expired, hss-owed). Its SAR
 * can wait for a quieter moment.
 */
bool reg_reasons_timer_only(uint64_t reasons);

/**
 * Names of all reasons in a set, comma separated, highest rank first.
 * @param size  bytes at dst, the terminating zero included
 * @return length written, without the zero
 */
size_t reg_reasons_print(uint64_t reasons, char *dst, size_t size);

#endif
