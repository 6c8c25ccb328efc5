/* SPDX-License-Identifier: Apache-2.0 */
/* Requests for consent. The key is a hash of the question, so the same question is asked once. */
#include <stdlib.h>
#include <string.h>

#include "base/b64.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/str_list.h"
#include "base/text.h"
#include "model/audit.h"
#include "model/consent.h"
#include "model/delegation.h"
#include "model/resource.h"
#include "model/row.h"
#include "model/tenant.h"
#include "model/token.h"

#define ID_BYTES 16

const char *const consent_state_names[] = {
	[CONSENT_OPEN] = "open", [CONSENT_APPROVED] = "approved", [CONSENT_DENIED] = "denied", NULL
};

/* clang-format off */
static const struct field fields[] = {
	MUST(struct consent, "id", id, F_TEXT),
	MUST(struct consent, "owner", owner, F_TEXT),
	FIELD(struct consent, "rs", rs, F_TEXT),
	FIELD(struct consent, "client", client, F_TEXT),
	FIELD(struct consent, "who", party_name, F_TEXT),
	LIST(struct consent, "asked", requested, &permission_list),
	LIST(struct consent, "granted", granted, &permission_list),
	FIELD(struct consent, "delegation", delegation, F_TEXT),
	FIELD(struct consent, "decisions", decisions, F_INT),
	ENUM(struct consent, "state", state, consent_state_names),
	FIELD(struct consent, "asked_at", asked_at, F_INT),
	FIELD(struct consent, "decided_at", decided_at, F_INT),
	FIELD(struct consent, "exp", expires, F_INT),
	FIELD_END
};
/* clang-format on */

static const struct row_kind kind = ROW_KIND(consent, T_CONSENT, "a consent", fields);

static int
consent_compare_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Adds the texts of one entry: its resource, and each scope with the revision since which the
 * resource has had it. */
static enum err
consent_list_asked(struct work *w, const struct consent *c, const struct permission *p,
		   struct str_list *all)
{
	struct resource r = { .id = NULL };
	enum err e = resource_find(w, c->owner, c->rs, p->resource, ABSENT, &r);

	if (e != OK && e != ABSENT)
		return e;
	str_list_add(w->arena, all, p->resource);
	for (size_t i = 0; i < p->scopes.n; i++)
		str_list_add(w->arena, all,
			     arena_printf(w->arena, "%s %lld %s", p->resource,
					  (long long)resource_scope_since(&r, p->scopes.list[i]),
					  p->scopes.list[i]));
	return OK;
}

/* Collects the question's resources and scopes, sorted: their order is not a part of the question,
 * and neither are the rules that ask. A scope that was removed and registered again counts as
 * another scope: a consent to the first must not allow the second (T-U19). Sorting makes duplicates
 * among hundreds adjacent; consent_make_id skips them. */
static enum err
consent_sort_requested(struct work *w, const struct consent *c, struct str_list *all)
{
	for (const struct permission *p = c->requested; p != NULL; p = p->next)
		TRY(consent_list_asked(w, c, p, all));
	if (all->n > 0)
		qsort(all->list, all->n, sizeof *all->list, consent_compare_text);
	return OK;
}

static enum err
consent_make_id(struct work *w, struct consent *c, const char *party_key)
{
	struct bytes parties = key_join(w->arena, c->rs, c->client, party_key, NULL);
	struct buf question = { .arena = w->arena };
	struct str_list requested = { 0 };
	uint8_t hash[CRYPTO_HASH];

	TRY(consent_sort_requested(w, c, &requested));
	buf_add(&question, parties.data, parties.size);
	for (size_t i = 0; i < requested.n; i++) {
		if (i > 0 && strcmp(requested.list[i], requested.list[i - 1]) == 0)
			continue;
		buf_char(&question, '\0');
		buf_text(&question, requested.list[i]);
	}
	crypto_keyed_hash(&w->tenant->pairwise_key, buf_bytes(&question), hash);
	c->id = b64url_encode(w->arena, BYTES(hash, ID_BYTES));
	return OK;
}

/* An owner who revokes the delegation also revokes the consents given under it. */
static enum err
consent_check_current(struct work *w, const struct consent *c, enum err missing)
{
	const char *now;

	if (c->expires <= w->now)
		return missing;
	TRY(delegation_version(w, c->owner, c->rs, &now));
	return text_equal(now, c->delegation) ? OK : missing;
}

enum err
consent_find(struct work *w, const char *owner, const char *id, enum err missing,
	     struct consent *out)
{
	TRY(row_find_tracked(w, &kind, key_join(w->arena, owner, id, NULL), missing, out));
	return consent_check_current(w, out, missing);
}

