/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts, and the indexes by login, linked identity and group. */
#include <string.h>

#include "base/id.h"
#include "base/str_list.h"
#include "base/text.h"
#include "model/account.h"
#include "model/audit.h"
#include "model/consent.h"
#include "model/password.h"
#include "model/resource.h"
#include "model/row.h"
#include "model/session.h"
#include "model/tenant.h"
#include "policy/address.h"

#define GROUPS_MAX	  32
#define GROUP_MAX	  128
#define GROUP_CHANGES_MAX 128 /* groups whose changes an account remembers */

/* clang-format off */
static const struct field fields[] = {
	MUST(struct account, "id", id, F_TEXT),
	MUST(struct account, "login", login, F_TEXT),
	FIELD(struct account, "email", email, F_TEXT),
	FIELD(struct account, "groups", groups, F_STR_LIST),
	LIST(struct account, "turns", group_changes, &numbered_names_list),
	FIELD(struct account, "turn", group_change_count, F_INT),
	FIELD(struct account, "disabled", disabled, F_BOOL),
	FIELD(struct account, "created", created, F_INT),
	FIELD(struct account, "epoch", epoch, F_INT),
	FIELD_END
};
/* clang-format on */

static const struct row_kind kind = ROW_KIND(account, T_ACCOUNT, "an account", fields);

/* The fields that account_check_enabled reads. */
/* clang-format off */
static const struct field status_fields[] = {
	MUST(struct account, "id", id, F_TEXT),
	FIELD(struct account, "disabled", disabled, F_BOOL),
	FIELD(struct account, "epoch", epoch, F_INT),
	FIELD_END
};
/* clang-format on */

static const struct row_kind status_kind =
	ROW_KIND(account, T_ACCOUNT, "an account", status_fields);

enum err
account_find(struct work *w, const char *id, enum err missing, struct account *out)
{
	return row_find_tracked(w, &kind, bytes_of(id), missing, out);
}

enum err
account_check_enabled(struct work *w, const char *id, enum err missing, int64_t *epoch)
{
	struct account acc;

	*epoch = 0;
	TRY(row_find_tracked(w, &status_kind, bytes_of(id), missing, &acc));
	*epoch = acc.epoch;
	return acc.disabled ? missing : OK;
}

/* Sets `out->id` from the index, also if the account itself was removed. */
static enum err
account_find_by_index(struct work *w, enum table index, struct bytes key, enum err missing,
		      struct account *out)
{
	struct bytes row;
	const char *id;
	enum err e;

	*out = (struct account){ .id = NULL };
	TRY(row_get_tracked(w, index, key, missing, &row));
	id = arena_strndup(w->arena, (const char *)row.data, row.size);
	e = account_find(w, id, missing, out);
	out->id = id;
	return e;
}

enum err
account_by_login(struct work *w, const char *login, enum err missing, struct account *out)
{
	return account_find_by_index(w, T_ACCOUNT_LOGIN, bytes_of(login), missing, out);
}

/* A hash, since an issuer's URL and a subject together may be longer than a key. */
struct bytes
account_identity_key(struct work *w, const char *issuer, const char *subject)
{
	uint8_t *hash = arena_alloc(w->arena, CRYPTO_HASH);

	crypto_keyed_hash(&w->tenant->pairwise_key, key_join(w->arena, issuer, subject, NULL),
			  hash);
	return BYTES(hash, CRYPTO_HASH);
}

enum err
account_by_identity_key(struct work *w, struct bytes key, enum err missing, struct account *out)
{
	return account_find_by_index(w, T_ACCOUNT_IDENTITY, key, missing, out);
}

enum err
account_by_identity(struct work *w, const char *issuer, const char *subject, enum err missing,
		    struct account *out)
{
	return account_by_identity_key(w, account_identity_key(w, issuer, subject), missing, out);
}

enum err
account_check(struct work *w, const struct account *acc)
{
	char canonical[ADDRESS_SIZE];
	const char *email = acc->email;
	size_t n = strlen(acc->login);

	if (n < 1 || n > LOGIN_MAX || text_has_control(bytes_of(acc->login)) ||
	    !text_is_utf8(bytes_of(acc->login)))
		return work_fail(w, ERR_INVALID_REQUEST,
				 "login must be UTF-8 of 1 to %d bytes without control characters",
				 LOGIN_MAX);
	/* Policies refer to accounts by login or id, so a login must not be readable as an id. */
	if (id_is(acc->login))
		return work_fail(w, ERR_INVALID_REQUEST,
				 "login must not have the form of an account's id");
	if (email != NULL && !address_read_email(w->arena, &email, canonical))
		return work_fail(w, ERR_INVALID_REQUEST,
				 "email must be an address such as bob@example.net");
	if (acc->groups.n > GROUPS_MAX)
		return work_fail(w, ERR_INVALID_REQUEST, "an account can be in at most %d groups",
				 GROUPS_MAX);
	for (size_t i = 0; i < acc->groups.n; i++) {
		struct bytes group = bytes_of(acc->groups.list[i]);

		if (group.size < 1 || group.size > GROUP_MAX || !text_is_utf8(group) ||
		    text_has_control(group))
			return work_fail(w, ERR_INVALID_REQUEST,
					 "a group's name must be UTF-8 of 1 to %d bytes "
					 "without control characters",
					 GROUP_MAX);
	}
	return OK;
}

