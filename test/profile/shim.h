/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * As much of Kamailio as a profile needs, for a program of its own: shared
 * memory that can run out, and a log that can be read.
 */
#ifndef SHIM_H
#define SHIM_H

#include <stdbool.h>

#include "../ims_usrloc_scscf/usrloc.h"

/** Allocations now held. */
extern int shim_held;

/** Allocations until one fails; negative: none does. */
extern int shim_fails_after;

/** What was logged since shim_log_clear(), at INFO and above. */
extern char shim_log[4096];
void shim_log_clear(void);

/** Kamailio's header table, which the executable sets up at its start. */
int ksr_hname_init_index(void);

/** usrloc's own, from Kamailio's source: it decides what the layout is. */
void free_ims_subscription_data(ims_subscription *s);

#endif
