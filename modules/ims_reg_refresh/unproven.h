/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is noted of a REGISTER whose sender is not proven: the CSeq number that
 * it uses up, and what became of it, in the journals of the bindings that it
 * names or whose Call-ID it has.
 */
#ifndef UNPROVEN_H
#define UNPROVEN_H

#include "core/reg_proof.h"
#include "registration.h"

/** The set is open, and committed with it. */
void unproven_note(struct registration *g, const struct reg_proof *proof);

/** No credentials came: note the verdict at hand. Opens the set, and closes it. */
void unproven_failed(struct registration *g, udomain_t *domain);

#endif
