/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Reads the extension's configuration. An unknown key is a fault.
 */
#include "conf.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static char *text_trim(char *s)
{
	char *end;

	s += strspn(s, " \t");
	end = s + strlen(s);
	while(end > s && strchr(" \t\r\n", end[-1]) != NULL)
		end--;
	*end = '\0';
	return s;
}


static char *conf_value(struct hss_conf *conf, const char *key)
{
	if(strcmp(key, "subscribers") == 0)
		return conf->subscribers;
	if(strcmp(key, "log") == 0)
		return conf->log;
	if(strcmp(key, "control") == 0)
		return conf->control;
	if(strcmp(key, "bind") == 0)
		return conf->bind;
	if(strcmp(key, "digest_realm") == 0)
		return conf->digest_realm;
	return NULL;
}


static int conf_line_read(struct hss_conf *conf, char *line)
{
	char *key = text_trim(line), *value = strchr(key, '='), *to;

	if(*key == '\0' || *key == '#')
		return 0;
	if(value == NULL)
		return -EINVAL;
	*value++ = '\0';
	key = text_trim(key);
	value = text_trim(value);
	if(strcmp(key, "strict_server") == 0) {
		conf->strict_server = strcmp(value, "1") == 0;
		return 0;
	}
	to = conf_value(conf, key);
	if(to == NULL || strlen(value) >= CONF_VALUE_MAX)
		return -EINVAL;
	memcpy(to, value, strlen(value) + 1);
	return 0;
}


int conf_read(
		struct hss_conf *conf, const char *path, char *why, size_t why_size)
{
	char line[2 * CONF_VALUE_MAX];
	int rc = 0, line_no = 0;
	FILE *f = fopen(path, "r");

	if(f == NULL) {
		rc = -errno;
		snprintf(why, why_size, "%s: %s", path, strerror(-rc));
		return rc;
	}
	memset(conf, 0, sizeof(*conf));
	while(rc == 0 && fgets(line, sizeof(line), f) != NULL) {
		line_no++;
		rc = conf_line_read(conf, line);
	}
	if(rc < 0)
		snprintf(why, why_size, "%s:%d: not understood", path, line_no);
	fclose(f);
	return rc;
}
