/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passwords: what a worker does, and the job of the process `passwords`. The records between them
 * are binary: numbers big-endian, texts and bytes after a length of two bytes.
 *
 *	input	operation, tenant (8 bytes), login, password, sealed hash (empty: none)
 *	result	1 if the password is right, else 0; a new sealed hash (empty: none)
 */
#include <string.h>
#include <strings.h>

#include "base/b64.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/text.h"
#include "base/unicode.h"
#include "model/audit.h"
#include "model/password.h"
#include "model/row.h"
#include "model/tenant.h"

enum operation { OPERATION_CHECK = 1, OPERATION_SET };

/* The commonest passwords of at least PASSWORD_MIN characters, in lower case. */
static const char *const commonest[] = {
	"0123456789",	"0987654321",	 "1029384756",	     "10203040506",
	"111222333444", "1112223334",	 "1122334455",	     "112233445566",
	"1212121212",	"123123123123",	 "1231231231",	     "1234123412",
	"12341234123",	"12345678900",	 "1234567890",	     "1234567890a",
	"1234567890q",	"12345678901",	 "12345678910",	     "123456789a",
	"123456789q",	"123456789abc",	 "123456abcd",	     "1234qwerasdf",
	"12qwaszx34",	"123qweasdzxc",	 "147258369a",	     "1472583690",
	"1a2b3c4d5e",	"1q2w3e4r5t",	 "1q2w3e4r5t6y",     "1qaz2wsx3edc",
	"1qazxsw23edc", "3141592653",	 "7894561230",	     "789456123a",
	"9876543210",	"98765432100",	 "a123456789",	     "abc1234567",
	"abc123456789", "abcd123456",	 "abcd12345678",     "abcdefghij",
	"abcdefghijk",	"admin12345",	 "admin123456",	     "administrator",
	"alexander1",	"asdfghjkl1",	 "asdfghjkl123",     "asdfghjkl;",
	"baseball123",	"basketball",	 "basketball1",	     "changeme123",
	"changeme1234", "charlie123",	 "chocolate1",	     "christopher",
	"computer123",	"correcthorse",	 "dragon12345",	     "elizabeth1",
	"football12",	"football123",	 "helloworld",	     "hello12345",
	"iloveyou12",	"iloveyou123",	 "letmein123",	     "letmein1234",
	"liverpool1",	"liverpool123",	 "manchester",	     "master12345",
	"michael123",	"mypassword",	 "mypassword1",	     "p@ssw0rd123",
	"p@ssword123",	"passw0rd123",	 "passw0rd12",	     "password00",
	"password01",	"password11",	 "password12",	     "password123",
	"password1234", "password12345", "password123456",   "passwordpassword",
	"princess123",	"q1w2e3r4t5",	 "q1w2e3r4t5y6",     "qazwsxedc123",
	"qazwsxedcrfv", "qwer123456",	 "qwerasdfzxcv",     "qwerty1234",
	"qwerty12345",	"qwerty123456",	 "qwerty1234567",    "qwertyuiop",
	"qwertyuiop1",	"qwertyuiop123", "qwertyuiop[]",     "starwars123",
	"sunshine123",	"superman123",	 "thequickbrownfox", "trustno1234",
	"volleyball",	"welcome123",	 "welcome1234",	     "zaq12wsxcde3",
	"zaq1zaq1zaq1", "zxcvbnm123",	 "zxcvbnm1234",	     "correcthorsebatterystaple",
};

struct password {
	const char *sealed; /* base64url */
	int64_t set;	    /* when the person, or an administrator, chose it */
	struct bytes key, row;
};

/* clang-format off */
static const struct field fields[] = {
	MUST(struct password, "sealed", sealed, F_TEXT),
	FIELD(struct password, "set", set, F_INT),
	FIELD_END
};
/* clang-format on */

static const struct row_kind kind = ROW_KIND(password, T_PASSWORD, "a password", fields);

/* The fields of a record are read from the front of `left`. */
struct record {
	struct bytes left;
	bool malformed;
};

static void
password_put_bytes(struct buf *b, struct bytes value)
{
	bytes_put((uint8_t *)buf_extend(b, 2), 2, value.size);
	buf_add(b, value.data, value.size);
}

static struct bytes
password_take(struct record *r, size_t size)
{
	struct bytes out = BYTES(r->left.data, size);

	r->malformed |= size > r->left.size;
	if (r->malformed)
		return BYTES_NONE;
	r->left = BYTES(r->left.data + size, r->left.size - size);
	return out;
}

static uint64_t
password_take_number(struct record *r, size_t size)
{
	struct bytes b = password_take(r, size);

	return b.data == NULL ? 0 : bytes_get(b.data, size);
}

static struct bytes
password_take_bytes(struct record *r)
{
	return password_take(r, password_take_number(r, 2));
}

