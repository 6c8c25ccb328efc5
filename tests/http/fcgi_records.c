/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/http/fcgi_records.h"

void
record_add(struct buf *b, int type, unsigned id, struct bytes content, unsigned padding)
{
	buf_char(b, 1);
	buf_char(b, (char)type);
	buf_char(b, (char)(id >> 8));
	buf_char(b, (char)id);
	buf_char(b, (char)(content.size >> 8));
	buf_char(b, (char)content.size);
	buf_char(b, (char)padding);
	buf_char(b, 0);
	if (content.size > 0)
		buf_add(b, content.data, content.size);
	while (padding-- > 0)
		buf_char(b, 'p');
}

void
record_add_begin(struct buf *b, unsigned id, unsigned role, unsigned flags)
{
	const uint8_t body[8] = { (uint8_t)(role >> 8), (uint8_t)role, (uint8_t)flags };

	record_add(b, R_BEGIN, id, BYTES(body, 8), 0);
}

static void
record_add_length(struct buf *b, size_t length, int wide)
{
	if (wide || length > 127) {
		buf_char(b, (char)(0x80 | length >> 24));
		buf_char(b, (char)(length >> 16));
		buf_char(b, (char)(length >> 8));
	}
	buf_char(b, (char)length);
}

void
record_add_pair(struct buf *b, const char *name, const char *value, int wide)
{
	record_add_length(b, strlen(name), wide);
	record_add_length(b, strlen(value), wide);
	buf_text(b, name);
	buf_text(b, value);
}

void
record_add_streams(struct buf *b, unsigned id, struct bytes params, struct bytes body)
{
	if (params.size > 0)
		record_add(b, R_PARAMS, id, params, 0);
	record_add(b, R_PARAMS, id, BYTES_NONE, 0);
	if (body.size > 0)
		record_add(b, R_STDIN, id, body, 0);
	record_add(b, R_STDIN, id, BYTES_NONE, 0);
}

void
record_add_request(struct buf *b, unsigned id, unsigned flags)
{
	struct buf params = { .arena = b->arena };

	record_add_pair(&params, "REQUEST_METHOD", "GET", 0);
	record_add_pair(&params, "REQUEST_URI", "/", 0);
	record_add_begin(b, id, 1, flags);
	record_add_streams(b, id, buf_bytes(&params), BYTES_NONE);
}
