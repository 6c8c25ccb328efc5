/* SPDX-License-Identifier: Apache-2.0 */
/* Names in HTTP: methods, status lines, headers of responses. */
#include "base/log.h"
#include "base/text.h"
#include "http/exchange.h"

/* clang-format off */
static const char *const methods[] = {
	[M_GET] = "GET",
	[M_HEAD] = "HEAD",
	[M_POST] = "POST",
	[M_PUT] = "PUT",
	[M_DELETE] = "DELETE",
	[M_OPTIONS] = "OPTIONS",
	[M_OTHER] = "OTHER",
};
/* clang-format on */

static const char *const headers[HEADERS] = {
#define X(slot, name) [slot] = name,
	HTTP_HEADERS(X)
#undef X
};

/* All statuses that are sent (RFC 9110, 15). */
static const struct {
	int status;
	const char *line;
} statuses[] = {
	{ 200, "200 OK" },
	{ 201, "201 Created" },
	{ 204, "204 No Content" },
	{ 302, "302 Found" },
	{ 303, "303 See Other" },
	{ 304, "304 Not Modified" },
	{ 400, "400 Bad Request" },
	{ 401, "401 Unauthorized" },
	{ 403, "403 Forbidden" },
	{ 404, "404 Not Found" },
	{ 405, "405 Method Not Allowed" },
	{ 406, "406 Not Acceptable" },
	{ 408, "408 Request Timeout" },
	{ 409, "409 Conflict" },
	{ 411, "411 Length Required" },
	{ 412, "412 Precondition Failed" },
	{ 413, "413 Content Too Large" },
	{ 414, "414 URI Too Long" },
	{ 415, "415 Unsupported Media Type" },
	{ 421, "421 Misdirected Request" },
	{ 428, "428 Precondition Required" },
	{ 429, "429 Too Many Requests" },
	{ 431, "431 Request Header Fields Too Large" },
	{ 500, "500 Internal Server Error" },
	{ 501, "501 Not Implemented" },
	{ 503, "503 Service Unavailable" },
	{ 507, "507 Insufficient Storage" },
};

const char *
method_name(enum method m)
{
	return methods[m];
}

enum method
method_of(const char *name)
{
	/* Methods are case-sensitive (RFC 9110, 9.1). */
	for (enum method m = M_GET; m < M_OTHER; m++)
		if (text_equal(methods[m], name))
			return m;
	return M_OTHER;
}

const char *
header_name(enum header h)
{
	return headers[h];
}

static const char *
exchange_check_value(const char *name, const char *value)
{
	for (const char *p = value; p != NULL && *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			log_die("a control character in the header %s", name);
	return value;
}

void
http_header(struct http_out *out, enum header h, const char *value)
{
	out->header[h] = exchange_check_value(header_name(h), value);
}

void
http_cookie(struct http_out *out, size_t slot, const char *value)
{
	if (slot >= HTTP_COOKIES)
		log_die("a response sets at most %d cookies", HTTP_COOKIES);
	out->cookie[slot] = exchange_check_value("Set-Cookie", value);
}

const char *
http_status_line(int status)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (statuses[i].status == status)
			return statuses[i].line;
	log_die("a status without a phrase: %d", status);
}
