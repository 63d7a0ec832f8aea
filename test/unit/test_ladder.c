/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A request on its way to a UE: where a call stopped, and what was shown of the
 * UE, for every way there is.
 */
#include "fixture.h"
#include "reg_ladder.h"

#include <stdlib.h>
#include <string.h>

/*
 * Steps are words: a status; r183: reliable, with the next RSeq, again183: with
 * the same one; ue480: made by the UE; x200: of a dialog whose ACK does not
 * pass here; prack (of the last RSeq), oldprack; ack, no-ack; timeout, gone.
 */
struct row
{
	const char *name;
	const char *method;
	const char *steps;
	enum reg_stage stage;
	const char *signs; /* for each step: L lives, S silent, . nothing new */
	bool over;
};

#define AT(x) REG_STAGE_##x

/* clang-format off */
static const struct row rows[] = {
	/* the ladder */
	{"nothing yet", "INVITE", "", AT(NO_PROGRESS), "", false},
	{"100 is no progress", "INVITE", "100", AT(NO_PROGRESS), ".", false},
	{"ringing", "INVITE", "100 180", AT(PROVISIONAL), ".L", false},
	{"an unreliable 183", "INVITE", "183", AT(PROVISIONAL), "L", false},
	{"a reliable 183", "INVITE", "r183", AT(NO_PRACK), "L", false},
	{"acknowledged", "INVITE", "r183 prack", AT(PROVISIONAL), "L.", false},
	{"repeated after its PRACK", "INVITE", "r183 prack again183",
		AT(PROVISIONAL), "L..", false},
	{"a second one without PRACK", "INVITE", "r183 prack r183",
		AT(NO_PRACK), "L..", false},
	{"the PRACK of an older one", "INVITE", "r183 r183 oldprack",
		AT(NO_PRACK), "L..", false},
	{"ringing beside it", "INVITE", "r183 180", AT(NO_PRACK), "L.", false},
	{"answered", "INVITE", "100 180 200", AT(NO_ACK), ".L.", false},
	{"answered at once", "INVITE", "200", AT(NO_ACK), "L", false},
	{"answered again", "INVITE", "200 200", AT(NO_ACK), "L.", false},
	{"answered without PRACK", "INVITE", "r183 200", AT(NO_ACK), "L.", false},
	{"the whole ladder", "INVITE", "100 r183 prack 180 200 ack",
		AT(COMPLETE), ".L....", true},
	{"without ACK", "INVITE", "200 no-ack", AT(NO_ACK), "L.", true},
	{"the transaction ends before the ACK", "INVITE", "200 gone ack",
		AT(COMPLETE), "L..", true},
	{"no ACK after the end", "INVITE", "200 gone no-ack", AT(NO_ACK), "L..", true},
	{"an ACK that is too late", "INVITE", "200 no-ack ack", AT(NO_ACK), "L..", true},
	{"the ACK goes another way", "INVITE", "180 x200", AT(COMPLETE), "L.", true},
	{"an ACK out of turn", "INVITE", "180 ack", AT(PROVISIONAL), "L.", false},
	{"a PRACK out of turn", "INVITE", "prack 180", AT(PROVISIONAL), ".L", false},
	/* refused */
	{"busy", "INVITE", "486", AT(REJECTED), "L", true},
	{"busy after ringing", "INVITE", "180 486", AT(REJECTED), "L.", true},
	{"declined", "INVITE", "603", AT(REJECTED), "L", true},
	{"nobody answers, says the UE", "INVITE", "180 480", AT(REJECTED), "L.", true},
	{"refused for want of a PRACK", "INVITE", "r183 504", AT(NO_PRACK), "L.", true},
	{"nothing follows a refusal", "INVITE", "486 180 200 ack", AT(REJECTED),
		"L...", true},
	/* cancelled */
	{"cancelled", "INVITE", "180 487", AT(CANCELLED), "L.", true},
	{"cancelled before it rang", "INVITE", "100 487", AT(NO_PROGRESS), "..", true},
	{"cancelled without PRACK", "INVITE", "r183 487", AT(NO_PRACK), "L.", true},
	{"cancelled after its PRACK", "INVITE", "r183 prack 487", AT(CANCELLED),
		"L..", true},
	{"cancelled, and then answered", "INVITE", "487 200", AT(NO_PROGRESS),
		".L", true},
	/* silence */
	{"dead", "INVITE", "timeout", AT(NO_PROGRESS), "S", true},
	{"dead behind its P-CSCF", "INVITE", "100 timeout", AT(NO_PROGRESS),
		".S", true},
	{"dead, and gone", "INVITE", "100 timeout gone", AT(NO_PROGRESS), ".S.", true},
	{"the timer runs out twice", "INVITE", "timeout timeout", AT(NO_PROGRESS),
		"S.", true},
	{"dead after 183", "INVITE", "183 timeout gone", AT(PROVISIONAL), "L.S", true},
	{"dead after a reliable 183", "INVITE", "r183 timeout gone", AT(NO_PRACK),
		"L.S", true},
	{"rings too long", "INVITE", "180 timeout 487 gone", AT(PROVISIONAL),
		"L.L.", true},
	{"back after the timer", "INVITE", "timeout 180", AT(NO_PROGRESS), "SL", true},
	{"the transaction ends of itself", "INVITE", "100 gone", AT(NO_PROGRESS),
		"..", true},
	{"ends of itself while it rings", "INVITE", "180 gone", AT(PROVISIONAL),
		"L.", true},
	{"no time-out once it is answered", "INVITE", "200 timeout", AT(NO_ACK),
		"L.", false},
	/* the path answers for the UE */
	{"408 of the path", "INVITE", "408", AT(NO_PROGRESS), "S", true},
	{"408 while it rings", "INVITE", "180 408", AT(PROVISIONAL), "L.", true},
	{"430 of the path", "INVITE", "430", AT(NO_PROGRESS), "S", true},
	{"480 of the path", "INVITE", "480", AT(NO_PROGRESS), "S", true},
	{"480 of the UE", "INVITE", "ue480", AT(REJECTED), "L", true},
	{"503 of the path", "INVITE", "100 503", AT(NO_PROGRESS), ".S", true},
	{"503, and again", "INVITE", "503 503", AT(NO_PROGRESS), "S.", true},
	/* other methods have no ladder */
	{"a message arrives", "MESSAGE", "200", AT(NONE), "L", true},
	{"refused is alive", "MESSAGE", "415", AT(NONE), "L", true},
	{"a message into silence", "MESSAGE", "timeout gone", AT(NONE), "S.", true},
	{"a message that the path refuses", "MESSAGE", "408", AT(NONE), "S", true},
	{"430 to a message", "MESSAGE", "430", AT(NONE), "S", true},
	{"480 to a message", "MESSAGE", "480", AT(NONE), "S", true},
	{"503 to a message", "MESSAGE", "503", AT(NONE), "S", true},
	{"480 to a message, of the UE", "MESSAGE", "ue480", AT(NONE), "L", true},
	{"500 to a message", "MESSAGE", "500", AT(NONE), "L", true},
	{"404 to a message", "MESSAGE", "404", AT(NONE), "L", true},
	{"487 to no call", "MESSAGE", "487", AT(NONE), "L", true},
	{"a message on its way", "MESSAGE", "100", AT(NONE), ".", false},
};
/* clang-format on */

