/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a REGISTER is proven to come from its user: a decision over facts,
 * taken before the decision what to do with it.
 */
#ifndef REG_PROOF_H
#define REG_PROOF_H

#include "reg_loop.h"
#include "reg_policy.h"
#include "reg_request.h"
#include "reg_verdict.h"

/** What the credentials of a REGISTER turned out to be. */
enum reg_response
{
	REG_RESPONSE_NONE,	   /* no credentials, or an empty nonce */
	REG_RESPONSE_NO_NONCE, /* their nonce is not a live challenge of the IMPI,
							  and whether they are right cannot be told */
	REG_RESPONSE_RIGHT,
	REG_RESPONSE_WRONG,
	REG_RESPONSE_STALE,	 /* right, but the nonce is unknown or too old */
	REG_RESPONSE_REPLAY, /* right, but nc is not above the last one */
	REG_RESPONSE_EMPTY,	 /* a live challenge, an empty response, no auts */
	REG_RESPONSE_RESYNC, /* a live challenge, answered with auts */
};

struct reg_proof_facts
{
	enum reg_protection protection;
	enum reg_response response;
	bool bound;		 /* the IMPI has a valid binding with this contact */
	bool known_call; /* its Call-ID is that of such a binding */
	bool waiting;	 /* a challenge of this IMPI and Call-ID is unanswered */
	bool reauth_due; /* by time, by count, by the operator */
	bool credential; /* a challenge can be made without asking the HSS */
	bool blocked;	 /* the IMPI is in a challenge loop: see reg_proof_own() */
	uint32_t failures_n; /* wrong responses in a row, this one included */
	uint32_t resyncs_n;	 /* resyncs in a row, this one included */
};

enum reg_proof_act
{
	REG_PROOF_ACCEPT,
	REG_PROOF_CHALLENGE, /* from what is at hand */
	REG_PROOF_FETCH,	 /* a MAR first, then the challenge */
	REG_PROOF_REJECT,	 /* 403 */
	REG_PROOF_BLOCK,	 /* 403 with Retry-After: a loop is being broken */
};

struct reg_proof
{
	enum reg_proof_act act;
	enum reg_why why;
	bool proved; /* accepted by an answered challenge, not by protection */
	bool resync; /* the MAR carries RAND and AUTS */
	bool stale;	 /* the challenge says stale=true */
	bool failed; /* rejected for good: the HSS may be told */
	bool own;	 /* reg_proof_own() */
	enum reg_loop_cause cause; /* of a challenge */
};

/**
 * Whether only the user can well have sent it: it knows the Call-ID of a
 * binding, or the password. Such challenges are counted apart from those that
 * anybody can cause, so that a flood in a user's name does not reach the user.
 */
bool reg_proof_own(const struct reg_proof_facts *f);

/** Whether the P-CSCF's word for the access is enough, until it is due. */
bool reg_proof_trusted(
		const struct reg_proof_facts *f, const struct reg_policy *p);

/** TS 24.229 5.4.1.2, TS 33.203 6.1, RFC 7616 3.3, RFC 3310 3.4. */
void reg_prove(const struct reg_proof_facts *f, const struct reg_policy *p,
		struct reg_proof *ret);

#endif
