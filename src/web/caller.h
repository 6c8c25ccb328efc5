/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_WEB_CALLER_H
#define USHER_WEB_CALLER_H

#include "web/request.h"

/* Client authentication: fills caller.client. */
enum err caller_client(struct request *rq);

#endif
