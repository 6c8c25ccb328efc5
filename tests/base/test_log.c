/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/log_output.h"
#include "base/text.h"
#include "tests/base/child_outcome.h"
#include "tests/run.h"
#include "tests/support.h"

static struct arena *a;
static int stderr_kept, pipe_end;

static void
log_setup(void)
{
	int ends[2];
	char byte;

	a = arena_new();
	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	CU_ASSERT_EQUAL_FATAL(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	stderr_kept = dup(STDERR_FILENO);
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
	pipe_end = ends[0];
	clock_set(1700000000007);
	log_start("usherd", "stderr", LOG_L_INFO);
	while (read(pipe_end, &byte, 1) == 1)
		; /* what a test before could not write */
}

static void
log_teardown(void)
{
	dup2(stderr_kept, STDERR_FILENO);
	close(stderr_kept);
	close(pipe_end);
	clock_set(0);
	arena_free(a);
}

/* What was logged since the last call. */
static const char *
log_read(void)
{
	char *text = arena_alloc(a, 65536);
	ssize_t n = read(pipe_end, text, 65535);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

/* What was logged, which has to be one line and JSON. */
static struct json_object *
log_read_line(void)
{
	const char *text = log_read(), *why = "no line";
	size_t len = strlen(text);
	struct json_object *o = NULL;

	CU_ASSERT_FATAL(len > 0 && text[len - 1] == '\n');
	CU_ASSERT_PTR_EQUAL(strchr(text, '\n'), text + len - 1);
	CU_ASSERT(len <= 4096);
	o = json_parse(a, BYTES(text, len - 1), &why);
	CU_ASSERT_PTR_NOT_NULL_FATAL(o);
	return o;
}

static const char *
log_member(struct json_object *o, const char *name)
{
	const char *value = "(absent)";

	json_text(o, name, &value);
	return value;
}

static void
a_line_says_when_who_and_what(void)
{
	log_warn("a child left with %d", 7);
	CU_ASSERT_STRING_EQUAL(log_read(),
			       arena_printf(a,
					    "{\"t\":\"2023-11-14T22:13:20.007Z\","
					    "\"level\":\"warn\",\"program\":\"usherd\",\"pid\":%d,"
					    "\"msg\":\"a child left with 7\"}\n",
					    (int)getpid()));
}

static void
a_request_has_one_line(void)
{
	struct log_request r = {
		.tenant = "acme",
		.method = "POST",
		.route = "/token",
		.client = "c-viewer",
		.remote = "192.0.2.7",
		.status = 200,
		.micros = 1234,
	};

	log_request(&r);
	CU_ASSERT_STRING_EQUAL(
		log_read(),
		arena_printf(
			a,
			"{\"t\":\"2023-11-14T22:13:20.007Z\","
			"\"level\":\"info\",\"program\":\"usherd\",\"pid\":%d,\"tenant\":\"acme\","
			"\"method\":\"POST\",\"route\":\"/token\",\"client\":\"c-viewer\","
			"\"remote\":\"192.0.2.7\",\"status\":200,\"micros\":1234}\n",
			(int)getpid()));
}

static void
no_value_forges_a_line(void)
{
	static const char *const hostile[] = {
		"\n{\"level\":\"info\"}",
		"\r\n",
		"\",\"level\":\"error",
		"\\",
		"\\\"",
		"\x1b[2J",
		"\x7f",
		"\xc2\x9b[m",
		"\xc2\x85",
		"\xff\xfe",
		"\xc3",
		"\xed\xa0\x80",
		"\xe2\x82\xac",
	};

	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		struct log_request r = { .client = hostile[i], .remote = hostile[i] };
		struct json_object *o;
		const char *text;

		log_info("%s", hostile[i]);
		o = log_read_line();
		CU_ASSERT_STRING_EQUAL(log_member(o, "level"), "info");
		CU_ASSERT_EQUAL(json_object_object_length(o), 5);
		if (text_is_utf8(bytes_of(hostile[i])))
			CU_ASSERT_STRING_EQUAL(log_member(o, "msg"), hostile[i]);
		log_request(&r);
		CU_ASSERT_EQUAL(json_object_object_length(log_read_line()), 8);
		log_error("%s", hostile[i]);
		text = log_read();
		CU_ASSERT_PTR_NULL(strpbrk(text, "\x1b\x7f\r"));
		CU_ASSERT_PTR_NULL(strstr(text, "\xc2\x9b"));
	}
}

static void
a_long_value_still_gives_one_sound_line(void)
{
	char *tail = arena_alloc(a, 100001);
	struct log_request r = { .tenant = tail,
				 .method = tail,
				 .route = tail,
				 .client = tail,
				 .error = tail,
				 .remote = tail,
				 .status = 200 };

	memset(tail, '\1', 100000);
	log_info("%s", tail);
	log_read_line();
	log_request(&r);
	log_read_line();
	for (size_t i = 0; i < 100000; i += 2)
		memcpy(tail + i, "\xc3\xa9", 2);
	log_info("x%s", tail);
	log_read_line();
	log_request(&r);
	log_read_line();
}

static void
what_is_below_the_level_is_not_written(void)
{
	struct log_request r = { .status = 200 };

	log_debug("%s", "no");
	CU_ASSERT_STRING_EQUAL(log_read(), "");
	log_start("usherd", "stderr", LOG_L_WARN);
	log_info("%s", "no");
	log_request(&r);
	CU_ASSERT_STRING_EQUAL(log_read(), "");
	log_error("%s", "yes");
	CU_ASSERT_STRING_EQUAL(log_member(log_read_line(), "msg"), "yes");
}

static void
lines_of_a_round_leave_together_and_in_order(void)
{
	static const char *const remote[] = { "\"remote\":\"a\"", "\"msg\":\"b\"",
					      "\"remote\":\"c\"" };
	const char *at;

	log_buffer();
	log_request(&(struct log_request){ .remote = "a", .status = 200 });
	log_info("b");
	log_request(&(struct log_request){ .remote = "c", .status = 200 });
	CU_ASSERT_STRING_EQUAL(log_read(), "");
	log_flush();
	at = log_read();
	for (size_t i = 0; i < 3; i++) {
		at = strstr(at, remote[i]);
		CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	}
	log_flush();
	CU_ASSERT_STRING_EQUAL(log_read(), "");
	log_info("d");
	log_read_line();
}

/* A file takes many lines at once as it takes one; a pipe would cut them. */
static void
a_file_gets_more_at_once_than_a_pipe(void)
{
	static const off_t full = 4096;
	int file = memfd_create("log", MFD_CLOEXEC), pipe = dup(STDERR_FILENO);
	off_t at_once;

	dup2(file, STDERR_FILENO);
	log_start("usherd", "stderr", LOG_L_INFO);
	log_buffer();
	for (int i = 0; i < 40; i++)
		log_request(&(struct log_request){ .remote = "192.0.2.1", .status = 200 });
	at_once = lseek(file, 0, SEEK_END);
	log_flush();
	CU_ASSERT_EQUAL(at_once, 0);
	CU_ASSERT(lseek(file, 0, SEEK_END) > full);
	dup2(pipe, STDERR_FILENO);
	log_start("usherd", "stderr", LOG_L_INFO);
	log_buffer();
	for (int i = 0; i < 40; i++)
		log_request(&(struct log_request){ .remote = "192.0.2.1", .status = 200 });
	CU_ASSERT_STRING_NOT_EQUAL(log_read(), "");
	log_flush();
	close(file);
	close(pipe);
}

static void
an_error_waits_for_nothing(void)
{
	log_buffer();
	log_info("before");
	CU_ASSERT_STRING_EQUAL(log_read(), "");
	log_error("it broke");
	CU_ASSERT_PTR_NOT_NULL(strstr(log_read(), "it broke"));
	log_flush();
	CU_ASSERT_STRING_EQUAL(log_read(), "");
}

/* 64 requests are the largest round. */
static void
no_line_is_lost_or_cut_however_many_wait(void)
{
	const char *text;
	size_t lines = 0;

	log_buffer();
	for (int i = 0; i < 64; i++)
		log_request(&(struct log_request){ .tenant = "a tenant",
						   .method = "POST",
						   .route = "permission",
						   .remote = "192.0.2.1",
						   .status = i });
	log_flush();
	for (text = log_read(); *text != '\0'; text = strchr(text, '\n') + 1) {
		CU_ASSERT_FATAL(*text == '{' && strchr(text, '\n') != NULL &&
				strchr(text, '\n')[-1] == '}');
		CU_ASSERT_PTR_NOT_NULL(strstr(text, arena_printf(a, "\"status\":%zu,", lines++)));
	}
	CU_ASSERT_EQUAL(lines, 64);
}

static void
errno_is_kept(void)
{
	errno = ENOSPC;
	log_error("%s", "disk");
	log_request(&(struct log_request){ .status = 200 });
	CU_ASSERT_EQUAL(errno, ENOSPC);
	close(STDERR_FILENO);
	errno = ENOSPC;
	log_error("%s", "nobody reads");
	CU_ASSERT_EQUAL(errno, ENOSPC);
}

static const char *taken;
static bool taken_last;

static void
log_divert_take(const char *message, bool last)
{
	taken = arena_strdup(a, message);
	taken_last = last;
}

static void
a_message_that_is_diverted_is_no_line(void)
{
	taken = NULL;
	log_divert(log_divert_take);
	log_error("a %s\n", "fault");
	CU_ASSERT_STRING_EQUAL(log_read(), "");
	CU_ASSERT_STRING_EQUAL(taken, "a fault\n");
	CU_ASSERT_FALSE(taken_last);
	log_debug("%s", "below the level");
	CU_ASSERT_STRING_EQUAL(taken, "a fault\n");
	log_divert(NULL);
	log_error("%s", "a line");
	log_read_line();
}

static void
log_exit_after_message(const char *message, bool last)
{
	if (last && strcmp(message, "the end") == 0)
		_exit(7);
}

static void
die_diverted(void *unused)
{
	log_divert(log_exit_after_message);
	log_die("the %s", "end");
}

static void
log_die_in_child(void *unused)
{
	log_die("%s", "an invariant is broken");
}

static void
dying_ends_the_process(void)
{
	CU_ASSERT(aborts_in_child(log_die_in_child, NULL));
	/* Its last message is handed over before: this one leaves by itself. */
	CU_ASSERT_FALSE(aborts_in_child(die_diverted, NULL));
}

/* All that has come, however much. */
static const char *
log_read_all(void)
{
	struct buf b = { .arena = a };
	const char *piece;

	while (*(piece = log_read()) != '\0')
		buf_text(&b, piece);
	return b.size > 0 ? b.data : "";
}

static size_t
log_count_word(const char *text, const char *word)
{
	size_t n = 0;

	while ((text = strstr(text, word)) != NULL) {
		n++;
		text++;
	}
	return n;
}

/* What the line about lost ones says, and 0 without one. */
static size_t
log_dropped_lines(const char *text)
{
	const char *at = strstr(text, " log lines were dropped");

	while (at != NULL && at > text && at[-1] >= '0' && at[-1] <= '9')
		at--;
	return at != NULL ? strtoul(at, NULL, 10) : 0;
}

#define STALLED 2000 /* lines; a pipe takes a quarter of them */

static void
log_stalled(void *unused)
{
	for (int i = 0; i < STALLED; i++)
		log_info("stalled");
	log_error("an error too");
}

static void
a_log_that_nobody_reads_is_not_waited_for(void)
{
	const char *text;

	CU_ASSERT_TRUE(returns_in_time(log_stalled, NULL));
	log_read_all();
	log_stalled(NULL);
	text = log_read_all();
	CU_ASSERT(log_count_word(text, "stalled") < STALLED);
	CU_ASSERT_EQUAL(log_count_word(text, "dropped"), 0);
	log_info("it flows");
	text = arena_printf(a, "%s%s", text, log_read_all());
	CU_ASSERT_EQUAL(log_count_word(text, "stalled") + log_count_word(text, "error too") +
				log_dropped_lines(text),
			STALLED + 1);
	CU_ASSERT_PTR_NOT_NULL_FATAL(strstr(text, "dropped"));
	CU_ASSERT_PTR_NULL(strstr(strstr(text, "dropped"), "stalled"));
	CU_ASSERT_PTR_NOT_NULL(strstr(strstr(text, "dropped"), "it flows"));
	log_info("once");
	CU_ASSERT_EQUAL(log_count_word(log_read_all(), "dropped"), 0);
}

static void
die_stalled(void *unused)
{
	log_stalled(NULL);
	log_die("nobody reads this");
}

static void
dying_does_not_wait(void)
{
	log_stalled(NULL);
	CU_ASSERT_TRUE(returns_in_time(die_stalled, NULL));
	log_read_all();
	log_info("once");
	log_read_all();
}

static void
a_child_does_not_repeat_its_parents_lines(void)
{
	pid_t child;

	log_buffer();
	log_info("the parent's");
	child = fork();
	if (child == 0) {
		log_info("the child's");
		log_flush();
		_exit(0);
	}
	waitpid(child, NULL, 0);
	CU_ASSERT_PTR_NULL(strstr(log_read(), "the parent's"));
	log_flush();
	CU_ASSERT_PTR_NOT_NULL(strstr(log_read(), "the parent's"));
}

/* A datagram socket in the place of /dev/log. */
static int
syslog_daemon(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	CU_ASSERT_EQUAL_FATAL(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

/* Everything that it got, a line a datagram. */
static const char *
syslog_read(int fd)
{
	struct buf b = { .arena = a };
	char message[8192];
	ssize_t n;

	while ((n = read(fd, message, sizeof(message))) >= 0) {
		buf_add(&b, message, (size_t)n);
		buf_text(&b, "\n");
	}
	return b.size > 0 ? b.data : "";
}

static void
syslog_gets_the_same_lines(void)
{
	char *directory = scratch_new();
	const char *path = arena_printf(a, "%s/log", directory);
	int daemon = syslog_daemon(path);

	setenv("TZ", "UTC", 1);
	log_output_syslog_path(path);
	log_start("usherd", "syslog", LOG_L_INFO);
	log_warn("a \"word\"");
	CU_ASSERT_STRING_EQUAL(
		syslog_read(daemon),
		arena_printf(a,
			     "<28>Nov 14 22:13:20 usherd[%d]: {\"t\":\"2023-11-14T22:13:20.007Z\","
			     "\"level\":\"warn\",\"program\":\"usherd\",\"pid\":%d,"
			     "\"msg\":\"a \\\"word\\\"\"}\n",
			     (int)getpid(), (int)getpid()));
	CU_ASSERT_STRING_EQUAL(log_read(), "");
	close(daemon);
	log_output_syslog_path("/dev/log");
	scratch_remove(directory);
	free(directory);
}

static void
a_syslog_daemon_that_does_not_read_is_not_waited_for(void)
{
	char *directory = scratch_new();
	const char *path = arena_printf(a, "%s/log", directory), *text;
	int daemon = syslog_daemon(path);

	log_output_syslog_path(path);
	log_start("usherd", "syslog", LOG_L_INFO);
	CU_ASSERT_TRUE(returns_in_time(log_stalled, NULL));
	syslog_read(daemon);
	log_stalled(NULL);
	text = syslog_read(daemon);
	CU_ASSERT_EQUAL(log_count_word(text, "dropped"), 0);
	log_info("it flows");
	text = arena_printf(a, "%s%s", text, syslog_read(daemon));
	CU_ASSERT_EQUAL(log_count_word(text, "stalled") + log_count_word(text, "error too") +
				log_dropped_lines(text),
			STALLED + 1);
	CU_ASSERT_EQUAL(log_count_word(text, "it flows"), 1);
	close(daemon);
	log_output_syslog_path("/dev/log");
	scratch_remove(directory);
	free(directory);
}

static void
a_syslog_daemon_may_be_restarted(void)
{
	char *directory = scratch_new();
	const char *path = arena_printf(a, "%s/log", directory), *text;
	int daemon;

	log_output_syslog_path(path);
	log_start("usherd", "syslog", LOG_L_INFO);
	log_info("before there is one");
	daemon = syslog_daemon(path);
	log_info("first");
	text = syslog_read(daemon);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"1 log line was dropped\""));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "first"));
	close(daemon);
	unlink(path);
	daemon = syslog_daemon(path);
	log_info("second");
	CU_ASSERT_PTR_NOT_NULL(strstr(syslog_read(daemon), "second"));
	close(daemon);
	log_output_syslog_path("/dev/log");
	scratch_remove(directory);
	free(directory);
}

