/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows what the Kamailio executable gives a module. Never more than the
 * profile's files ask for.
 */
#include "shim.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "../../core/dprint.h"
#include "../../core/mem/shm_mem.h"

int shim_held;
int shim_fails_after = -1;
char shim_log[4096];

/* The arguments that tell where an allocation is made, when there are. */
#ifdef DBG_SR_MEMORY
#define WHERE \
	, const char *file, const char *func, unsigned line, const char *module
#else
#define WHERE
#endif

static bool fails(void)
{
	if(shim_fails_after < 0)
		return false;
	return shim_fails_after-- == 0;
}

/* Not zeroed, as in Kamailio; a read of it shows. */
static void *take(void *block, size_t size WHERE)
{
	void *p = fails() ? NULL : malloc(size);

	if(p) {
		memset(p, 0xa5, size);
		shim_held++;
	}
	return p;
}

static void *take_zeroed(void *block, size_t size WHERE)
{
	void *p = fails() ? NULL : calloc(1, size);

	if(p)
		shim_held++;
	return p;
}

static void give(void *block, void *p WHERE)
{
	shim_held--;
	free(p);
}

sr_shm_api_t _shm_root = {
		.xmalloc = take, .xmallocxz = take_zeroed, .xfree = give};

void shim_log_clear(void)
{
	shim_log[0] = '\0';
}

static void log_line(int priority, const char *format, ...)
{
	size_t n = strlen(shim_log);
	va_list args;

	va_start(args, format);
	vsnprintf(shim_log + n, sizeof(shim_log) - n, format, args);
	va_end(args);
}

km_log_f _km_log_func = log_line;
ksr_slog_f _ksr_slog_func;
volatile int dprint_crit;
int log_stderr, log_color, process_no;
str *log_prefix_val;
void *core_cfg; /* asked for by a log line that is never reached */

/* clang-format off */
struct log_level_info log_level_info[] = {
	{"ALERT", LOG_ALERT},   {"BUG", LOG_CRIT},   {"CRITICAL", LOG_CRIT},
	{"", LOG_CRIT},         {"ERROR", LOG_ERR},  {"WARNING", LOG_WARNING},
	{"NOTICE", LOG_NOTICE}, {"INFO", LOG_INFO},  {"DEBUG", LOG_DEBUG},
};
/* clang-format on */

int get_debug_level(char *module, int n)
{
	return L_INFO;
}

int get_debug_facility(char *module, int n)
{
	return LOG_DAEMON;
}

int my_pid(void)
{
	return 0;
}

void dprint_color(int l)
{
}

void dprint_color_reset(void)
{
}
