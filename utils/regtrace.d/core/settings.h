/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The policy by the names and with the defaults of the module's parameters.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "core/reg_policy.h"
#include "core/reg_request.h"
#include "line.h"

void settings_init(struct reg_policy *p);

/** Take one parameter. @return NULL, or what is wrong */
const char *settings_take(struct reg_policy *p, const struct line_field *f);

#endif
