/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bindings of one implicit set, from both stores at once: usrloc, which
 * says where to route, and ours, which says what we know. Between open and
 * close the set is locked and can be changed.
 */
#ifndef BINDINGS_H
#define BINDINGS_H

#include "cx.h"
#include "store.h"
#include "usrloc_sync.h"

struct bindings
{
	struct usrloc_session ul;
	struct reg_changes changes;
	char key[REG_IDENTITY_MAX];
	size_t key_n;
	struct store_copy copy; /* copy.set is the set */
	bool unchanged;			/* whoever had it open only read copy.set */
	struct reg_news news;
};

/**
 * Lock and load; what was loaded last is taken again if it is `unchanged` and
 * still how it is. bindings_close() must follow.
 */
void bindings_open(struct bindings *b, udomain_t *domain, struct reg_text impu);

/**
 * The user is registered, maybe with a new profile; facts follow its key.
 * @return 0, or -ENOMEM
 */
int bindings_register(struct bindings *b, ims_subscription *profile,
		const struct usrloc_charging *charging);

/**
 * The HSS said yes: its profile, the one at hand, or a minimal one becomes
 * usrloc's, with the charging functions of the answer.
 * @param impi  of the user, for a profile that names none
 * @return 0, or the errno of a profile that cannot be used when there is no other
 */
int bindings_take_profile(
		struct bindings *b, const struct cx_answer *a, struct reg_text impi);

/**
 * After a commit that removed the last binding of a set: keep of it what the
 * HSS has still to hear. Nothing is kept if somebody is left.
 * @param impi  of whose binding
 */
void bindings_owe_end(struct bindings *b, struct reg_text impi,
		enum reg_sar sar, int64_t now_ms);

/**
 * Make both stores agree with copy.set and changes.
 * @param from  NULL when nothing is added or refreshed
 * @return 0, or the first -errno
 */
int bindings_commit(struct bindings *b, const struct usrloc_origin *from);

/** Our store alone; usrloc stays as it is. @return 0, or the first -errno */
int bindings_commit_facts(struct bindings *b);

/** Unlock; the other identities of the set follow. */
void bindings_close(struct bindings *b);

#endif
