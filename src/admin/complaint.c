/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "admin/complaint.h"
#include "base/json.h"
#include "base/log.h"

/* What was logged last.  Of the process, as the log is. */
static char logged[1024];

static void
complaint_keep(const char *message, bool last)
{
	/* Nobody comes back to print it, and the arena may be what is broken. */
	if (last)
		fprintf(stderr, "usherctl: %s\n", message);
	snprintf(logged, sizeof logged, "%s", message);
}

void
complaint_start(void)
{
	log_start("usherctl", "stderr", LOG_L_ERROR);
	log_divert(complaint_keep);
	complaint_forget();
}

void
complaint_forget(void)
{
	logged[0] = '\0';
}

static void
complaint_print(struct arena *a, enum sheet_form form, const char *member, const char *mark,
		const char *text)
{
	struct buf b = { .arena = a };

	if (form == SHEET_JSON) {
		out_open(&b, NULL, '{');
		out_text(&b, member, text);
		out_close(&b, '}');
		fprintf(stderr, "%s\n", b.data);
	} else {
		fprintf(stderr, "usherctl: %s%s\n", mark, sheet_safe(a, text));
	}
}

void
complaint_note(struct arena *a, enum sheet_form form, const char *note)
{
	complaint_print(a, form, "note", "note: ", note);
}

void
complaint_add(struct arena *a, enum sheet_form form, const char *why)
{
	if (logged[0] != '\0')
		why = why == NULL ? logged : arena_printf(a, "%s (%s)", why, logged);
	if (why == NULL)
		return;
	complaint_print(a, form, "error", "", why);
}
