/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows a service profile. Never knows whose it is.
 */
#include "profile_service.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "../../core/mem/shm_mem.h"

#include "core/reg_uri.h"
#include "profile_ifc.h"
#include "profile_xml.h"
#include "text.h"

bool profile_is_wildcarded(struct reg_text t)
{
	const char *at = t.n ? memchr(t.s, '!', t.n) : NULL;

	return at && memchr(at + 1, '!', (size_t)(t.s + t.n - at - 1));
}

struct reg_text profile_canonical(struct reg_text t, char *buf)
{
	int n;

	if(profile_is_wildcarded(t))
		return t;
	n = reg_uri_identity(t, buf, PROFILE_IDENTITY_MAX);
	return n > 0 ? (struct reg_text){buf, (size_t)n} : t;
}

static int read_identity(const xmlNode *n, ims_public_identity *id)
{
	char buf[PROFILE_IDENTITY_MAX];
	struct reg_text t;
	int rc;

	rc = xml_flag(n, "BarringIndication", &id->barring);
	if(rc < 0)
		return rc;
	rc = xml_uri(xml_child(n, "Identity"), PROFILE_IDENTITY_MAX, &t);
	if(rc < 0)
		return rc;
	if(t.n == 0)
		return xml_refuse(n, "has no Identity");
	rc = shm_text(profile_canonical(t, buf), &id->public_identity);
	if(rc < 0)
		return rc;
	n = xml_child(xml_child(n, "Extension"), "WildcardedPSI");
	rc = xml_uri(n, PROFILE_IDENTITY_MAX, &t);
	return rc < 0 ? rc : shm_text(t, &id->wildcarded_psi);
}

static void free_identity(ims_public_identity *id)
{
	shm_text_free(&id->public_identity);
	shm_text_free(&id->wildcarded_psi);
}

/* Two spellings of one identity: the first one counts. */
static void drop_repeated(ims_service_profile *sp)
{
	ims_public_identity *last, *id;

	last = &sp->public_identities[sp->public_identities_cnt - 1];
	for(id = sp->public_identities; id < last; id++) {
		if(!reg_text_eq(text_of(id->public_identity),
				   text_of(last->public_identity)))
			continue;
		free_identity(last);
		memset(last, 0, sizeof(*last));
		sp->public_identities_cnt--;
		return;
	}
}

static int read_identities(const xmlNode *n, ims_service_profile *sp)
{
	unsigned count = xml_count(n, "PublicIdentity");
	int rc = 0;

	if(count == 0)
		return 0;
	sp->public_identities =
			shm_mallocxz(count * sizeof(*sp->public_identities));
	if(!sp->public_identities)
		return -ENOMEM;
	for(n = xml_child(n, "PublicIdentity"); rc == 0 && n; n = xml_next(n)) {
		rc = read_identity(
				n, &sp->public_identities[sp->public_identities_cnt++]);
		if(rc == 0)
			drop_repeated(sp);
	}
	return rc;
}

static int read_media_profile(const xmlNode *n, ims_cn_service_auth **ret)
{
	int v = -1, rc;

	n = xml_child(n, "CoreNetworkServicesAuthorization");
	rc = xml_number(n, "SubscribedMediaProfileId", INT_MAX, &v);
	if(rc < 0 || v < 0)
		return rc;
	*ret = shm_malloc(sizeof(**ret));
	if(!*ret)
		return -ENOMEM;
	(*ret)->subscribed_media_profile_id = v;
	return 0;
}

static int read_shared_sets(const xmlNode *n, ims_service_profile *sp)
{
	const xmlNode *ext = xml_child(n, "Extension");
	unsigned count = xml_count(ext, "SharedIFCSetID");
	int rc = 0;

	if(count == 0)
		return 0;
	sp->shared_ifc_set = shm_mallocxz(count * sizeof(*sp->shared_ifc_set));
	if(!sp->shared_ifc_set)
		return -ENOMEM;
	for(n = xml_child(ext, "SharedIFCSetID"); rc == 0 && n; n = xml_next(n))
		rc = xml_value(
				n, INT_MAX, &sp->shared_ifc_set[sp->shared_ifc_set_cnt++]);
	return rc;
}

int profile_service_read(const xmlNode *n, ims_service_profile *sp)
{
	int rc;

	rc = read_identities(n, sp);
	if(rc < 0)
		return rc;
	rc = read_media_profile(n, &sp->cn_service_auth);
	if(rc < 0)
		return rc;
	rc = read_shared_sets(n, sp);
	if(rc < 0)
		return rc;
	return profile_ifc_read(n, sp);
}

int profile_service_add(ims_service_profile *sp, struct reg_text impu)
{
	unsigned short n = sp->public_identities_cnt;
	ims_public_identity *ids;
	int rc;

	if(impu.n > PROFILE_IDENTITY_MAX)
		return -E2BIG;
	ids = shm_mallocxz((n + 1) * sizeof(*ids));
	if(!ids)
		return -ENOMEM;
	rc = shm_text(impu, &ids[n].public_identity);
	if(rc < 0) {
		shm_free(ids);
		return rc;
	}
	if(n > 0) {
		memcpy(ids, sp->public_identities, n * sizeof(*ids));
		shm_free(sp->public_identities);
	}
	sp->public_identities = ids;
	sp->public_identities_cnt = n + 1;
	return 0;
}

void profile_service_free(ims_service_profile *sp)
{
	int i;

	for(i = 0; i < sp->public_identities_cnt; i++)
		free_identity(&sp->public_identities[i]);
	if(sp->public_identities)
		shm_free(sp->public_identities);
	if(sp->cn_service_auth)
		shm_free(sp->cn_service_auth);
	if(sp->shared_ifc_set)
		shm_free(sp->shared_ifc_set);
	profile_ifc_free(sp);
}
