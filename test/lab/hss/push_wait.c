/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A request under way to the S-CSCF, and the thread that waits for it.
 */
#include "push_wait.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "message.h"

#define PUSH_TIMEOUT_S 6

/** A request under way; the last of sender and stack frees it. */
struct push_wait
{
	pthread_mutex_t lock;
	pthread_cond_t cond;
	int refs;
	bool done;
	char result[32];
};


static void wait_unref(struct push_wait *w)
{
	int refs;

	pthread_mutex_lock(&w->lock);
	refs = --w->refs;
	pthread_mutex_unlock(&w->lock);
	if(refs > 0)
		return;
	pthread_mutex_destroy(&w->lock);
	pthread_cond_destroy(&w->cond);
	free(w);
}


static void wait_finish(struct push_wait *w, const char *result)
{
	pthread_mutex_lock(&w->lock);
	snprintf(w->result, sizeof(w->result), "%s", result);
	w->done = true;
	pthread_cond_signal(&w->cond);
	pthread_mutex_unlock(&w->lock);
	wait_unref(w);
}


static void answer_received(void *data, struct msg **answer)
{
	char result[32];
	bool experimental;
	uint32_t code = message_result(*answer, &experimental);

	snprintf(result, sizeof(result), "%s%u", experimental ? "exp:" : "", code);
	wait_finish(data, result);
	fd_msg_free(*answer);
	*answer = NULL;
}


static void answer_expired(
		void *data, DiamId_t peer, size_t peer_len, struct msg **request)
{
	(void)peer;
	(void)peer_len;
	(void)request;
	wait_finish(data, "timeout");
}


static struct push_wait *wait_new(void)
{
	struct push_wait *w = calloc(1, sizeof(*w));

	if(w == NULL)
		return NULL;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->cond, NULL);
	w->refs = 2;
	return w;
}


/** @return 0 when an answer came, -ETIMEDOUT */
static int wait_await(struct push_wait *w, char *result, size_t size)
{
	struct timespec until;
	int rc = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PUSH_TIMEOUT_S + 1;
	pthread_mutex_lock(&w->lock);
	while(!w->done && rc == 0)
		rc = pthread_cond_timedwait(&w->cond, &w->lock, &until);
	snprintf(result, size, "%s", w->done ? w->result : "timeout");
	pthread_mutex_unlock(&w->lock);
	wait_unref(w);
	return strcmp(result, "timeout") == 0 ? -ETIMEDOUT : 0;
}


int push_request_send(struct msg *msg, char *result, size_t size)
{
	struct push_wait *w = wait_new();
	struct timespec until;

	if(w == NULL) {
		fd_msg_free(msg);
		return -ENOMEM;
	}
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PUSH_TIMEOUT_S;
	if(fd_msg_send_timeout(&msg, answer_received, w, answer_expired, &until)
			!= 0) {
		if(msg != NULL)
			fd_msg_free(msg);
		wait_finish(w, "not-sent");
	}
	return wait_await(w, result, size);
}
