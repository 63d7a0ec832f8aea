/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A REGISTER that must wait is suspended in tm, and taken up again in the
 * process that brings the answer.
 */
#ifndef SUSPEND_H
#define SUSPEND_H

#include <stdbool.h>

#include "../../modules/tm/tm_load.h"

#include "script_vars.h"

/** A transaction that is taken up again. */
struct resumed
{
	struct cell *t; /* with a reference, until resume_end() */
	unsigned index, label;
	struct sip_msg msg;		 /* to reply to */
	bool copied;			 /* msg is a private copy */
	struct script_vars vars; /* of this process, for the time after */
};

/** Find tm. @return 0 or -1 */
int suspend_bind(void);

struct tm_binds *suspend_tm(void);

/**
 * Suspend a request; its transaction is made if the script has not.
 * @return 0; 1: a retransmission, whose first one waits or was answered;
 * -EALREADY: already replied to, or cancelled; -EIO
 */
int suspend(struct sip_msg *msg, unsigned *index, unsigned *label);

/** Nothing was sent after all: process on. */
void suspend_cancel(unsigned index, unsigned label);

/**
 * A private copy of a message that is in shared memory, parsed here.
 * @return 0, resume_drop() must follow; -ENOMEM
 */
int resume_copy(const struct sip_msg *shared, struct sip_msg *m);
void resume_drop(struct sip_msg *m);

/**
 * Take up again; until the end the script's variables are the transaction's.
 * @param for_script  a script may see the message: it is parsed anew, for
 * this process alone; else what is in the transaction will do
 * @return 0, resume_end() must follow; -ENOENT: gone, or
 * answered by its timer meanwhile; -ENOMEM
 */
int resume_begin(
		struct resumed *r, unsigned index, unsigned label, bool for_script);

/**
 * Let go of it, and run the script's route with $avp(name) = code.
 * @param route  empty: none
 */
void resume_end(
		struct resumed *r, const char *route, const char *name, int code);

#endif
