/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any document is read or refused, and frees as usrloc frees it.
 *
 * An input is a document; or, after a control character, which starts none,
 * directions for writing a well-formed one out of the profile's own words,
 * since mutations of XML are mostly not XML. With them an octet says when
 * memory fails.
 */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/xmlerror.h>

#include "profile.h"
#include "shim.h"

#define IMPU "sip:bob@example.org"
#define DEPTH_MAX 12
#define WRITTEN_MAX (64 * 1024)
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const names[] = {"PrivateID", "ServiceProfile",
		"PublicIdentity", "Identity", "BarringIndication", "Extension",
		"IdentityType", "WildcardedPSI", "InitialFilterCriteria", "Priority",
		"TriggerPoint", "ConditionTypeCNF", "SPT", "ConditionNegated", "Group",
		"RequestURI", "Method", "SIPHeader", "Header", "Content", "SessionCase",
		"SessionDescription", "Line", "RegistrationType", "ApplicationServer",
		"ServerName", "DefaultHandling", "ServiceInfo",
		"IncludeRegisterRequest", "IncludeRegisterResponse",
		"ProfilePartIndicator", "CoreNetworkServicesAuthorization",
		"SubscribedMediaProfileId", "SharedIFCSetID", "Unknown"};

static const char *const texts[] = {"0", "1", "2", "true", "2147483647",
		"2147483648", "-1", "", " ", "sip:a@b", IMPU, "SIP:bob@EXAMPLE.org;a=b",
		"tel:+1-2", "sip:!.*!@b", "From", "\"x\"", "\"", "&amp;&lt;&#10;",
		"<!--c-->", "<![CDATA[<d>]]>", "<?pi?>", "&bad;", "sip:", "sip:[", "!"};

struct writer
{
	char *at, *end;
	size_t depth;
	const char *open[DEPTH_MAX];
};

static void put(struct writer *w, const char *a, const char *b, const char *c)
{
	size_t n = strlen(a) + strlen(b) + strlen(c);

	if((size_t)(w->end - w->at) <= n)
		return;
	w->at = stpcpy(stpcpy(stpcpy(w->at, a), b), c);
}

static void put_close(struct writer *w)
{
	if(w->depth > 0)
		put(w, "</", w->open[--w->depth], ">");
}

static void put_open(struct writer *w, const char *name)
{
	if(w->depth == DEPTH_MAX)
		return;
	w->open[w->depth++] = name;
	put(w, "<", name, ">");
}

/* Room is left at the end for what is still to be closed. */
static size_t write_document(const uint8_t *data, size_t n, char *xml)
{
	struct writer w = {xml, xml + WRITTEN_MAX - 40 * DEPTH_MAX, 0, {NULL}};

	put_open(&w, "IMSSubscription");
	for(; n > 0 && w.end - w.at > 100; n--, data++) {
		if(*data < 100)
			put_open(&w, names[*data % COUNT(names)]);
		else if(*data < 200)
			put(&w, "", texts[*data % COUNT(texts)], "");
		else if(w.depth > 1)
			put_close(&w);
	}
	w.end = xml + WRITTEN_MAX;
	while(w.depth > 0)
		put_close(&w);
	return (size_t)(w.at - xml);
}

static void must(bool holds)
{
	if(!holds)
		abort();
}

static void check_trigger(const ims_trigger_point *tp)
{
	int i;

	must(tp->spt && tp->spt_cnt > 0 && tp->spt_cnt <= PROFILE_SPTS_MAX);
	for(i = 0; i < tp->spt_cnt; i++) {
		must(tp->spt[i].type >= IFC_REQUEST_URI
				&& tp->spt[i].type <= IFC_SESSION_DESC);
		must(tp->spt[i].group >= 0);
		must(i == 0 || tp->spt[i - 1].group <= tp->spt[i].group);
	}
}

static void check_filters(const ims_service_profile *sp)
{
	const ims_filter_criteria *fc = sp->filter_criteria;
	int i;

	must(sp->filter_criteria_cnt <= PROFILE_FILTERS_MAX);
	for(i = 0; i < sp->filter_criteria_cnt; i++) {
		must(fc[i].priority >= 0 && fc[i].application_server.server_name.s);
		must(i == 0 || fc[i - 1].priority <= fc[i].priority);
		if(fc[i].trigger_point)
			check_trigger(fc[i].trigger_point);
	}
}

static void check(const ims_subscription *s, bool must_list)
{
	const ims_public_identity *id;
	bool listed = false;
	unsigned i;
	str first;

	must(s->private_identity.len > 0 && s->lock && s->ref_count == 1);
	for(i = 0; (id = profile_identity(s, i)); i++) {
		must(id->public_identity.len > 0
				&& id->public_identity.len <= PROFILE_IDENTITY_MAX);
		listed |= id->public_identity.len == (int)strlen(IMPU)
				  && memcmp(id->public_identity.s, IMPU, strlen(IMPU)) == 0;
	}
	must((listed || !must_list) && i <= PROFILE_IDENTITIES_MAX + 1);
	must(profile_default(s, &first) == (i > 0 ? 0 : -ENOENT));
	for(i = 0; i < s->service_profiles_cnt; i++)
		check_filters(&s->service_profiles[i]);
}

static void parse(str xml, str impi, str impu)
{
	ims_subscription *s = NULL;
	int rc;

	rc = profile_parse(xml, impi, impu, &s);
	shim_fails_after = -1;
	shim_log_clear();
	must(rc == 0 || rc == -EBADMSG || rc == -E2BIG || rc == -ENOMEM);
	must((rc == 0) == (s != NULL));
	if(rc == 0) {
		check(s, impu.len > 0);
		free_ims_subscription_data(s);
	}
	must(shim_held == 0);
}

/* What libxml2 prints itself shows octets of the document. */
static void libxml2_is_silent(void *param, const char *format, ...)
{
	abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	xmlSetGenericErrorFunc(NULL, libxml2_is_silent);
	return ksr_hname_init_index() + profile_init();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static char written[WRITTEN_MAX];
	str impi = str_init("bob@example.org"), impu = str_init(IMPU);
	str none = {NULL, 0};
	str xml = {(char *)data, (int)n};

	if(n > 2 && data[0] < '\t') {
		shim_fails_after = data[1] < 64 ? data[1] : -1;
		xml.s = written;
		xml.len = (int)write_document(data + 2, n - 2, written);
	}
	parse(xml, impi, impu);
	parse(xml, none, none);
	return 0;
}
