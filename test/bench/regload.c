/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many UEs behind one P-CSCF that register again and again: closed loop (a
 * window of REGISTERs under way) or open loop (a rate, latency from the time a
 * REGISTER was due). Call-ID and CSeq are kept for each user. Prints one line
 * of JSON. What gets no answer is sent again as a UE does. Never asserts
 * anything, always ends by itself.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "latency.h"
#include "message.h"
#include "proof.h"

#define BATCH 32
#define T1_NS INT64_C(500000000) /* RFC 3261 17.1.2.2: timers E, F */
#define T2_NS INT64_C(4000000000)
#define GIVE_UP_NS (64 * T1_NS)
#define SCAN_NS INT64_C(100000000)
#define SECOND_NS 1e9
#define SOCKET_BUFFER (4 << 20)
#define USERS_MAX 1000000 /* numbers of six digits */
#define CHALLENGES_MAX 4  /* stock asks a fast UE twice now and then */

enum mode
{
	MODE_PROTECTED, /* the P-CSCF vouches */
	MODE_DIGEST,	/* SIP Digest, one nonce for many REGISTERs */
	MODE_AKA,		/* a challenge for every REGISTER */
};

struct user
{
	int64_t due_ns, begun_ns;
	int64_t resend_ns;	 /* when, if no answer comes */
	int64_t interval_ns; /* from then to the next time */
	uint32_t cseq, nc;
	uint32_t turn; /* its place among the busy ones */
	bool busy;
	uint8_t challenges;
	char nonce[PROOF_NONCE_SIZE];
};

static struct
{
	struct message_options message;
	const char *server_ip, *password;
	int server_port, local_port;
	unsigned first, users_n, window, cseq_step, answer_ms, stride;
	double rate, seconds, warmup_s;
	uint64_t count; /* 0: by time */
	enum mode mode;
	bool spin;
} o = {.message = {.name = "load",
			   .realm = "ims.lab.example",
			   .tag = "t",
			   .expires_s = 600,
			   .protect = 1},
		.server_ip = "127.0.0.1",
		.password = "bench",
		.users_n = 1000,
		.window = 32,
		.cseq_step = 1,
		.stride = 1,
		.seconds = 3,
		.warmup_s = 0.5};

static struct
{
	uint64_t begun, done, counted, resent, lost, challenges, skipped;
	uint64_t status[1000];
	int64_t first_ns, last_ns; /* of what is counted */
	int64_t longest_ns;
	struct latency latency;
} seen;

static struct user *users;
static unsigned *busy; /* who has a REGISTER under way */
static unsigned busy_n, next_user;
static int fd;

static struct
{
	struct mmsghdr messages[BATCH];
	struct iovec vectors[BATCH];
	char texts[BATCH][MESSAGE_SIZE];
	unsigned n;
} out;

static struct
{
	struct mmsghdr messages[BATCH];
	struct iovec vectors[BATCH];
	char texts[BATCH][8192];
} in;

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void prepare(void)
{
	unsigned i;

	for(i = 0; i < BATCH; i++) {
		out.vectors[i] = (struct iovec){out.texts[i], 0};
		out.messages[i].msg_hdr.msg_iov = &out.vectors[i];
		out.messages[i].msg_hdr.msg_iovlen = 1;
		in.vectors[i] = (struct iovec){in.texts[i], sizeof(in.texts[i])};
		in.messages[i].msg_hdr.msg_iov = &in.vectors[i];
		in.messages[i].msg_hdr.msg_iovlen = 1;
	}
}

static void flush(void)
{
	unsigned sent = 0;
	int n;

	while(sent < out.n) {
		n = sendmmsg(fd, out.messages + sent, out.n - sent, 0);
		if(n <= 0 && errno != EAGAIN && errno != EINTR)
			break; /* it is sent again */
		sent += n > 0 ? (unsigned)n : 0;
	}
	out.n = 0;
}

