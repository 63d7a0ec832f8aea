/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The extension's own configuration file: lines "key = value".
 */
#ifndef HSS_CONF_H
#define HSS_CONF_H

#include <stdbool.h>
#include <stddef.h>

#define CONF_VALUE_MAX 512

struct hss_conf
{
	char subscribers[CONF_VALUE_MAX];  /* file; empty: none at start */
	char log[CONF_VALUE_MAX];		   /* request log */
	char control[CONF_VALUE_MAX];	   /* path of the UNIX socket */
	char bind[CONF_VALUE_MAX];		   /* IPv4 address of the Diameter port */
	char digest_realm[CONF_VALUE_MAX]; /* empty: the Diameter realm */
	bool strict_server;
};

/** @param why  what is wrong, written on failure only. @return 0, -errno */
int conf_read(
		struct hss_conf *conf, const char *path, char *why, size_t why_size);

#endif
