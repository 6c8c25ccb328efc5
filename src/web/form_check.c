/* SPDX-License-Identifier: Apache-2.0 */
#include "web/form_check.h"

#include <string.h>

#include "base/crypto.h"
#include "base/text.h"
#include "web/page.h"

static bool
form_check_origin(const struct request *rq)
{
	const char *site = rq->in->fetch_site, *origin = rq->in->origin;

	if (site != NULL && strcmp(site, "same-origin") != 0)
		return false;
	return origin == NULL || strcmp(origin, "null") == 0 ||
	       strcmp(origin, rq->work.tenant->origin) == 0;
}

/* A browser without a session and without a cookie has got no form from this server. */
static bool
form_check_token(struct request *rq)
{
	const char *sent = param_get(&rq->form, "form");

	if (sent == NULL || (rq->session == NULL && rq->browser.size == 0))
		return false;
	return crypto_equal(bytes_of(sent), bytes_of(page_form_token(rq, page_path(rq))));
}

static bool
form_check_is_listed(const char *const *fields, const char *name)
{
	for (; fields != NULL && *fields != NULL; fields++) {
		size_t n = strlen(*fields);
		bool prefix = n > 0 && (*fields)[n - 1] == '*';

		if (prefix ? strncmp(*fields, name, n - 1) == 0 : strcmp(*fields, name) == 0)
			return true;
	}
	return strcmp(name, "form") == 0;
}

enum err
form_check(struct request *rq)
{
	if (!form_check_origin(rq) || !request_has_type(rq, TYPE_FORM) || !form_check_token(rq))
		return ERR_EXPIRED_PAGE;
	if (rq->fault.code != OK)
		return request_report_fault(rq);
	for (size_t i = 0; i < rq->form.n; i++)
		if (!form_check_is_listed(rq->route->fields, rq->form.list[i].name))
			return work_fail(&rq->work, ERR_INVALID_REQUEST,
					 "this form has no such field");
	return OK;
}
