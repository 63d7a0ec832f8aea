/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Faults on command: which request is spoilt, and how.
 * It never sends anything. The caller serialises all access.
 */
#ifndef HSS_FAULT_H
#define HSS_FAULT_H

#include "cx.h"

enum fault_kind
{
	FAULT_NONE,
	FAULT_RESULT,		/* another Result-Code; nothing is carried out */
	FAULT_EXPERIMENTAL, /* another Experimental-Result-Code, likewise */
	FAULT_SILENCE,		/* as if the request had been lost */
	FAULT_LOST,			/* carried out, but the answer is lost */
	FAULT_TWICE,		/* the answer goes out twice */
	FAULT_XML,			/* User-Data is not XML */
	FAULT_NORESULT,		/* no result AVP at all */
	FAULT_XML_BIG,		/* User-Data of 1 MB, well-formed */
	FAULT_XML_LARGE,	/* User-Data of 60 kB, well-formed */
	FAULT_NODATA,		/* no User-Data although asked for */
	FAULT_EMPTYMAA,		/* no SIP-Auth-Data-Item */
	FAULT_WRONGSCHEME,	/* a scheme that nobody knows */
};

/** What is done to one answer. */
struct fault_effect
{
	enum fault_kind kind;
	uint32_t code;	   /* of FAULT_RESULT, FAULT_EXPERIMENTAL */
	uint32_t delay_ms; /* 0: at once */
	bool late;		   /* the delay was ordered as "late" */
};

struct fault_list;

struct fault_list *fault_list_new(void);
void fault_list_free(struct fault_list *list);
void fault_list_clear(struct fault_list *list);

/**
 * A rule from the words after "fault" (syntax: README.md).
 * @param words  is cut up
 * @return 0, -EINVAL, -ENOMEM
 */
int fault_add(struct fault_list *list, char *words);

/** The effect of the first rule that fits; uses up one of its count. */
struct fault_effect fault_take(
		struct fault_list *list, const struct cx_request *req);

/** One line for each rule into text. @return number of rules */
unsigned int fault_list_print(
		const struct fault_list *list, char *text, size_t size);

/**
 * The head of the log line's result: "", "delayed 300ms ", "silence" ...
 * @return whether a result follows
 */
bool fault_print(const struct fault_effect *f, char *text, size_t size);

#endif
