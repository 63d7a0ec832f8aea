/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The UNIX socket of the HSS and its threads, one for each connection.
 * What a command does: commands.c.
 */
#include "control.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <freeDiameter/extension.h>

static int listener = -1;
static pthread_t thread;
static char socket_path[sizeof(((struct sockaddr_un *)0)->sun_path)];


static void *connection_run(void *arg)
{
	int fd = (int)(intptr_t)arg;
	int fd_out = dup(fd);
	FILE *in = fdopen(fd, "r"), *out = fdopen(fd_out, "w");
	char *line = NULL;
	size_t size = 0;

	fd_log_threadname("hss-connection");
	while(in != NULL && out != NULL && getline(&line, &size, in) > 0) {
		line[strcspn(line, "\r\n")] = '\0';
		command_run(line, out);
		fflush(out);
	}
	free(line);
	if(in != NULL)
		fclose(in);
	if(out != NULL)
		fclose(out);
	return NULL;
}


static void *listener_run(void *unused)
{
	pthread_t connection;
	int fd;

	(void)unused;
	fd_log_threadname("hss-control");
	while((fd = accept(listener, NULL, NULL)) >= 0 || errno == EINTR) {
		if(fd < 0)
			continue;
		if(pthread_create(
				   &connection, NULL, connection_run, (void *)(intptr_t)fd)
				!= 0)
			close(fd);
		else
			pthread_detach(connection);
	}
	return NULL;
}


static int socket_listen(const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};

	if(strlen(path) >= sizeof(at.sun_path))
		return -ENAMETOOLONG;
	memcpy(at.sun_path, path, strlen(path) + 1);
	memcpy(socket_path, at.sun_path, sizeof(socket_path));
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	if(listener < 0)
		return -errno;
	unlink(path);
	if(bind(listener, (struct sockaddr *)&at, sizeof(at)) < 0
			|| listen(listener, 16) < 0)
		return -errno;
	return 0;
}


int control_start(const char *path)
{
	int rc = socket_listen(path);

	if(rc == 0)
		rc = -pthread_create(&thread, NULL, listener_run, NULL);
	if(rc < 0 && listener >= 0) {
		close(listener);
		listener = -1;
	}
	return rc;
}


void control_stop(void)
{
	if(listener < 0)
		return;
	shutdown(listener, SHUT_RDWR);
	pthread_join(thread, NULL);
	close(listener);
	listener = -1;
	unlink(socket_path);
}
