/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows tm's rules for waiting. Never knows what is waited for.
 */
#include "suspend.h"

#include <errno.h>
#include <string.h>

#include "../../core/dprint.h"
#include "../../core/kemi.h"
#include "../../core/mem/mem.h"
#include "../../core/route.h"

#include "text.h"

static struct tm_binds tm;

int suspend_bind(void)
{
	return load_tm_api(&tm) < 0 ? -1 : 0;
}

struct tm_binds *suspend_tm(void)
{
	return &tm;
}

int suspend(struct sip_msg *msg, unsigned *index, unsigned *label)
{
	struct cell *t = tm.t_gett();
	int rc;

	if(t == NULL || t == T_UNDEFINED) {
		rc = tm.t_newtran(msg);
		if(rc < 0)
			return -EIO;
		if(rc == 0)
			return 1;
		t = tm.t_gett();
	}
	if(t == NULL || t == T_UNDEFINED)
		return -EIO;
	rc = tm.t_suspend(msg, index, label);
	if(rc == 0)
		return 0;
	return rc == 1 || rc == -3 ? -EALREADY : -EIO;
}

void suspend_cancel(unsigned index, unsigned label)
{
	tm.t_cancel_suspend(index, label);
}

/* The request in the transaction is shared by all processes: it is not parsed
 * further in its place, but anew from its octets. */
int resume_copy(const struct sip_msg *shared, struct sip_msg *m)
{
	char *octets = pkg_malloc(shared->len + 1);

	if(!octets)
		return -ENOMEM;
	memcpy(octets, shared->buf, shared->len);
	octets[shared->len] = '\0';
	memset(m, 0, sizeof(*m));
	m->buf = octets;
	m->len = shared->len;
	m->id = shared->id;
	m->pid = shared->pid;
	m->rcv = shared->rcv;
	m->flags = shared->flags;
	m->set_global_address = default_global_address;
	m->set_global_port = default_global_port;
	if(parse_msg(m->buf, m->len, m) == 0)
		return 0;
	resume_drop(m);
	return -ENOMEM;
}

void resume_drop(struct sip_msg *m)
{
	char *octets = m->buf;

	free_sip_msg(m);
	pkg_free(octets);
}

/* The head of the shared one: its headers are all parsed, since tm does so before
 * it keeps a request. Enough to reply to; nothing may be parsed further. */
static int borrow(const struct sip_msg *shared, struct sip_msg *m)
{
	*m = *shared;
	m->reply_lump = NULL;
	return 0;
}

int resume_begin(
		struct resumed *r, unsigned index, unsigned label, bool for_script)
{
	int rc;

	r->index = index;
	r->label = label;
	if(tm.t_lookup_ident(&r->t, index, label) < 0)
		return -ENOENT;
	r->copied = for_script;
	if(r->t->uas.status >= 200 || !r->t->uas.request)
		rc = -ENOENT;
	else
		rc = for_script ? resume_copy(r->t->uas.request, &r->msg)
						: borrow(r->t->uas.request, &r->msg);
	if(rc < 0) {
		tm.unref_cell(r->t);
		return rc;
	}
	r->vars = script_vars_of_cell(r->t);
	script_vars_swap(&r->vars);
	return 0;
}

static void set_code(const char *name, int code)
{
	int_str key, value;

	key.s = str_of(reg_text_of(name));
	value.n = code;
	if(add_avp(AVP_NAME_STR, key, value) < 0)
		LM_ERR("no memory for $avp(%s)\n", name);
}

static void continue_script(const struct resumed *r, const char *route)
{
	str name = str_of(reg_text_of(route)), event = str_init("reg_refresh");
	int i = name.len > 0 ? route_lookup(&main_rt, name.s) : -1;

	if(i < 0 && name.len > 0 && sr_kemi_eng_get())
		tm.t_continue_cb(r->index, r->label, &name, &event);
	else
		tm.t_continue_skip_timer(
				r->index, r->label, i < 0 ? NULL : main_rt.rlist[i]);
}

void resume_end(
		struct resumed *r, const char *route, const char *name, int code)
{
	set_code(name, code);
	script_vars_swap(&r->vars);
	if(r->copied)
		resume_drop(&r->msg);
	tm.unref_cell(r->t);
	continue_script(r, route);
}