static CU_TestInfo tests[] = {
	{ "a line says when, who and what", a_line_says_when_who_and_what },
	{ "a request has one line", a_request_has_one_line },
	{ "no value forges a line [T-G01]", no_value_forges_a_line },
	{ "a long value still gives one sound line [T-G01]",
	  a_long_value_still_gives_one_sound_line },
	{ "what is below the level is not written", what_is_below_the_level_is_not_written },
	{ "lines of a round leave together and in order",
	  lines_of_a_round_leave_together_and_in_order },
	{ "a file gets more at once than a pipe", a_file_gets_more_at_once_than_a_pipe },
	{ "an error waits for nothing, nor does what came before it", an_error_waits_for_nothing },
	{ "no line is lost or cut, however many wait [T-G01]",
	  no_line_is_lost_or_cut_however_many_wait },
	{ "errno is kept, even where nothing can be written", errno_is_kept },
	{ "a message that is diverted is no line", a_message_that_is_diverted_is_no_line },
	{ "a broken invariant ends the process", dying_ends_the_process },
	{ "a log that nobody reads is not waited for, and the dropped lines are counted [T-O06]",
	  a_log_that_nobody_reads_is_not_waited_for },
	{ "the last message of a process is not waited for either [T-O06]", dying_does_not_wait },
	{ "a child does not repeat its parent's lines", a_child_does_not_repeat_its_parents_lines },
	{ "syslog gets the same lines, in the format of RFC 3164", syslog_gets_the_same_lines },
	{ "a syslog daemon that does not read is not waited for [T-O06]",
	  a_syslog_daemon_that_does_not_read_is_not_waited_for },
	{ "a syslog daemon may be restarted [T-O06]", a_syslog_daemon_may_be_restarted },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo log_suite = { "base/log", NULL, NULL, log_setup, log_teardown, tests };
