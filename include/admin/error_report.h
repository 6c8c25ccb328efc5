/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_ADMIN_ERROR_REPORT_H
#define USHER_ADMIN_ERROR_REPORT_H

#include "admin/out_table.h"

/*
 * Prints an error once on stderr, in the requested form: a sentence or one JSON document. For this
 * purpose log messages of the lower rooms do not go to stderr; the last one becomes a part of the
 * error report.
 */
/* Starts the log and diverts its messages. Call it once, before anything can log. */
void error_report_start(void);
/* Drops the last log message, for another attempt of the command. */
void error_report_forget(void);
/* Prints `why`, followed by the last log message in parentheses. If `why` is NULL, prints the log
 * message alone; prints nothing if there is neither. */
void error_report_print(struct arena *a, enum out_table_form form, const char *why);

/* Prints a note about a command that succeeds: on stderr, in the requested form. */
void error_report_note(struct arena *a, enum out_table_form form, const char *note);

#endif
