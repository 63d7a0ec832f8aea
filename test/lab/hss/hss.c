/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A Home Subscriber Server for tests, as a freeDiameter extension: the Cx
 * server of TS 29.228 and 29.229 with faults on command.
 * This file only starts and ends the parts.
 */
#include "hss.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "avp.h"
#include "conf.h"
#include "control.h"
#include "peers.h"
#include "reqlog.h"

struct hss hss = {.lock = PTHREAD_MUTEX_INITIALIZER};


static int subscribers_load(const struct hss_conf *conf)
{
	const char *realm = conf->digest_realm[0] != '\0'
								? conf->digest_realm
								: fd_g_config->cnf_diamrlm;
	char why[512];
	int n;

	hss.store = store_new(realm);
	hss.faults = fault_list_new();
	if(hss.store == NULL || hss.faults == NULL)
		return ENOMEM;
	if(conf->subscribers[0] == '\0')
		return 0;
	n = store_file_load(hss.store, conf->subscribers, why, sizeof(why));
	if(n < 0) {
		LOG_E("hss: %s", why);
		return -n;
	}
	LOG_N("hss: %d subscribers", n);
	return 0;
}


/** Log and control socket. @return 0, an errno */
static int outlets_open(const struct hss_conf *conf)
{
	int rc = conf->log[0] != '\0' ? reqlog_open(conf->log) : 0;

	if(rc < 0) {
		LOG_E("hss: %s: %s", conf->log, strerror(-rc));
		return -rc;
	}
	rc = delay_start();
	if(rc != 0)
		return rc;
	rc = conf->control[0] != '\0' ? control_start(conf->control) : 0;
	if(rc < 0)
		LOG_E("hss: %s: %s", conf->control, strerror(-rc));
	return -rc;
}


static int hss_entry(char *conffile)
{
	struct hss_conf conf;
	char why[512];
	int rc;

	if(conffile == NULL)
		return EINVAL;
	rc = conf_read(&conf, conffile, why, sizeof(why));
	if(rc < 0) {
		LOG_E("hss: %s", why);
		return -rc;
	}
	hss.policy.strict_server = conf.strict_server;
	rc = avp_dictionary_init();
	if(rc == 0)
		rc = peers_init(conf.bind);
	if(rc == 0)
		rc = subscribers_load(&conf);
	if(rc == 0)
		rc = request_handlers_register();
	if(rc == 0)
		rc = outlets_open(&conf);
	return rc;
}


void fd_ext_fini(void);

void fd_ext_fini(void)
{
	control_stop();
	delay_stop();
	pthread_mutex_lock(&hss.lock);
	reqlog_close();
	store_free(hss.store);
	fault_list_free(hss.faults);
	hss.store = NULL;
	hss.faults = NULL;
	pthread_mutex_unlock(&hss.lock);
}


EXTENSION_ENTRY("hss", hss_entry);
