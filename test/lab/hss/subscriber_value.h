/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How single values of the subscribers file are read. None of these
 * functions knows a subscriber.
 */
#ifndef HSS_SUBSCRIBER_VALUE_H
#define HSS_SUBSCRIBER_VALUE_H

#include <stddef.h>
#include <stdint.h>

/** @return octets read, -EINVAL */
int value_hex_read(uint8_t *out, size_t size, const char *hex);

/**
 * 16 octets: hex:<32 digits>, text:<16 characters>, or either bare.
 * @return 0, -EINVAL
 */
int value_key_read(uint8_t key[16], const char *s);

/** Replaces %d or %0Nd by n, wherever it stands. @return 0, -EINVAL */
int value_pattern_expand(
		char *out, size_t size, const char *in, unsigned long n);

/**
 * Hexadecimal H(A1) (RFC 7616 3.4.2).
 * @param a1         "username:realm:password"
 * @param algorithm  "SHA-256", else MD5
 * @param ha1        malloc'ed, written on success only
 * @return 0, -EIO, -ENOMEM
 */
int value_ha1_make(const char *a1, const char *algorithm, char **ha1);

/**
 * The text of a file, read once and kept until the process ends.
 * @return the text, not to be freed; NULL if it cannot be read
 */
const char *value_file_text(const char *path);

#endif
