/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A binding and its facts: one contact of one implicit set with what we know
 * of it. The functions here say how an accepted or challenged REGISTER changes
 * the facts; they never say whether it is accepted.
 */
#ifndef REG_BINDING_H
#define REG_BINDING_H

#include "reg_policy.h"
#include "reg_reach.h"
#include "reg_request.h"
#include "reg_verdict.h"

/** More bindings than this do not fit into one implicit set. */
#define REG_BINDINGS_MAX 32

/** No journal of a binding is longer (octets). */
#define REG_JOURNAL_MAX 1536

/** A verdict on a binding, with the values it compared. */
struct reg_trace
{
	int64_t at_ms;
	uint8_t act, why;
	uint64_t reasons;
	uint16_t status;	 /* SIP status that went out */
	uint32_t sar;		 /* Server-Assignment-Type, 0: none */
	uint32_t hss_result; /* Result-Code or Experimental-Result-Code, 0: none */
	uint32_t elapsed_s, lifetime_s;
	uint32_t cseq_seen, cseq_new;
	uint32_t lui_left_s; /* UINT32_MAX: never, shown as -1 */
	uint32_t expires_s;	 /* granted */
	bool callid_same;
	bool unproven; /* of a REGISTER whose sender nobody has proven yet */
};

struct reg_binding
{
	uint32_t id;	  /* the store's; 0: not stored */
	bool facts_known; /* false: usrloc has the contact, we know no more */
	bool gone;		  /* usrloc has lost the contact: facts of the dead */
	bool shadow;	  /* learnt from stock save(), which holds it */
	struct reg_text uri, instance, params;
	uint32_t reg_id;
	uint16_t q;
	struct reg_text impi, call_id, path, user_agent, received;
	int64_t granted_at_ms, expires_at_ms; /* access side */
	int64_t hss_told_at_ms;				  /* core side: last good SAR */
	int64_t accepted_at_ms;				  /* last good REGISTER */
	int64_t proved_at_ms;				  /* last answered challenge */
	uint32_t proved_n; /* accepted since the last answered challenge */
	uint32_t cseq_accepted;
	uint32_t cseq_seen; /* end of the unbroken run, challenges included */
	bool owed, forced, reauth;
	int64_t owed_at_ms;		/* since when */
	int64_t owed_try_at_ms; /* when the HSS is told again */
	uint8_t owed_tries;
	uint8_t ended_sar;		/* over: the SAR that says so; 0: it is not over */
	int64_t notified_at_ms; /* watchers heard of it last */
	bool late;				/* overdue, and told so */
	struct reg_reach reach;
	struct reg_text journal; /* its last verdicts, reg_journal.h */
	struct reg_trace fresh;	 /* the one to be added; act none: there is none */
};

/** A set that changes: those that go and those that come, side by side. */
#define REG_SET_MAX (REG_BINDINGS_MAX + REG_CONTACTS_MAX)

/** The bindings of one implicit set; at most REG_BINDINGS_MAX as found. */
struct reg_set
{
	struct reg_binding b[REG_SET_MAX];
	unsigned n;
};

/** Until expires_at + grace; without facts, while usrloc has the contact. */
bool reg_binding_live(const struct reg_binding *b, const struct reg_policy *p,
		int64_t now_ms);

/** Whether its lifetime and its grace are over. */
bool reg_binding_run_out(const struct reg_binding *b,
		const struct reg_policy *p, int64_t now_ms);

/**
 * Seconds left, as a 200 says them: never more than is honoured. A broken
 * second counts as a whole one where the grace covers it, else not at all.
 */
uint32_t reg_binding_remaining_s(const struct reg_binding *b,
		const struct reg_policy *p, int64_t now_ms);

/**
 * A REGISTER was accepted: Call-ID, CSeq, Path, User-Agent, received and the
 * contact's parameters are taken over, in whatever half of the lifetime. With
 * a new contact or Path the UE is where nobody has reached it yet.
 */
void reg_binding_accept(struct reg_binding *b, const struct reg_request *req,
		const struct reg_contact *c, int64_t now_ms);

/** The lifetime starts again: grant_s seconds from now. */
void reg_binding_grant(struct reg_binding *b, uint32_t grant_s, int64_t now_ms);

/**
 * The network ends the lifetime earlier (TS 24.229 5.4.1.6).
 * @return false: no more than left_s was left anyway
 */
bool reg_binding_shorten(
		struct reg_binding *b, uint32_t left_s, int64_t now_ms);

/** The HSS said yes to a SAR: the location update interval starts again. */
void reg_binding_told(struct reg_binding *b, int64_t now_ms);

/**
 * A REGISTER was challenged. It uses up a number: the run advances, but by one
 * at the most, since its sender was never authenticated.
 */
void reg_binding_challenged(
		struct reg_binding *b, struct reg_text call_id, uint32_t cseq);

/** Whether re-authentication is due by time, by count or by request. */
bool reg_binding_reauth_due(const struct reg_binding *b,
		const struct reg_policy *p, int64_t now_ms);

#endif
