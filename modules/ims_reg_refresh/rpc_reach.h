/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RPC commands on who cannot be reached and who is late.
 */
#ifndef RPC_REACH_H
#define RPC_REACH_H

#include "../../core/rpc.h"

void rpc_unreachable(rpc_t *rpc, void *ctx);
void rpc_late(rpc_t *rpc, void *ctx);

#endif