static enum reg_sign respond(struct reg_ladder *l, const char *word)
{
	struct reg_uas_response r = {.status = 0};

	if(word[0] == 'r')
		r.rseq = l->rseq_seen + 1;
	if(word[0] == 'a')
		r.rseq = l->rseq_seen;
	r.by_ue = word[0] == 'u';
	r.no_ack = word[0] == 'x';
	r.status = (unsigned)atoi(word + strcspn(word, "123456"));
	return reg_ladder_response(l, &r);
}

static enum reg_sign step(struct reg_ladder *l, const char *word)
{
	if(strcmp(word, "timeout") == 0)
		return reg_ladder_timeout(l);
	if(strcmp(word, "gone") == 0)
		return reg_ladder_gone(l);
	if(strcspn(word, "123456") < strlen(word))
		return respond(l, word);
	if(strcmp(word, "prack") == 0)
		reg_ladder_prack(l, l->rseq_seen);
	else if(strcmp(word, "oldprack") == 0)
		reg_ladder_prack(l, l->rseq_seen - 1);
	else if(strcmp(word, "ack") == 0)
		reg_ladder_ack(l);
	else if(strcmp(word, "no-ack") == 0)
		reg_ladder_no_ack(l);
	else
		fail_msg("no such step: %s", word);
	return REG_SIGN_NONE;
}

static void ladder_row(void **state)
{
	const struct row *row = *state;
	char words[64], signs[16] = "", *word, *rest = NULL;
	struct reg_ladder l;
	size_t n = 0;

	reg_ladder_start(&l, strcmp(row->method, "INVITE") == 0);
	strncpy(words, row->steps, sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	for(word = strtok_r(words, " ", &rest); word;
			word = strtok_r(NULL, " ", &rest))
		signs[n++] = ".LS"[step(&l, word)];
	assert_string_equal(signs, row->signs);
	assert_string_equal(reg_stage_name(l.stage), reg_stage_name(row->stage));
	assert_int_equal(l.over, row->over);
}

static void every_stage_has_a_row_and_a_name(void **state)
{
	unsigned stage;
	size_t i;

	for(stage = 0; stage < REG_STAGES_N; stage++) {
		for(i = 0; i < COUNT_OF(rows) && rows[i].stage != stage; i++)
			;
		assert_true(i < COUNT_OF(rows));
		assert_string_not_equal(reg_stage_name(stage), "?");
	}
	assert_string_equal(reg_stage_name(REG_STAGES_N), "?");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(every_stage_has_a_row_and_a_name),
	};
	static struct CMUnitTest table[COUNT_OF(rows)];

	fixture_rows(table, ladder_row, rows, COUNT_OF(rows), sizeof(rows[0]));
	return cmocka_run_group_tests(tests, NULL, NULL)
		   + cmocka_run_group_tests_name("ladder", table, NULL, NULL);
}
