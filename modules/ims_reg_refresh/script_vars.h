/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lists behind the script's $avp(), $xavp(), $xavu() and $xavi(). A process
 * has one set of them at a time: of its message, of a transaction, or, where
 * there is neither, of one route alone.
 */
#ifndef SCRIPT_VARS_H
#define SCRIPT_VARS_H

#include "../../core/usr_avp.h"
#include "../../core/xavp.h"
#include "../../modules/tm/tm_load.h"

#define SCRIPT_VARS_AVPS_N 6

/** Where the lists are. */
struct script_vars
{
	avp_list_t *avps[SCRIPT_VARS_AVPS_N];
	sr_xavp_t **xavps, **xavus, **xavis;
};

/** Lists that belong to nobody else; zeroed is empty. */
struct script_vars_own
{
	avp_list_t avps[SCRIPT_VARS_AVPS_N];
	sr_xavp_t *xavps, *xavus, *xavis;
};

struct script_vars script_vars_of_cell(struct cell *t);
struct script_vars script_vars_of_own(struct script_vars_own *own);

/** The script's lists are these from now on, and v says where they were: a
 * second call is the way back. */
void script_vars_swap(struct script_vars *v);

/** Free what a script has put in. */
void script_vars_free(struct script_vars_own *own);

#endif