static void authorize(const struct user *u, unsigned i, char *dst)
{
	struct proof_user who = {o.message.name, o.message.realm, o.first + i};

	dst[0] = '\0';
	if(o.mode == MODE_PROTECTED)
		return;
	if(u->nonce[0] == '\0')
		proof_empty(&who, dst);
	else if(o.mode == MODE_DIGEST)
		proof_digest(&who, u->nonce, u->nc, dst);
	else
		proof_aka(&who, u->nonce, dst);
}

static void send_one(unsigned i)
{
	char authorization[PROOF_AUTHORIZATION_SIZE];
	struct user *u = &users[i];

	authorize(u, i, authorization);
	out.vectors[out.n].iov_len = message_write(
			o.first + i, u->cseq, authorization, out.texts[out.n]);
	if(++out.n == BATCH)
		flush();
}

static void send_next(unsigned i, int64_t now)
{
	struct user *u = &users[i];

	u->cseq += o.cseq_step;
	u->nc++;
	u->begun_ns = now;
	u->resend_ns = now + T1_NS;
	u->interval_ns = 2 * T1_NS;
	send_one(i);
}

static void send_again(unsigned i, int64_t now)
{
	struct user *u = &users[i];

	seen.resent++;
	u->resend_ns = now + u->interval_ns;
	u->interval_ns = u->interval_ns < T2_NS / 2 ? 2 * u->interval_ns : T2_NS;
	send_one(i);
}

static void begin(unsigned i, int64_t due, int64_t now)
{
	struct user *u = &users[i];

	u->busy = true;
	u->challenges = 0;
	u->due_ns = due;
	if(o.mode == MODE_AKA)
		u->nonce[0] = '\0';
	u->turn = busy_n;
	busy[busy_n++] = i;
	seen.begun++;
	send_next(i, now);
}

static void finish(struct user *u)
{
	u->busy = false;
	busy[u->turn] = busy[--busy_n];
	users[busy[u->turn]].turn = u->turn;
	seen.done++;
}

static void take_final(struct user *u, int status, int64_t now)
{
	finish(u);
	seen.status[status]++;
	if(seen.first_ns == 0 || now < seen.first_ns)
		return;
	seen.counted++;
	seen.last_ns = now;
	latency_add(&seen.latency, now - u->due_ns);
	if(now - u->due_ns > seen.longest_ns)
		seen.longest_ns = now - u->due_ns;
}

static void take(const char *text, size_t n, int64_t now)
{
	unsigned i;
	uint32_t cseq;
	struct user *u;
	int status = message_read(text, n, &i, &cseq);

	i -= o.first;
	if(status < 200 || status >= 700 || i >= o.users_n)
		return;
	u = &users[i];
	if(!u->busy || u->cseq != cseq)
		return;
	if(status == 401 && o.mode != MODE_PROTECTED
			&& u->challenges < CHALLENGES_MAX
			&& message_nonce(text, n, u->nonce, sizeof(u->nonce)) == 0) {
		u->challenges++;
		u->nc = 0;
		seen.challenges++;
		usleep(o.answer_ms * 1000);
		send_next(i, now_ns());
		return;
	}
	take_final(u, status, now);
}

static int receive(void)
{
	int64_t now;
	int i, n;

	n = recvmmsg(fd, in.messages, BATCH, MSG_DONTWAIT, NULL);
	if(n <= 0)
		return 0;
	now = now_ns();
	for(i = 0; i < n; i++)
		take(in.texts[i], in.messages[i].msg_len, now);
	return n;
}

/* What got no answer is sent again, as a UE does. */
static void scan(int64_t now)
{
	static int64_t scanned_ns;
	unsigned n = busy_n, i;

	if(now - scanned_ns < SCAN_NS)
		return;
	scanned_ns = now;
	while(n-- > 0) { /* who is given up is replaced by one from behind */
		i = busy[n];
		if(now - users[i].begun_ns >= GIVE_UP_NS) {
			seen.lost++;
			finish(&users[i]);
		} else if(now >= users[i].resend_ns) {
			send_again(i, now);
		}
	}
}

