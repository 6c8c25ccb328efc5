/* SPDX-License-Identifier: Apache-2.0 */
/* Measures name-value pairs (FastCGI 1.0, 3.4; T-F02, T-F03, T-F07). */
#include "http/pairs.h"

/* Keeps the first fault. */
static void
pairs_fail(struct pairs *p, enum err fault, const char *why)
{
	if (p->fault != OK)
		return;
	p->fault = fault;
	p->why = why;
}

static const char *
pairs_add_length(struct pairs *p, size_t size)
{
	if (size > PAIRS_SKIP_MAX - p->sum)
		return "the parameters are longer than 1 MiB";
	p->sum += size;
	if (p->sum > PAIRS_SUM_MAX)
		pairs_fail(p, ERR_HEADERS_TOO_LARGE, "the request headers are longer than 64 KiB");
	return NULL;
}

static const char *
pairs_begin_name(struct pairs *p, size_t size)
{
	if (size == 0)
		return "a parameter has an empty name";
	if (size > PAIRS_NAME_MAX)
		pairs_fail(p, ERR_HEADERS_TOO_LARGE,
			   "the name of a request header is longer than 251 bytes");
	if (++p->n > PAIRS_MAX)
		pairs_fail(p, ERR_HEADERS_TOO_LARGE, "the request has more than 256 headers");
	p->name_left = size;
	p->in_value = true;
	return pairs_add_length(p, size);
}

static const char *
pairs_begin_value(struct pairs *p, size_t size)
{
	if (size > PAIRS_VALUE_MAX)
		pairs_fail(p, ERR_HEADERS_TOO_LARGE, "a request header is longer than 16 KiB");
	p->value_left = size;
	p->in_value = false;
	return pairs_add_length(p, size);
}

/* Reads one byte of a length, which has one byte, or four if the highest bit is set. */
static const char *
pairs_length_byte(struct pairs *p, uint8_t byte)
{
	size_t size;

	p->length[p->length_have++] = byte;
	if ((p->length[0] & 0x80) != 0 && p->length_have < 4)
		return NULL;
	size = p->length[0];
	if (p->length_have == 4)
		size = (size_t)(p->length[0] & 0x7f) << 24 | (size_t)p->length[1] << 16 |
		       (size_t)p->length[2] << 8 | p->length[3];
	p->length_have = 0;
	return p->in_value ? pairs_begin_value(p, size) : pairs_begin_name(p, size);
}

/* Checks bytes of a name or value. The library stores "name=value" as a C string: with a NUL, or a
 * '=' in the name, it would be another parameter than the front end sent (T-F07). */
static void
pairs_take_content(struct pairs *p, struct bytes in, size_t *used)
{
	size_t *left = p->name_left > 0 ? &p->name_left : &p->value_left;

	*used = in.size < *left ? in.size : *left;
	if (memchr(in.data, '\0', *used) != NULL)
		pairs_fail(p, ERR_INVALID_REQUEST, "a request header contains NUL");
	if (left == &p->name_left && memchr(in.data, '=', *used) != NULL)
		pairs_fail(p, ERR_INVALID_REQUEST, "the name of a request header contains '='");
	*left -= *used;
}

const char *
pairs_feed(struct pairs *p, struct bytes in)
{
	const char *why = NULL;
	size_t used;

	while (in.size > 0 && why == NULL) {
		used = 1;
		if (!p->in_value && p->name_left + p->value_left > 0)
			pairs_take_content(p, in, &used);
		else
			why = pairs_length_byte(p, in.data[0]);
		in = BYTES(in.data + used, in.size - used);
	}
	return why;
}

bool
pairs_is_whole(const struct pairs *p)
{
	return !p->in_value && p->length_have == 0 && p->name_left + p->value_left == 0;
}
