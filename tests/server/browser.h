/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_SERVER_BROWSER_H
#define USHER_TESTS_SERVER_BROWSER_H

#include "tests/server/http_case.h"

/*
 * A browser without scripts, for requests without a socket: it keeps cookies and sends forms.
 * Jobs are done at once and counted.
 *
 *	browser_get("/signin");
 *	browser_submit("/signin", "name=alice&password=x");
 *	CU_ASSERT_EQUAL(browser.page.status, 400);
 */
struct browser {
	const char *jar[HTTP_COOKIES]; /* "name=value", or NULL */
	struct response page;	       /* the latest response */
	int jobs;		       /* that the latest request caused */
	bool lose_jobs;		       /* jobs fail, as if their process had died */
};
extern struct browser browser;

/* A new browser without cookies. */
void browser_open(void);
/* A path or URL with https://as.example.com. */
void browser_get(const char *path);
/* Sends a form of the latest page, the one with this action: the given fields and its hidden
 * ones. */
void browser_submit(const char *path, const char *fields);
/* Sends fields without those of a page. */
void browser_post(const char *path, const char *fields);
/* The hidden field `form` of the form of the latest page with this action. */
const char *browser_token(const char *path);
/* Where the latest response leads: Location, or the address of Refresh; "" if nowhere. */
const char *browser_target(void);
/* Does the latest page contain the text? */
bool browser_shows(const char *text);
/* Adds an account with a password, or sets the password of one that exists. */
void browser_set_password(const char *login, const char *password);
/* browser_open, and signs the account in. */
void browser_sign_in(const char *login, const char *password);

#endif
