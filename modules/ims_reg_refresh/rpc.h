/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers for operators: kamcmd reg_refresh.x, or JSON-RPC.
 */
#ifndef RPC_H
#define RPC_H

#include "../../core/rpc.h"
#include "../ims_usrloc_scscf/usrloc.h"

extern rpc_export_t rpc_exports[];

/** Which table identities are looked up in. */
void rpc_init(udomain_t *domain);

#endif
