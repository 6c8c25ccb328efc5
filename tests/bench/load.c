/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load KIND PORT CLIENTS SECONDS LINES [PATH]: keep-alive HTTP/1.1 clients on the loopback, each with one
 * request on its way at a time, in one thread.  Prints an object: answers a second, how many were
 * not what they should be, requests that took over a second, clients that got no answer, and the
 * time of a request (p50, p99, microseconds).
 *
 * Not wrk: a ticket of one answer must go into the next request, and wrk does not tell about
 * single connections.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/bench/talk.h"

#define ANSWER_MAX  16384
#define STUCK	    1000000 /* microseconds */
#define GRACE	    3000000 /* for the last answers */
#define SAMPLES_MAX 4000000

struct client {
	int fd;
	struct session session;
	int64_t sent; /* 0: nothing is on its way */
	uint64_t answers;
	size_t have;
	char in[ANSWER_MAX + 1];
};

struct load {
	const struct kind *kind;
	const struct line *lines;
	size_t line_count, next;
	struct sockaddr_in at;
	int epoll;
	struct client *clients;
	size_t n, waiting;
	int64_t begin, end;
	uint64_t answers, bad, stuck;
	uint32_t *sample;
	size_t samples;
};

static void
load_die(const char *what)
{
	perror(what);
	exit(1);
}

static void
load_connect(struct load *l, struct client *c)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };
	int on = 1;

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || connect(c->fd, (const struct sockaddr *)&l->at, sizeof(l->at)) < 0)
		load_die("connect");
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &event) < 0)
		load_die("epoll");
	c->have = 0;
}

static void
load_send_request(struct load *l, struct client *c)
{
	char text[REQUEST_MAX];
	size_t size;

	/* A prime step, so that neighbours in the file are not neighbours in time. */
	l->next = (l->next + 7919) % l->line_count;
	size = l->kind->ask(&c->session, &l->lines[l->next], text);
	c->sent = clock_micros();
	l->waiting++;
	if (send(c->fd, text, size, MSG_NOSIGNAL) != (ssize_t)size)
		load_die("send");
}

static void
load_note_time(struct load *l, struct client *c, int64_t now)
{
	int64_t took = now - c->sent;

	l->stuck += took > STUCK;
	if (l->samples < SAMPLES_MAX)
		l->sample[l->samples++] = (uint32_t)took;
	c->sent = 0;
	l->waiting--;
}

/* What comes after the end of the time counts for nothing but being good. */
static void
load_take_response(struct load *l, struct client *c, struct bench_response *a)
{
	int64_t now = clock_micros();

	load_note_time(l, c, now);
	l->bad += !bench_check_response(l->kind, &c->session, a);
	c->answers++;
	l->answers += now <= l->end;
	if (now < l->end)
		load_send_request(l, c);
}

static const char *
load_header_value(const char *head, const char *name)
{
	const char *at = strcasestr(head, name);

	return at != NULL ? at + strlen(name) : NULL;
}

/* 1: a whole answer was there; it is taken out. */
static int
load_parse_response(struct load *l, struct client *c)
{
	struct bench_response a = { 0 };
	const char *length;
	char *body;
	size_t size;

	c->in[c->have] = '\0';
	body = strstr(c->in, "\r\n\r\n");
	if (body == NULL)
		return 0;
	body[2] = '\0';
	body += 4;
	length = load_header_value(c->in, "\r\nContent-Length: ");
	size = length != NULL ? strtoul(length, NULL, 10) : 0;
	if (c->have - (size_t)(body - c->in) < size) {
		body[-2] = '\r';
		return 0;
	}
	a.status = (int)strtol(c->in + strlen("HTTP/1.1 "), NULL, 10);
	a.body = body;
	c->have = 0;
	if (load_header_value(c->in, "\r\nConnection: close") != NULL) {
		close(c->fd);
		load_connect(l, c);
	}
	load_take_response(l, c, &a);
	return 1;
}

/* A connection that ends while a request is on its way has lost it. */
static void
load_connection_lost(struct load *l, struct client *c)
{
	close(c->fd);
	load_connect(l, c);
	if (c->sent == 0)
		return;
	load_take_response(l, c, &(struct bench_response){ .status = 0, .body = "" });
}

static void
load_receive(struct load *l, struct client *c)
{
	ssize_t n = recv(c->fd, c->in + c->have, ANSWER_MAX - c->have, 0);

	if (n <= 0) {
		load_connection_lost(l, c);
		return;
	}
	c->have += (size_t)n;
	load_parse_response(l, c);
}

static void
load_run(struct load *l)
{
	struct epoll_event event[64];
	int64_t now = clock_micros();

	while (l->waiting > 0 && now < l->end + GRACE) {
		int n = epoll_wait(l->epoll, event, 64, 100);

		for (int i = 0; i < n; i++)
			load_receive(l, event[i].data.ptr);
		now = clock_micros();
	}
	for (size_t i = 0; i < l->n; i++)
		l->stuck += l->clients[i].sent != 0;
}

static int
load_compare_times(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void
load_print_result(struct load *l)
{
	double seconds = (double)(l->end - l->begin) / 1e6;
	size_t never = 0;

	for (size_t i = 0; i < l->n; i++)
		never += l->clients[i].answers == 0;
	qsort(l->sample, l->samples, sizeof(*l->sample), load_compare_times);
	printf("{\"rate\":%.0f,\"bad\":%llu,\"stuck\":%llu,\"never\":%zu,\"p50\":%u,\"p99\":%u}\n",
	       (double)l->answers / seconds, (unsigned long long)l->bad,
	       (unsigned long long)l->stuck, never, l->samples > 0 ? l->sample[l->samples / 2] : 0,
	       l->samples > 0 ? l->sample[l->samples * 99 / 100] : 0);
}

static void
load_prepare(struct load *l, char **argv)
{
	l->kind = bench_kind_named(argv[1]);
	l->at = (struct sockaddr_in){ .sin_family = AF_INET,
				      .sin_port = htons((uint16_t)strtoul(argv[2], NULL, 10)),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	l->n = strtoul(argv[3], NULL, 10);
	l->lines = bench_lines_read(argv[5], &l->line_count);
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->clients = calloc(l->n, sizeof(*l->clients));
	l->sample = malloc(SAMPLES_MAX * sizeof(*l->sample));
	if (l->kind == NULL || l->line_count == 0 || l->epoll < 0 || l->clients == NULL ||
	    l->sample == NULL)
		load_die("load cannot begin");
	l->next = (size_t)getpid() % l->line_count;
	for (size_t i = 0; i < l->n; i++)
		load_connect(l, &l->clients[i]);
}

int
main(int argc, char **argv)
{
	struct load l = { 0 };

	if (argc != 6 && argc != 7) {
		fprintf(stderr, "usage: load KIND PORT CLIENTS SECONDS LINES [PATH]\n");
		return 64;
	}
	if (argc == 7)
		bench_set_path(argv[6]);
	load_prepare(&l, argv);
	l.begin = clock_micros();
	l.end = l.begin + (int64_t)(strtod(argv[4], NULL) * 1e6);
	for (size_t i = 0; i < l.n; i++)
		load_send_request(&l, &l.clients[i]);
	load_run(&l);
	load_print_result(&l);
	return 0;
}
