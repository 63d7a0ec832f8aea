/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the HSS is owed, for an operator.
 */
#ifndef RPC_OWED_H
#define RPC_OWED_H

#include "../../core/rpc.h"

void rpc_owed(rpc_t *rpc, void *ctx);

#endif
