/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the parts of the running HSS share.
 */
#ifndef HSS_HSS_H
#define HSS_HSS_H

#include <pthread.h>

#include "cx.h"
#include "decide.h"
#include "fault.h"
#include "subscriber.h"

/** The HSS. lock guards store, faults, counters and the order of the log. */
struct hss
{
	pthread_mutex_t lock;
	struct hss_store *store;
	struct fault_list *faults;
	struct hss_policy policy;
	unsigned long counters[CX_CMD_N];
};

extern struct hss hss;

/** Registers the handlers of UAR, LIR, MAR, SAR. @return 0, an errno */
int request_handlers_register(void);

/** Answers that wait: a thread of its own. @return 0, an errno */
int delay_start(void);
void delay_stop(void);

struct msg;

/** Sends an answer after a time; takes it over in any case. */
void delay_send(struct msg *answer, uint32_t delay_ms);

#endif
