/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two S-CSCFs that a phone may live before, and what each asks the HSS: the
 * stock modules, who ask for each REGISTER, and ours, which is the core.
 */
#ifndef DAY_SCSCF_H
#define DAY_SCSCF_H

#include "../replay/world.h"
#include "life.h"

/** How phones prove themselves. */
enum proof_kind
{
	PROOF_PROTECTED, /* AKA; refreshes come through IPsec */
	PROOF_AKA,		 /* AKA, nothing protects a refresh */
	PROOF_DIGEST,	 /* SIP Digest, the nonce of the last 200 */
};

/** What became of one registration, its challenge included. */
struct asked
{
	unsigned mar, sar;
	bool accepted;
	uint32_t granted_s;
};

struct scscf
{
	enum proof_kind proof;
	unsigned vectors_n; /* auth_vectors */
	struct world world; /* of one phone */
	/* the host's part in proving it */
	unsigned vectors_left;
	int64_t ha1_at_ms, nonce_at_ms; /* -1: none */
	int64_t until_ms;				/* the lifetime ends; 0: not registered */
};

/** Nobody is registered. The policy stays. */
void scscf_begin(struct scscf *s);

/** A phone registers, refreshes, or leaves (expires_s 0) with ours. */
struct asked scscf_ours(
		struct scscf *s, struct life *l, uint32_t expires_s, int64_t now_ms);

/**
 * Time has passed in silence.
 * @param when_ms  out: when the registration ended
 * @return whether a SAR said so to the HSS
 */
bool scscf_ours_expires(struct scscf *s, int64_t now_ms, int64_t *when_ms);

/** The same REGISTER before the stock modules: challenged, and told. */
struct asked scscf_stock(uint32_t expires_s);

#endif