/* A user who is free; all of them have their turn, those who registered one
 * after the other not one after the other if stride is a large prime. */
static int pick(void)
{
	unsigned i;

	for(i = 0; i < o.users_n; i++) {
		next_user = (next_user + o.stride) % o.users_n;
		if(!users[next_user].busy)
			return (int)next_user;
	}
	return -1;
}

static bool may_begin(int64_t now, int64_t due)
{
	if(o.count > 0 && seen.begun >= o.count)
		return false;
	return o.rate > 0 ? due <= now : busy_n < o.window;
}

static void begin_due(int64_t start, int64_t now)
{
	static uint64_t turn; /* of the open loop */
	int64_t due = now;
	int i;

	for(;;) {
		if(o.rate > 0)
			due = start + (int64_t)((double)turn * SECOND_NS / o.rate);
		if(!may_begin(now, due))
			return;
		turn++;
		i = pick();
		if(i < 0) {
			seen.skipped++;
			if(o.rate == 0)
				return;
			continue;
		}
		begin((unsigned)i, due, now);
	}
}

static void pause_until_readable(void)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	if(!o.spin)
		poll(&p, 1, 1);
}

/* Sends what stands ready, takes what has come. Returns the time. */
static int64_t exchange(void)
{
	int64_t now;

	flush();
	if(receive() == 0)
		pause_until_readable();
	now = now_ns();
	scan(now);
	return now;
}

static void run(void)
{
	int64_t start = now_ns(), now = start;
	int64_t end = start + (int64_t)((o.warmup_s + o.seconds) * SECOND_NS);

	seen.first_ns = o.count ? start : start + (int64_t)(o.warmup_s * SECOND_NS);
	while(now < end && (o.count == 0 || seen.done < o.count)) {
		begin_due(start, now);
		now = exchange();
	}
	while(busy_n > 0) /* each is answered or given up */
		exchange();
}

static void report(void)
{
	const struct latency *l = &seen.latency;
	double s = (double)(seen.last_ns - seen.first_ns) / SECOND_NS;
	int i, n = 0;

	printf("{\"counted\": %lu, \"seconds\": %.3f, \"rate\": %.0f, "
		   "\"done\": %lu, \"challenges\": %lu, \"resent\": %lu, "
		   "\"lost\": %lu, \"skipped\": %lu, \"p50_us\": %.1f, "
		   "\"p99_us\": %.1f, \"p999_us\": %.1f, \"max_us\": %.1f, "
		   "\"status\": {",
			seen.counted, s, s > 0 ? (double)seen.counted / s : 0, seen.done,
			seen.challenges, seen.resent, seen.lost, seen.skipped,
			latency_us(l, 0.5), latency_us(l, 0.99), latency_us(l, 0.999),
			(double)seen.longest_ns / 1000);
	for(i = 0; i < 1000; i++)
		if(seen.status[i])
			printf("%s\"%d\": %lu", n++ ? ", " : "", i, seen.status[i]);
	printf("}}\n");
}

