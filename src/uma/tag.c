/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tag.h"
#include "web/reply.h"

static const char *
tag_of(struct request *rq, int64_t revision)
{
	return arena_printf(rq->work.arena, "\"%lld\"", (long long)revision);
}

/* One of a comma-separated list, or '*'.  Ours hold neither commas nor quotes inside. */
static bool
names(const char *list, const char *tag)
{
	size_t n = strlen(tag);

	for (const char *at = list; *at != '\0'; at += strcspn(at, ","), at += *at == ',') {
		at += strspn(at, " \t");
		if (*at == '*' || (strncmp(at, tag, n) == 0 && strchr(" \t,", at[n]) != NULL))
			return true;
	}
	return false;
}

enum err
tag_check(struct request *rq, int64_t revision)
{
	if (rq->in->if_match == NULL || names(rq->in->if_match, tag_of(rq, revision)))
		return OK;
	return fail(&rq->work, ERR_PRECONDITION, "it was changed meanwhile; read it again");
}

bool
tag_known(struct request *rq, int64_t revision)
{
	return rq->in->if_none_match != NULL && names(rq->in->if_none_match, tag_of(rq, revision));
}

void
tag_reply(struct request *rq, int64_t revision)
{
	reply_header(rq, "ETag", tag_of(rq, revision));
}
