/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Telling the HSS what it is owed, as soon as it can hear: the oldest debt
 * first, evenly, and no faster than sar_rate_limit.
 */
#ifndef ON_OWED_H
#define ON_OWED_H

#include "../ims_usrloc_scscf/usrloc.h"

#include "cx.h"
#include "pending.h"

/** @return 0, or -ENOMEM */
int on_owed_init(void);
void on_owed_destroy(void);

/** Which table bindings are in. */
void on_owed_domain(udomain_t *domain);

/**
 * Whether there are debts that come before what this set would ask now: then it
 * queues behind them. Never without a sar_rate_limit.
 */
bool on_owed_waits_longer(const struct reg_set *set, int64_t now_ms);

/** Pay what is due. */
void on_owed_tick(int64_t now_ms);

/** Pay what this set owes now, whatever the limit. */
void on_owed_pay(struct reg_text key);

/** The answer to what was paid: in a process of cdp. */
void on_owed_answer(const struct pending *p, const struct cx_answer *a);

/**
 * How the HSS answered anything. While it cannot, one debt a second is enough
 * to see when it can again.
 */
void on_owed_heard(enum reg_hss hss);

#endif
