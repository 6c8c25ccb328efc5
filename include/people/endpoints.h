/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PEOPLE_ENDPOINTS_H
#define USHER_PEOPLE_ENDPOINTS_H

#include "web/request.h"

/* The pages for people, in src/people/. Each function handles one row of the routes. */

/* help_page.c */
enum err help_get(struct request *rq);

/* signin_page.c */
enum err signin_get(struct request *rq);
enum err signin_post(struct request *rq);
enum err signin_again_post(struct request *rq);
enum err signout_post(struct request *rq);
enum err signed_out_get(struct request *rq);

/* server_signin_page.c */
enum err server_signin_get(struct request *rq);
enum err server_signin_post(struct request *rq);

/* reset_page.c */
enum err reset_get(struct request *rq);
enum err reset_post(struct request *rq);

/* account_page.c */
enum err home_get(struct request *rq);
enum err account_get(struct request *rq);
enum err devices_get(struct request *rq);
enum err device_end_post(struct request *rq);
enum err devices_end_post(struct request *rq);
enum err password_get(struct request *rq);
enum err password_post(struct request *rq);

#endif