static int connect_socket(void)
{
	static char server[32], local[32];
	struct sockaddr_in at = {.sin_family = AF_INET};
	int size = SOCKET_BUFFER;

	fd = socket(AF_INET, SOCK_DGRAM, 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	at.sin_port = htons((uint16_t)o.local_port);
	if(fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		return -1;
	inet_pton(AF_INET, o.server_ip, &at.sin_addr);
	at.sin_port = htons((uint16_t)o.server_port);
	if(connect(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		return -1;
	snprintf(server, sizeof(server), "%s:%d", o.server_ip, o.server_port);
	snprintf(local, sizeof(local), "127.0.0.1:%d", o.local_port);
	o.message.server = server;
	o.message.local = local;
	return 0;
}

static int set_mode(const char *name)
{
	static const char *const names[] = {"protected", "digest", "aka"};
	int i;

	for(i = 0; i < 3; i++)
		if(strcmp(name, names[i]) == 0)
			o.mode = (enum mode)i;
	o.message.protect = o.mode == MODE_PROTECTED;
	return strcmp(name, names[o.mode]) == 0 ? 0 : -1;
}

static const struct option options[] = {{"server-port", 1, NULL, 'p'},
		{"port", 1, NULL, 'l'}, {"users", 1, NULL, 'u'},
		{"first", 1, NULL, 'f'}, {"window", 1, NULL, 'w'},
		{"rate", 1, NULL, 'r'}, {"seconds", 1, NULL, 's'},
		{"warmup", 1, NULL, 'W'}, {"count", 1, NULL, 'n'},
		{"expires", 1, NULL, 'e'}, {"cseq-step", 1, NULL, 'c'},
		{"answer-ms", 1, NULL, 'a'}, {"stride", 1, NULL, 'i'},
		{"mode", 1, NULL, 'm'}, {"tag", 1, NULL, 't'}, {"realm", 1, NULL, 'R'},
		{"spin", 0, NULL, 'S'}, {"lean", 0, NULL, 'L'}, {NULL, 0, NULL, 0}};

static int take_number(int name)
{
	switch(name) {
		case 'p':
			return o.server_port = atoi(optarg), 0;
		case 'l':
			return o.local_port = atoi(optarg), 0;
		case 'u':
			return o.users_n = (unsigned)atoi(optarg), 0;
		case 'f':
			return o.first = (unsigned)atoi(optarg), 0;
		case 'w':
			return o.window = (unsigned)atoi(optarg), 0;
		case 'r':
			return o.rate = atof(optarg), 0;
		case 's':
			return o.seconds = atof(optarg), 0;
		case 'W':
			return o.warmup_s = atof(optarg), 0;
		case 'n':
			return o.count = (uint64_t)atoll(optarg), 0;
		case 'e':
			return o.message.expires_s = (unsigned)atoi(optarg), 0;
		case 'a': /* stops everybody: for a window of one */
			return o.answer_ms = (unsigned)atoi(optarg), 0;
		case 'c':
			return o.cseq_step = (unsigned)atoi(optarg), 0;
		case 'i':
			return o.stride = (unsigned)atoi(optarg), 0;
		default:
			return -1;
	}
}

static int take_option(int name)
{
	switch(name) {
		case 'm':
			return set_mode(optarg);
		case 't':
			return o.message.tag = optarg, 0;
		case 'R':
			return o.message.realm = optarg, 0;
		case 'S':
			return o.spin = true, 0;
		case 'L':
			return o.message.lean = 1, 0;
		default:
			return take_number(name);
	}
}

static int fail(const char *what)
{
	fprintf(stderr, "regload: %s\n", what);
	return 1;
}

int main(int argc, char **argv)
{
	unsigned i;
	int name;

	while((name = getopt_long(argc, argv, "", options, NULL)) != -1)
		if(take_option(name) < 0)
			return fail("unknown option or value");
	users = calloc(o.users_n, sizeof(*users));
	busy = calloc(o.users_n, sizeof(*busy));
	if(!users || !busy || o.users_n == 0 || o.first > USERS_MAX
			|| o.users_n > USERS_MAX - o.first)
		return fail("from 1 to 1000000 users, the first included");
	for(i = 0; i < o.users_n; i++)
		users[i].cseq = MESSAGE_CSEQ_FIRST;
	next_user = o.users_n - o.stride % o.users_n;
	if(connect_socket() < 0)
		return fail(strerror(errno));
	if(message_init(&o.message) < 0)
		return fail("message too long");
	if(proof_init(o.password, o.message.realm) < 0)
		return fail("no MD5 or AES");
	prepare();
	run();
	report();
	return 0;
}
