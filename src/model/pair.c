/* SPDX-License-Identifier: Apache-2.0 */
/* The number of an owner and a resource server; a row only where something was taken back. */
#include "model/account.h"
#include "model/audit.h"
#include "model/pair.h"
#include "model/row.h"

struct pair {
	int64_t      number;
	struct bytes key, row;
};

static const struct field fields[] = {
	FIELD(struct pair, "n", number, F_INT),
	FIELD_END
};

static const struct row_kind kind = ROW_KIND(pair, T_PAIR, "a pair", fields);

static enum err
find(struct work *w, const char *owner, const char *rs, struct pair *out)
{
	enum err e = row_find(w, &kind, key_join(w->arena, owner, rs, NULL), ABSENT, out);

	return e == ABSENT ? OK : e;
}

enum err
pair_number(struct work *w, const char *owner, const char *rs, int64_t *out)
{
	struct pair p;

	TRY(find(w, owner, rs, &p));
	*out = p.number;
	return OK;
}

enum err
pair_stands(struct work *w, const char *owner, const char *rs, int64_t number, enum err missing)
{
	int64_t now;

	TRY(account_stands(w, owner, missing));
	TRY(pair_number(w, owner, rs, &now));
	return now == number ? OK : missing;
}

enum err
pair_find_rs(struct work *w, const char *owner, const char *rs, int64_t number, enum err missing,
	     struct client *out)
{
	TRY(client_find(w, rs, missing, out));
	return out->disabled ? missing : pair_stands(w, owner, rs, number, missing);
}

enum err
pair_withdraw(struct work *w, const char *owner, const char *rs)
{
	struct pair p;

	TRY(find(w, owner, rs, &p));
	p.number++;
	w->changes->essential = true;
	change_take(w->changes, T_PAIR, p.key, p.row, row_encode(w->arena, fields, &p));
	audit_add(w, &(struct audit){ .event = AUDIT_PAT_REVOKED, .owner = owner,
		  .client = *rs != '\0' ? rs : NULL });
	return OK;
}
