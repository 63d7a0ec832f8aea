/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A REGISTER of a capture, with what the network made of it, as one value.
 */
#ifndef EVENT_H
#define EVENT_H

#include "core/reg_answer.h"
#include "core/reg_authorization.h"
#include "core/reg_binding.h"
#include "core/reg_proof.h"
#include "line.h"

/** A contact that a 200 lists. */
struct event_grant
{
	struct reg_text uri;
	uint32_t expires_s;
};

struct event
{
	uint32_t set, user;			/* numbers of the implicit set, of the IMPI */
	int64_t at_ms, answered_ms; /* of the request, of its final answer */
	uint16_t status;			/* of that answer; 0: none was seen */
	struct reg_request req;
	struct reg_authorization auth;
	enum reg_response response;
	uint8_t cause; /* enum reg_loop_cause, should it be challenged */
	bool joined;   /* registered before the capture began */
	uint32_t sar;  /* Server-Assignment-Type that was sent; 0: none */
	bool has_hss;  /* the answer to it, or its absence, is known */
	enum reg_hss hss;
	unsigned grants_n;
	struct event_grant grants[REG_BINDINGS_MAX];
	char impu[REG_IDENTITY_MAX], impi[REG_IDENTITY_MAX];
};

/**
 * Read the fields of an event; texts are views into the line.
 * @return NULL, or what is wrong with the line (a REGISTER that is malformed
 *         is an event like others)
 */
const char *event_read(char *line, struct reg_text rest, struct event *ret);

/** Set one field of what the network did. Returns as event_take(). */
const char *event_take_outcome(struct event *e, const struct line_field *f);

/** What event_take_outcome() returns for a name it does not know. */
extern const char event_unknown[];

/** A number up to max. @return NULL, or what is wrong */
const char *event_number(struct reg_text t, uint32_t max, uint32_t *ret);

#endif
