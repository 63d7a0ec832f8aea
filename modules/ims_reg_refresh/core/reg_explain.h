/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A verdict as one line for people: what was done, why, what was compared, what
 * the HSS said, what went out. So is a call: how far it came, what it showed.
 */
#ifndef REG_EXPLAIN_H
#define REG_EXPLAIN_H

#include "reg_journal.h"

/** Room for any line, its terminating zero included. */
#define REG_EXPLAIN_SIZE 768

/**
 * The line, without time and contact: "keep: first-half; 100 of 600 s gone, …".
 * @param dst  REG_EXPLAIN_SIZE octets
 */
void reg_explain(const struct reg_entry *e, char *dst);

#endif
