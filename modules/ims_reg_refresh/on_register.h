/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The story of a REGISTER: read it, prove its user, look up what we know,
 * decide, ask the HSS if we must, commit, reply.
 */
#ifndef ON_REGISTER_H
#define ON_REGISTER_H

#include "../ims_usrloc_scscf/usrloc.h"

/** All that the two functions need. @return 0 or -1 */
int on_register_init(void);
void on_register_destroy(void);

/**
 * Prove the user (script function reg_refresh_authenticate).
 * @param route  runs after the 401 that waits for the HSS
 * @return 1 proven; 0 suspended; -1 refused and answered
 */
int on_register_authenticate(
		struct sip_msg *msg, udomain_t *domain, str realm, const char *route);

/**
 * Decide and carry out (script function reg_refresh_save).
 * @param route  runs after a reply that waits for the HSS
 * @return 1 answered; 0 suspended; -1 refused and answered
 */
int on_register_save(struct sip_msg *msg, udomain_t *domain, const char *route);

#endif
