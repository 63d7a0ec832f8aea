/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * At most mar_rate_limit MARs a second, over all processes.
 */
#ifndef MAR_RATE_H
#define MAR_RATE_H

#include <stdbool.h>
#include <stdint.h>

/** @return 0, or -ENOMEM */
int mar_rate_init(void);
void mar_rate_destroy(void);

/**
 * Whether one more MAR may go out now.
 * @param own  reg_proof_own(): served before those of whom nobody knows
 */
bool mar_rate_take(bool own, int64_t now_ms);

#endif
