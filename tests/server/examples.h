/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_SERVER_EXAMPLES_H
#define USHER_TESTS_SERVER_EXAMPLES_H

#include "tests/server/http_case.h"

/*
 * The fixtures of the worked examples: alice's resources at photoz, by the names of the
 * conformance list.  photo1 and photo2 have view, resize, print and download; album has view,
 * edit and download; diary read and download; badge nothing.
 *
 * Lists of permissions are written as in the examples: "photo1{view,print} album{}".
 */
void examples_open(void);
/* The same, and everybody may view photo1. */
void examples_open_photo1(void);

const char *alice_auth(void); /* Authorization of her PAT for photoz */
const char *id_of(const char *resource);
/* Another PAT of hers, in place of the first. */
void examples_new_pat(void);
/* What the client is registered for, from now on. */
void register_scopes(const char *client, const char *scopes);
/* alice's policy permits everybody these scopes ("all" for all), or none where it is "". */
void owner_permits(const char *resource, const char *scopes);
void owner_set_policy(const char *resource, const char *rules);
void owner_remove_policy(const char *resource);

/* The permission endpoint's answer, and the ticket in it. */
struct response request_permission(const char *permissions);
const char *new_ticket(const char *permissions);
/* The UMA grant, by viewer or by another; `more` are further parameters, with '&' in front. */
struct response redeem_ticket(const char *new_ticket, const char *more);
struct response redeem_ticket_as(const char *client, const char *new_ticket, const char *more);
/* The refresh token of an answer, by viewer or by another; `more` as above. */
struct response refresh_rpt(struct response a, const char *more);
struct response refresh_rpt_as(const char *client, struct response a, const char *more);
struct exchange *rpt_request(const char *client, const char *new_ticket, const char *more);
/* "200", or a refusal's status and code: "400 invalid_grant". */
const char *response_outcome(struct response a);
/* All of them in one round; its verdict. */
enum err serve_together(struct exchange **list, size_t n);
/* What introspection by alice's PAT says of the RPT: "photo1{view} album{edit}" in the order of
 * the fixtures, scopes in the order of the alphabet; "inactive". */
const char *response_granted(struct response a);
const char *introspect_permissions(const char *auth, const char *token);

/* Runs `fn` as the owner would who answers her one open question. */
void answer_question(const char *permissions); /* "": no */
/* Changes the client viewer, as another worker might between a round's reading and its commit. */
void touch_viewer(void);
/* Counts audit rows of an event; NULL: all. */
size_t count_audit_rows(const char *event);

#endif