static struct bytes
account_group_key(struct work *w, const char *group, const char *account)
{
	return key_join(w->arena, group, account, NULL);
}

static enum err
account_group_found(void *arg, struct bytes key, struct bytes row)
{
	*(bool *)arg = true;
	return SCAN_STOP;
}

enum err
account_group_find(struct work *w, const char *group, enum err missing)
{
	bool found = false;

	if (strlen(group) > GROUP_MAX)
		return missing;
	TRY(store_scan(w->db, w->tenant->id, T_ACCOUNT_GROUP, account_group_key(w, group, ""),
		       BYTES_NONE, account_group_found, &found));
	return found ? OK : missing;
}

/* Updates the index from the groups of the stored row to `groups`. */
static void
account_index_groups(struct work *w, const struct account *acc, const struct str_list *groups)
{
	struct account old = { 0 };

	if (acc->row.size > 0)
		row_decode(w->arena, fields, acc->row, &old);
	for (size_t i = 0; i < old.groups.n; i++)
		if (!str_list_has(groups, old.groups.list[i]))
			change_drop(w->changes, T_ACCOUNT_GROUP,
				    account_group_key(w, old.groups.list[i], acc->id));
	for (size_t i = 0; i < groups->n; i++)
		if (!str_list_has(&old.groups, groups->list[i]))
			change_put(w->changes, T_ACCOUNT_GROUP,
				   account_group_key(w, groups->list[i], acc->id),
				   bytes_of(acc->id));
}

static void
account_write(struct work *w, const struct account *acc, enum audit_event event)
{
	account_index_groups(w, acc, &acc->groups);
	change_take(w->changes, T_ACCOUNT, bytes_of(acc->id), acc->row,
		    row_encode(w->arena, fields, acc));
	audit_add(w, &(struct audit){ .event = event, .object = acc->id });
}

enum err
account_add(struct work *w, struct account *acc)
{
	struct account other;
	char id[ID_SIZE];
	enum err e;

	TRY(account_check(w, acc));
	e = account_by_login(w, acc->login, ABSENT, &other);
	if (e == OK)
		return work_fail(w, ERR_EXISTS, "an account with this login exists already");
	if (e != ABSENT)
		return e;
	id_new(w->random, w->now_ms, id);
	acc->id = arena_strdup(w->arena, id);
	acc->created = w->now;
	acc->row = BYTES_NONE;
	change_add(w->changes, T_ACCOUNT_LOGIN, bytes_of(acc->login), bytes_of(acc->id));
	account_write(w, acc, AUDIT_ACCOUNT_ADDED);
	return OK;
}

/* Records each joined or left group: permissions that depended on the earlier membership stay
 * inactive after a change back. If there are more groups than an account remembers, the epoch is
 * raised, which invalidates everything issued before. */
static void
account_record_group_changes(struct work *w, const struct account *old, struct account *next)
{
	struct str_list changed = { 0 };
	size_t kept = 0;

	for (size_t i = 0; i < old->groups.n; i++)
		if (!str_list_has(&next->groups, old->groups.list[i]))
			str_list_put(w->arena, &changed, old->groups.list[i]);
	for (size_t i = 0; i < next->groups.n; i++)
		if (!str_list_has(&old->groups, next->groups.list[i]))
			str_list_put(w->arena, &changed, next->groups.list[i]);
	if (changed.n == 0)
		return;
	next->group_change_count = old->group_change_count + 1;
	next->group_changes = NULL;
	for (const struct numbered_names *t = old->group_changes; t != NULL; t = t->next) {
		for (size_t i = 0; i < t->names.n; i++) {
			if (str_list_has(&changed, t->names.list[i]))
				continue;
			numbered_names_add(w->arena, &next->group_changes, t->names.list[i],
					   t->number);
			kept++;
		}
	}
	for (size_t i = 0; i < changed.n; i++)
		numbered_names_add(w->arena, &next->group_changes, changed.list[i],
				   next->group_change_count);
	if (kept + changed.n > GROUP_CHANGES_MAX) {
		next->group_changes = NULL;
		next->epoch++;
	}
}

enum err
account_put(struct work *w, const struct account *acc)
{
	struct account next = *acc, old = *acc;

	if (acc->row.size > 0)
		TRY(row_read(w, &kind, acc->key, acc->row, &old));
	next.epoch = old.epoch + (acc->disabled && !old.disabled);
	account_record_group_changes(w, &old, &next);
	TRY(account_check(w, &next));
	account_write(w, &next, acc->disabled ? AUDIT_ACCOUNT_DISABLED : AUDIT_ACCOUNT_CHANGED);
	return OK;
}

static enum err
account_remove_resource(void *arg, const void *resource)
{
	return resource_remove(arg, resource);
}

