/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_OAUTH_GRANTS_H
#define USHER_OAUTH_GRANTS_H

#include "web/request.h"

/* The client credentials grant (RFC 6749, 4.4). */
enum err grant_client_credentials(struct request *rq);
/* The refresh of an RPT (RFC 6749, 6; UMA Grant, 3.6). */
enum err grant_refresh(struct request *rq);

#endif
