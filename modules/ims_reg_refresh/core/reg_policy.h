/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the operator decided: the module's parameters as one value.
 */
#ifndef REG_POLICY_H
#define REG_POLICY_H

#include <stdbool.h>
#include <stdint.h>

struct reg_policy
{
	uint32_t lui_s;			 /* location_update_interval; 0: never */
	uint32_t lui_jitter_pct; /* share of it that may be taken off */
	bool callid_update;		 /* forward_reg_callid_change */
	bool cseq_gap_update;
	bool path_update; /* path_change_update */
	uint32_t default_expires_s;
	uint32_t min_expires_s;
	uint32_t max_expires_s;			  /* 0: no cap */
	uint32_t emergency_min_expires_s; /* less is granted as this; 0: as asked */
	uint32_t expiry_grace_s;
	uint32_t late_margin_s;
	bool replace_contact;		/* replace_contact_of_impi */
	uint32_t max_contacts;		/* 0: no limit but the store's own */
	bool overwrite_oldest;		/* max_contacts_mode "overwrite" */
	bool hss_failure_keep;		/* hss_failure "keep" */
	bool trust_integrity;		/* trust_integrity_protected */
	uint32_t reauth_interval_s; /* 0: never by time */
	uint32_t reauth_every;		/* 0: never by count */
	uint32_t auth_failures_max;
	uint32_t resync_max;
	uint32_t credential_lifetime_s; /* of a cached HA1 */
	uint32_t nonce_lifetime_s;
	uint32_t loop_limit; /* challenges without success; 0: no limit */
	uint32_t loop_window_s;
	uint32_t loop_block_s;
};

/** As the module is without a parameter set. */
extern const struct reg_policy reg_policy_default;

#endif
