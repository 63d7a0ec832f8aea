/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bindings of a set as they would be under us: what stock does to usrloc is
 * seen, what it grants is not.
 */
#ifndef SHADOW_SET_H
#define SHADOW_SET_H

#include "shadow.h"

/** bindings_open(), as if what we would have kept had been refreshed in time. */
void shadow_set_open(struct bindings *b, udomain_t *domain,
		struct reg_text impu, int64_t now_ms);

/** Contacts that only stock has are none of the set's. */
void shadow_set_drop_unknown(struct reg_set *set);

/** The same, of a set that we know, or of a user. */
void shadow_set_own(struct reg_set *set, const struct reg_shadow *s);

/** A challenge, theirs or ours, uses up the number of the REGISTER. */
void shadow_set_use_number(
		struct bindings *b, struct reg_text call_id, uint32_t cseq);

/** Before a commit: these are facts of the shadow, and nothing is owed. */
void shadow_set_mark(struct bindings *b);

/** A REGISTER was accepted by stock, on which this was our verdict. */
void shadow_set_count(const struct reg_trace *t);

/**
 * Stock lets a contact go while others stay, and ends the script there: what
 * nobody could tell us is seen in usrloc.
 * @return whether it is so; it is counted then
 */
bool shadow_set_settle(const struct reg_set *set, struct reg_shadow *s);

#endif