/* Returns false unless `*out` can be a password. */
static bool
password_normalise(struct work *w, const char *password, const char **out)
{
	return password[0] != '\0' && strlen(password) <= PASSWORD_MAX &&
	       !text_has_control(bytes_of(password)) &&
	       unicode_normalise(w->arena, password, out) && strlen(*out) <= PASSWORD_MAX;
}

static struct bytes
password_seal_context(struct arena *a, uint64_t tenant, struct bytes login)
{
	struct buf b = { .arena = a };

	bytes_put((uint8_t *)buf_extend(&b, 8), 8, tenant);
	buf_add(&b, login.data, login.size);
	return buf_bytes(&b);
}

static struct bytes
password_job_input(struct work *w, enum operation operation, const char *login,
		   const char *password, struct bytes sealed)
{
	struct buf b = { .arena = w->arena };

	buf_char(&b, (char)operation);
	bytes_put((uint8_t *)buf_extend(&b, 8), 8, w->tenant->id);
	password_put_bytes(&b, bytes_of(login));
	password_put_bytes(&b, bytes_of(password));
	password_put_bytes(&b, sealed);
	return buf_bytes(&b);
}

static enum err
password_job(struct work *w, struct bytes input, bool *right, struct bytes *sealed)
{
	struct record r = { BYTES_NONE, false };
	uint64_t verdict;

	TRY(job_answer(w, JOB_PASSWORD, input, &r.left));
	verdict = password_take_number(&r, 1);
	*sealed = password_take_bytes(&r);
	*right = verdict == 1;
	if (!r.malformed && verdict <= 1 && r.left.size == 0)
		return OK;
	log_error("a result of the process passwords is malformed");
	return ERR_UNAVAILABLE;
}

static void
password_write(struct work *w, const struct password *p, struct bytes sealed)
{
	struct password next = { .sealed = b64url_encode(w->arena, sealed), .set = p->set };

	change_take(w->changes, T_PASSWORD, p->key, p->row, row_encode(w->arena, fields, &next));
}

static enum err
password_find(struct work *w, const char *account, enum err missing, struct password *out)
{
	return row_find_tracked(w, &kind, bytes_of(account), missing, out);
}

/* Sets `*sealed` to the hash of an account that may sign in; for all others it is empty, after the
 * same reads. */
static enum err
password_find_sealed(struct work *w, const struct account *acc, struct password *p,
		     struct bytes *sealed)
{
	enum err e = password_find(w, acc != NULL ? acc->id : "-", ABSENT, p);

	*sealed = BYTES_NONE;
	if (e == ABSENT)
		return OK;
	TRY(e);
	if (acc == NULL || acc->disabled)
		return OK;
	if (b64url_decode(w->arena, p->sealed, sealed))
		return OK;
	log_error("tenant %s: the row of a password cannot be read", w->tenant->name);
	return ERR_STORE;
}

enum err
password_check(struct work *w, const struct account *acc, const char *password, bool *right)
{
	const char *login = acc != NULL ? acc->login : "", *normal = "";
	bool possible = password_normalise(w, password, &normal), matches;
	struct bytes sealed, renewed;
	struct password p;

	*right = false;
	TRY(password_find_sealed(w, acc, &p, &sealed));
	TRY(password_job(
		w, password_job_input(w, OPERATION_CHECK, login, possible ? normal : "", sealed),
		&matches, &renewed));
	*right = matches && possible && sealed.size > 0;
	if (*right && renewed.size > 0)
		password_write(w, &p, renewed);
	return OK;
}

