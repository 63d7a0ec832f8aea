/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how the HSS describes a user. Never stores one.
 *
 * Every part has its own allocation, since usrloc frees them one by one. What
 * is half read when something is wrong is freed like a whole one.
 */
#include "profile.h"

#include <errno.h>

#include <libxml/parser.h>

#include "../../core/dprint.h"
#include "../../core/locking.h"
#include "../../core/mem/shm_mem.h"

#include "profile_ifc.h"
#include "profile_service.h"
#include "profile_xml.h"
#include "text.h"

int profile_init(void)
{
	xmlInitParser();
	return 0;
}

void profile_destroy(void)
{
	xmlCleanupParser();
}

static int check_count(unsigned n, unsigned max, const char *what)
{
	if(n <= max)
		return 0;
	LM_ERR("user profile: %u %s, at most %u are taken\n", n, what, max);
	return -E2BIG;
}

/* All that can be counted is, before the first allocation. */
static int check_counts(const xmlNode *root)
{
	unsigned profiles = 0, identities = 0, shared = 0, filters = 0, spts = 0;
	const xmlNode *n;
	int rc;

	for(n = xml_child(root, "ServiceProfile"); n; n = xml_next(n)) {
		profiles++;
		identities += xml_count(n, "PublicIdentity");
		shared += xml_count(xml_child(n, "Extension"), "SharedIFCSetID");
		rc = profile_ifc_count(n, &filters, &spts);
		if(rc < 0)
			return rc;
	}
	if(profiles == 0)
		return xml_refuse(root, "has no ServiceProfile");
	if(check_count(profiles, PROFILE_SERVICE_PROFILES_MAX, "profiles") < 0
			|| check_count(identities, PROFILE_IDENTITIES_MAX, "identities") < 0
			|| check_count(shared, PROFILE_SHARED_SETS_MAX, "shared sets") < 0
			|| check_count(filters, PROFILE_FILTERS_MAX, "filters") < 0
			|| check_count(spts, PROFILE_SPTS_TOTAL_MAX, "SPTs") < 0)
		return -E2BIG;
	return 0;
}

static int read_service_profiles(const xmlNode *root, ims_subscription *s)
{
	const xmlNode *n = xml_child(root, "ServiceProfile");
	ims_service_profile *sp = s->service_profiles;
	int rc = 0;

	for(; rc == 0 && n; n = xml_next(n))
		rc = profile_service_read(n, sp++);
	return rc;
}

static int read_private(const xmlNode *root, str impi, str *ret)
{
	struct reg_text t;
	int rc;

	rc = xml_uri(xml_child(root, "PrivateID"), PROFILE_IDENTITY_MAX, &t);
	if(rc < 0)
		return rc;
	if(t.n == 0)
		t = text_of(impi);
	else if(impi.len > 0 && !reg_text_eq(t, text_of(impi)))
		LM_WARN("user profile: it came for %.*s and is that of %.*s\n",
				TEXT_FMT(text_of(impi)), TEXT_FMT(t));
	if(t.n == 0)
		return xml_refuse(root, "has no PrivateID");
	return t.n > PROFILE_IDENTITY_MAX ? -E2BIG : shm_text(t, ret);
}

static ims_subscription *subscription_new(unsigned short profiles_n)
{
	ims_subscription *s = shm_mallocxz(sizeof(*s));

	if(!s)
		return NULL;
	s->sl = -1; /* in no slot of usrloc */
	s->ref_count = 1;
	s->lock = lock_alloc();
	if(s->lock)
		lock_init(s->lock);
	s->service_profiles =
			shm_mallocxz(profiles_n * sizeof(*s->service_profiles));
	if(s->lock && s->service_profiles) {
		s->service_profiles_cnt = profiles_n;
		return s;
	}
	profile_free(s);
	return NULL;
}

static bool is_listed(const ims_subscription *s, struct reg_text impu)
{
	const ims_public_identity *id;
	unsigned i;

	for(i = 0; (id = profile_identity(s, i)); i++)
		if(reg_text_eq(text_of(id->public_identity), impu))
			return true;
	return false;
}

