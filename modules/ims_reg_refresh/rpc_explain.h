/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The story of a user's bindings, for programs and for people.
 */
#ifndef RPC_EXPLAIN_H
#define RPC_EXPLAIN_H

#include "../../core/rpc.h"

/** reg_refresh.explain impu [text]: every verdict kept, newest first. */
void rpc_explain(rpc_t *rpc, void *ctx);

#endif
