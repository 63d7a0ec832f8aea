/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an operator does to a registration.
 */
#ifndef RPC_OPERATE_H
#define RPC_OPERATE_H

#include "../../core/rpc.h"

/** The next REGISTER of each binding reaches the HSS. */
void rpc_force_update(rpc_t *rpc, void *ctx);

/** Lifetimes are shortened, the next REGISTER is challenged (24.229 5.4.1.6). */
void rpc_reauth(rpc_t *rpc, void *ctx);

/** The registration ends (24.229 5.4.1.5), and the HSS is told. */
void rpc_deregister(rpc_t *rpc, void *ctx);

#endif
