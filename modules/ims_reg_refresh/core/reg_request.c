/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows what makes a REGISTER wrong in itself. Never looks at a binding.
 */
#include "reg_request.h"

#include "reg_contact.h"

static bool star_is_wrong(const struct reg_request *req)
{
	return req->star
		   && (req->contacts_n > 0 || !req->has_expires || req->expires_s != 0);
}

/* RFC 3261 10.3 leaves open what a contact given twice gets: nothing. */
static bool any_twice(const struct reg_request *req)
{
	unsigned i, j;

	for(i = 1; i < req->contacts_n; i++)
		for(j = 0; j < i; j++)
			if(reg_contact_same(&req->contacts[i], &req->contacts[j]))
				return true;
	return false;
}

const char *reg_request_malformed(const struct reg_request *req)
{
	if(req->malformed)
		return req->malformed;
	if(star_is_wrong(req))
		return "Invalid Contact *";
	return any_twice(req) ? "Contact Given Twice" : NULL;
}
