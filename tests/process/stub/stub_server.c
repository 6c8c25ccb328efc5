/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A service that answers with the received request as JSON, in place of the real one, so the boundary
 * and the processes are tested without a store full of tenants. Query parameters select its actions:
 *
 * 	size=N		a body of N bytes of 'x' (or of the letter in fill=)
 * 	status=N	that status
 * 	headers=N	a header of N bytes
 * 	sleep=MS	sleeps before it answers, which delays the whole batch
 * 	until=NAME	waits until a file $STUB_LOG.NAME exists
 * 	alone=1		ends the run, and the batch if that writes nothing
 * 	final=1		needs no commit, so the response may be sent at once
 * 	later=NAME	is deferred until a file $STUB_LOG.NAME exists
 * 	commit=MS	sleeps as if it waited for the store
 * 	stays=1		remains in that state after the response
 * 	writes=1	has a change to commit; the response states whether it joined a batch
 * 	die=1		ends the worker like a detected error
 * 	crash=1		crashes the worker like a poison request
 * 	broken=1	reports a broken store after the batch
 * 	log=NAME	appends a line to the file $STUB_LOG when it runs
 * 	hasty=JOB	asks for a job that must have a result within two seconds, and answers with
 * 			its result
 * 	patient=JOB	the same within ten minutes; at most two jobs wait
 *
 * A job returns itself, or
 *
 * 	until.NAME	creates a file $STUB_LOG.NAME.begun, and waits until a file $STUB_LOG.NAME exists
 * 	die		crashes its process
 * 	fail		fails
 * 	huge		has a result that is too large
 * 	garbage		is preceded by messages that are no results
 *
 * A worker that starts while a file $STUB_DIES exists removes that file and exits.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log_output.h"
#include "process/job_sockets.h"
#include "tests/process/stub/stub_request.h"
#include "usherd/command.h"
#include "usherd/service.h"
#include "usherd/store.h"

struct server {
	struct store *store;
	const char *log;
	const struct crash_guard *crash_guard;
	struct running *running;
	enum err fault;
	bool writes;
	size_t n, max; /* of this batch, not yet final */
	int runs;      /* of this batch */
};

static const char *
stub_query_value(struct exchange *x, const char *name)
{
	const char *query = strchr(x->in.uri, '?');
	const char *at = query != NULL ? strstr(query, name) : NULL;

	if (at == NULL)
		return NULL;
	at += strlen(name);
	return arena_strndup(x->arena, at, strcspn(at, "&"));
}

