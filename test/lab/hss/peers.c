/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Peers of the HSS: acceptance, state, and breaking their connections.
 */
#include "peers.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <freeDiameter/extension.h>

#define STALE_WAIT_MS 1000

static atomic_bool refusing;


static int peer_validate(
		struct peer_info *info, int *auth, int (**cb2)(struct peer_info *))
{
	(void)cb2;
	info->config.pic_flags.sec = PI_SEC_NONE;
	*auth = atomic_load(&refusing) ? -1 : 1;
	return 0;
}


/** The identity that a CER gives, looked at before freeDiameter does. */
static int cer_origin_get(struct msg *cer, char *id, size_t size)
{
	struct dict_object *model = NULL;
	struct avp *avp = NULL;
	struct avp_hdr *hdr;

	if(fd_dict_search(fd_g_config->cnf_dict, DICT_AVP, AVP_BY_NAME,
			   "Origin-Host", &model, ENOENT)
					!= 0
			|| fd_msg_search_avp(cer, model, &avp) != 0 || avp == NULL
			|| fd_msg_parse_dict(avp, fd_g_config->cnf_dict, NULL) != 0
			|| fd_msg_avp_hdr(avp, &hdr) != 0 || hdr->avp_value == NULL)
		return -ENOENT;
	snprintf(id, size, "%.*s", (int)hdr->avp_value->os.len,
			(const char *)hdr->avp_value->os.data);
	return 0;
}


/** The socket of a peer's connection, -1 if it has none. */
static int peer_socket(struct peer_hdr *peer)
{
	char proto[64];
	const char *soc;
	int fd;

	if(fd_peer_cnx_proto_info(peer, proto, sizeof(proto)) != 0)
		return -1;
	soc = strstr(proto, "soc#");
	return soc != NULL && sscanf(soc, "soc#%d", &fd) == 1 ? fd : -1;
}


/** Ends a peer's connection and waits until freeDiameter has given it up. */
static bool peer_end(struct peer_hdr *peer)
{
	struct timespec pause = {0, 2 * 1000000};
	int waited_ms, fd;

	for(waited_ms = 0; waited_ms < STALE_WAIT_MS; waited_ms += 2) {
		if(fd_peer_get_state(peer) == STATE_ZOMBIE)
			return true;
		fd = peer_socket(peer);
		if(fd >= 0)
			shutdown(fd, SHUT_RDWR);
		nanosleep(&pause, NULL);
	}
	return false;
}


/**
 * A peer that connects anew has lost its old connection, whether it closed it
 * or not. freeDiameter would turn it away until its watchdog has run out, or
 * keep it in REOPEN for three watchdogs: end the old connection and take the
 * old peer out of the list, so that the CER makes a new one. The old object
 * is not freed, its last messages may still be on their way.
 */
static void peer_stale_end(struct msg *cer)
{
	struct peer_hdr *peer = NULL;
	char id[256];

	if(cer_origin_get(cer, id, sizeof(id)) < 0
			|| fd_peer_getbyid(id, strlen(id), 1, &peer) != 0 || peer == NULL
			|| !peer_end(peer))
		return;
	pthread_rwlock_wrlock(&fd_g_peers_rw);
	fd_list_unlink(&peer->chain);
	pthread_rwlock_unlock(&fd_g_peers_rw);
}


static void cer_received(enum fd_hook_type type, struct msg *msg,
		struct peer_hdr *peer, void *other, struct fd_hook_permsgdata *pmd,
		void *regdata)
{
	struct msg_hdr *hdr;

	(void)type;
	(void)other;
	(void)pmd;
	(void)regdata;
	if(peer != NULL || fd_msg_hdr(msg, &hdr) != 0
			|| hdr->msg_code != CC_CAPABILITIES_EXCHANGE)
		return;
	if(atomic_load(&refusing))
		peers_disconnect();
	else
		peer_stale_end(msg);
}


/** Without it an answer waits up to 40 ms for the peer's delayed ACK. */
static void peer_opened(enum fd_hook_type type, struct msg *msg,
		struct peer_hdr *peer, void *other, struct fd_hook_permsgdata *pmd,
		void *regdata)
{
	int on = 1, fd = peer_socket(peer);

	(void)type;
	(void)msg;
	(void)other;
	(void)pmd;
	(void)regdata;
	if(fd >= 0)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}


/** Host-IP-Address is no longer asked for in a CER (RFC 6733 5.3.1). */
static int cer_rule_remove(void)
{
	struct dictionary *dict = fd_g_config->cnf_dict;
	struct dict_rule_request key = {NULL, NULL};
	struct dict_object *rule = NULL;
	int rc = fd_dict_search(dict, DICT_COMMAND, CMD_BY_NAME,
			"Capabilities-Exchange-Request", &key.rule_parent, ENOENT);

	if(rc == 0)
		rc = fd_dict_search(dict, DICT_AVP, AVP_BY_NAME, "Host-IP-Address",
				&key.rule_avp, ENOENT);
	if(rc == 0)
		rc = fd_dict_search(
				dict, DICT_RULE, RULE_BY_AVP_AND_PARENT, &key, &rule, ENOENT);
	return rc != 0 ? rc : fd_dict_delete(rule);
}


