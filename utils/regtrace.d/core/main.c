/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The decision over events of a capture. One line in, one line out:
 *
 *   policy NAME=VALUE …       ok                  parameters of the module
 *   identity uri=URI          identity value=…    canonical public identity
 *   register set=N user=N at=MS answered=MS status=N to=… …   verdict …
 *   gone set=N                ok                  the network ended it
 *
 * A line that is wrong is answered by `error` and changes nothing.
 */
#include "judge.h"
#include "settings.h"

#include "core/reg_uri.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct reg_policy policy;
static struct ledger ledger;

static const char *on_policy(char *line, struct reg_text rest)
{
	struct reg_policy p = policy;
	struct line_field f;
	const char *wrong;
	int rc;

	while((rc = line_field(line, &rest, &f)) > 0) {
		wrong = settings_take(&p, &f);
		if(wrong)
			return wrong;
	}
	if(rc < 0)
		return "not name=value";
	policy = p;
	puts("ok");
	return NULL;
}

static const char *on_identity(char *line, struct reg_text rest)
{
	char text[REG_IDENTITY_MAX];
	struct line_field f;
	int n;

	if(line_field(line, &rest, &f) <= 0)
		return "no uri";
	n = reg_uri_identity(f.value, text, sizeof(text));
	if(n < 0)
		return "not an identity";
	printf("identity");
	line_print("value", (struct reg_text){text, (size_t)n});
	putchar('\n');
	return NULL;
}

static const char *on_register(char *line, struct reg_text rest)
{
	static struct event event;
	static struct judge g;
	struct ledger_set *set;
	const char *wrong = event_read(line, rest, &event);

	if(wrong)
		return wrong;
	if(ledger_reach(&ledger, event.set, event.user) < 0)
		return "out of memory";
	memset(&g, 0, sizeof(g));
	g.policy = &policy;
	g.e = &event;
	g.user = &ledger.users[event.user];
	set = &ledger.sets[event.set];
	ledger_load(set, &g.set);
	judge(&g);
	judge_follow(&g);
	judge_print(&g);
	if(ledger_save(set, &g.set, g.removed) < 0)
		fprintf(stderr, "regtrace-core: set %u is not kept\n", event.set);
	return NULL;
}

static const char *on_gone(char *line, struct reg_text rest)
{
	struct line_field f;
	uint32_t set;

	if(line_field(line, &rest, &f) <= 0
			|| event_number(f.value, UINT32_MAX, &set))
		return "no set";
	if(set < ledger.sets_n)
		ledger_clear(&ledger.sets[set]);
	puts("ok");
	return NULL;
}

static const char *on_line(char *line, size_t n)
{
	static const struct
	{
		struct reg_text word;
		const char *(*on)(char *, struct reg_text);
	} verbs[] = {{REG_TEXT("register"), on_register},
			{REG_TEXT("identity"), on_identity},
			{REG_TEXT("policy"), on_policy}, {REG_TEXT("gone"), on_gone}};
	struct reg_text rest = {line, n}, word;
	size_t i;

	line_word(&rest, &word);
	for(i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if(reg_text_eq(word, verbs[i].word))
			return verbs[i].on(line, rest);
	return "no such event";
}

/* One line; what does not fit is passed over. @return false: no more */
static bool read_line(char *line, size_t size, size_t *n, bool *fits)
{
	int c;

	*n = 0;
	*fits = true;
	while((c = getchar()) != EOF && c != '\n') {
		if(*n < size)
			line[(*n)++] = (char)c;
		else
			*fits = false;
	}
	return c != EOF || *n > 0;
}

int main(void)
{
	static char line[LINE_MAX_N];
	const char *wrong;
	size_t n;
	bool fits;

	settings_init(&policy);
	while(read_line(line, sizeof(line), &n, &fits)) {
		wrong = fits ? on_line(line, n) : "too long";
		if(wrong)
			printf("error %s\n", wrong);
		fflush(stdout);
	}
	ledger_free(&ledger);
	return EXIT_SUCCESS;
}
