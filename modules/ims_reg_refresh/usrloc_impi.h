/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who a private identity is to usrloc: for users whom only it knows.
 */
#ifndef USRLOC_IMPI_H
#define USRLOC_IMPI_H

#include "core/reg_text.h"

/**
 * Visit the public identities of the profile that usrloc has for a private one,
 * if there is one. Not with an identity open.
 * @param visit  its impu is valid until it returns
 */
void usrloc_impi_visit(struct reg_text impi,
		void (*visit)(struct reg_text impu, void *param), void *param);

#endif
