/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_WEB_FORM_CHECK_H
#define USHER_WEB_FORM_CHECK_H

#include "web/request.h"

/*
 * The checks of a form that a page sent, after the cookies and the form were read. ERR_EXPIRED_PAGE
 * if it does not come from a page of this server in this browser:
 * 1. Sec-Fetch-Site, if present, is "same-origin";
 * 2. Origin, if present, is the issuer's or "null", which browsers send for a page with the
 *    Referrer-Policy no-referrer;
 * 3. the field `form` is that of the session, or the browser, and of the path;
 * 4. the media type is that of a form.
 * ERR_INVALID_REQUEST if
 * 5. a field is not in the route's list, or is sent twice.
 */
enum err form_check(struct request *rq);

#endif
