/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows what the module's other files would answer. Never more than the tests of
 * the store ask for.
 */
#include "others.h"

#include "../../core/mem/pkg.h"

#include "bindings.h"
#include "config.h"
#include "profile.h"
#include "stats.h"

struct config config = {.explain_verdicts = 8};
struct reg_binding others_contact;
sr_pkg_api_t _pkg_root; /* asked for by nobody here */

void usrloc_open(
		struct usrloc_session *s, udomain_t *domain, struct reg_text impu)
{
	s->impu = (str){(char *)impu.s, (int)impu.n};
}

struct reg_text usrloc_key(const struct usrloc_session *s)
{
	return (struct reg_text){s->impu.s, (size_t)s->impu.len};
}

void usrloc_merge(const struct usrloc_session *s, struct reg_set *set)
{
	set->b[set->n++] = others_contact;
}

void usrloc_close(struct usrloc_session *s)
{
}

int usrloc_commit(struct usrloc_session *s, const struct reg_set *set,
		const struct reg_changes *changes, const struct usrloc_origin *from)
{
	return 0;
}

int usrloc_register(struct usrloc_session *s, ims_subscription *profile,
		const struct usrloc_charging *charging)
{
	return 0;
}

bool usrloc_has_profile(const struct usrloc_session *s)
{
	return false;
}

void usrloc_tell(struct usrloc_session *s, const struct reg_news *news)
{
}

void usrloc_drop_profile(ims_subscription *profile)
{
}

void reg_event_news(struct reg_set *set, struct reg_changes *changes,
		int64_t now_ms, struct reg_news *ret)
{
}

int profile_parse(str xml, str impi, str impu, ims_subscription **ret)
{
	return -1;
}

int profile_minimal(str impi, str impu, ims_subscription **ret)
{
	return -1;
}

void stats_why(enum reg_why why)
{
}
