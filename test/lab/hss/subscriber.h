/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The subscribers and what the HSS believes of each: keys, identities,
 * registration state, serving S-CSCF.
 * It never sees a Diameter message. The caller serialises all access.
 */
#ifndef HSS_SUBSCRIBER_H
#define HSS_SUBSCRIBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "milenage.h"

/** Registration state of an implicit set (TS 29.228 6.1.2, TS 23.228). */
enum hss_reg
{
	HSS_REG_NONE,		  /* not registered */
	HSS_REG_REGISTERED,	  /* registered */
	HSS_REG_UNREGISTERED, /* unregistered: an S-CSCF serves it all the same */
};

struct hss_sub;

struct hss_impu
{
	struct hss_impu *next; /* in its hash slot */
	struct hss_sub *sub;
	char *uri; /* canonical, as it stands in the file */
	bool barred;
};

/** A subscriber: one IMPI with one implicit registration set. */
struct hss_sub
{
	struct hss_sub *next; /* in its hash slot */
	char *impi;
	struct hss_impu *impus; /* the first is the default identity */
	unsigned int impus_n;

	struct milenage_key key;
	bool has_key;
	uint8_t amf[MILENAGE_AMF_LEN];
	uint64_t sqn; /* last one given out, 48 bit */

	char *realm;	 /* SIP Digest realm */
	char *algorithm; /* SIP Digest algorithm: MD5 or SHA-256 */
	char *ha1;		 /* hexadecimal, or NULL */

	char *ccf;		   /* Primary-Charging-Collection-Function-Name */
	char *ecf;		   /* Primary-Event-Charging-Function-Name */
	const char *ifc;   /* InitialFilterCriteria elements, or NULL; not owned */
	bool unregistered; /* has services while not registered */

	enum hss_reg reg;
	bool auth_pending;
	char *server;	   /* SIP URI of the assigned S-CSCF, or NULL */
	char *server_host; /* its Diameter identity, or NULL */
};

struct hss_store;

/**
 * @param realm  SIP Digest realm of lines that give none; copied
 * @return the store, NULL without memory
 */
struct hss_store *store_new(const char *realm);
void store_free(struct hss_store *store);

/**
 * Takes a line of the subscribers file in (see README.md): adds the
 * subscriber, or all of a range; a known IMPI gets the new data and keeps
 * its registration.
 * @param line  not changed
 * @param why   what is wrong with the line, written on -EINVAL only
 * @return number of subscribers taken in (0: empty or comment), -EINVAL,
 *         -ENOMEM
 */
int store_line_add(
		struct hss_store *store, const char *line, char *why, size_t why_size);

/** All lines of a file. @return as store_line_add(), -errno of the file */
int store_file_load(
		struct hss_store *store, const char *path, char *why, size_t why_size);

struct hss_sub *store_impi_find(
		const struct hss_store *store, const char *impi);

/** The subscriber of an IMPU; of several, the one that is registered. */
struct hss_sub *store_impu_find(
		const struct hss_store *store, const char *impu);

/** Takes an IMPI's data out, under its lock. */
void store_sub_remove(struct hss_store *store, struct hss_sub *sub);

/** Puts a subscriber in; the store owns it from here. */
void store_sub_insert(struct hss_store *store, struct hss_sub *sub);

const char *store_realm(const struct hss_store *store);
size_t store_count(const struct hss_store *store);

/** All registrations gone, sequence numbers kept. */
void store_registrations_clear(struct hss_store *store);

bool sub_impu_has(const struct hss_sub *sub, const char *impu);

/** @param server, host  may be NULL; copied */
void sub_server_set(struct hss_sub *sub, const char *server, const char *host);

/** Not registered, no S-CSCF, nothing pending. */
void sub_registration_clear(struct hss_sub *sub);

const char *reg_name(enum hss_reg reg);

void sub_free(struct hss_sub *sub);

#endif
