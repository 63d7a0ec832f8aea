/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the parameters' defaults. Never reads one.
 */
#include "reg_policy.h"

const struct reg_policy reg_policy_default = {
		.lui_s = 86400,
		.lui_jitter_pct = 10,
		.cseq_gap_update = true,
		.default_expires_s = 3600,
		.min_expires_s = 60,
		.emergency_min_expires_s = 600,
		.expiry_grace_s = 10,
		.late_margin_s = 30,
		.replace_contact = true,
		.hss_failure_keep = true,
		.trust_integrity = true,
		.auth_failures_max = 3,
		.resync_max = 2,
		.credential_lifetime_s = 86400,
		.nonce_lifetime_s = 3600,
		.loop_limit = 5,
		.loop_window_s = 60,
		.loop_block_s = 30,
};
