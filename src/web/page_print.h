/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SRC_WEB_PAGE_PRINT_H
#define USHER_SRC_WEB_PAGE_PRINT_H

#include "web/page.h"

/* As page_reply; `form_action`: the Content-Security-Policy has form-action 'self'. Works without a
 * route, too. */
void page_print(struct request *rq, int status, const char *page, struct view *v, bool form_action);

#endif
