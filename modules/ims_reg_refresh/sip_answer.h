/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading the answer of a UE to a request that was sent to it.
 */
#ifndef SIP_ANSWER_H
#define SIP_ANSWER_H

#include "../../core/parser/msg_parser.h"

#include "core/reg_ladder.h"

/**
 * What a response says of the way of its request.
 * @return false: it is none to this request (but to its CANCEL), or unreadable
 */
bool sip_answer_read(struct sip_msg *rpl, const struct sip_msg *request,
		struct reg_uas_response *ret);

/** Whether it has a mark that only a UE makes. All headers must be parsed. */
bool sip_answer_by_ue(const struct sip_msg *rpl);

/** The first number of a header, RSeq or RAck; 0: none. */
uint32_t sip_answer_rseq(const struct sip_msg *msg, const char *header);

#endif