int64_t
consent_allowed_since(const struct consent *c, const char *resource, const char *scope)
{
	if (c->state != CONSENT_APPROVED)
		return 0;
	for (const struct permission *p = c->granted; p != NULL; p = p->next)
		if (strcmp(p->resource, resource) == 0 &&
		    (scope != NULL ? str_list_has(&p->scopes, scope) : p->scopes.n == 0))
			return p->since;
	return 0;
}

/* --- counters of open questions --------------------------------------------------------------- */

#define COUNT_PREFIX "consent"

static struct bytes
consent_count_key(struct arena *a, const char *owner, const char *client)
{
	return client != NULL ? key_join(a, COUNT_PREFIX, owner, client, NULL)
			      : key_join(a, COUNT_PREFIX, owner, NULL);
}

struct bytes
consent_count_prefix(struct arena *a, const char *owner)
{
	return consent_count_key(a, owner, NULL);
}

void
consent_count_open(struct changes *c, const char *owner, const char *client, int64_t delta,
		   int64_t max, int64_t client_max)
{
	change_count(c, T_COUNT, consent_count_key(c->arena, owner, NULL), delta, max);
	change_count(c, T_COUNT, consent_count_key(c->arena, owner, client), delta, client_max);
}

struct open_count {
	struct work *w;
	const struct consent *question;
	int64_t open, of_client;
};

/* Expired questions, and those of a revoked delegation, are counted until their rows are removed.
 * The row of the question that is asked now is replaced instead. */
static enum err
consent_drop_stale(void *arg, const void *consent)
{
	const struct consent *c = consent;
	struct open_count *n = arg;
	enum err e;

	if (c->state != CONSENT_OPEN || strcmp(c->id, n->question->id) == 0)
		return OK;
	e = consent_check_current(n->w, c, ABSENT);
	if (e != ABSENT)
		return e;
	change_take(n->w->changes, T_CONSENT, c->key, c->row, BYTES_NONE);
	consent_count_open(n->w->changes, c->owner, c->client, -1, 0, 0);
	n->open--;
	n->of_client -= text_equal(c->client, n->question->client);
	return OK;
}

static enum err
consent_read_count(struct work *w, const char *owner, const char *client, int64_t *out)
{
	return store_count(w->db, w->tenant->id, T_COUNT,
			   consent_count_key(w->arena, owner, client), out);
}

/* Counts the question, unless there are too many. The commit compares with the limits again, since
 * many may be asked at once (T-U17). */
static enum err
consent_count_new(struct work *w, const struct consent *c)
{
	int64_t max = w->tenant->set.consents_max, client_max = w->tenant->set.consents_client_max;
	struct open_count n = { .w = w, .question = c };

	TRY(consent_read_count(w, c->owner, NULL, &n.open));
	TRY(consent_read_count(w, c->owner, c->client, &n.of_client));
	if (n.open >= max || n.of_client >= client_max)
		TRY(row_each(w, &kind, key_join(w->arena, c->owner, "", NULL), consent_drop_stale,
			     &n));
	if (n.open >= max || n.of_client >= client_max)
		return work_fail(w, ERR_REQUEST_DENIED,
				 "the owner has too many open requests (at most %lld, and %lld of "
				 "one client); retry after the owner has decided some",
				 (long long)max, (long long)client_max);
	consent_count_open(w->changes, c->owner, c->client, 1, max, client_max);
	return OK;
}

enum err
consent_ask(struct work *w, struct consent *c, const char *party_key)
{
	struct consent old;
	enum err e;

	if (!permissions_fit(w->arena, c->requested))
		return work_fail(w, ERR_REQUEST_DENIED,
				 "the permissions of one request to the owner must be at most %d "
				 "bytes; request fewer resources or scopes",
				 PERMISSIONS_SIZE_MAX);
	TRY(consent_make_id(w, c, party_key));
	e = consent_find(w, c->owner, c->id, ABSENT, &old);
	if (e != ABSENT) {
		if (e == OK)
			*c = old;
		return e;
	}
	/* An existing row has expired, or its delegation was revoked: it is replaced. An open one
	 * is counted already. */
	if (old.row.size == 0 || old.state != CONSENT_OPEN)
		TRY(consent_count_new(w, c));
	TRY(delegation_version(w, c->owner, c->rs, &c->delegation));
	c->state = CONSENT_OPEN;
	c->granted = NULL;
	c->decisions = old.decisions;
	c->asked_at = w->now;
	c->expires = w->now + w->tenant->set.consent_life;
	c->key = key_join(w->arena, c->owner, c->id, NULL);
	c->row = row_encode(w->arena, fields, c);
	change_take(w->changes, T_CONSENT, c->key, old.row, c->row);
	return OK;
}

static enum err
consent_check_requested(struct work *w, const struct permission *requested,
			const struct permission *granted)
{
	if (requested == NULL)
		return work_fail(w, ERR_INVALID_REQUEST, "resource %s is not part of this request",
				 granted->resource);
	for (size_t i = 0; i < granted->scopes.n; i++)
		if (!str_list_has(&requested->scopes, granted->scopes.list[i]))
			return work_fail(w, ERR_INVALID_REQUEST,
					 "scope %s of resource %s is not part of "
					 "this request",
					 granted->scopes.list[i], granted->resource);
	return OK;
}

