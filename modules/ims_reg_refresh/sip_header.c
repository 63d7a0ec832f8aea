/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the names of headers. Never looks into one.
 */
#include "sip_header.h"

#include "../../core/parser/parse_hname2.h"

short sip_header_type(str name)
{
	hdr_field_t h = {0};

	find_hname2_str(&name, &h);
	if(h.type == HDR_ERROR_T || h.name.len != name.len)
		return HDR_OTHER_T;
	return (short)h.type;
}
