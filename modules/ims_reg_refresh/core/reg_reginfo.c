/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how a registration is written down for its watchers. Never sends it.
 */
#include "reg_reginfo.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *reg_event_name(enum reg_event event)
{
	static const char *const names[REG_EVENTS_N] = {
			[REG_EVENT_NONE] = "none",
			[REG_EVENT_REGISTERED] = "registered",
			[REG_EVENT_REFRESHED] = "refreshed",
			[REG_EVENT_SHORTENED] = "shortened",
			[REG_EVENT_EXPIRED] = "expired",
			[REG_EVENT_UNREGISTERED] = "unregistered",
			[REG_EVENT_DEACTIVATED] = "deactivated",
			[REG_EVENT_REJECTED] = "rejected",
			[REG_EVENT_SILENT] = "silent",
	};

	return (unsigned)event < REG_EVENTS_N ? names[event] : "?";
}

struct page
{
	char *dst;
	size_t n, size;
	bool full;
};

__attribute__((format(printf, 2, 3))) static void print(
		struct page *p, const char *format, ...)
{
	va_list args;
	int n;

	if(p->full)
		return;
	va_start(args, format);
	n = vsnprintf(p->dst + p->n, p->size - p->n, format, args);
	va_end(args);
	if(n < 0 || (size_t)n >= p->size - p->n)
		p->full = true;
	else
		p->n += (size_t)n;
}

/* Text as XML has it; octets that XML 1.0 does not know are left out. */
static void print_text(struct page *p, struct reg_text t)
{
	size_t i;

	for(i = 0; i < t.n; i++) {
		unsigned char c = (unsigned char)t.s[i];

		if(c == '<')
			print(p, "&lt;");
		else if(c == '>')
			print(p, "&gt;");
		else if(c == '&')
			print(p, "&amp;");
		else if(c == '"')
			print(p, "&quot;");
		else if(c >= ' ' && c < 0x7f)
			print(p, "%c", c);
	}
}

/* One parameter, its ';' taken off; the rest is returned. */
static struct reg_text cut_param(
		struct reg_text t, struct reg_text *name, struct reg_text *value)
{
	bool quoted = false;
	size_t i, eq = 0;

	for(i = 0; i < t.n && (quoted || t.s[i] != ';'); i++) {
		if(t.s[i] == '"')
			quoted = !quoted;
		if(t.s[i] == '=' && eq == 0)
			eq = i;
	}
	*name = (struct reg_text){t.s, eq ? eq : i};
	*value = (struct reg_text){t.s + (eq ? eq + 1 : i), eq ? i - eq - 1 : 0};
	if(i < t.n)
		i++;
	return (struct reg_text){t.s + i, t.n - i};
}

static void print_params(struct page *p, struct reg_text params)
{
	struct reg_text name, value;

	while(params.n > 0) {
		params = cut_param(params, &name, &value);
		if(name.n == 0)
			continue;
		print(p, "\t\t\t<unknown-param name=\"");
		print_text(p, name);
		print(p, "\">");
		print_text(p, value);
		print(p, "</unknown-param>\n");
	}
}

static void print_contact(struct page *p, const struct reg_reginfo_contact *c)
{
	bool end = reg_event_is_end(c->event);

	print(p,
			"\t\t<contact id=\"c%llx\" state=\"%s\" event=\"%s\" "
			"expires=\"%u\"",
			(unsigned long long)c->id, end ? "terminated" : "active",
			reg_event_name(c->event), end ? 0 : c->expires_s);
	if(c->q <= 1000)
		print(p, " q=\"%u.%03u\"", c->q / 1000u, c->q % 1000u);
	print(p, ">\n\t\t\t<uri>");
	print_text(p, c->uri);
	print(p, "</uri>\n");
	print_params(p, c->params);
	print(p, "\t\t</contact>\n");
}

static bool any_active(const struct reg_reginfo *info)
{
	unsigned i;

	for(i = 0; i < info->contacts_n; i++)
		if(!reg_event_is_end(info->contacts[i].event))
			return true;
	return false;
}

static void print_registration(
		struct page *p, const struct reg_reginfo *info, struct reg_text aor)
{
	unsigned i;

	print(p, "\t<registration aor=\"");
	print_text(p, aor);
	print(p, "\" id=\"r%llx\" state=\"%s\">\n",
			(unsigned long long)reg_text_hash(aor, 0),
			any_active(info) ? "active" : "terminated");
	for(i = 0; i < info->contacts_n; i++)
		if(info->contacts[i].event != REG_EVENT_SILENT)
			print_contact(p, &info->contacts[i]);
	print(p, "\t</registration>\n");
}

int reg_reginfo_print(const struct reg_reginfo *info, unsigned version,
		char *dst, size_t size)
{
	struct page p = {.dst = dst, .size = size};
	unsigned i;

	print(&p,
			"<?xml version=\"1.0\"?>\n<reginfo "
			"xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"%u\" "
			"state=\"full\">\n",
			version);
	for(i = 0; i < info->aors_n; i++)
		print_registration(&p, info, info->aors[i]);
	print(&p, "</reginfo>\n");
	return p.full ? -ENOSPC : (int)p.n;
}
