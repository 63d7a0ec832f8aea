/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * $regr(name): what became of the last REGISTER, for the script.
 */
#ifndef PV_H
#define PV_H

#include "../../core/pvar.h"

extern pv_export_t pv_exports[];

#endif
