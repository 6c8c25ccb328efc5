/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_SERVER_SHARE_H
#define USHER_TESTS_SERVER_SHARE_H

#include "tests/server/dialogue.h"

/*
 * The fixtures of the worked examples: alice's resources at photoz, by the names of the
 * conformance list.  photo1 and photo2 have view, resize, print and download; album has view,
 * edit and download; diary read and download; badge nothing.
 *
 * Lists of permissions are written as in the examples: "photo1{view,print} album{}".
 */
void share_open(void);
/* The same, and everybody may view photo1. */
void share_open_photo1(void);

const char *alice(void);		/* Authorization of her PAT for photoz */
const char *id_of(const char *resource);
/* Another PAT of hers, in place of the first. */
void share_new_pat(void);
/* What the client is registered for, from now on. */
void registered(const char *client, const char *scopes);
/* alice's policy permits everybody these scopes ("all" for all), or none where it is "". */
void permits(const char *resource, const char *scopes);
void policy(const char *resource, const char *rules);
void no_policy(const char *resource);

/* The permission endpoint's answer, and the ticket in it. */
struct said wish(const char *permissions);
const char *ticket(const char *permissions);
/* The UMA grant, by viewer or by another; `more` are further parameters, with '&' in front. */
struct said redeem(const char *ticket, const char *more);
struct said redeem_as(const char *client, const char *ticket, const char *more);
/* The refresh token of an answer, by viewer or by another; `more` as above. */
struct said refresh(struct said a, const char *more);
struct said refresh_as(const char *client, struct said a, const char *more);
struct exchange *ask_rpt(const char *client, const char *ticket, const char *more);
/* "200", or a refusal's status and code: "400 invalid_grant". */
const char *outcome(struct said a);
/* All of them in one round; its verdict. */
enum err together(struct exchange **list, size_t n);
/* What introspection by alice's PAT says of the RPT: "photo1{view} album{edit}" in the order of
 * the fixtures, scopes in the order of the alphabet; "inactive". */
const char *granted(struct said a);
const char *introspected(const char *auth, const char *token);

/* Runs `fn` as the owner would who answers her one open question. */
void answer_question(const char *permissions);	/* "": no */
/* Changes the client viewer, as another worker might between a round's reading and its commit. */
void touch_viewer(void);
/* Counts audit rows of an event; NULL: all. */
size_t audited(const char *event);

#endif
