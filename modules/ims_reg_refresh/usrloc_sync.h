/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only writer of ims_usrloc_scscf, where routing looks.
 *
 * A session holds the lock of one public identity from open to close, and
 * between the two everything that one REGISTER does to usrloc. The other
 * identities of the implicit set follow in usrloc_close(), one lock at a time:
 * two are never held together.
 */
#ifndef USRLOC_SYNC_H
#define USRLOC_SYNC_H

#include "../ims_usrloc_scscf/usrloc.h"

#include "core/reg_apply.h"
#include "reg_event.h"

/** What usrloc wants to know of a REGISTER beside its binding. */
struct usrloc_origin
{
	struct socket_info *sock; /* it came in by */
	unsigned cflags;		  /* branch flags */
	unsigned methods;		  /* that the UE allows */
};

/** Charging functions of an SAA; empty texts where it named none. */
struct usrloc_charging
{
	str ccf1, ccf2, ecf1, ecf2;
};

#define USRLOC_CONTACTS_MAX (REG_BINDINGS_MAX + REG_CONTACTS_MAX)

struct usrloc_session
{
	udomain_t *domain;
	str impu; /* the identity that is locked */
	char impu_text[REG_IDENTITY_MAX];
	impurecord_t *record;	   /* NULL: usrloc does not know it */
	ims_subscription *profile; /* ours by reference when spread or ended */
	ims_subscription *former;  /* that it had before, by reference */
	bool spread;			   /* the other identities need the contacts */
	bool ended;				   /* nobody is left */
	ucontact_t *contacts[USRLOC_CONTACTS_MAX]; /* ours by reference */
	unsigned contacts_n;
	unsigned removed_n;
	const struct reg_news *news;	 /* for watchers; NULL: nothing new */
	struct usrloc_charging charging; /* for every identity */
};

/** Find usrloc and, if there, the registrar's notifier. @return 0 or -1 */
int usrloc_bind(void);

/** Whether usrloc writes to a database, which not every process has. */
bool usrloc_has_database(void);

/** @return the domain's table, or NULL */
udomain_t *usrloc_domain(const char *name);

/** Lock an identity. usrloc_close() must follow. */
void usrloc_open(
		struct usrloc_session *s, udomain_t *domain, struct reg_text impu);

/** Unlock, make the other identities of the set agree, tell who watches. */
void usrloc_close(struct usrloc_session *s);

/** Key of the implicit set: its default identity; valid until usrloc_close(). */
struct reg_text usrloc_key(const struct usrloc_session *s);

/** Whether a user profile is at hand (User-Data-Already-Available). */
bool usrloc_has_profile(const struct usrloc_session *s);

/**
 * Make a set from the store agree with usrloc, which is right about what can
 * be routed: a binding that it lost is gone, one that only it knows is added
 * without facts. Texts of the added ones are valid until usrloc_close().
 */
void usrloc_merge(const struct usrloc_session *s, struct reg_set *set);

/**
 * The user is registered with this profile (usrloc takes its own reference).
 * @param charging  its texts are valid until usrloc_close()
 * @return 0, or -ENOMEM
 */
int usrloc_register(struct usrloc_session *s, ims_subscription *profile,
		const struct usrloc_charging *charging);

/** At usrloc_close() watchers hear of this; it lives until then. */
void usrloc_tell(struct usrloc_session *s, const struct reg_news *news);

/**
 * The socket that a contact registered over, NULL if it is not known.
 * @return false: usrloc has no such contact
 */
bool usrloc_socket(udomain_t *domain, struct reg_text impu, struct reg_text uri,
		struct socket_info **ret);

/** Give up a profile of profile.h; NULL is fine. */
void usrloc_drop_profile(ims_subscription *profile);

/** The end of these bindings is near. */
void usrloc_pad(
		struct usrloc_session *s, const struct reg_set *set, int64_t now_ms);

/** Write the changed contacts of a set. @return 0, or the first -errno */
int usrloc_commit(struct usrloc_session *s, const struct reg_set *set,
		const struct reg_changes *changes, const struct usrloc_origin *from);

#endif
