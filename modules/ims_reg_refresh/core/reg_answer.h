/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the HSS's answer to a SAR, or its silence, does to a REGISTER.
 */
#ifndef REG_ANSWER_H
#define REG_ANSWER_H

#include "reg_policy.h"
#include "reg_reginfo.h"
#include "reg_verdict.h"

/** Result classes, TS 29.229 6.2 and RFC 6733 7.1. */
enum reg_hss
{
	REG_HSS_YES,	   /* 2xxx */
	REG_HSS_REFUSED,   /* 5001 unknown, 5002, 5004, 5006: no service */
	REG_HSS_ELSEWHERE, /* 5005: registered at another S-CSCF */
	REG_HSS_PERMANENT, /* any other permanent failure */
	REG_HSS_BUSY,	   /* 3xxx, 4xxx: it cannot now */
	REG_HSS_SILENT,	   /* no answer in time */
	REG_HSS_NO_PEER,   /* nobody to ask */
	REG_HSS_N
};

/**
 * Class of an answered result.
 * @param code          Result-Code or Experimental-Result-Code; 0: neither
 * @param experimental  it is the latter, vendor 10415 (TS 29.229 6.2)
 */
enum reg_hss reg_hss_class(uint32_t code, bool experimental);

const char *reg_hss_name(enum reg_hss hss);

struct reg_resolution
{
	bool commit; /* carry the verdict out */
	bool told;	 /* the HSS knows: the LUI starts again */
	bool owe;	 /* it could not be told: the SAR stays owed */
	bool remove; /* the registration ends: every binding goes, with NOTIFY */
	enum reg_event end_event; /* that the NOTIFY says then */
	uint16_t status;
	const char *phrase;
	bool retry_after;
};

/**
 * Resolve a verdict that asked the HSS.
 * @param act      register, update, overwrite or deregister
 * @param reasons  all that held: a mobility trigger is never kept locally
 */
void reg_resolve(enum reg_act act, uint64_t reasons, enum reg_hss hss,
		const struct reg_policy *p, struct reg_resolution *ret);

#endif
