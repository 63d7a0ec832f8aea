/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The control socket: line commands, answered by data lines and a last line
 * that begins with "ok" or "error" (README.md).
 */
#ifndef HSS_CONTROL_H
#define HSS_CONTROL_H

#include <stdio.h>

/** Listens at path and serves in threads of its own. @return 0, -errno */
int control_start(const char *path);
void control_stop(void);

/**
 * Carries out one command.
 * @param line  is cut up
 * @param out   takes the answer, data lines and last line
 */
void command_run(char *line, FILE *out);

#endif
