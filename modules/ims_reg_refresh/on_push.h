/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the network does to a registration: it ends it (RTR), or changes what
 * the user may do (PPR).
 */
#ifndef ON_PUSH_H
#define ON_PUSH_H

#include "../ims_usrloc_scscf/usrloc.h"

#include "cx_push.h"

/** Which table bindings are in. */
void on_push_domain(udomain_t *domain);

/**
 * End the registrations that are named (TS 29.228 6.1.3, TS 24.229 5.4.1.5).
 * Emergency registrations stay (5.4.8.4). What is not registered is as it
 * shall be: that is a success.
 */
uint32_t on_push_rtr(const struct cx_rtr *rtr);

/** Take a profile, or charging functions, over (TS 29.228 6.2.2). */
uint32_t on_push_ppr(const struct cx_ppr *ppr);

#endif
