/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What store and bindings ask of others, played by the test.
 */
#ifndef OTHERS_H
#define OTHERS_H

#include "core/reg_binding.h"

/** The contact that usrloc has, and we know nothing of. */
extern struct reg_binding others_contact;

#endif
