/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows how a contact is identified. Never changes a binding.
 */
#include "reg_contact.h"
#include "reg_uri.h"

static bool same_instance(
		const struct reg_contact *c, const struct reg_binding *b)
{
	return c->instance.n > 0 && reg_text_eq_nocase(c->instance, b->instance);
}

/* TS 24.229 5.4.8.2: an emergency registration is handled apart from others. */
static bool same_kind(const struct reg_contact *c, const struct reg_binding *b)
{
	return reg_uri_is_emergency(c->uri) == reg_uri_is_emergency(b->uri);
}

bool reg_contact_both_flows(
		const struct reg_contact *c, const struct reg_binding *b)
{
	return c->instance.n > 0 && c->reg_id > 0 && b->instance.n > 0
		   && b->reg_id > 0;
}

bool reg_contact_is(const struct reg_contact *c, const struct reg_binding *b)
{
	if(reg_contact_both_flows(c, b)) {
		if(c->reg_id != b->reg_id || !same_instance(c, b))
			return false;
	} else if(!reg_uri_same(c->uri, b->uri)) {
		return false;
	}
	return same_kind(c, b);
}

bool reg_contact_same(const struct reg_contact *a, const struct reg_contact *b)
{
	struct reg_binding as_binding = {
			.uri = b->uri, .instance = b->instance, .reg_id = b->reg_id};

	return reg_contact_is(a, &as_binding);
}

bool reg_contact_replaces(const struct reg_contact *c, struct reg_text impi,
		const struct reg_binding *b)
{
	if(reg_contact_both_flows(c, b) && same_instance(c, b))
		return false;
	if(!same_instance(c, b) && !reg_text_eq(impi, b->impi))
		return false;
	return same_kind(c, b);
}

bool reg_contact_named(
		const struct reg_request *req, const struct reg_binding *b)
{
	unsigned i;

	for(i = 0; i < req->contacts_n; i++)
		if(reg_contact_is(&req->contacts[i], b))
			return true;
	return req->contacts_n == 0;
}
