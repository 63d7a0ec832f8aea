/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the HSS has still to be told: an update that it could not take, or the
 * end of a registration that it did not hear of.
 */
#ifndef REG_OWED_H
#define REG_OWED_H

#include "reg_binding.h"

#define REG_OWED_FIRST_MS 1000
#define REG_OWED_LONGEST_MS 60000

/** The HSS could not be told of this binding just now. */
void reg_owed_add(struct reg_binding *b, int64_t now_ms);

/** It is held back: it queues, and if it does so already, where it is. */
void reg_owed_defer(struct reg_binding *b, int64_t now_ms);

/** It is being told, and would be again after 1, 2, 4 … 60 seconds. */
void reg_owed_tried(struct reg_binding *b, int64_t now_ms);

/** Nothing is owed any more. */
void reg_owed_clear(struct reg_binding *b);

/**
 * The registration is over; what stays of the binding is the SAR that says so.
 * It is never live again, and goes when the HSS knows or the user is back.
 */
void reg_owed_end(struct reg_binding *b, enum reg_sar sar, int64_t now_ms);

/** The Server-Assignment-Type that is owed; REG_SAR_NONE: nothing is. */
enum reg_sar reg_owed_sar(const struct reg_binding *b);

#endif
