/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "web/etag.h"
#include "web/reply.h"

static const char *
etag_print(struct request *rq, int64_t revision)
{
	return arena_printf(rq->work.arena, "\"%lld\"", (long long)revision);
}

/* Is `etag` in a comma-separated list, or is the list '*'? Between their quotes the server's tags
 * contain only digits, so a comma inside a foreign tag cannot produce a match. */
static bool
etag_in_list(const char *list, const char *etag, bool weak)
{
	size_t n = strlen(etag);

	for (const char *at = list; *at != '\0'; at += strcspn(at, ","), at += *at == ',') {
		at += strspn(at, " \t");
		if (*at == '*')
			return true;
		if (weak && strncmp(at, "W/", 2) == 0)
			at += 2;
		if (strncmp(at, etag, n) == 0 && strchr(" \t,", at[n]) != NULL)
			return true;
	}
	return false;
}

enum err
etag_check(struct request *rq, int64_t revision)
{
	const char *sent = rq->in->if_match;

	if (sent == NULL || etag_in_list(sent, etag_print(rq, revision), false))
		return OK;
	return work_fail(&rq->work, ERR_PRECONDITION,
			 "the resource or policy has changed since it was read; read it again and "
			 "retry with its new ETag");
}

bool
etag_known(struct request *rq, int64_t revision)
{
	const char *sent = rq->in->if_none_match;

	return sent != NULL && etag_in_list(sent, etag_print(rq, revision), true);
}

void
etag_reply(struct request *rq, int64_t revision)
{
	reply_header(rq, HEADER_ETAG, etag_print(rq, revision));
}
