/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Answers that go out later: a queue in order of time and the thread that
 * empties it. freeDiameter's workers never wait here.
 */
#include "hss.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include <freeDiameter/extension.h>

struct delayed
{
	struct delayed *next;
	struct timespec due; /* CLOCK_MONOTONIC */
	struct msg *answer;
};

static struct delayed *queue;
static pthread_mutex_t queue_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t queue_cond;
static pthread_t thread;
static bool running;


static bool is_before(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec < b->tv_sec
		   || (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}


/** Takes the first one out if it is due. queue_lock is held. */
static struct delayed *due_take(void)
{
	struct delayed *d = queue;
	struct timespec now;

	if(d == NULL)
		return NULL;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if(is_before(&now, &d->due))
		return NULL;
	queue = d->next;
	return d;
}


static void queue_wait(void)
{
	if(queue == NULL)
		pthread_cond_wait(&queue_cond, &queue_lock);
	else
		pthread_cond_timedwait(&queue_cond, &queue_lock, &queue->due);
}


static void *queue_run(void *unused)
{
	struct delayed *d;

	(void)unused;
	fd_log_threadname("hss-delay");
	pthread_mutex_lock(&queue_lock);
	while(running) {
		d = due_take();
		if(d == NULL) {
			queue_wait();
			continue;
		}
		pthread_mutex_unlock(&queue_lock);
		if(fd_msg_send(&d->answer, NULL, NULL) != 0 && d->answer != NULL)
			fd_msg_free(d->answer);
		free(d);
		pthread_mutex_lock(&queue_lock);
	}
	pthread_mutex_unlock(&queue_lock);
	return NULL;
}


int delay_start(void)
{
	pthread_condattr_t attr;
	int rc;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&queue_cond, &attr);
	pthread_condattr_destroy(&attr);
	running = true;
	rc = pthread_create(&thread, NULL, queue_run, NULL);
	if(rc != 0)
		running = false;
	return rc;
}


void delay_stop(void)
{
	struct delayed *d;

	if(!running)
		return;
	pthread_mutex_lock(&queue_lock);
	running = false;
	pthread_cond_signal(&queue_cond);
	pthread_mutex_unlock(&queue_lock);
	pthread_join(thread, NULL);
	while((d = queue) != NULL) {
		queue = d->next;
		fd_msg_free(d->answer);
		free(d);
	}
}


static void due_set(struct timespec *due, uint32_t delay_ms)
{
	clock_gettime(CLOCK_MONOTONIC, due);
	due->tv_sec += delay_ms / 1000;
	due->tv_nsec += (long)(delay_ms % 1000) * 1000000;
	if(due->tv_nsec >= 1000000000) {
		due->tv_nsec -= 1000000000;
		due->tv_sec++;
	}
}


void delay_send(struct msg *answer, uint32_t delay_ms)
{
	struct delayed *d = calloc(1, sizeof(*d)), **at = &queue;

	if(d == NULL) {
		fd_msg_free(answer);
		return;
	}
	d->answer = answer;
	due_set(&d->due, delay_ms);
	pthread_mutex_lock(&queue_lock);
	while(*at != NULL && !is_before(&d->due, &(*at)->due))
		at = &(*at)->next;
	d->next = *at;
	*at = d;
	pthread_cond_signal(&queue_cond);
	pthread_mutex_unlock(&queue_lock);
}
