/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The list of faults. The rule that was ordered first and fits, applies.
 */
#include "fault.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fault_rule
{
	struct fault_rule *next;
	enum cx_cmd cmd;
	char impu[CX_TEXT_MAX];
	char impi[CX_TEXT_MAX];
	int type;	/* Server-Assignment-Type, -1: any */
	long count; /* how often still, -1: for ever */
	struct fault_effect effect;
};

struct fault_list
{
	struct fault_rule *first;
};

static const struct
{
	const char *word;
	enum fault_kind kind;
} kinds[] = {
		{"result", FAULT_RESULT},
		{"experimental", FAULT_EXPERIMENTAL},
		{"silence", FAULT_SILENCE},
		{"lost", FAULT_LOST},
		{"twice", FAULT_TWICE},
		{"xml", FAULT_XML},
		{"noresult", FAULT_NORESULT},
		{"xml-big", FAULT_XML_BIG},
		{"xml-large", FAULT_XML_LARGE},
		{"nodata", FAULT_NODATA},
		{"emptymaa", FAULT_EMPTYMAA},
		{"wrongscheme", FAULT_WRONGSCHEME},
};


struct fault_list *fault_list_new(void)
{
	return calloc(1, sizeof(struct fault_list));
}


void fault_list_clear(struct fault_list *list)
{
	struct fault_rule *rule;

	while((rule = list->first) != NULL) {
		list->first = rule->next;
		free(rule);
	}
}


void fault_list_free(struct fault_list *list)
{
	if(list == NULL)
		return;
	fault_list_clear(list);
	free(list);
}


static int number_read(const char *word, long max, long *number)
{
	char *end;
	long n;

	if(word == NULL || *word == '\0')
		return -EINVAL;
	n = strtol(word, &end, 10);
	if(*end != '\0' || n < 0 || n > max)
		return -EINVAL;
	*number = n;
	return 0;
}


/** impu=, impi=, type=, count= @return 1 it was one, 0 it was not, -EINVAL */
static int restriction_read(struct fault_rule *rule, const char *word)
{
	long n = 0;

	if(strncmp(word, "impu=", 5) == 0) {
		snprintf(rule->impu, sizeof(rule->impu), "%s", word + 5);
		return 1;
	}
	if(strncmp(word, "impi=", 5) == 0) {
		snprintf(rule->impi, sizeof(rule->impi), "%s", word + 5);
		return 1;
	}
	if(strncmp(word, "type=", 5) == 0) {
		if(number_read(word + 5, 255, &n) < 0)
			return -EINVAL;
		rule->type = (int)n;
		return 1;
	}
	if(strncmp(word, "count=", 6) == 0)
		return number_read(word + 6, 1000000000, &rule->count) < 0 ? -EINVAL
																   : 1;
	return 0;
}


/** delay, late and the kinds; save is strtok_r's. @return 0, -EINVAL */
static int effect_read(struct fault_effect *f, const char *word, char **save)
{
	long n = 0;
	size_t i;

	if(strcmp(word, "garbage") == 0)
		return 0; /* "garbage xml" is the same as "xml" */
	if(strcmp(word, "delay") == 0 || strcmp(word, "late") == 0) {
		if(number_read(strtok_r(NULL, " ", save), 3600000, &n) < 0)
			return -EINVAL;
		f->delay_ms = (uint32_t)n;
		f->late = word[0] == 'l';
		return 0;
	}
	for(i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if(strcmp(word, kinds[i].word) == 0)
			break;
	if(i == sizeof(kinds) / sizeof(kinds[0]))
		return -EINVAL;
	f->kind = kinds[i].kind;
	if(f->kind == FAULT_RESULT || f->kind == FAULT_EXPERIMENTAL) {
		if(number_read(strtok_r(NULL, " ", save), 100000, &n) < 0)
			return -EINVAL;
		f->code = (uint32_t)n;
	}
	return 0;
}


static int rule_read(struct fault_rule *rule, char *words)
{
	char *save = NULL;
	char *word = strtok_r(words, " ", &save);
	int cmd = word != NULL ? cx_cmd_find(word) : -1;
	int rc = cmd < 0 || cmd == CX_RTR || cmd == CX_PPR ? -EINVAL : 0;

	rule->cmd = (enum cx_cmd)cmd;
	rule->type = -1;
	rule->count = -1;
	while(rc >= 0 && (word = strtok_r(NULL, " ", &save)) != NULL) {
		rc = restriction_read(rule, word);
		if(rc == 0)
			rc = effect_read(&rule->effect, word, &save);
	}
	if(rc >= 0 && rule->effect.kind == FAULT_NONE && rule->effect.delay_ms == 0)
		return -EINVAL;
	return rc < 0 ? rc : 0;
}


int fault_add(struct fault_list *list, char *words)
{
	struct fault_rule *rule = calloc(1, sizeof(*rule));
	struct fault_rule **at = &list->first;

	if(rule == NULL)
		return -ENOMEM;
	if(rule_read(rule, words) < 0) {
		free(rule);
		return -EINVAL;
	}
	while(*at != NULL)
		at = &(*at)->next;
	*at = rule;
	return 0;
}


static bool impu_is_in(const struct cx_request *req, const char *impu)
{
	unsigned int i;

	for(i = 0; i < req->impu_n; i++)
		if(strcmp(req->impu[i], impu) == 0)
			return true;
	return false;
}


static bool rule_fits(const struct fault_rule *r, const struct cx_request *req)
{
	if(r->cmd != req->cmd || r->count == 0)
		return false;
	if(r->type >= 0 && r->type != req->type)
		return false;
	if(r->impi[0] != '\0' && strcmp(r->impi, req->impi) != 0)
		return false;
	return r->impu[0] == '\0' || impu_is_in(req, r->impu);
}


struct fault_effect fault_take(
		struct fault_list *list, const struct cx_request *req)
{
	struct fault_effect none = {FAULT_NONE, 0, 0, false};
	struct fault_rule *r = list->first;

	while(r != NULL && !rule_fits(r, req))
		r = r->next;
	if(r == NULL)
		return none;
	if(r->count > 0)
		r->count--;
	return r->effect;
}


static const char *kind_word(enum fault_kind kind)
{
	size_t i;

	for(i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if(kinds[i].kind == kind)
			return kinds[i].word;
	return "";
}


unsigned int fault_list_print(
		const struct fault_list *list, char *text, size_t size)
{
	const struct fault_rule *r;
	unsigned int n = 0;
	size_t at = 0;

	text[0] = '\0';
	for(r = list->first; r != NULL && at < size; r = r->next, n++)
		at += (size_t)snprintf(text + at, size - at,
				"%s impi=%s impu=%s type=%d count=%ld %s %u delay=%u\n",
				cx_cmd_name(r->cmd), r->impi[0] ? r->impi : "-",
				r->impu[0] ? r->impu : "-", r->type, r->count,
				kind_word(r->effect.kind), r->effect.code, r->effect.delay_ms);
	return n;
}


bool fault_print(const struct fault_effect *f, char *text, size_t size)
{
	char wait[32] = "";

	if(f->delay_ms > 0)
		snprintf(wait, sizeof(wait), "%s %ums ", f->late ? "late" : "delayed",
				f->delay_ms);
	if(f->kind == FAULT_SILENCE) {
		snprintf(text, size, "silence");
		return false;
	}
	if(f->kind == FAULT_NONE || f->kind == FAULT_RESULT
			|| f->kind == FAULT_EXPERIMENTAL)
		snprintf(text, size, "%s", wait);
	else
		snprintf(text, size, "%s%s ", wait, kind_word(f->kind));
	return true;
}
