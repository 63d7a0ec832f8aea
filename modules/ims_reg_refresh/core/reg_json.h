/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text from the wire as it can stand in JSON, whatever is in it.
 */
#ifndef REG_JSON_H
#define REG_JSON_H

#include "reg_text.h"

/** Room for n octets of text, quotes and a terminating zero. */
#define REG_JSON_SIZE(n) (2 * (n) + 3)

/**
 * A JSON string, quotes included (RFC 8259 7). What is no UTF-8, and control
 * characters, become a question mark each.
 * @param dst  REG_JSON_SIZE(t.n) octets
 * @return length without the terminating zero
 */
size_t reg_json_print(struct reg_text t, char *dst);

#endif
