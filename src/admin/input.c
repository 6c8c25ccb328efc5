/* SPDX-License-Identifier: Apache-2.0 */
/* Bounded reading of files and of standard input; options that several commands have. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "admin/input.h"
#include "admin/terminal.h"
#include "base/json.h"
#include "base/text.h"
#include "base/uri.h"
#include "policy/address.h"

/* Reads at most `max` bytes, and one more byte to detect longer input. */
static enum err
input_read_all(struct invocation *c, int fd, const char *name, size_t max, const char **out)
{
	char *text = arena_alloc(c->arena, max + 2);
	size_t size = 0;
	ssize_t n = 1;

	while (n != 0 && size <= max) {
		n = read(fd, text + size, max + 1 - size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return invocation_fail(c, EX_NOINPUT, "%s: %s", name, strerror(errno));
		size += (size_t)n;
	}
	if (size > max)
		return invocation_fail(c, EX_DATAERR, "%s must be at most %zu bytes", name, max);
	if (!text_is_utf8(BYTES(text, size)))
		return invocation_fail(c, EX_DATAERR, "%s must be UTF-8", name);
	*out = text;
	return OK;
}

static enum err
input_read_stdin(struct invocation *c, size_t max, const char **out)
{
	if (c->input == NULL)
		TRY(input_read_all(c, STDIN_FILENO, "standard input", max, &c->input));
	*out = c->input;
	return OK;
}

/* Reads one line from a terminal: a person types no end of file. */
static enum err
input_read_terminal(struct invocation *c, const char *prompt, size_t max)
{
	char *text = arena_alloc(c->arena, max + 1);

	if (terminal_read_hidden(STDIN_FILENO, prompt, text, max) < 0)
		return invocation_fail(c, EX_NOINPUT, "the terminal: %s", strerror(errno));
	if (!text_is_utf8(bytes_of(text)))
		return invocation_fail(c, EX_DATAERR, "the line must be UTF-8");
	c->input = text;
	return OK;
}

enum err
input_secret(struct invocation *c, const char *prompt, const char **out)
{
	const char *text;
	size_t n;

	if (c->input == NULL && isatty(STDIN_FILENO))
		TRY(input_read_terminal(c, prompt, INPUT_LINE_MAX + 2));
	/* Two more bytes for the line end, which may be CR LF. */
	TRY(input_read_stdin(c, INPUT_LINE_MAX + 2, &text));
	n = strcspn(text, "\r\n");
	if (n == 0)
		return invocation_fail(c, EX_DATAERR,
				       "standard input has no line; write the secret to it");
	if (n > INPUT_LINE_MAX)
		return invocation_fail(c, EX_DATAERR, "the line must be at most %d bytes",
				       INPUT_LINE_MAX);
	if (text[n + strspn(text + n, "\r\n")] != '\0')
		return invocation_fail(c, EX_DATAERR, "standard input must have only one line");
	*out = arena_strndup(c->arena, text, n);
	return OK;
}

enum err
input_file(struct invocation *c, const char *path, const char **out)
{
	enum err e;
	int fd;

	if (strcmp(path, "-") == 0)
		return input_read_stdin(c, JSON_SIZE_MAX, out);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == EACCES)
		return invocation_fail(
			c, EX_NOPERM,
			"%s: %s; usherctl runs as the user of the store; let this user read "
			"the file, or pass the file on standard input with -",
			path, strerror(errno));
	if (fd < 0)
		return invocation_fail(c, EX_NOINPUT, "%s: %s", path, strerror(errno));
	e = input_read_all(c, fd, path, JSON_SIZE_MAX, out);
	close(fd);
	return e;
}

enum err
input_json(struct invocation *c, const char *path, struct json_object **out)
{
	const char *text = "", *why = NULL;

	TRY(input_file(c, path, &text));
	*out = json_parse(c->work.arena, bytes_of(text), &why);
	if (*out == NULL)
		return invocation_fail(c, EX_DATAERR, "%s is not JSON: %s",
				       strcmp(path, "-") == 0 ? "standard input" : path, why);
	return OK;
}

enum err
input_email(struct invocation *c, const char **out)
{
	char canonical[ADDRESS_SIZE];

	*out = invocation_value(c, "email");
	if (*out == NULL || **out == '\0' || address_read_email(c->work.arena, out, canonical))
		return OK;
	return invocation_fail_value(c, "--email", *out,
				     "it must be an e-mail address, such as bob@example.net");
}

enum err
input_issuer(struct invocation *c, const char *what, const char *url)
{
	const char *why = "the URL of an issuer must begin with https or http";
	struct uri uri;

	if (uri_parse(c->work.arena, url, &uri, &why) == OK && uri_is_web(c->work.arena, url))
		return OK;
	return invocation_fail_value(c, what, url, why);
}
