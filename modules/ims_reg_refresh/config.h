/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The module's parameters: their defaults, their ranges, and the policy that
 * the core decides by.
 */
#ifndef CONFIG_H
#define CONFIG_H

#include "../../core/sr_module.h"
#include "../../core/str.h"

#include "core/reg_policy.h"
#include "core/reg_reach.h"

struct config
{
	struct reg_policy policy;
	str scscf_name;	 /* Server-Name of Cx requests, Service-Route */
	str dest_realm;	 /* Destination-Realm */
	str forced_peer; /* FQDN of the HSS; empty: by cdp's routing */
	str auth_scheme; /* SIP-Authentication-Scheme that a MAR asks for */
	int hash_size;	 /* exponent */
	int await_auth_timeout_s;
	int notify_refresh_interval_s;
	unsigned reauth_shorten_to_s;
	unsigned sar_rate_limit;   /* SARs a second; 0: no limit */
	int auth_vectors;		   /* AKA vectors that a MAR asks for */
	int mar_rate_limit;		   /* MARs a second; 0: none */
	unsigned explain_verdicts; /* kept of each binding */
	enum reg_probe probe;
	bool no_failure_sar, no_timeout_sar; /* hss_quirks */
};

/** Valid after config_init(), the same in all processes. */
extern struct config config;

/** For the module's exports. */
extern param_export_t config_params[];

/**
 * Check every parameter and fill config.
 * @return 0, or -1 after one log line that names parameter, value and range
 */
int config_init(void);

/**
 * Name and value of parameter i as text, for the RPC.
 * @return NULL past the last
 */
const char *config_print(unsigned i, char *value, int size);

#endif
