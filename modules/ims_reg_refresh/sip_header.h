/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Header names and the numbers that Kamailio's parser gives them.
 */
#ifndef SIP_HEADER_H
#define SIP_HEADER_H

#include "../../core/str.h"

/**
 * Kamailio's number of a header field, by its long or its compact name.
 * @return HDR_OTHER_T (0) for one it does not know, and for a regex
 */
short sip_header_type(str name);

#endif
