/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The end that nobody asked for: a lifetime ran out.
 */
#ifndef ON_EXPIRY_H
#define ON_EXPIRY_H

#include "../ims_usrloc_scscf/usrloc.h"

#include <stdint.h>

/** A binding that ran out is seen within so many seconds. */
#define ON_EXPIRY_LAG_S 4

/** Which table expired bindings are in. */
void on_expiry_init(udomain_t *domain);

/**
 * Every second, in the timer process: look through a part of all bindings, so
 * that each is seen every ON_EXPIRY_LAG_S. What is past its lifetime and the grace
 * goes out of usrloc and the store; the HSS is told when nobody is left.
 */
void on_expiry_tick(int64_t now_ms);

#endif