static void
stub_append_note(const struct server *s, const char *line)
{
	int fd =
		s->log != NULL ? open(s->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;

	if (fd < 0)
		return;
	if (dprintf(fd, "%s\n", line) < 0)
		abort();
	close(fd);
}

static struct bytes
stub_filler(struct exchange *x, size_t size)
{
	const char *letter = stub_query_value(x, "fill=");
	char *data = arena_alloc(x->arena, size + 1);

	memset(data, letter != NULL ? letter[0] : 'x', size);
	return BYTES(data, size);
}

static struct bytes
stub_echo(const struct server *s, struct exchange *x)
{
	const struct http_in *in = &x->in;
	struct buf b = { .arena = x->arena };

	out_open(&b, NULL, '{');
	out_int(&b, "pid", getpid());
	if (in->role != ROLE_RESPONDER)
		out_int(&b, "role", in->role);
	out_text(&b, "method", method_name(in->method));
	out_text(&b, "uri", in->uri);
	out_text(&b, "host", in->host);
	out_bool(&b, "https", in->https);
	out_text(&b, "authorization", in->authorization);
	out_text(&b, "content_type", in->content_type);
	out_text(&b, "if_match", in->if_match);
	out_text(&b, "if_none_match", in->if_none_match);
	out_text(&b, "origin", in->origin);
	out_text(&b, "remote", in->remote);
	out_int(&b, "body_size", (int64_t)in->body.size);
	out_text(&b, "body",
		 arena_strndup(x->arena, in->body.size > 0 ? (const char *)in->body.data : "",
			       in->body.size));
	if (s->runs > 1)
		out_bool(&b, "joined", true);
	if (in->fault != OK) {
		out_text(&b, "fault", err_name(in->fault));
		out_text(&b, "why", in->why);
	}
	out_close(&b, '}');
	return buf_bytes(&b);
}

static void
stub_sleep(const char *milliseconds)
{
	usleep((useconds_t)atoi(milliseconds) * 1000);
}

static const char *
stub_path(const struct server *s, struct exchange *x, const char *name)
{
	return arena_printf(x->arena, "%s.%s", s->log, name);
}

static void
rest_until(const struct server *s, struct exchange *x, const char *name)
{
	const char *path = stub_path(s, x, name);

	while (access(path, F_OK) != 0)
		stub_sleep("5");
}

static bool
stub_is_job(struct bytes input, const char *name)
{
	return input.size >= strlen(name) && memcmp(input.data, name, strlen(name)) == 0;
}

/* Sends what a broken process could send: too short, of another worker, of a job that nobody asked
 * for, without end. */
static void
stub_send_garbage(const struct task *t)
{
	static const uint8_t zeros[JOB_MESSAGE_MAX + 100];
	const struct job_head strange[] = { { 1, 1, 0, 0 }, { 0, UINT64_MAX, -1, 7 } };

	for (size_t i = 0; i < t->job_sockets_n; i++) {
		if (t->job_sockets[i] < 0)
			continue;
		for (size_t size = 0; size < sizeof(strange[0]); size += 7)
			send(t->job_sockets[i], zeros, size, MSG_DONTWAIT);
		send(t->job_sockets[i], strange, sizeof(strange[0]), MSG_DONTWAIT);
		send(t->job_sockets[i], strange + 1, sizeof(strange[0]), MSG_DONTWAIT);
		send(t->job_sockets[i], zeros, sizeof(zeros), MSG_DONTWAIT);
	}
}

static int
stub_job_open(const struct task *t, void **state)
{
	*state = (void *)(uintptr_t)t;
	return 0;
}

static bool
stub_job_run(void *state, struct arena *a, struct bytes input, struct bytes *result)
{
	const char *until = "until.", *log = getenv("STUB_LOG");
	const char *text = arena_strndup(a, (const char *)input.data, input.size);

	*result = input;
	if (stub_is_job(input, "die"))
		abort();
	if (stub_is_job(input, "huge"))
		*result = BYTES(arena_alloc(a, JOBS_SIZE_MAX + 1), JOBS_SIZE_MAX + 1);
	if (stub_is_job(input, "garbage"))
		stub_send_garbage(state);
	if (stub_is_job(input, until)) {
		const char *path = arena_printf(a, "%s.%s", log, text + strlen(until));

		close(open(arena_printf(a, "%s.begun", path), O_WRONLY | O_CREAT | O_CLOEXEC,
			   0600));
		while (access(path, F_OK) != 0)
			stub_sleep("5");
	}
	return !stub_is_job(input, "fail");
}

static const struct job_service stub_jobs[] = {
	{ .name = "hasty",
	  .time_ms = 2000,
	  .queue = 1000,
	  .open = stub_job_open,
	  .run = stub_job_run },
	{ .name = "patient",
	  .time_ms = 600000,
	  .queue = 2,
	  .open = stub_job_open,
	  .run = stub_job_run },
};

static struct jobs *
stub_request_jobs(struct exchange *x)
{
	struct stub_request *rq = (struct stub_request *)x;

	return rq->waits ? &rq->jobs : NULL;
}

/* Like job_answer (model/job.h). */
static void
stub_ask_job(struct exchange *x, unsigned kind, const char *input)
{
	struct stub_request *rq = (struct stub_request *)x;
	struct job *j = jobs_find(&rq->jobs, kind, bytes_of(input));

	if (j == NULL)
		j = jobs_add(&rq->jobs, kind, bytes_of(input));
	rq->waits = j != NULL && j->state != JOB_DONE && j->state != JOB_FAILED;
	if (rq->waits)
		return;
	x->out.status = j != NULL && j->state == JOB_DONE ? 200 : 503;
	x->out.content_type = "text/plain";
	x->out.body = j != NULL ? j->result : BYTES_NONE;
}

static void
stub_respond(const struct server *s, struct exchange *x)
{
	const char *size = stub_query_value(x, "size="), *status = stub_query_value(x, "status=");
	const char *headers = stub_query_value(x, "headers="), *nap = stub_query_value(x, "sleep="),
		   *log = stub_query_value(x, "log=");
	const char *commit = stub_query_value(x, "commit="), *until = stub_query_value(x, "until=");

	const char *hasty = stub_query_value(x, "hasty="),
		   *patient = stub_query_value(x, "patient=");

	if (log != NULL)
		stub_append_note(s, log);
	if (hasty != NULL || patient != NULL) {
		stub_ask_job(x, patient != NULL, patient != NULL ? patient : hasty);
		return;
	}
	if (stub_query_value(x, "die=") != NULL)
		_exit(77);
	if (stub_query_value(x, "crash=") != NULL)
		abort();
	if (nap != NULL)
		stub_sleep(nap);
	if (until != NULL)
		rest_until(s, x, until);
	if (commit != NULL) {
		atomic_store(&s->running->commits, true);
		stub_sleep(commit);
		atomic_store(&s->running->commits, stub_query_value(x, "stays=") != NULL);
	}
	x->out.status = status != NULL ? atoi(status) : err_status(x->in.fault);
	x->out.content_type = "application/json";
	x->out.body = size != NULL ? stub_filler(x, (size_t)atoi(size)) : stub_echo(s, x);
	if (headers != NULL)
		http_header(&x->out, HEADER_LOCATION,
			    (const char *)stub_filler(x, (size_t)atoi(headers)).data);
}

static int
stub_open(const struct task *t, void **worker)
{
	struct server *s = calloc(1, sizeof(*s));

	if (s == NULL || (getenv("STUB_DIES") != NULL && unlink(getenv("STUB_DIES")) == 0))
		abort();
	s->log = getenv("STUB_LOG");
	s->crash_guard = t->crash_guard;
	s->running = &t->proc_status->running;
	*worker = s;
	return usherd_store_open(usherd_settings(t), "a worker", &s->store);
}

static int
stub_close(void *worker, int code)
{
	struct server *s = worker;

	if (s->store != NULL)
		store_close(s->store);
	free(s);
	return code;
}

/* Like the real server. */
static void
stub_serve(const struct server *s, struct exchange *x)
{
	uint64_t fingerprint = crash_guard_fingerprint(s->crash_guard, &x->in);

	if (crash_guard_has(s->crash_guard, fingerprint, clock_ticks())) {
		x->out.status = 503;
		return;
	}
	atomic_store(&s->running->fingerprint, fingerprint);
	stub_respond(s, x);
	atomic_store(&s->running->fingerprint, 0);
}

static void
stub_begin(void *worker, size_t max)
{
	struct server *s = worker;

	s->fault = OK;
	s->writes = false;
	s->runs = 0;
	s->n = 0;
	s->max = max;
}

/* Uses no memory of the request, because a deferred request is polled a thousand times a second. */
static bool
stub_waits(const struct server *s, const struct exchange *x)
{
	const char *later = strstr(x->in.uri, "later=");
	char path[256];

	if (later == NULL)
		return false;
	later += strlen("later=");
	if (snprintf(path, sizeof(path), "%s.%.*s", s->log, (int)strcspn(later, "&"), later) >=
	    (int)sizeof(path))
		abort();
	return access(path, F_OK) != 0;
}

static size_t
stub_run(void *worker, struct exchange **list, size_t n)
{
	struct server *s = worker;

	s->runs++;
	for (size_t i = 0; i < n; i++) {
		if (s->n == s->max)
			return i;
		if (stub_waits(s, list[i])) {
			struct exchange *waits = list[i];

			list[i--] = list[--n];
			list[n] = waits;
			continue;
		}
		stub_serve(s, list[i]);
		if (stub_request_jobs(list[i]) != NULL)
			continue;
		list[i]->final = stub_query_value(list[i], "final=") != NULL;
		s->n += !list[i]->final;
		s->writes |= stub_query_value(list[i], "writes=") != NULL;
		if (stub_query_value(list[i], "broken=") != NULL)
			s->fault = ERR_STORE;
		if (stub_query_value(list[i], "alone=") != NULL)
			return i + 1;
	}
	return n;
}

static bool
stub_may_run(const void *worker)
{
	return ((const struct server *)worker)->writes;
}

static enum err
stub_end(void *worker)
{
	return ((struct server *)worker)->fault;
}

static const struct service stub_service = {
	.name = "usherd",
	.role = ROLE_RESPONDER,
	.configure = stub_configure,
	.open = stub_open,
	.close = stub_close,
	.request_new = stub_request_new,
	.request_reset = stub_request_reset,
	.request_free = stub_request_free,
	.begin = stub_begin,
	.run = stub_run,
	.may_run = stub_may_run,
	.end = stub_end,
	.request_jobs = stub_request_jobs,
	.jobs = stub_jobs,
	.jobs_n = 2,
	.janitor = janitor_main,
};

/* Without $STUB_JOBS there are no processes that do jobs. $STUB_SYSLOG is another socket than /dev/log; $STUB_ROLE another role than responder. */
int
main(int argc, char **argv)
{
	struct service service = stub_service;

	if (getenv("STUB_SYSLOG") != NULL)
		log_output_syslog_path(getenv("STUB_SYSLOG"));
	if (getenv("STUB_ROLE") != NULL)
		service.role = (enum role)atoi(getenv("STUB_ROLE"));
	if (getenv("STUB_JOBS") == NULL)
		service.jobs_n = 0;
	return usherd_main(&service, argc, argv);
}
