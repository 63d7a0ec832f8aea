/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sar_rate_limit: the one bucket of all processes.
 */
#ifndef SAR_RATE_H
#define SAR_RATE_H

#include <stdbool.h>
#include <stdint.h>

/** @return 0, or -ENOMEM */
int sar_rate_init(void);
void sar_rate_destroy(void);

/** Whether a SAR that can wait may go now; if so, it counts as gone. */
bool sar_rate_take(int64_t now_ms);

#endif
