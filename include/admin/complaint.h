/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_ADMIN_COMPLAINT_H
#define USHER_ADMIN_COMPLAINT_H

#include "admin/sheet.h"

/*
 * What goes wrong is said once, on stderr, in the form that was asked for: a sentence, or one JSON
 * document.  So the rooms below log nothing there by themselves; what they logged last becomes a
 * part of the one complaint.
 */
void complaint_start(void);
/* Another attempt begins: what the one before it logged is of no account. */
void complaint_forget(void);
/* `why` with what was logged; `why` NULL: the latter alone, and nothing when nothing was. */
void complaint_add(struct arena *a, enum sheet_form form, const char *why);

/* Something to know about a command that succeeds: on stderr, in the form that was asked for. */
void complaint_note(struct arena *a, enum sheet_form form, const char *note);

#endif
