/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The verdict at hand as one JSON object in one line: $regr(json).
 */
#ifndef EVENT_JSON_H
#define EVENT_JSON_H

#include "registration.h"

/** Below what xlog prints in one line unless told (4096). */
#define EVENT_JSON_SIZE 3072

/** @param dst  EVENT_JSON_SIZE octets */
void event_json(const struct register_story *story, char *dst);

#endif
