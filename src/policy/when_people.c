/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions on the party: anyone, an account, an e-mail address, a group. An account and its
 * groups are facts of the server, linked to the party by (issuer, subject). The address is a
 * claim, and is used only if the issuer has verified it (OpenID Connect Core, 5.1).
 */
#include "base/id.h"
#include "base/json.h"
#include "base/str_list.h"
#include "base/text.h"
#include "policy/address.h"
#include "policy/condition.h"
#include "policy/describe.h"

enum err
when_text_parse(const struct json_path *at, struct condition *out)
{
	return json_path_text(at, JSON_PATH_TEXT_MAX, &out->text);
}

void
when_text_print(const struct condition *c, struct buf *b)
{
	out_text(b, c->kind->name, c->text);
}

static void
when_people_describe(struct buf *b, const char *words, const char *name)
{
	buf_text(b, words);
	describe_name(b, name);
}

enum err
when_anyone_parse(const struct json_path *at, struct condition *out)
{
	if (!json_object_is_type(at->value, json_type_boolean) ||
	    !json_object_get_boolean(at->value))
		return json_path_fail(at, "must be true");
	return OK;
}

enum truth
when_anyone_test(const struct condition *c, const struct facts *f)
{
	return TRUTH_YES;
}

void
when_anyone_print(const struct condition *c, struct buf *b)
{
	out_bool(b, c->kind->name, true);
}

void
when_anyone_describe(const struct condition *c, enum phrase_form phrase_form, struct buf *b)
{
	buf_text(b, phrase_form == PHRASE_IS ? "is anyone" : "anyone");
}

enum err
when_account_parse(const struct json_path *at, struct condition *out)
{
	struct json_path login;

	TRY(when_text_parse(at, out));
	if (!json_path_member(at->up, "login", &login))
		return OK;
	return json_path_text(&login, JSON_PATH_TEXT_MAX, &out->person);
}

/* Compares ids. A text that is not an id was not resolved when the policy was written, so it could
 * refer to any account. */
enum truth
when_account_test(const struct condition *c, const struct facts *f)
{
	if (f->party == NULL || !id_is(c->text))
		return TRUTH_UNKNOWN;
	return text_equal(f->party->account, c->text) ? TRUTH_YES : TRUTH_NO;
}

void
when_account_require(const struct condition *c, const struct facts *f, struct required_claims *out)
{
	required_claims_add_party(out);
}

void
when_account_print(const struct condition *c, struct buf *b)
{
	out_text(b, c->kind->name, c->text);
	out_text(b, "login", c->person);
}

void
when_account_describe(const struct condition *c, enum phrase_form phrase_form, struct buf *b)
{
	when_people_describe(b, phrase_form == PHRASE_IS ? "is user " : "user ",
			     c->person != NULL ? c->person : c->text);
}

enum err
when_email_parse(const struct json_path *at, struct condition *out)
{
	char canonical[ADDRESS_SIZE];

	TRY(when_text_parse(at, out));
	if (!address_read_email(at->arena, &out->text, canonical))
		return json_path_fail(at, "must be an e-mail address such as bob@example.net");
	out->canonical = arena_strdup(at->arena, canonical);
	return OK;
}

static bool
when_people_email_is_verified(const struct party *party)
{
	bool verified;

	return party != NULL &&
	       json_flag(party->claims, "email_verified", &verified) == JSON_FOUND && verified;
}

/* Addresses that mail systems may treat as equal are UNKNOWN: a deny rule must apply to both. */
static enum truth
when_people_email_compare(const struct condition *c, const struct party *party)
{
	char canonical[ADDRESS_SIZE];
	const char *email;

	if (party == NULL || json_text(party->claims, "email", &email) != JSON_FOUND ||
	    !address_email(email, canonical))
		return TRUTH_UNKNOWN;
	if (text_equal(canonical, c->canonical))
		return TRUTH_YES;
	return address_email_may_equal(canonical, c->canonical) ? TRUTH_UNKNOWN : TRUTH_NO;
}

enum truth
when_email_test(const struct condition *c, const struct facts *f)
{
	return when_people_email_is_verified(f->party) ? when_people_email_compare(c, f->party)
						       : TRUTH_UNKNOWN;
}

void
when_email_require(const struct condition *c, const struct facts *f, struct required_claims *out)
{
	if (when_people_email_compare(c, f->party) == TRUTH_UNKNOWN)
		required_claims_add(out, "email", "E-mail address", NULL);
	if (!when_people_email_is_verified(f->party))
		required_claims_add(out, "email_verified", "Verified e-mail address", NULL);
}

void
when_email_describe(const struct condition *c, enum phrase_form phrase_form, struct buf *b)
{
	when_people_describe(b, phrase_form == PHRASE_IS ? "is " : "", c->text);
}

enum truth
when_group_test(const struct condition *c, const struct facts *f)
{
	if (f->party == NULL)
		return TRUTH_UNKNOWN;
	if (f->party->account == NULL)
		return TRUTH_NO;
	return str_list_has(&f->party->groups, c->text) ? TRUTH_YES : TRUTH_NO;
}

void
when_group_describe(const struct condition *c, enum phrase_form phrase_form, struct buf *b)
{
	/* clang-format off */
	static const char *const words[PHRASE_COUNT] = {
		[PHRASE_MANY] = "members of ",
		[PHRASE_ONE]  = "a member of ",
		[PHRASE_IS]   = "is a member of ",
	};
	/* clang-format on */

	when_people_describe(b, words[phrase_form], c->text);
}
