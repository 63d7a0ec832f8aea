/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A binding turned suspect: the operator is told; and it is probed, if he wants
 * that, with an OPTIONS over the stored Path.
 */
#ifndef ON_REACH_H
#define ON_REACH_H

#include "../ims_usrloc_scscf/usrloc.h"
#include "../tm/tm_load.h"

/** Which table bindings are in, and what probes are sent by. */
void on_reach_init(udomain_t *domain, struct tm_binds *tm);

/** Tell and probe what is due. Bounded: the rest waits. */
void on_reach_tick(int64_t now_ms);

#endif
