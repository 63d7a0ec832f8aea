/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The end that nobody asked for: a lifetime ran out.
 */
#ifndef ON_EXPIRY_H
#define ON_EXPIRY_H

#include "../ims_usrloc_scscf/usrloc.h"

#include <stdint.h>

/** Which table expired bindings are in. */
void on_expiry_init(udomain_t *domain);

/**
 * What is past its lifetime and the grace goes out of usrloc and the store; the
 * HSS is told when nobody is left. Bounded: what is too much for one tick waits
 * for the next.
 */
void on_expiry_tick(int64_t now_ms);

#endif
