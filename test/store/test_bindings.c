/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A contact that usrloc alone knows: its texts are usrloc's while the identity is
 * locked, and ours ever after. What a proof has read serves the decision as well.
 */
#include "fixture.h"

#include <string.h>

#include "bindings.h"
#include "others.h"

static void texts_of_usrloc_outlive_its_lock(void **state)
{
	static struct bindings b;
	char texts[] = "sip:u@h\0call\0<sip:p>\0agent\0sip:r@h\0u@i";
	const struct reg_binding *at = &b.copy.set.b[0];
	const char *s = texts;

	others_contact = (struct reg_binding){.uri = reg_text_of(s)};
	others_contact.call_id = reg_text_of(s += strlen(s) + 1);
	others_contact.path = reg_text_of(s += strlen(s) + 1);
	others_contact.user_agent = reg_text_of(s += strlen(s) + 1);
	others_contact.received = reg_text_of(s += strlen(s) + 1);
	others_contact.impi = reg_text_of(s += strlen(s) + 1);
	assert_int_equal(store_init(1), 0);
	bindings_open(&b, NULL, TEXT("sip:u@i"));
	bindings_close(&b);
	memset(texts, 'x', sizeof(texts));
	assert_int_equal(b.copy.set.n, 1);
	assert_text(at->uri, "sip:u@h");
	assert_text(at->call_id, "call");
	assert_text(at->path, "<sip:p>");
	assert_text(at->user_agent, "agent");
	assert_text(at->received, "sip:r@h");
	assert_text(at->impi, "u@i");
	store_destroy();
}

/* What is read again would have another CSeq than this. */
static uint32_t cseq_when_open(struct bindings *b, const char *impu)
{
	uint32_t cseq;

	bindings_open(b, NULL, reg_text_of(impu));
	cseq = b->copy.set.b[0].cseq_seen;
	b->copy.set.b[0].cseq_seen = 99;
	bindings_close(b);
	return cseq;
}

static void what_a_proof_has_read_is_read_again_only_if_it_changed(void **state)
{
	static struct bindings b;
	struct reg_binding known = fixture_binding(URI_A, IMPI_A);

	others_contact = (struct reg_binding){.uri = TEXT("sip:u@h")};
	assert_int_equal(store_init(1), 0);
	known.cseq_seen = 7;
	assert_int_equal(store_put(TEXT("sip:u@i"), &known), 0);
	assert_int_equal(cseq_when_open(&b, "sip:u@i"), 7);
	assert_int_equal(cseq_when_open(&b, "sip:u@i"), 7);
	b.unchanged = true;
	assert_int_equal(cseq_when_open(&b, "sip:u@i"), 99);
	assert_int_equal(b.copy.set.n, 2);					/* and usrloc's, once */
	assert_int_equal(cseq_when_open(&b, "sip:u@i"), 7); /* good for one time */
	b.unchanged = true;
	known.cseq_seen = 8;
	assert_int_equal(store_put(TEXT("sip:u@i"), &known), 0);
	assert_int_equal(cseq_when_open(&b, "sip:u@i"), 8);
	b.unchanged = true;
	assert_int_equal(cseq_when_open(&b, "sip:v@i"), 0);
	store_destroy();
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
			cmocka_unit_test(texts_of_usrloc_outlive_its_lock),
			cmocka_unit_test(
					what_a_proof_has_read_is_read_again_only_if_it_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
