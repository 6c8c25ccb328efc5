/* SPDX-License-Identifier: Apache-2.0 */
/* Measuring name-value pairs: FastCGI 1.0, 3.4; T-F02, T-F03, T-F07. */
#include "http/pairs.h"

static const char *
name_begins(struct pairs *p, size_t size)
{
	if (size == 0 || size > PAIRS_NAME_MAX)
		return "a parameter's name is empty or too long";
	if (++p->n > PAIRS_MAX)
		return "too many parameters";
	p->name_left = size;
	p->in_value = true;
	return NULL;
}

static const char *
value_begins(struct pairs *p, size_t size)
{
	p->sum += p->name_left + size;
	if (size > PAIRS_VALUE_MAX || p->sum > PAIRS_SUM_MAX)
		return "a parameter's value is too long, or all together are";
	p->value_left = size;
	p->in_value = false;
	return NULL;
}

/* One byte of a length: one byte, or four with the highest bit set. */
static const char *
length_byte(struct pairs *p, uint8_t byte)
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
	return p->in_value ? value_begins(p, size) : name_begins(p, size);
}

/* Some bytes of a name or value.  The library keeps "name=value" as a C string: a NUL, or a '='
 * in the name, would make it another parameter than the front end sent (T-F07). */
static const char *
content(struct pairs *p, struct bytes in, size_t *used)
{
	size_t *left = p->name_left > 0 ? &p->name_left : &p->value_left;

	*used = in.size < *left ? in.size : *left;
	if (memchr(in.data, '\0', *used) != NULL)
		return "a parameter contains NUL";
	if (left == &p->name_left && memchr(in.data, '=', *used) != NULL)
		return "a parameter's name contains '='";
	*left -= *used;
	return NULL;
}

const char *
pairs_feed(struct pairs *p, struct bytes in)
{
	const char *why = NULL;
	size_t used;

	while (in.size > 0 && why == NULL) {
		used = 1;
		if (!p->in_value && p->name_left + p->value_left > 0)
			why = content(p, in, &used);
		else
			why = length_byte(p, in.data[0]);
		in = BYTES(in.data + used, in.size - used);
	}
	return why;
}

bool
pairs_is_whole(const struct pairs *p)
{
	return !p->in_value && p->length_have == 0 && p->name_left + p->value_left == 0;
}
