/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/http/records.h"

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
begin_add(struct buf *b, unsigned id, unsigned role, unsigned flags)
{
	const uint8_t body[8] = { (uint8_t)(role >> 8), (uint8_t)role, (uint8_t)flags };

	record_add(b, R_BEGIN, id, BYTES(body, 8), 0);
}

static void
length_add(struct buf *b, size_t length, int wide)
{
	if (wide || length > 127) {
		buf_char(b, (char)(0x80 | length >> 24));
		buf_char(b, (char)(length >> 16));
		buf_char(b, (char)(length >> 8));
	}
	buf_char(b, (char)length);
}

void
pair_add(struct buf *b, const char *name, const char *value, int wide)
{
	length_add(b, strlen(name), wide);
	length_add(b, strlen(value), wide);
	buf_text(b, name);
	buf_text(b, value);
}

void
streams_add(struct buf *b, unsigned id, struct bytes params, struct bytes body)
{
	if (params.size > 0)
		record_add(b, R_PARAMS, id, params, 0);
	record_add(b, R_PARAMS, id, BYTES_NONE, 0);
	if (body.size > 0)
		record_add(b, R_STDIN, id, body, 0);
	record_add(b, R_STDIN, id, BYTES_NONE, 0);
}

void
request_add(struct buf *b, unsigned id, unsigned flags)
{
	struct buf params = { .arena = b->arena };

	pair_add(&params, "REQUEST_METHOD", "GET", 0);
	pair_add(&params, "REQUEST_URI", "/", 0);
	begin_add(b, id, 1, flags);
	streams_add(b, id, buf_bytes(&params), BYTES_NONE);
}
