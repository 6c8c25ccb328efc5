/* SPDX-License-Identifier: Apache-2.0 */
/* Error pages. Each says that nothing was changed: the changes of a request that fails with a fault
 * of the server are dropped, and a form that is refused has made none. */
#include <string.h>
#include <strings.h>

#include "base/id.h"
#include "page_print.h"
#include "web/reply.h"

#define REFERENCE_SIZE 12

/* The weight of a media range is 0: "text/html;q=0.0". */
static bool
page_error_is_excluded(const char *parameters, size_t size)
{
	for (const char *s = parameters; s + 4 <= parameters + size; s++)
		if (strncasecmp(s, ";q=0", 4) == 0 || strncasecmp(s, " q=0", 4) == 0) {
			s += 4;
			return strspn(s, ".0") == strcspn(s, ", ;");
		}
	return false;
}

bool
page_is_accepted(const struct request *rq)
{
	static const char html[] = "text/html";

	for (const char *s = rq->in->accept; s != NULL && *s != '\0'; s += *s == ',') {
		size_t size;

		s += strspn(s, " \t");
		size = strcspn(s, ",");
		if (strncasecmp(s, html, sizeof html - 1) == 0 &&
		    strchr(" \t;,", s[sizeof html - 1]) != NULL)
			return !page_error_is_excluded(s, size);
		s += size;
	}
	return false;
}

const char *
page_reference(struct request *rq)
{
	char id[ID_SIZE];

	if (rq->reference == NULL) {
		id_new(rq->work.random, rq->work.now_ms, id);
		rq->reference = arena_strndup(rq->work.arena, id, REFERENCE_SIZE);
	}
	return rq->reference;
}

/* The form that sends the same fields again. */
static void
page_error_add_form(struct request *rq, struct view *v)
{
	bool again = rq->route != NULL && rq->route->may_repeat && rq->in->method == M_POST;

	view_flag(v, "again", again);
	if (!again)
		return;
	page_url(rq, v, "action", page_path(rq));
	for (size_t i = 0; i < rq->form.n; i++) {
		struct view *field = view_add(v, "fields");

		view_own(field, "field", rq->form.list[i].name);
		view_text(field, "value", rq->form.list[i].value);
	}
}

void
page_error(struct request *rq, enum err e)
{
	struct view *v = page_view(rq);
	int status = err_status(e);
	const char *page = "error_expired";

	rq->error = err_wire(e);
	if (status == 404 || status == 405)
		page = "error_404";
	else if (status >= 500 || status == 429)
		page = "error_busy";
	if (strcmp(page, "error_busy") == 0)
		page_error_add_form(rq, v);
	else if (strcmp(page, "error_expired") == 0)
		view_text(v, "app", NULL);
	page_print(rq, status, page, v, true);
	if (status == 503 || status == 429)
		reply_header(rq, HEADER_RETRY_AFTER, status == 429 ? "60" : "1");
}

enum err
page_refuse_client(struct request *rq, const char *problem, const char *client)
{
	struct view *v = page_view(rq);

	rq->error = err_wire(ERR_INVALID_REQUEST);
	view_text(v, "problem", problem);
	view_text(v, "client", client);
	view_id(v, "reference", page_reference(rq));
	page_time(rq, v, "time", rq->work.now);
	page_print(rq, 400, "error_client", v, true);
	return OK;
}
