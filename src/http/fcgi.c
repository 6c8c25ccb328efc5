/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The FastCGI boundary: converts between libfcgi's streams and struct exchange (FastCGI 1.0, 6.2;
 * CGI, RFC 3875). The gate has checked the complete request before.
 *
 * libfcgi is driven by its public fields: a request on descriptor -1 never accepts, ipcFd is what
 * it reads and writes, keepConnection keeps it from closing.  tests/http/test_fcgi.c pins that.
 */
#include "http/fcgi.h"

#include <fcgiapp.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/text.h"
#include "http/gate.h"

#define RECORD_HEADS 64 /* maximum size of a response that fits into one buffer, with its end */

struct fcgi {
	FCGX_Request request;
};

/* The only parameters that reach a handler; HTTP_PROXY, REMOTE_USER, SSL_CLIENT_* and others do not
 * (T-F06, T-F07). The front end sets those without HTTP_. */
static const struct {
	const char *name;
	size_t size;  /* of the name */
	size_t max;   /* bytes of the value */
	size_t where; /* of the member in struct http_in */
} table[] = {
#define X(member, parameter, bound)                                                                \
	{ parameter, sizeof(parameter) - 1, bound, offsetof(struct http_in, member) },
	HTTP_PARAMS(X)
#undef X
};
#define PARAMS (sizeof(table) / sizeof(table[0]))

static void
fcgi_set_fault(struct http_in *in, enum err fault, const char *why)
{
	if (in->fault != OK)
		return;
	in->fault = fault;
	in->why = why;
}

static size_t
fcgi_param_find(const char *pair, size_t len)
{
	size_t i = 0;

	while (i < PARAMS && (table[i].size != len || memcmp(table[i].name, pair, len) != 0))
		i++;
	return i;
}

static void
fcgi_param_set_fault(struct http_in *in, struct arena *a, size_t i)
{
	bool header = text_starts(table[i].name, "HTTP_") || text_starts(table[i].name, "CONTENT_");

	fcgi_set_fault(in, header ? ERR_HEADERS_TOO_LARGE : ERR_INVALID_REQUEST,
		       arena_printf(a, "%s is longer than %zu bytes", table[i].name, table[i].max));
}

/* A too long value counts as present: the request is rejected, not run without it. */
static void
fcgi_param_take(struct exchange *x, size_t i, const char *value)
{
	const char **member = (const char **)((char *)&x->in + table[i].where);

	if (strlen(value) > table[i].max) {
		fcgi_param_set_fault(&x->in, x->arena, i);
		value = "";
	} else if (*value == '\0') {
		return;
	}
	if (*member == NULL)
		*member = arena_strdup(x->arena, value);
}

/* Copies the parameters in the table. A repeated name is rejected: another program in the path
 * might use the other value (HAProxy and h2o pass both). */
static void
fcgi_params_take(struct exchange *x, char **envp)
{
	bool seen[PARAMS] = { false };

	for (; *envp != NULL; envp++) {
		const char *equals = strchr(*envp, '=');
		size_t i =
			equals != NULL ? fcgi_param_find(*envp, (size_t)(equals - *envp)) : PARAMS;

		if (i == PARAMS)
			continue;
		if (seen[i])
			fcgi_set_fault(&x->in, ERR_INVALID_REQUEST,
				       arena_printf(x->arena, "%s arrived twice", table[i].name));
		seen[i] = true;
		fcgi_param_take(x, i, equals + 1);
	}
}

