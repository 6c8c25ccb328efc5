/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_SERVER_EXAMPLES_H
#define USHER_TESTS_SERVER_EXAMPLES_H

#include "tests/server/http_case.h"

/*
 * Fixtures of the worked examples: alice's resources at photoz, with the names of the
 * conformance list. photo1 and photo2 have the scopes view, resize, print and download; album has
 * view, edit and download; diary has read and download; badge has none.
 *
 * Lists of permissions are written as in the examples: "photo1{view,print} album{}".
 */
void examples_open(void);
/* The same, and a policy permits everybody to view photo1. */
void examples_open_photo1(void);

const char *alice_auth(void); /* Authorization header with alice's PAT for photoz */
const char *id_of(const char *resource);
/* Issues another PAT of alice for photoz; alice_auth() then returns this one. */
void examples_new_pat(void);
/* Sets the scopes that the client is registered for. */
void register_scopes(const char *client, const char *scopes);
/* Sets alice's policy: it permits everybody these scopes ("all": every scope; "": no rule). */
void owner_permits(const char *resource, const char *scopes);
void owner_set_policy(const char *resource, const char *rules);
void owner_remove_policy(const char *resource);

/* The response of the permission endpoint, and the ticket in that response. */
struct response request_permission(const char *permissions);
const char *new_ticket(const char *permissions);
/*
 * Requests an RPT with the UMA grant, as viewer or as another client. `more`: further parameters,
 * each with a leading '&'.
 */
struct response redeem_ticket(const char *new_ticket, const char *more);
struct response redeem_ticket_as(const char *client, const char *new_ticket, const char *more);
/* Redeems the refresh token of response a, as viewer or as another client; `more` as above. */
struct response refresh_rpt(struct response a, const char *more);
struct response refresh_rpt_as(const char *client, struct response a, const char *more);
struct exchange *rpt_request(const char *client, const char *new_ticket, const char *more);
/* "200", or the status and error code of an error response: "400 invalid_grant". */
const char *response_outcome(struct response a);
/* Serves all of them in one batch; returns the result of serve_end. */
enum err serve_together(struct exchange **list, size_t n);
/*
 * The permissions that introspection with alice's PAT returns for the RPT: "photo1{view}
 * album{edit}", resources in the order of the fixtures, scopes in alphabetical order; or
 * "inactive".
 */
const char *response_granted(struct response a);
const char *introspect_permissions(const char *auth, const char *token);

/* Answers the only open question to alice: allows these permissions. */
void answer_question(const char *permissions); /* "": denies */
/* Changes the client viewer, like another worker between the reads of a batch and its commit. */
void touch_viewer(void);
/* Counts the audit rows of an event, or all with NULL. */
size_t count_audit_rows(const char *event);

#endif
