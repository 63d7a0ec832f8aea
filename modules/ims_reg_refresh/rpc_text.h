/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How values are shown to an operator; a part of rpc.c.
 */
#ifndef RPC_TEXT_H
#define RPC_TEXT_H

#include "../../core/rpc.h"

#include "bindings.h"

#define RPC_TIME_SIZE 32
#define RPC_SHOWN_MAX 100 /* octets of an argument; ctl's faults are short */

void rpc_add_text(rpc_t *rpc, void *h, char *name, struct reg_text value);

/** UTC, to the second; "never" for none. @param dst  RPC_TIME_SIZE octets */
void rpc_print_time(int64_t at_ms, char *dst);
void rpc_add_time(rpc_t *rpc, void *h, char *name, int64_t at_ms);

/** reach, reach_at, reach_by, reach_stage. */
void rpc_add_reach(rpc_t *rpc, void *h, const struct reg_reach *r);

/**
 * How many are to be listed at most, the next argument; *ret is left alone if
 * there is none.
 * @return false: a fault was sent
 */
bool rpc_read_count(rpc_t *rpc, void *ctx, int max, int *ret);

/**
 * Open the implicit set of the identity that the operator named.
 * @return its live bindings; 0: a fault was sent, nothing is open
 */
unsigned rpc_open_named(rpc_t *rpc, void *ctx, struct bindings *b);

/** The same, of an identity that is read already. */
unsigned rpc_open_impu(rpc_t *rpc, void *ctx, str impu, struct bindings *b);

#endif