/** ListenOn drops loopback addresses; the list itself takes them. */
static int address_add(const char *address)
{
	struct sockaddr_storage ss;
	struct sockaddr_in *in = (struct sockaddr_in *)&ss;

	memset(&ss, 0, sizeof(ss));
	in->sin_family = AF_INET;
	if(inet_pton(AF_INET, address, &in->sin_addr) != 1)
		return EINVAL;
	return fd_ep_add_merge(&fd_g_config->cnf_endpoints, (struct sockaddr *)&ss,
			sizeof(*in), EP_FL_CONF | EP_ACCEPTALL);
}


int peers_init(const char *address)
{
	struct fd_hook_hdl *hook;
	int rc = 0;

	if(*address != '\0')
		rc = address_add(address);
	if(rc == 0)
		rc = cer_rule_remove();
	if(rc == 0)
		rc = fd_peer_validate_register(peer_validate);
	if(rc == 0)
		rc = fd_hook_register(HOOK_MASK(HOOK_MESSAGE_RECEIVED), cer_received,
				NULL, NULL, &hook);
	if(rc == 0)
		rc = fd_hook_register(HOOK_MASK(HOOK_PEER_CONNECT_SUCCESS), peer_opened,
				NULL, NULL, &hook);
	return rc;
}


/** Whether fd is an accepted connection on the Diameter port. */
static bool is_connection(int fd)
{
	struct sockaddr_in local, remote;
	socklen_t len = sizeof(local), remote_len = sizeof(remote);

	memset(&local, 0, sizeof(local));
	if(getsockname(fd, (struct sockaddr *)&local, &len) < 0)
		return false;
	if(local.sin_family != AF_INET
			|| ntohs(local.sin_port) != fd_g_config->cnf_port)
		return false;
	return getpeername(fd, (struct sockaddr *)&remote, &remote_len) == 0;
}


unsigned int peers_disconnect(void)
{
	struct rlimit limit = {1024, 1024};
	unsigned int n = 0;
	int fd, max;

	getrlimit(RLIMIT_NOFILE, &limit);
	max = limit.rlim_cur < 4096 ? (int)limit.rlim_cur : 4096;
	for(fd = 3; fd < max; fd++)
		if(is_connection(fd) && shutdown(fd, SHUT_RDWR) == 0)
			n++;
	return n;
}


int peer_disconnect(const char *id)
{
	struct peer_hdr *peer = NULL;
	int fd = -1;

	if(fd_peer_getbyid((DiamId_t)id, strlen(id), 1, &peer) == 0 && peer != NULL)
		fd = peer_socket(peer);
	return fd >= 0 && shutdown(fd, SHUT_RDWR) == 0 ? 0 : -ENOENT;
}


void peers_refuse(bool refuse)
{
	atomic_store(&refusing, refuse);
	if(refuse)
		peers_disconnect();
}


int peer_open_find(char *id, size_t id_size, char *realm, size_t realm_size)
{
	struct fd_list *li;
	int rc = -ENOTCONN;

	pthread_rwlock_rdlock(&fd_g_peers_rw);
	for(li = fd_g_peers.next; li != &fd_g_peers && rc != 0; li = li->next) {
		struct peer_hdr *p = (struct peer_hdr *)li->o;

		if(fd_peer_get_state(p) != STATE_OPEN)
			continue;
		if(*id != '\0' && strcmp(id, p->info.pi_diamid) != 0)
			continue;
		snprintf(id, id_size, "%s", p->info.pi_diamid);
		snprintf(realm, realm_size, "%s",
				p->info.runtime.pir_realm ? p->info.runtime.pir_realm : "");
		rc = 0;
	}
	pthread_rwlock_unlock(&fd_g_peers_rw);
	return rc;
}


void peers_print(char *text, size_t size)
{
	struct fd_list *li;
	size_t at = 0;

	text[0] = '\0';
	pthread_rwlock_rdlock(&fd_g_peers_rw);
	for(li = fd_g_peers.next; li != &fd_g_peers && at < size; li = li->next) {
		struct peer_hdr *p = (struct peer_hdr *)li->o;

		at += (size_t)snprintf(text + at, size - at, " %s=%s",
				p->info.pi_diamid, STATE_STR(fd_peer_get_state(p)));
	}
	pthread_rwlock_unlock(&fd_g_peers_rw);
}


int peer_open_await(unsigned int timeout_ms)
{
	struct timespec pause = {0, 20 * 1000000};
	unsigned int waited_ms;
	char id[2], realm[2];

	for(waited_ms = 0; waited_ms <= timeout_ms; waited_ms += 20) {
		id[0] = '\0';
		if(peer_open_find(id, sizeof(id), realm, sizeof(realm)) == 0)
			return 0;
		nanosleep(&pause, NULL);
	}
	return -ETIMEDOUT;
}