/* Several rules may ask about one resource, so its entries are joined. */
static enum err
consent_check_part(struct work *w, const struct consent *c, const struct permission *granted)
{
	struct permission *all = permissions_join(w->arena, c->requested);

	if (!permissions_fit(w->arena, granted))
		return work_fail(w, ERR_INVALID_REQUEST,
				 "the permissions of one consent must be at most %d bytes",
				 PERMISSIONS_SIZE_MAX);
	for (; granted != NULL; granted = granted->next)
		TRY(consent_check_requested(w, permission_find(all, granted->resource), granted));
	return OK;
}

/* A requested resource or scope may have been removed. If it came back later under the same name, a
 * consent from today would allow something that the owner has not seen. */
static enum err
consent_check_exists(struct work *w, const struct consent *c, const struct permission *granted)
{
	struct resource r;
	enum err e;

	for (; granted != NULL; granted = granted->next) {
		e = resource_find(w, c->owner, c->rs, granted->resource, ABSENT, &r);
		if (e == ABSENT)
			return work_fail(w, ERR_INVALID_REQUEST,
					 "resource %s no longer exists; "
					 "deny the request, or approve its other resources",
					 granted->resource);
		TRY(e);
		if (!str_list_covers(&r.scopes, &granted->scopes))
			return work_fail(w, ERR_INVALID_REQUEST,
					 "resource %s no longer has all requested "
					 "scopes; it now has %s",
					 r.id, str_list_join(w->arena, &r.scopes, ", "));
	}
	return OK;
}

/* Adds a scope, or the bare resource, that has been allowed since decision `since`. */
static void
consent_add_granted(struct work *w, struct permission **list, const char *resource,
		    const char *scope, int64_t since)
{
	struct permission **at = list;

	while (*at != NULL && (strcmp((*at)->resource, resource) != 0 || (*at)->since != since ||
			       (scope == NULL) != ((*at)->scopes.n == 0)))
		at = &(*at)->next;
	if (*at == NULL) {
		permission_add(w->arena, &(struct permission **){ at }, resource);
		(*at)->since = since;
	}
	if (scope != NULL)
		str_list_put(w->arena, &(*at)->scopes, scope);
}

/* Permissions that were allowed before this decision keep their number; the others get this
 * decision's number. */
static struct permission *
consent_number_granted(struct work *w, const struct consent *before,
		       const struct permission *granted, int64_t decision)
{
	struct permission *list = NULL;

	for (; granted != NULL; granted = granted->next) {
		size_t n = granted->scopes.n > 0 ? granted->scopes.n : 1;

		for (size_t i = 0; i < n; i++) {
			const char *scope = granted->scopes.n > 0 ? granted->scopes.list[i] : NULL;
			int64_t since = consent_allowed_since(before, granted->resource, scope);

			consent_add_granted(w, &list, granted->resource, scope,
					    since != 0 ? since : decision);
		}
	}
	return list;
}

enum err
consent_decide(struct work *w, const struct consent *c, struct permission *granted)
{
	struct consent decided = *c;

	TRY(consent_check_part(w, c, granted));
	TRY(consent_check_exists(w, c, granted));
	decided.decisions++;
	decided.granted = consent_number_granted(w, c, granted, decided.decisions);
	decided.state = granted != NULL ? CONSENT_APPROVED : CONSENT_DENIED;
	decided.decided_at = w->now;
	change_take(w->changes, T_CONSENT, c->key, c->row, row_encode(w->arena, fields, &decided));
	if (c->state == CONSENT_OPEN)
		consent_count_open(w->changes, c->owner, c->client, -1, 0, 0);
	audit_add(w, &(struct audit){ .event = granted != NULL ? AUDIT_REQUEST_APPROVED
							       : AUDIT_REQUEST_DENIED,
				      .owner = c->owner,
				      .rs = c->rs,
				      .client = c->client,
				      .party = c->party_name,
				      .object = c->id,
				      .permissions = granted });
	return OK;
}

struct current_scan {
	struct work *w;
	each_fn fn;
	void *arg;
};

static enum err
consent_pass_current(void *arg, const void *consent)
{
	const struct consent *c = consent;
	struct current_scan *s = arg;

	enum err e = consent_check_current(s->w, c, ABSENT);

	return e == OK ? s->fn(s->arg, c) : e == ABSENT ? OK : e;
}

enum err
consent_each(struct work *w, const char *owner, each_fn fn, void *arg)
{
	struct current_scan s = { w, fn, arg };

	return row_each(w, &kind, owner != NULL ? key_join(w->arena, owner, "", NULL) : BYTES_NONE,
			consent_pass_current, &s);
}
