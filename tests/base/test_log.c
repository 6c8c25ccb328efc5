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
		; /* lines that an earlier test could not write */
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

/* The lines that were logged since the last call. */
static const char *
log_read(void)
{
	char *text = arena_alloc(a, 65536);
	ssize_t n = read(pipe_end, text, 65535);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

/* The line that was logged; it must be one line of JSON. */
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
a_line_has_its_time_its_process_and_its_message(void)
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
a_long_value_gives_one_valid_line(void)
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
messages_below_the_level_are_not_written(void)
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
lines_of_a_batch_are_written_together_and_in_order(void)
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

/* Many lines are written to a file at once; a pipe would truncate them. */
static void
a_write_to_a_file_may_be_longer_than_one_to_a_pipe(void)
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
an_error_is_written_at_once_with_the_lines_before_it(void)
{
	log_buffer();
	log_info("before");
	CU_ASSERT_STRING_EQUAL(log_read(), "");
	log_error("it broke");
	CU_ASSERT_PTR_NOT_NULL(strstr(log_read(), "it broke"));
	log_flush();
	CU_ASSERT_STRING_EQUAL(log_read(), "");
}

/* A batch has at most 64 requests. */
static void
no_line_is_lost_or_truncated_however_many_are_queued(void)
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
errno_is_preserved(void)
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
a_diverted_message_is_not_written(void)
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
log_die_ends_the_process(void)
{
	CU_ASSERT(aborts_in_child(log_die_in_child, NULL));
	/* A child that exits by itself writes its last message before. */
	CU_ASSERT_FALSE(aborts_in_child(die_diverted, NULL));
}

/* All bytes that have arrived. */
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

/* The number in the line about lost lines; 0 if there is none. */
static size_t
log_dropped_lines(const char *text)
{
	const char *at = strstr(text, " log lines were dropped");

	while (at != NULL && at > text && at[-1] >= '0' && at[-1] <= '9')
		at--;
	return at != NULL ? strtoul(at, NULL, 10) : 0;
}

#define STALLED 2000 /* lines, four times as many as a pipe holds */

static void
log_stalled(void *unused)
{
	for (int i = 0; i < STALLED; i++)
		log_info("stalled");
	log_error("an error too");
}

static void
the_log_does_not_wait_for_a_reader(void)
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
log_die_does_not_wait_for_a_reader_of_the_log(void)
{
	log_stalled(NULL);
	CU_ASSERT_TRUE(returns_in_time(die_stalled, NULL));
	log_read_all();
	log_info("once");
	log_read_all();
}

static void
a_child_process_does_not_write_queued_lines_of_its_parent(void)
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

/* A datagram socket that replaces /dev/log. */
static int
syslog_daemon(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	CU_ASSERT_EQUAL_FATAL(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

/* All datagrams that it received, one line each. */
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
syslog_gets_the_same_lines_in_the_format_of_rfc_3164(void)
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
the_process_does_not_wait_for_a_syslog_daemon(void)
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
	{ "a line has its time, its process and its message",
	  a_line_has_its_time_its_process_and_its_message },
	{ "a request has one line", a_request_has_one_line },
	{ "no value forges a line [T-G01]", no_value_forges_a_line },
	{ "a long value gives one valid line [T-G01]", a_long_value_gives_one_valid_line },
	{ "messages below the level are not written", messages_below_the_level_are_not_written },
	{ "lines of a batch are written together and in order",
	  lines_of_a_batch_are_written_together_and_in_order },
	{ "a write to a file may be longer than one to a pipe",
	  a_write_to_a_file_may_be_longer_than_one_to_a_pipe },
	{ "an error is written at once, with the lines before it",
	  an_error_is_written_at_once_with_the_lines_before_it },
	{ "no line is lost or truncated, however many are queued [T-G01]",
	  no_line_is_lost_or_truncated_however_many_are_queued },
	{ "errno is preserved, also if nothing can be written", errno_is_preserved },
	{ "a diverted message is not written", a_diverted_message_is_not_written },
	{ "log_die ends the process", log_die_ends_the_process },
	{ "the process does not wait for a reader of the log, and counts dropped lines [T-O06]",
	  the_log_does_not_wait_for_a_reader },
	{ "log_die does not wait for a reader of the log [T-O06]",
	  log_die_does_not_wait_for_a_reader_of_the_log },
	{ "a child process does not write queued lines of its parent",
	  a_child_process_does_not_write_queued_lines_of_its_parent },
	{ "syslog gets the same lines in the format of RFC 3164",
	  syslog_gets_the_same_lines_in_the_format_of_rfc_3164 },
	{ "the process does not wait for a syslog daemon [T-O06]",
	  the_process_does_not_wait_for_a_syslog_daemon },
	{ "a syslog daemon may be restarted [T-O06]", a_syslog_daemon_may_be_restarted },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo log_suite = { "base/log", NULL, NULL, log_setup, log_teardown, tests };
