/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small S-CSCF around the core: a clock that stands still, bindings that are
 * kept as records only, and an HSS that answers as it is told to.
 */
#ifndef WORLD_H
#define WORLD_H

#include "reg_answer.h"
#include "reg_apply.h"
#include "reg_codec.h"
#include "reg_proof.h"

#define WORLD_TEXT_MAX 256

/** Who sends. Texts are views into the scenario. */
struct world_ue
{
	const char *name;
	struct reg_text uri, impi, call_id, path, instance, user_agent;
	uint32_t reg_id;
	uint32_t cseq; /* last one sent */
};

struct world_record
{
	uint8_t octets[REG_RECORD_MAX];
	size_t n;
};

struct world_hss
{
	enum reg_hss answers; /* YES: as it sees fit */
	int64_t takes_ms;
	bool registered;
	unsigned sars_n;
};

struct world
{
	struct reg_policy policy;
	int64_t now_ms;
	struct world_record records[REG_SET_MAX];
	unsigned records_n;
	struct world_hss hss;
	char waiting_impi[WORLD_TEXT_MAX]; /* of the last challenge */
	char waiting_call_id[WORLD_TEXT_MAX];
	uint32_t failures_n, resyncs_n;
	bool credential; /* a challenge can be made without asking the HSS */
};

/** What came of a REGISTER. */
struct world_outcome
{
	enum reg_act act;
	enum reg_why why;
	uint64_t reasons;
	uint16_t status;
	uint32_t sar, expires_s;
	unsigned bindings_n, removed_n, owed_n;
	bool mar; /* the HSS was asked for what the challenge is made of */
};

/** The policy of the worked timeline, nobody registered, time 0. */
void world_init(struct world *w);

/** Read all bindings; texts are views into the world, until the next change. */
void world_load(const struct world *w, struct reg_set *set);

/** Keep the bindings of a set, but for those that go (changes may be NULL). */
void world_save(struct world *w, const struct reg_set *set,
		const struct reg_changes *changes);

/**
 * A REGISTER comes in: prove, decide, ask the HSS, apply.
 * @param response  what its credentials turn out to be
 */
void world_register(struct world *w, struct reg_request *req,
		enum reg_response response, struct world_outcome *ret);

#endif
