/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sends every datagram back as if it were a 200: shows how fast the generator
 * is. Ends by itself.
 *
 * usage: udpecho PORT SECONDS
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#define BATCH 64

static struct mmsghdr messages[BATCH];
static struct iovec vectors[BATCH];
static struct sockaddr_in peers[BATCH];
static char texts[BATCH][4096];

static void prepare(void)
{
	int i;

	for(i = 0; i < BATCH; i++) {
		vectors[i] = (struct iovec){texts[i], sizeof(texts[i])};
		messages[i].msg_hdr.msg_iov = &vectors[i];
		messages[i].msg_hdr.msg_iovlen = 1;
		messages[i].msg_hdr.msg_name = &peers[i];
		messages[i].msg_hdr.msg_namelen = sizeof(peers[i]);
	}
}

static void echo(int fd, int n)
{
	int i;

	for(i = 0; i < n; i++) {
		memcpy(texts[i], "SIP/2.0 200 ", 12);
		vectors[i].iov_len = messages[i].msg_len;
	}
	sendmmsg(fd, messages, (unsigned)n, 0);
	for(i = 0; i < n; i++)
		vectors[i].iov_len = sizeof(texts[i]);
}

int main(int argc, char **argv)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	struct timeval wait = {0, 200000};
	time_t end;
	int fd, n;

	if(argc != 3)
		return 2;
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	at.sin_port = htons((uint16_t)atoi(argv[1]));
	end = time(NULL) + atoi(argv[2]);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	if(fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0) {
		perror("udpecho");
		return 1;
	}
	prepare();
	while(time(NULL) < end) {
		n = recvmmsg(fd, messages, BATCH, MSG_WAITFORONE, NULL);
		if(n > 0)
			echo(fd, n);
	}
	return 0;
}