/* Removes rows of a table whose keys begin with the owner: policies, consents, delegations. */
struct removal {
	struct work *w;
	enum table table;
};

static enum err
account_remove_owned(void *arg, struct bytes key, struct bytes row)
{
	struct removal *o = arg;

	change_drop(o->w->changes, o->table, key);
	return OK;
}

static enum err
account_remove_all(struct work *w, enum table table, struct bytes prefix)
{
	struct removal o = { w, table };

	return store_scan(w->db, w->tenant->id, table, prefix, BYTES_NONE, account_remove_owned,
			  &o);
}

static enum err
account_remove_all_owned(struct work *w, enum table table, const char *owner)
{
	return account_remove_all(w, table, key_join(w->arena, owner, "", NULL));
}

/* What happens to the rows of a table that belong to a removed account. */
enum account_rows {
	ROWS_NONE,     /* there are none */
	ROWS_BY_OWNER, /* the key begins with the account's id and NUL: account_remove drops them */
	ROWS_BY_CALL,  /* account_remove drops them in its own way */
	ROWS_INACTIVE, /* they stay, and are invalid without the account; they expire, if at all */
};

/* The compiler rejects a table that has no case here. */
static enum account_rows
account_rows_of(enum table table)
{
	switch (table) {
	case T_POLICY:
	case T_DELEGATION:
	case T_APPROVAL:
	case T_SESSION_INDEX:
	case T_CONSENT: return ROWS_BY_OWNER;
	case T_ACCOUNT:
	case T_ACCOUNT_LOGIN:
	case T_ACCOUNT_GROUP:
	case T_RESOURCE:
	case T_RESOURCE_ID:
	case T_SESSION:
	case T_PASSWORD:
	case T_COUNT: return ROWS_BY_CALL;
	case T_ACCOUNT_IDENTITY:
	case T_TICKET:
	case T_CLAIMS_FLOW:
	case T_ACCESS:
	case T_RPT:
	case T_REFRESH:
	case T_FAMILY:
	case T_PCT:
	case T_CODE:
	case T_PUSHED_REQUEST:
	case T_RESET: return ROWS_INACTIVE;
	case T_META:
	case T_TENANT:
	case T_TENANT_INDEX:
	case T_KEY:
	case T_CLIENT:
	case T_ISSUER:
	case T_SEEN:
	case T_AUDIT:
	case TABLE_COUNT: break;
	}
	return ROWS_NONE;
}

enum err
account_remove(struct work *w, const struct account *acc)
{
	const struct str_list none = { 0 };

	w->changes->essential = true;
	TRY(resource_each(w, acc->id, NULL, account_remove_resource, w));
	for (int t = 0; t < TABLE_COUNT; t++)
		if (account_rows_of((enum table)t) == ROWS_BY_OWNER)
			TRY(account_remove_all_owned(w, (enum table)t, acc->id));
	TRY(account_remove_all(w, T_COUNT, consent_count_prefix(w->arena, acc->id)));
	change_drop(w->changes, T_COUNT, changes_sharing_key(w->arena, bytes_of(acc->id)));
	TRY(session_end_all(w, acc->id, NULL));
	password_remove(w, acc->id);
	account_index_groups(w, acc, &none);
	change_drop(w->changes, T_ACCOUNT_LOGIN, bytes_of(acc->login));
	change_drop(w->changes, T_ACCOUNT, bytes_of(acc->id));
	audit_add(w, &(struct audit){ .event = AUDIT_ACCOUNT_REMOVED, .object = acc->id });
	return OK;
}

enum err
account_link(struct work *w, const struct account *acc, const char *issuer, const char *subject)
{
	struct account other;
	enum err e;

	if (strlen(issuer) == 0 || strlen(issuer) > 2048 || strlen(subject) == 0 ||
	    strlen(subject) > 255)
		return work_fail(w, ERR_INVALID_REQUEST,
				 "an identity must have an issuer of 1 to 2048 bytes and a subject "
				 "of 1 to 255 bytes");
	e = account_by_identity(w, issuer, subject, ABSENT, &other);
	if (e == OK && strcmp(other.id, acc->id) != 0)
		return work_fail(w, ERR_EXISTS, "this identity is already linked to the account %s",
				 other.login);
	if (e != OK && e != ABSENT)
		return e;
	change_put(w->changes, T_ACCOUNT_IDENTITY, account_identity_key(w, issuer, subject),
		   bytes_of(acc->id));
	audit_add(w, &(struct audit){
			     .event = AUDIT_ACCOUNT_LINKED, .object = acc->id, .why = issuer });
	return OK;
}

enum err
account_link_own(struct work *w, const char *account)
{
	struct bytes key = account_identity_key(w, w->tenant->issuer, account), row;
	enum err e = row_get(w, T_ACCOUNT_IDENTITY, key, ABSENT, &row);

	if (e == ABSENT)
		change_put(w->changes, T_ACCOUNT_IDENTITY, key, bytes_of(account));
	return e == ABSENT ? OK : e;
}

enum err
account_each(struct work *w, each_fn fn, void *arg)
{
	return row_each(w, &kind, BYTES_NONE, fn, arg);
}