/* Who registers is in the profile that he gets, whatever the HSS forgot. */
static int ensure_identity(ims_subscription *s, str impu)
{
	char buf[PROFILE_IDENTITY_MAX];
	struct reg_text t = profile_canonical(text_of(impu), buf);

	if(t.n == 0 || is_listed(s, t))
		return 0;
	LM_WARN("user profile: that of %.*s does not list %.*s: appended\n",
			TEXT_FMT(text_of(s->private_identity)), TEXT_FMT(t));
	return profile_service_add(&s->service_profiles[0], t);
}

/* What ims_isc asks before it compares identities. */
static int has_wildcarded_psi(const ims_subscription *s)
{
	const ims_public_identity *id;
	unsigned i;

	for(i = 0; (id = profile_identity(s, i)); i++)
		if(id->wildcarded_psi.s)
			return 1;
	return 0;
}

static int read_subscription(
		const xmlNode *root, str impi, str impu, ims_subscription *s)
{
	int rc;

	rc = read_private(root, impi, &s->private_identity);
	if(rc < 0)
		return rc;
	rc = read_service_profiles(root, s);
	if(rc < 0)
		return rc;
	s->wpsi = has_wildcarded_psi(s);
	return ensure_identity(s, impu);
}

static int parse_root(
		const xmlNode *root, str impi, str impu, ims_subscription **ret)
{
	ims_subscription *s;
	int rc;

	rc = check_counts(root);
	if(rc < 0)
		return rc;
	s = subscription_new((unsigned short)xml_count(root, "ServiceProfile"));
	if(!s)
		return -ENOMEM;
	rc = read_subscription(root, impi, impu, s);
	if(rc < 0)
		profile_free(s);
	else
		*ret = s;
	return rc;
}

int profile_parse(str xml, str impi, str impu, ims_subscription **ret)
{
	struct reg_text t = reg_text_trim(text_of(xml));
	xmlDoc *doc;
	int rc;

	if(t.n > PROFILE_XML_MAX) {
		LM_ERR("user profile: %zu octets, at most %d are taken\n", t.n,
				PROFILE_XML_MAX);
		return -E2BIG;
	}
	rc = xml_open(t, "IMSSubscription", &doc);
	if(rc < 0)
		return rc;
	rc = parse_root(xmlDocGetRootElement(doc), impi, impu, ret);
	xmlFreeDoc(doc);
	return rc;
}

int profile_minimal(str impi, str impu, ims_subscription **ret)
{
	char buf[PROFILE_IDENTITY_MAX];
	ims_subscription *s;
	int rc;

	if(impi.len <= 0 || impu.len <= 0)
		return -EBADMSG;
	if(impi.len > PROFILE_IDENTITY_MAX)
		return -E2BIG;
	s = subscription_new(1);
	if(!s)
		return -ENOMEM;
	rc = shm_text(text_of(impi), &s->private_identity);
	if(rc == 0)
		rc = profile_service_add(
				&s->service_profiles[0], profile_canonical(text_of(impu), buf));
	if(rc < 0)
		profile_free(s);
	else
		*ret = s;
	return rc;
}

const ims_public_identity *profile_identity(
		const ims_subscription *s, unsigned i)
{
	const ims_service_profile *sp = s->service_profiles;
	const ims_service_profile *end = sp + s->service_profiles_cnt;

	for(; sp < end; sp++) {
		if(i < sp->public_identities_cnt)
			return &sp->public_identities[i];
		i -= sp->public_identities_cnt;
	}
	return NULL;
}

int profile_default(const ims_subscription *s, str *ret)
{
	const ims_public_identity *id;
	unsigned i;

	for(i = 0; (id = profile_identity(s, i)); i++)
		if(!id->barring && !profile_is_wildcarded(text_of(id->public_identity)))
			break;
	if(!id)
		id = profile_identity(s, 0);
	if(!id)
		return -ENOENT;
	*ret = id->public_identity;
	return 0;
}

void profile_free(ims_subscription *s)
{
	int i;

	if(!s)
		return;
	for(i = 0; i < s->service_profiles_cnt; i++)
		profile_service_free(&s->service_profiles[i]);
	if(s->service_profiles)
		shm_free(s->service_profiles);
	shm_text_free(&s->private_identity);
	if(s->lock) {
		lock_destroy(s->lock);
		lock_dealloc(s->lock);
	}
	shm_free(s);
}
