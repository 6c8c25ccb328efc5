/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_WEB_COOKIE_H
#define USHER_WEB_COOKIE_H

#include "web/request.h"

/*
 * The cookies of pages. NAME is the tenant's: tenants may share a host, whose cookies all of them
 * get. The prefix __Host- makes browsers reject cookies that another host, or an insecure page, has
 * set (RFC 6265bis, 4.1.3.2). A cookie that arrives twice counts as absent.
 */
enum cookie {
	COOKIE_SESSION,	 /* __Host-usher-s.NAME: the session's handle, a dot, the time of its last
			  * use, a dot, and a keyed hash of both */
	COOKIE_BROWSER,	 /* __Host-usher-b.NAME: 16 random bytes, to which forms and flows are
			  * bound before someone signs in */
	COOKIE_DEVICE,	 /* __Host-usher-d.NAME: someone signed in on this device by password */
	COOKIE_LANGUAGE, /* __Host-usher-l.NAME: the language that the person chose */
	COOKIES
};

/* The value; NULL: there is none. It may have any bytes. */
const char *cookie_get(struct request *rq, enum cookie c);
/* Sets it in the response; NULL removes it from the browser. `value` must be safe in a header. */
void cookie_set(struct request *rq, enum cookie c, const char *value);

/* Reads the session and the browser's cookie and sets rq->session and rq->browser; an invalid one
 * counts as absent. Renews the session's cookie when its time is older than COOKIE_RENEW seconds.
 * Returns OK or ERR_STORE. */
#define COOKIE_RENEW 300
enum err cookie_read(struct request *rq);
/* Sets the cookie of the session with this handle, last used at `used`. */
void cookie_set_session(struct request *rq, const char *handle, int64_t used);
/* The 16 bytes of the browser's cookie. Makes and sets a cookie if the browser sent none. */
struct bytes cookie_browser(struct request *rq);

/* Signs a person in: session_start with rq's device and address, and its cookie. The session of the
 * request ends. Sets rq->session. */
enum err cookie_start_session(struct request *rq, struct session *s);
/* Ends the session of the request, if there is one, and removes its cookie. */
enum err cookie_end_session(struct request *rq);
/* The browser and the system that a User-Agent names: "Firefox on Android". NULL: neither. */
const char *cookie_device_words(struct arena *a, const char *user_agent);

#endif
