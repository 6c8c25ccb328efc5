/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PEOPLE_ENDPOINTS_H
#define USHER_PEOPLE_ENDPOINTS_H

#include "web/request.h"

/* The pages for people, in src/people/. Each function handles one row of the routes. */

/* help_page.c */
enum err help_get(struct request *rq);

#endif
