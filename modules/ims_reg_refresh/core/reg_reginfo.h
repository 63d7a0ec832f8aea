/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What watchers of the reg event are told (RFC 3680), as
 * application/reginfo+xml.
 */
#ifndef REG_REGINFO_H
#define REG_REGINFO_H

#include "reg_text.h"

/** What became of a contact, RFC 3680 5.2.3 and TS 24.229 5.4.2.1.2. */
enum reg_event
{
	REG_EVENT_NONE, /* nothing that a watcher hears of */
	REG_EVENT_REGISTERED,
	REG_EVENT_REFRESHED,
	REG_EVENT_SHORTENED,
	/* from here on the contact is terminated */
	REG_EVENT_EXPIRED,
	REG_EVENT_UNREGISTERED, /* the UE left */
	REG_EVENT_DEACTIVATED,	/* ended by the network: register again */
	REG_EVENT_REJECTED,		/* ended by the network: do not */
	REG_EVENT_SILENT,		/* ended, and nobody is told */
	REG_EVENTS_N
};

struct reg_reginfo_contact
{
	struct reg_text uri;
	struct reg_text params; /* as sent, each with its ';' */
	uint64_t id;
	enum reg_event event;
	uint32_t expires_s;
	uint16_t q; /* thousandths; above 1000: none */
};

struct reg_reginfo
{
	const struct reg_text *aors;
	unsigned aors_n;
	const struct reg_reginfo_contact *contacts; /* the same for every aor */
	unsigned contacts_n;
};

const char *reg_event_name(enum reg_event event);

static inline bool reg_event_is_end(enum reg_event event)
{
	return event >= REG_EVENT_EXPIRED;
}

/**
 * Write a document with the full state.
 * @return octets written, without the terminating zero; -ENOSPC
 */
int reg_reginfo_print(const struct reg_reginfo *info, unsigned version,
		char *dst, size_t size);

#endif
