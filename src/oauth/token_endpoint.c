/* SPDX-License-Identifier: Apache-2.0 */
/* The token endpoint: a grant is a row here and a function. */
#include <string.h>

#include "grants.h"
#include "oauth/endpoints.h"
#include "uma/grant.h"

static const struct {
	const char *type;
	handler     grant;
} grants[] = {
	{ GRANT_UMA,     grant_uma },
	{ GRANT_CLIENT,  grant_client_credentials },
	{ GRANT_REFRESH, grant_refresh },
};

enum err
token_post(struct request *rq)
{
	const char *type = param_get(&rq->form, "grant_type");

	for (size_t i = 0; type != NULL && i < sizeof grants / sizeof grants[0]; i++) {
		if (strcmp(type, grants[i].type) != 0)
			continue;
		/* The UMA grant judges a malformed form itself: the ticket in it was presented. */
		if (rq->fault != OK && grants[i].grant != grant_uma)
			break;
		return grants[i].grant(rq);
	}
	if (rq->fault != OK) {
		rq->work.why = rq->fault_why;
		return rq->fault;
	}
	if (type == NULL)
		return fail(&rq->work, ERR_INVALID_REQUEST, "grant_type is required");
	return fail(&rq->work, ERR_UNSUPPORTED_GRANT_TYPE, "that grant_type is not offered");
}
