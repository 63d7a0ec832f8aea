/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows libxml2. Never knows what a profile is.
 */
#include "profile_xml.h"

#include <errno.h>
#include <string.h>

#include <libxml/parser.h>

#include "../../core/dprint.h"
#include "../../core/mem/shm_mem.h"

/* A document is UTF-8 whatever it declares: no other decoder gets its octets,
 * nor shows them on stderr when it fails, as libxml2's do. */
#define ENCODING "UTF-8"
#define PARSE_OPTIONS                                          \
	(XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING \
			| XML_PARSE_NOCDATA | XML_PARSE_IGNORE_ENC)

static void stop_at_doctype(void *ctxt, const xmlChar *name,
		const xmlChar *public_id, const xmlChar *system_id)
{
	xmlStopParser(ctxt);
}

static void log_malformed(xmlParserCtxt *ctxt)
{
	const xmlError *e = xmlCtxtGetLastError(ctxt);

	if(e)
		LM_ERR("user profile: no well-formed UTF-8 XML: line %d, libxml2 error "
			   "%d\n",
				e->line, e->code);
	else
		LM_ERR("user profile: no XML, or with a document type declaration\n");
}

/* Without comments and instructions in the tree a text is one node. */
static xmlDoc *read_document(xmlParserCtxt *ctxt, struct reg_text xml)
{
	xmlDoc *doc;

	ctxt->sax->internalSubset = stop_at_doctype;
	ctxt->sax->comment = NULL;
	ctxt->sax->processingInstruction = NULL;
	doc = xmlCtxtReadMemory(
			ctxt, xml.s, (int)xml.n, NULL, ENCODING, PARSE_OPTIONS);
	if(doc && xmlDocGetRootElement(doc))
		return doc;
	log_malformed(ctxt);
	xmlFreeDoc(doc);
	return NULL;
}

static bool is_named(const xmlNode *n, const xmlChar *name)
{
	return n->type == XML_ELEMENT_NODE && xmlStrcasecmp(n->name, name) == 0;
}

int xml_open(struct reg_text xml, const char *root, xmlDoc **ret)
{
	xmlParserCtxt *ctxt = xmlNewParserCtxt();
	xmlDoc *doc;

	if(!ctxt)
		return -ENOMEM;
	doc = read_document(ctxt, xml);
	xmlFreeParserCtxt(ctxt);
	if(!doc)
		return -EBADMSG;
	if(!is_named(xmlDocGetRootElement(doc), BAD_CAST root)) {
		LM_ERR("user profile: the root element is not %s\n", root);
		xmlFreeDoc(doc);
		return -EBADMSG;
	}
	*ret = doc;
	return 0;
}

static const xmlNode *find_named(const xmlNode *n, const xmlChar *name)
{
	while(n && !is_named(n, name))
		n = n->next;
	return n;
}

const xmlNode *xml_child(const xmlNode *parent, const char *name)
{
	return parent ? find_named(parent->children, BAD_CAST name) : NULL;
}

const xmlNode *xml_next(const xmlNode *n)
{
	return find_named(n->next, n->name);
}

unsigned xml_count(const xmlNode *parent, const char *name)
{
	const xmlNode *n;
	unsigned count = 0;

	for(n = xml_child(parent, name); n; n = xml_next(n))
		count++;
	return count;
}

int xml_refuse(const xmlNode *n, const char *why)
{
	LM_ERR("user profile: %s in line %ld %s\n", (const char *)n->name,
			xmlGetLineNo(n), why);
	return -EBADMSG;
}

int xml_text(const xmlNode *n, size_t max, struct reg_text *ret)
{
	const xmlNode *c = n ? n->children : NULL;
	struct reg_text t = {NULL, 0};

	if(c && (c->type != XML_TEXT_NODE || c->next))
		return xml_refuse(n, "holds more than a text");
	if(c)
		t = reg_text_trim(reg_text_of((const char *)c->content));
	if(t.n > max) {
		xml_refuse(n, "is too long");
		return -E2BIG;
	}
	*ret = t;
	return 0;
}

int xml_uri(const xmlNode *n, size_t max, struct reg_text *ret)
{
	struct reg_text t;
	size_t i;
	int rc;

	rc = xml_text(n, max, &t);
	if(rc < 0)
		return rc;
	for(i = 0; i < t.n; i++)
		if((unsigned char)t.s[i] <= ' ' || memchr("<>\x7f", t.s[i], 3))
			return xml_refuse(n, "has a character that no URI has");
	*ret = t;
	return 0;
}

int xml_value(const xmlNode *n, int max, int *ret)
{
	struct reg_text t;
	uint32_t v;
	int rc;

	rc = xml_text(n, SIZE_MAX, &t);
	if(rc < 0 || t.n == 0)
		return rc;
	if(reg_text_u32(t, (uint32_t)max, &v) < 0)
		return xml_refuse(n, "is no number, or out of range");
	*ret = (int)v;
	return 0;
}

int xml_number(const xmlNode *parent, const char *name, int max, int *ret)
{
	return xml_value(xml_child(parent, name), max, ret);
}

int xml_flag(const xmlNode *parent, const char *name, char *ret)
{
	static const struct reg_text words[] = {
			REG_TEXT("0"), REG_TEXT("1"), REG_TEXT("false"), REG_TEXT("true")};
	const xmlNode *n = xml_child(parent, name);
	struct reg_text t;
	int i, rc;

	rc = xml_text(n, SIZE_MAX, &t);
	if(rc < 0 || t.n == 0)
		return rc;
	for(i = 0; i < 4; i++) {
		if(reg_text_eq_nocase(t, words[i])) {
			*ret = i & 1;
			return 0;
		}
	}
	return xml_refuse(n, "is neither true nor false");
}

int shm_text(struct reg_text t, str *ret)
{
	str copy = {NULL, (int)t.n};

	if(t.n > 0) {
		copy.s = shm_malloc(t.n);
		if(!copy.s)
			return -ENOMEM;
		memcpy(copy.s, t.s, t.n);
	}
	*ret = copy;
	return 0;
}

void shm_text_free(str *s)
{
	if(s->s)
		shm_free(s->s);
}

int xml_copy(const xmlNode *parent, const char *name, size_t max, str *ret)
{
	struct reg_text t;
	int rc;

	rc = xml_text(xml_child(parent, name), max, &t);
	if(rc < 0 || t.n == 0)
		return rc;
	return shm_text(t, ret);
}

int xml_need(const xmlNode *parent, const char *name, size_t max, str *ret)
{
	str copy = {NULL, 0};
	int rc;

	rc = xml_copy(parent, name, max, &copy);
	if(rc < 0)
		return rc;
	if(!copy.s) {
		LM_ERR("user profile: %s in line %ld has no %s\n",
				(const char *)parent->name, xmlGetLineNo(parent), name);
		return -EBADMSG;
	}
	*ret = copy;
	return 0;
}
