/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A binding as octets: the one record that the store keeps, that RPC reads,
 * and that replication and the database carry.
 *
 * Layout, version 2, numbers in network order: "RB", version, flags, the fixed
 * fields in the order of struct reg_binding, then eight texts and the journal,
 * each with its length in two octets. A reader takes its own version only.
 */
#ifndef REG_CODEC_H
#define REG_CODEC_H

#include "reg_binding.h"

#define REG_CODEC_VERSION 2

/** No record is longer. */
#define REG_RECORD_MAX 8192

/** Stamps outside of ±2^53 ms are no stamps; it keeps arithmetic on them safe. */
#define REG_STAMP_MAX INT64_C(0x1fffffffffffff)

/**
 * The verdict that is to be added is not written: reg_journal_add() comes first.
 * @return octets written; -ENOSPC: size too small; -EINVAL: a text too long
 */
int reg_codec_encode(const struct reg_binding *b, uint8_t *dst, size_t size);

/**
 * Texts of the result are views into src. The id is not part of a record.
 * @return 0; -EPROTO: another version; -EBADMSG: cut off, or out of bounds
 */
int reg_codec_decode(const uint8_t *src, size_t n, struct reg_binding *ret);

#endif
