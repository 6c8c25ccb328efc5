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
pair_find(struct work *w, const char *owner, const char *rs, struct pair *out)
{
	enum err e = row_find_tracked(w, &kind, key_join(w->arena, owner, rs, NULL), ABSENT, out);

	return e == ABSENT ? OK : e;
}

static const char *
pair_print_version(struct work *w, const struct pair *p, int64_t rs_epoch, int64_t owner_epoch)
{
	struct buf b = { .arena = w->arena };

	buf_int(&b, p->number);
	buf_char(&b, '.');
	buf_int(&b, rs_epoch);
	buf_char(&b, '.');
	buf_int(&b, owner_epoch);
	return b.data;
}

enum err
pair_version(struct work *w, const char *owner, const char *rs, const char **out)
{
	int64_t rs_epoch = 0, owner_epoch;
	struct pair p;
	enum err e;

	TRY(pair_find(w, owner, rs, &p));
	e = *rs != '\0' ? client_check_enabled(w, rs, ABSENT, &rs_epoch) : OK;
	if (e == OK || e == ABSENT)
		e = account_check_enabled(w, owner, ABSENT, &owner_epoch);
	if (e != OK && e != ABSENT)
		return e;
	*out = pair_print_version(w, &p, rs_epoch, owner_epoch);
	return OK;
}

enum err
pair_check(struct work *w, const char *owner, const struct client *rs, const char *version,
	   enum err missing)
{
	int64_t owner_epoch;
	struct pair p;

	if (rs != NULL && (rs->disabled || !client_is_resource_server(rs)))
		return missing;
	TRY(account_check_enabled(w, owner, missing, &owner_epoch));
	TRY(pair_find(w, owner, rs != NULL ? rs->id : "", &p));
	return text_equal(version, pair_print_version(w, &p, rs != NULL ? rs->epoch : 0,
						      owner_epoch)) ? OK : missing;
}

enum err
pair_withdraw(struct work *w, const char *owner, const char *rs)
{
	struct pair p;

	TRY(pair_find(w, owner, rs, &p));
	p.number++;
	w->changes->essential = true;
	change_take(w->changes, T_PAIR, p.key, p.row, row_encode(w->arena, fields, &p));
	audit_add(w, &(struct audit){ .event = AUDIT_PAT_REVOKED, .owner = owner,
		  .client = *rs != '\0' ? rs : NULL });
	return OK;
}