static size_t
password_count_characters(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static bool
password_is_common(const char *password)
{
	if (strspn(password, (char[]){ password[0], '\0' }) == strlen(password))
		return true;
	for (size_t i = 0; i < sizeof commonest / sizeof commonest[0]; i++)
		if (strcasecmp(password, commonest[i]) == 0)
			return true;
	return false;
}

static enum err
password_check_new(struct work *w, const struct account *acc, const char *password,
		   const char **normal)
{
	if (strlen(password) > PASSWORD_MAX)
		return work_fail(w, ERR_INVALID_REQUEST, "The password must have at most %d bytes",
				 PASSWORD_MAX);
	if (password_count_characters(password) < PASSWORD_MIN)
		return work_fail(w, ERR_INVALID_REQUEST,
				 "The password must have at least %d characters", PASSWORD_MIN);
	if (!password_normalise(w, password, normal) ||
	    password_count_characters(*normal) < PASSWORD_MIN)
		return work_fail(w, ERR_INVALID_REQUEST,
				 "The password has characters that cannot be used in a password");
	if (strcasecmp(*normal, acc->login) == 0)
		return work_fail(w, ERR_INVALID_REQUEST, "The password must not be the username");
	if (password_is_common(*normal))
		return work_fail(w, ERR_INVALID_REQUEST,
				 "Many people use this password. Choose another one");
	return OK;
}

enum err
password_set(struct work *w, const struct account *acc, const char *password)
{
	const char *normal = "";
	struct password p;
	struct bytes sealed = BYTES_NONE;
	bool done;
	enum err e;

	TRY(password_check_new(w, acc, password, &normal));
	e = password_find(w, acc->id, ABSENT, &p);
	if (e != OK && e != ABSENT)
		return e;
	TRY(password_job(w, password_job_input(w, OPERATION_SET, acc->login, normal, BYTES_NONE),
			 &done, &sealed));
	if (sealed.size == 0)
		return ERR_UNAVAILABLE;
	p.set = w->now;
	w->changes->essential = true;
	password_write(w, &p, sealed);
	audit_add(w, &(struct audit){ .event = AUDIT_PASSWORD_SET, .object = acc->id });
	return OK;
}

enum err
password_row(struct work *w, const struct account *acc, struct bytes *row)
{
	return row_get_tracked(w, T_PASSWORD, bytes_of(acc->id), OK, row);
}

void
password_remove(struct work *w, const char *account)
{
	change_drop(w->changes, T_PASSWORD, bytes_of(account));
}

/* --- the job --- */

bool
password_keeper_start(struct password_keeper *k, struct arena *a, const struct key *master,
		      const struct settings *settings)
{
	uint8_t random[32];

	crypto_derive(master, "passwords", BYTES_NONE, &k->key);
	k->cost = (struct crypto_cost){ .memory = (size_t)settings->password_memory * 1024,
					.passes = (unsigned)settings->password_passes };
	crypto_random(random, sizeof random);
	k->dummy =
		crypto_password_hash(a, &k->cost, b64url_encode(a, BYTES(random, sizeof random)));
	return k->dummy != NULL;
}

struct password_job {
	uint64_t operation, tenant;
	struct bytes login, sealed, context;
	const char *password;
};

static bool
password_read_job(struct arena *a, struct bytes input, struct password_job *out)
{
	struct record r = { input, false };
	struct bytes password;

	out->operation = password_take_number(&r, 1);
	out->tenant = password_take_number(&r, 8);
	out->login = password_take_bytes(&r);
	password = password_take_bytes(&r);
	out->sealed = password_take_bytes(&r);
	if (r.malformed || r.left.size > 0 || out->login.size > LOGIN_MAX ||
	    password.size > PASSWORD_MAX ||
	    (password.size > 0 && memchr(password.data, '\0', password.size) != NULL))
		return false;
	out->password = arena_strndup(a, (const char *)password.data, password.size);
	out->context = password_seal_context(a, out->tenant, out->login);
	return true;
}

static bool
password_add_new_hash(const struct password_keeper *k, struct arena *a,
		      const struct password_job *j, struct buf *result)
{
	const char *hash = crypto_password_hash(a, &k->cost, j->password);

	if (hash == NULL)
		return false;
	password_put_bytes(result, crypto_seal(a, NULL, &k->key, bytes_of(hash), j->context));
	return true;
}

/* Without a sealed hash the password is compared with a hash that none has. */
static bool
password_keeper_check(const struct password_keeper *k, struct arena *a,
		      const struct password_job *j, struct buf *result)
{
	const char *hash = k->dummy;
	struct bytes plain;
	bool right;

	if (j->sealed.size > 0) {
		if (!crypto_open(a, &k->key, j->sealed, j->context, &plain))
			return false;
		hash = arena_strndup(a, (const char *)plain.data, plain.size);
	}
	right = crypto_password_verify(hash, j->password) && j->sealed.size > 0;
	buf_char(result, (char)right);
	if (right && crypto_password_is_outdated(hash, &k->cost))
		return password_add_new_hash(k, a, j, result);
	password_put_bytes(result, BYTES_NONE);
	return true;
}

bool
password_keeper_run(const struct password_keeper *k, struct arena *a, struct bytes input,
		    struct bytes *result)
{
	struct buf b = { .arena = a };
	struct password_job j;
	bool done = false;

	if (!password_read_job(a, input, &j))
		return false;
	if (j.operation == OPERATION_CHECK) {
		done = password_keeper_check(k, a, &j, &b);
	} else if (j.operation == OPERATION_SET) {
		buf_char(&b, 1);
		done = password_add_new_hash(k, a, &j, &b);
	}
	*result = buf_bytes(&b);
	return done;
}

void
password_keeper_run_all(const struct password_keeper *k, struct arena *a, struct jobs *jobs)
{
	struct bytes result;

	for (size_t i = 0; i < jobs->n; i++) {
		struct job *j = &jobs->list[i];

		if (j->state != JOB_NEW || j->kind != JOB_PASSWORD)
			continue;
		if (password_keeper_run(k, a, j->input, &result))
			job_done(jobs, j, result);
		else
			job_fail(j);
	}
}