/* The host in lower case, without the port, as tenants are looked up. */
static const char *
fcgi_host_plain(struct arena *a, const char *host)
{
	char *copy = arena_strdup(a, host != NULL ? host : "");
	char *colon = strrchr(copy, ':');

	for (char *c = copy; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c += 'a' - 'A';
	if (colon != NULL && strchr(colon, ']') == NULL)
		*colon = '\0';
	return copy;
}

static bool
fcgi_is_on(const char *https)
{
	return https != NULL && (strcasecmp(https, "on") == 0 || strcmp(https, "1") == 0);
}

/* Reads the body to the end of its stream. Returns false if the stream failed. */
static bool
fcgi_body_read(struct exchange *x, FCGX_Stream *stream)
{
	uint8_t part[8192];
	struct buf b = { .arena = x->arena };
	int n, most = 0;

	while ((n = FCGX_GetStr((char *)part, sizeof(part), stream)) > 0) {
		buf_add(&b, part, (size_t)n);
		most = n > most ? n : most;
		if (b.size > GATE_BODY_MAX || (size_t)n < sizeof(part))
			break;
	}
	crypto_wipe(part, (size_t)most);
	if (b.size > GATE_BODY_MAX)
		return false;
	x->in.body = buf_bytes(&b);
	return FCGX_GetError(stream) == 0;
}

/* A Content-Length must be right: a truncated body must not be used (T-F04). For a chunked body
 * Caddy sends -1, other front ends send none. */
static void
fcgi_length_check(struct http_in *in, const char *length)
{
	int64_t n;

	if (length == NULL || strcmp(length, "-1") == 0)
		return;
	if (strspn(length, "0123456789") != strlen(length) ||
	    !text_parse_int(length, 0, INT64_MAX, &n))
		fcgi_set_fault(in, ERR_INVALID_REQUEST, "the content length is not a number");
	else if ((uint64_t)n > GATE_BODY_MAX)
		fcgi_set_fault(in, ERR_TOO_LARGE, "the body is larger than 64 KiB");
	else if ((size_t)n != in->body.size)
		fcgi_set_fault(in, ERR_INVALID_REQUEST, "the body is not as long as announced");
}

static void
fcgi_fill(struct exchange *x)
{
	struct http_in *in = &x->in;

	in->method = method_of(in->method_text);
	in->host = fcgi_host_plain(x->arena, in->host);
	in->https = fcgi_is_on(in->https_text);
	fcgi_length_check(in, in->content_length);
}

static void
fcgi_header_add(struct buf *b, const char *name, const char *value)
{
	buf_text(b, name);
	buf_add(b, ": ", 2);
	buf_text(b, value);
	buf_add(b, "\r\n", 2);
}

static struct bytes
fcgi_head_print(struct exchange *x)
{
	const struct http_out *out = &x->out;
	struct buf b = { .arena = x->arena };
	char digits[INT_DIGITS];

	fcgi_header_add(&b, "Status", http_status_line(out->status));
	if (out->content_type != NULL)
		fcgi_header_add(&b, "Content-Type", out->content_type);
	for (enum header h = 0; h < HEADERS; h++)
		if (out->header[h] != NULL)
			fcgi_header_add(&b, header_name(h), out->header[h]);
	for (size_t i = 0; i < HTTP_COOKIES; i++)
		if (out->cookie[i] != NULL)
			fcgi_header_add(&b, "Set-Cookie", out->cookie[i]);
	if (out->status != 204 && out->status != 304)
		fcgi_header_add(&b, "Content-Length",
				text_print_int((int64_t)out->body.size, digits));
	buf_text(&b, "\r\n");
	return buf_bytes(&b);
}

/* Replaces a response whose header block is too long for some front ends by an error. */
static struct bytes
fcgi_head_bounded(struct exchange *x)
{
	struct bytes head = fcgi_head_print(x);

	if (head.size <= FCGI_HEADERS_MAX)
		return head;
	log_error("an answer's header block has %zu bytes: sent 500 instead", head.size);
	x->out = (struct http_out){ .status = 500 };
	return fcgi_head_print(x);
}

static bool
fcgi_has_body(const struct exchange *x)
{
	return x->in.method != M_HEAD && x->out.status != 204 && x->out.status != 304;
}

/* The first members of libfcgi's private stream data, unchanged since 1996. If they change,
 * tests/http/test_connection.c fails. */
struct stream_data {
	unsigned char *buffer;
	int size;
};

/* Wipes a buffer of libfcgi, which the library would free with credentials or tokens in it (T-F09).
 * `most`: the most bytes that were in use. */
static void
fcgi_stream_wipe(const FCGX_Stream *stream, size_t most)
{
	const struct stream_data *d = stream != NULL ? stream->data : NULL;

	if (d == NULL || d->buffer == NULL || d->size <= 0)
		return;
	crypto_wipe(d->buffer, most < (size_t)d->size ? most : (size_t)d->size);
}

/* Wipes libfcgi's copies of the parameters. Our copy is in the arena. */
static void
fcgi_params_wipe(char **envp)
{
	for (; envp != NULL && *envp != NULL; envp++)
		crypto_wipe(*envp, strlen(*envp));
}

/* Replaces libfcgi's own finish, which would close the descriptor after waiting. */
static void
fcgi_request_end(FCGX_Request *r)
{
	fcgi_stream_wipe(r->in, SIZE_MAX);
	fcgi_params_wipe(r->envp);
	FCGX_Free(r, 0);
	r->envp = NULL; /* the library does not reset it */
	r->ipcFd = -1;
}

static void
fcgi_record_head(struct buf *b, uint8_t type, unsigned id, size_t size)
{
	const uint8_t head[8] = {
		1, type, (uint8_t)(id >> 8), (uint8_t)id, (uint8_t)(size >> 8), (uint8_t)size, 0, 0
	};

	buf_add(b, head, sizeof(head));
}

static void
fcgi_stream_print(struct buf *b, uint8_t type, unsigned id, struct bytes content)
{
	while (content.size > 0) {
		size_t n = content.size < 65535 ? content.size : 65535;

		fcgi_record_head(b, type, id, n);
		buf_add(b, content.data, n);
		content = BYTES(content.data + n, content.size - n);
	}
	fcgi_record_head(b, type, id, 0);
}

void
fcgi_start(void)
{
	FCGX_Init();
	/* The library has installed handlers for these signals, after which it would reject every
	 * request. usherd reads SIGUSR1 and SIGTERM from a descriptor. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGUSR1, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
}

struct fcgi *
fcgi_new(void)
{
	struct fcgi *f = calloc(1, sizeof(*f));

	if (f == NULL)
		abort();
	FCGX_InitRequest(&f->request, -1, 0);
	return f;
}

void
fcgi_free(struct fcgi *f)
{
	if (f == NULL)
		return;
	fcgi_request_end(&f->request);
	free(f);
}

bool
fcgi_read(struct fcgi *f, int *source, struct exchange *x)
{
	FCGX_Request *r = &f->request;

	x->in = (struct http_in){ .fault = OK };
	x->out = (struct http_out){ .status = 0 };
	x->started = clock_micros();
	fcgi_request_end(r);
	r->ipcFd = *source;
	r->keepConnection = 1;
	FCGX_Detach(r); /* the library does not wait for the peer when it closes the connection */
	if (FCGX_Accept_r(r) < 0) {
		*source = -1;
		return false;
	}
	fcgi_params_take(x, r->envp);
	x->in.role = (enum role)r->role;
	if (x->in.method_text == NULL || x->in.uri == NULL ||
	    (x->in.role != ROLE_AUTHORIZER && !fcgi_body_read(x, r->in)))
		return false;
	fcgi_stream_wipe(r->in, SIZE_MAX);
	FCGX_FreeStream(&r->in); /* 8 KiB for each request of a batch */
	fcgi_fill(x);
	return true;
}

bool
fcgi_write(struct fcgi *f, int sink, struct exchange *x)
{
	FCGX_Request *r = &f->request;
	struct bytes head = fcgi_head_bounded(x);
	bool whole;

	r->ipcFd = sink;
	whole = FCGX_PutStr((const char *)head.data, (int)head.size, r->out) >= 0;
	if (fcgi_has_body(x) && x->out.body.size > 0)
		whole &= FCGX_PutStr((const char *)x->out.body.data, (int)x->out.body.size,
				     r->out) >= 0;
	whole &= FCGX_FClose(r->err) == 0;
	whole &= FCGX_FClose(r->out) == 0;
	fcgi_stream_wipe(r->out, head.size + x->out.body.size + RECORD_HEADS);
	fcgi_request_end(r);
	return whole;
}

bool
fcgi_replay(int file, struct arena *a, const struct fcgi_request *q)
{
	struct buf b = { .arena = a };
	const uint8_t begin[8] = { 0, (uint8_t)q->role, q->keep };
	bool whole;

	fcgi_record_head(&b, 1, q->id, sizeof(begin));
	buf_add(&b, begin, sizeof(begin));
	fcgi_stream_print(&b, 4, q->id, q->params);
	fcgi_stream_print(&b, 5, q->id, q->body);
	whole = ftruncate(file, 0) == 0 && pwrite(file, b.data, b.size, 0) == (ssize_t)b.size;
	return whole && lseek(file, 0, SEEK_SET) == 0;
}
