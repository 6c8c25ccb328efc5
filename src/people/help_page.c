/* SPDX-License-Identifier: Apache-2.0 */
/* What Usher is, for people who see it for the first time. */
#include "people/endpoints.h"
#include "web/page.h"

enum err
help_get(struct request *rq)
{
	int64_t minutes = (rq->work.tenant->set.rpt_life + 59) / 60;
	struct view *v = page_view(rq);

	view_number(v, "minutes", minutes);
	page_reply(rq, 200, "help", v);
	return OK;
}
