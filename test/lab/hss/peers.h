/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The Diameter connections: who may connect, on which address, and their end
 * on command. It never looks into Cx messages.
 */
#ifndef HSS_PEERS_H
#define HSS_PEERS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Before the server starts: any peer is accepted without TLS, also one whose
 * CER lacks Host-IP-Address (cdp sometimes sends none).
 * @param address  IPv4 address to listen on, loopback as well; "": as
 *                 freeDiameter's own configuration says
 * @return 0, an errno
 */
int peers_init(const char *address);

/** Breaks every TCP connection now. @return how many */
unsigned int peers_disconnect(void);

/** Breaks the connection of one peer. @return 0, -ENOENT */
int peer_disconnect(const char *id);

/** While true every connection is broken at its CER. */
void peers_refuse(bool refuse);

/**
 * An open peer's Diameter identity and realm.
 * @param id  wanted identity, "": any open peer; written on success
 * @return 0, -ENOTCONN
 */
int peer_open_find(char *id, size_t id_size, char *realm, size_t realm_size);

/** "identity=STATE_OPEN ..." of all peers. */
void peers_print(char *text, size_t size);

/** Waits until a peer is open. @return 0, -ETIMEDOUT */
int peer_open_await(unsigned int timeout_ms);

#endif
