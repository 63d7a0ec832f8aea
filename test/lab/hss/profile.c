/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Writes a subscriber as an IMSSubscription document (TS 29.228 Annex E).
 * One service profile holds all identities.
 */
#include "profile.h"

#include <stdio.h>
#include <stdlib.h>

static void text_escape(FILE *out, const char *s)
{
	for(; *s != '\0'; s++) {
		if(*s == '<')
			fputs("&lt;", out);
		else if(*s == '>')
			fputs("&gt;", out);
		else if(*s == '&')
			fputs("&amp;", out);
		else
			fputc(*s, out);
	}
}


static void identity_write(FILE *out, const struct hss_impu *impu)
{
	fputs("<PublicIdentity>", out);
	if(impu->barred)
		fputs("<BarringIndication>1</BarringIndication>", out);
	fputs("<Identity>", out);
	text_escape(out, impu->uri);
	fputs("</Identity></PublicIdentity>", out);
}


/** A filter that no request fulfils: an INVITE that is a REGISTER. */
static void filter_write(FILE *out, unsigned int priority)
{
	fprintf(out,
			"<InitialFilterCriteria><Priority>%u</Priority><TriggerPoint>"
			"<ConditionTypeCNF>1</ConditionTypeCNF>"
			"<SPT><ConditionNegated>0</ConditionNegated><Group>0</Group>"
			"<Method>INVITE</Method></SPT>"
			"<SPT><ConditionNegated>0</ConditionNegated><Group>1</Group>"
			"<Method>REGISTER</Method></SPT></TriggerPoint>"
			"<ApplicationServer><ServerName>sip:as%u.invalid</ServerName>"
			"<DefaultHandling>0</DefaultHandling></ApplicationServer>"
			"</InitialFilterCriteria>",
			priority, priority);
}


static void document_write(
		FILE *out, const struct hss_sub *sub, const char *impi, size_t pad_len)
{
	unsigned int i;

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
		  "<IMSSubscription><PrivateID>",
			out);
	text_escape(out, impi);
	fputs("</PrivateID><ServiceProfile>", out);
	for(i = 0; i < sub->impus_n; i++)
		identity_write(out, &sub->impus[i]);
	if(sub->ifc != NULL)
		fputs(sub->ifc, out);
	for(i = 1; ftell(out) >= 0 && (size_t)ftell(out) < pad_len; i++)
		filter_write(out, 1000 + i);
	fputs("</ServiceProfile></IMSSubscription>", out);
}


char *profile_make(const struct hss_sub *sub, const char *impi, size_t pad_len)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if(out == NULL)
		return NULL;
	document_write(out, sub, impi, pad_len);
	if(fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}
