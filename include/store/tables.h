/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_STORE_TABLES_H
#define USHER_STORE_TABLES_H

/*
 * All tables: enumerator, name in the database, and whether the keys begin with a time in five
 * bytes (seconds, big-endian) after which the row has expired and may be removed. To add one, add
 * a row here and its description to schema/store.md.
 */
/* clang-format off */
#define TABLE_LIST(X)                                                       \
	X(T_META,            "meta",            0) /* format, epoch, time; generation */ \
	X(T_TENANT,          "tenant",          0)                          \
	X(T_TENANT_INDEX,    "tenant_index",    0) /* name, or host and path -> tenant */ \
	X(T_KEY,             "key",             0) /* signing keys, sealed */    \
	X(T_CLIENT,          "client",          0)                          \
	X(T_ACCOUNT,         "account",         0)                          \
	X(T_ACCOUNT_LOGIN,   "account_login",   0) /* login -> account */        \
	X(T_ACCOUNT_IDENTITY,"account_identity",0) /* issuer, subject -> account */ \
	X(T_ACCOUNT_GROUP,   "account_group",   0) /* group, account */          \
	X(T_PASSWORD,        "password",        0) /* of accounts, sealed */     \
	X(T_ISSUER,          "issuer",          0)                          \
	X(T_RESOURCE,        "resource",        0) /* owner, resource server, id */ \
	X(T_RESOURCE_ID,     "resource_id",     0) /* id -> owner, resource server */ \
	X(T_POLICY,          "policy",          0)                          \
	X(T_DELEGATION,            "pair",            0) /* revocations of delegations */ \
	X(T_TICKET,          "ticket",          1)                          \
	X(T_ACCESS,          "access",          1) /* PATs and plain access tokens */ \
	X(T_RPT,             "rpt",             1)                          \
	X(T_REFRESH,         "refresh",         1)                          \
	X(T_FAMILY,          "family",          1) /* all tokens of one refreshable grant */ \
	X(T_PCT,             "pct",             1)                          \
	X(T_APPROVAL,        "approval",        0) /* consent of people for clients */ \
	X(T_CODE,            "code",            1) /* authorization codes */ \
	X(T_PUSHED_REQUEST,  "pushed_request",  1)                          \
	X(T_SESSION,         "session",         1) /* people who are signed in */ \
	X(T_SESSION_INDEX,   "session_index",   0) /* account, id -> session */   \
	X(T_RESET,           "reset",           1) /* one-time links for passwords */ \
	X(T_CLAIMS_FLOW,     "claims_flow",     1) /* visits of the claims page */ \
	X(T_CONSENT,         "consent",         0) /* questions to owners, and their answers */ \
	X(T_SEEN,            "seen",            1) /* claim tokens that were used */ \
	X(T_AUDIT,           "audit",           0)                          \
	X(T_COUNT,           "count",           0) /* counters: change_count */
/* clang-format on */

enum table {
#define X(id, name, expires) id,
	TABLE_LIST(X)
#undef X
		TABLE_COUNT
};

#endif
