/* SPDX-License-Identifier: Apache-2.0 */
/* The token endpoint. To add a grant, add a row to `grants` and write its function. */
#include <string.h>

#include "grants.h"
#include "oauth/endpoints.h"
#include "uma/grant.h"

/* clang-format off */
static const struct {
	const char *type;
	handler     grant;
} grants[] = {
	{ GRANT_UMA,     grant_uma },
	{ GRANT_CLIENT,  grant_client_credentials },
	{ GRANT_REFRESH, grant_refresh },
	{ GRANT_CODE,    grant_code },
};
/* clang-format on */

static handler
token_grant_of(const char *type)
{
	for (size_t i = 0; type != NULL && i < sizeof grants / sizeof grants[0]; i++)
		if (strcmp(type, grants[i].type) == 0)
			return grants[i].grant;
	return NULL;
}

static enum err
token_check(struct request *rq, const char *type)
{
	if (rq->fault.code != OK)
		return request_report_fault(rq);
	if (type == NULL)
		return work_fail(&rq->work, ERR_INVALID_REQUEST, "grant_type is required");
	if (token_grant_of(type) == NULL)
		return work_fail(&rq->work, ERR_UNSUPPORTED_GRANT_TYPE,
				 "grant_type is not supported; the metadata document lists the "
				 "supported ones in grant_types_supported");
	return OK;
}

/* A request without a valid grant_type presents its ticket nevertheless, so the ticket is used up
 * (UMA Grant, 5.5). The other grants ignore the parameter ticket (RFC 6749, 3.2). */
enum err
token_post(struct request *rq)
{
	const char *type = param_get(&rq->form, "grant_type");
	handler grant = token_grant_of(type);
	enum err e;

	if (grant == grant_uma)
		return grant_uma(rq); /* reports a malformed form itself */
	e = token_check(rq, type);
	if (grant == NULL)
		return grant_uma_use_up_ticket(rq, e);
	return e != OK ? e : grant(rq);
}
