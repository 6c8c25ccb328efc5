/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_ADMIN_ERROR_REPORT_H
#define USHER_ADMIN_ERROR_REPORT_H

#include "admin/out_table.h"

/*
 * What goes wrong is said once, on stderr, in the form that was asked for: a sentence, or one JSON
 * document.  So the rooms below log nothing there by themselves; what they logged last becomes a
 * part of the one report.
 */
void error_report_start(void);
/* Another attempt begins: what the one before it logged is of no account. */
void error_report_forget(void);
/* `why` with what was logged; `why` NULL: the latter alone, and nothing when nothing was. */
void error_report_add(struct arena *a, enum out_table_form form, const char *why);

/* Something to know about a command that succeeds: on stderr, in the form that was asked for. */
void error_report_note(struct arena *a, enum out_table_form form, const char *note);

#endif
