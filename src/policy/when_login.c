/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The condition on how and when the party signed in: `acr` and `auth_time` of OpenID Connect
 * Core, 2. A sign-in that does not satisfy it is UNKNOWN rather than NO: another sign-in can
 * satisfy it, and required_claims ask for that (UMA Grant, 3.3.4 and 3.3.6).
 */
#include "base/json.h"
#include "base/str_list.h"
#include "policy/condition.h"
#include "policy/describe.h"

struct login_condition {
	struct str_list acr; /* empty: any */
	int64_t max_age;     /* 0: any */
};

#define AGE_MAX	 31536000 /* a year */
#define SKEW_MAX 300	  /* an issuer's clock may be ahead by as much: the maximum of clock_skew */

enum err
when_login_parse(const struct json_path *at, struct condition *out)
{
	static const char *const known[] = { "acr", "max_age", NULL };
	struct login_condition *login = ARENA_NEW(at->arena, struct login_condition);
	struct json_path member;

	TRY(json_path_object(at, known));
	if (json_object_object_length(at->value) == 0)
		return json_path_fail(at, "must have acr or max_age");
	if (json_path_member(at, "acr", &member))
		TRY(json_path_texts(&member, JSON_PATH_TEXT_MAX, &login->acr));
	if (json_path_member(at, "max_age", &member))
		TRY(json_path_int(&member, 1, AGE_MAX, &login->max_age));
	out->login = login;
	return OK;
}

static bool
when_login_acr_fits(const struct login_condition *login, const struct party *party)
{
	const char *acr;

	if (login->acr.n == 0)
		return true;
	return party != NULL && json_text(party->claims, "acr", &acr) == JSON_FOUND &&
	       str_list_has(&login->acr, acr);
}

/* False for a missing time (0), and for a time in the future, which would stay recent for years: an
 * issuer that counts milliseconds sends such times. */
static bool
when_login_age_fits(const struct login_condition *login, const struct facts *f)
{
	if (login->max_age == 0)
		return true;
	return f->party != NULL && f->party->auth_time > 0 &&
	       f->party->auth_time <= f->now + SKEW_MAX &&
	       f->now - f->party->auth_time <= login->max_age;
}

enum truth
when_login_test(const struct condition *c, const struct facts *f)
{
	return when_login_acr_fits(c->login, f->party) && when_login_age_fits(c->login, f)
		       ? TRUTH_YES
		       : TRUTH_UNKNOWN;
}

void
when_login_require(const struct condition *c, const struct facts *f, struct required_claims *out)
{
	if (!when_login_acr_fits(c->login, f->party))
		required_claims_add(out, "acr", "Kind of sign-in", NULL);
	if (!when_login_age_fits(c->login, f))
		required_claims_add(out, "auth_time", "Recent sign-in", NULL);
}

void
when_login_print(const struct condition *c, struct buf *b)
{
	out_open(b, c->kind->name, '{');
	if (c->login->acr.n > 0)
		out_str_list(b, "acr", &c->login->acr);
	if (c->login->max_age > 0)
		out_int(b, "max_age", c->login->max_age);
	out_close(b, '}');
}

void
when_login_describe(const struct condition *c, enum phrase_form phrase_form, struct buf *b)
{
	buf_text(b, phrase_form == PHRASE_IS ? "signed in" : "anyone who signed in");
	if (c->login->max_age > 0) {
		buf_text(b, " within the last ");
		describe_seconds(b, c->login->max_age);
	}
	if (c->login->acr.n > 0) {
		buf_text(b, " by ");
		describe_names(b, &c->login->acr, "or");
	}
}
