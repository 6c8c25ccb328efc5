/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "admin/error_report.h"
#include "base/json.h"
#include "base/log.h"

/* The last log message. The log is global too. */
static char logged[1024];

static void
error_report_keep(const char *message, bool last)
{
	/* The process ends after this message, so print it now; memory may be exhausted. */
	if (last)
		fprintf(stderr, "usherctl: %s\n", message);
	snprintf(logged, sizeof logged, "%s", message);
}

void
error_report_start(void)
{
	log_start("usherctl", "stderr", LOG_L_ERROR);
	log_divert(error_report_keep);
	error_report_forget();
}

void
error_report_forget(void)
{
	logged[0] = '\0';
}

static void
error_report_write(struct arena *a, enum out_table_form form, const char *member,
		   const char *prefix, const char *text)
{
	struct buf b = { .arena = a };

	if (form == OUT_TABLE_JSON) {
		out_open(&b, NULL, '{');
		out_text(&b, member, text);
		out_close(&b, '}');
		fprintf(stderr, "%s\n", b.data);
	} else {
		fprintf(stderr, "usherctl: %s%s\n", prefix, out_table_safe(a, text));
	}
}

void
error_report_note(struct arena *a, enum out_table_form form, const char *note)
{
	error_report_write(a, form, "note", "note: ", note);
}

void
error_report_print(struct arena *a, enum out_table_form form, const char *why)
{
	if (logged[0] != '\0')
		why = why == NULL ? logged : arena_printf(a, "%s (%s)", why, logged);
	if (why == NULL)
		return;
	error_report_write(a, form, "error", "", why);
}
