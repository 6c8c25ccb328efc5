/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks that a text is JSON (RFC 8259) and satisfies the rules of I-JSON (RFC 7493) that matter
 * for security: well-formed UTF-8, no lone surrogates, no repeated member names, no U+0000 (T-P01
 * to T-P04). Depth and number of values are bounded, so recursion is safe and the time is linear
 * (T-P06). The scanner builds no values.
 */
#include "base/json.h"

#include "base/text.h"

#define NAME_SHOWN 64 /* most bytes of a name that a message quotes */

struct scanner {
	struct arena *arena;
	const char *start, *p, *end;
	const char *why;
	unsigned depth, nodes;
	size_t compared; /* bytes of names compared: the only work besides one pass over the text */
};

/* The member names of an object so far, unescaped, because "\u0061" and "a" are the same name. */
struct names {
	struct bytes list[JSON_MEMBERS_MAX];
	size_t n;
};

static bool json_scan_value(struct scanner *s);

static bool
json_scan_fail(struct scanner *s, const char *why)
{
	s->why = why;
	return false;
}

/* For faults of the grammar: if nothing follows, the document was cut off. */
static bool
json_scan_fail_grammar(struct scanner *s, const char *why)
{
	if (s->p < s->end)
		return json_scan_fail(s, why);
	return json_scan_fail(s, arena_printf(s->arena, "the JSON ends early, at byte %zu",
					      (size_t)(s->end - s->start)));
}

static void
json_scan_skip_space(struct scanner *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\n' || *s->p == '\r'))
		s->p++;
}

/* Consumes the next character if it is `c`. */
static bool
json_scan_take(struct scanner *s, char c)
{
	if (s->p == s->end || *s->p != c)
		return false;
	s->p++;
	return true;
}

static bool
json_scan_word(struct scanner *s, const char *word)
{
	while (*word != '\0' && json_scan_take(s, *word))
		word++;
	return *word == '\0' ? true : json_scan_fail_grammar(s, "this is not JSON");
}

static bool
json_scan_take_digits(struct scanner *s)
{
	const char *from = s->p;

	while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		s->p++;
	return s->p > from;
}

/* [ "-" ] ( "0" / 1-9 *DIGIT ) [ "." 1*DIGIT ] [ ( "e" / "E" ) [ "+" / "-" ] 1*DIGIT ] */
static bool
json_scan_number(struct scanner *s)
{
	bool good;

	json_scan_take(s, '-');
	good = json_scan_take(s, '0') || json_scan_take_digits(s);
	if (good && json_scan_take(s, '.'))
		good = json_scan_take_digits(s);
	if (good && (json_scan_take(s, 'e') || json_scan_take(s, 'E'))) {
		if (!json_scan_take(s, '+'))
			json_scan_take(s, '-');
		good = json_scan_take_digits(s);
	}
	return good ? true : json_scan_fail_grammar(s, "a number does not have the form of JSON");
}

static bool
json_scan_take_hex4(struct scanner *s, unsigned *out)
{
	*out = 0;
	for (int i = 0; i < 4; i++) {
		int digit = s->p < s->end ? text_hex(*s->p) : -1;

		if (digit < 0)
			return false;
		*out = *out * 16 + (unsigned)digit;
		s->p++;
	}
	return true;
}

static void
json_scan_add_utf8(struct buf *out, unsigned c)
{
	static const uint8_t lead[] = { 0, 0x00, 0xc0, 0xe0, 0xf0 };
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	uint8_t text[4];

	for (size_t i = n - 1; i > 0; i--) {
		text[i] = (uint8_t)(0x80 | (c & 0x3f));
		c >>= 6;
	}
	text[0] = (uint8_t)(lead[n] | c);
	buf_add(out, text, n);
}

/* Reads the rest of an escape after "\u", with both halves of a surrogate pair. */
static bool
json_scan_code_point(struct scanner *s, unsigned *out)
{
	unsigned high, low;

	if (!json_scan_take_hex4(s, &high))
		return json_scan_fail_grammar(s, "a string has an escape that is not JSON");
	if (high == 0)
		return json_scan_fail(s, "a string contains U+0000");
	*out = high;
	if (high < 0xd800 || high > 0xdfff)
		return true;
	if (high > 0xdbff || !json_scan_take(s, '\\') || !json_scan_take(s, 'u') ||
	    !json_scan_take_hex4(s, &low) || low < 0xdc00 || low > 0xdfff)
		return json_scan_fail_grammar(s, "a string contains half of a surrogate pair");
	*out = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
	return true;
}

/* Reads the rest of an escape after the backslash. */
static bool
json_scan_escape(struct scanner *s, unsigned *out)
{
	static const char letters[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	const char *found = NULL;

	if (json_scan_take(s, 'u'))
		return json_scan_code_point(s, out);
	if (s->p < s->end && *s->p != '\0')
		found = strchr(letters, *s->p);
	if (found == NULL)
		return json_scan_fail_grammar(s, "a string has an escape that is not JSON");
	*out = (unsigned char)values[found - letters];
	s->p++;
	return true;
}

/* RFC 8259, 7. Bytes above ASCII are accepted, because json_scan_text has checked them. */
static bool
json_scan_is_unescaped(char c)
{
	return (unsigned char)c >= ' ' && c != '"' && c != '\\';
}

/* Reads the rest of a string after its opening quotation mark. Appends the unescaped text to `out`
 * unless `out` is NULL. */
static bool
json_scan_string(struct scanner *s, struct buf *out)
{
	unsigned c;

	while (s->p < s->end && *s->p != '"') {
		const char *from = s->p;

		while (s->p < s->end && json_scan_is_unescaped(*s->p))
			s->p++;
		if (out != NULL)
			buf_add(out, from, (size_t)(s->p - from));
		if (s->p < s->end && (unsigned char)*s->p < ' ')
			return json_scan_fail(s, "a string contains a control character");
		if (!json_scan_take(s, '\\'))
			continue;
		if (!json_scan_escape(s, &c))
			return false;
		if (out != NULL)
			json_scan_add_utf8(out, c);
	}
	return json_scan_take(s, '"') ? true : json_scan_fail_grammar(s, "a string is not closed");
}

static bool
json_scan_fail_repeated(struct scanner *s, struct bytes name)
{
	size_t shown = name.size < NAME_SHOWN ? name.size : NAME_SHOWN;
	const char *text = arena_strndup(s->arena, (const char *)name.data, shown);

	return json_scan_fail(s, arena_printf(s->arena, "%s appears more than once",
					      text_plain(s->arena, text)));
}

static bool
json_scan_add_name(struct scanner *s, struct names *names, struct bytes name)
{
	for (size_t i = 0; i < names->n; i++) {
		s->compared += names->list[i].size == name.size ? name.size : 1;
		if (bytes_equal(names->list[i], name))
			return json_scan_fail_repeated(s, name);
	}
	if (names->n == JSON_MEMBERS_MAX)
		return json_scan_fail(s, arena_printf(s->arena,
						      "an object must have at most %d members",
						      JSON_MEMBERS_MAX));
	names->list[names->n++] = name;
	return true;
}

static bool
json_scan_member(struct scanner *s, struct names *names)
{
	struct buf name = { .arena = s->arena };

	json_scan_skip_space(s);
	if (!json_scan_take(s, '"'))
		return json_scan_fail_grammar(s, "a member's name is missing");
	if (!json_scan_string(s, &name) || !json_scan_add_name(s, names, buf_bytes(&name)))
		return false;
	json_scan_skip_space(s);
	if (!json_scan_take(s, ':'))
		return json_scan_fail_grammar(s, "a colon is missing after a member's name");
	return json_scan_value(s);
}

static bool
json_scan_object(struct scanner *s)
{
	struct names names;

	names.n = 0;
	json_scan_skip_space(s);
	if (json_scan_take(s, '}'))
		return true;
	do {
		if (!json_scan_member(s, &names))
			return false;
		json_scan_skip_space(s);
	} while (json_scan_take(s, ','));
	return json_scan_take(s, '}') ? true : json_scan_fail_grammar(s, "an object is not closed");
}

static bool
json_scan_array(struct scanner *s)
{
	json_scan_skip_space(s);
	if (json_scan_take(s, ']'))
		return true;
	do {
		if (!json_scan_value(s))
			return false;
		json_scan_skip_space(s);
	} while (json_scan_take(s, ','));
	return json_scan_take(s, ']') ? true : json_scan_fail_grammar(s, "an array is not closed");
}

static bool
json_scan_container(struct scanner *s)
{
	bool good;

	if (s->depth == JSON_DEPTH_MAX)
		return json_scan_fail(s,
				      arena_printf(s->arena, "the JSON must have at most %d levels",
						   JSON_DEPTH_MAX));
	s->depth++;
	good = *s->p++ == '{' ? json_scan_object(s) : json_scan_array(s);
	s->depth--;
	return good;
}

static bool
json_scan_value(struct scanner *s)
{
	json_scan_skip_space(s);
	if (s->p == s->end)
		return json_scan_fail_grammar(s, "a value is missing");
	if (s->nodes++ == JSON_NODES_MAX)
		return json_scan_fail(s,
				      arena_printf(s->arena, "the JSON must have at most %d values",
						   JSON_NODES_MAX));
	switch (*s->p) {
	case '{':
	case '[': return json_scan_container(s);
	case 't': return json_scan_word(s, "true");
	case 'f': return json_scan_word(s, "false");
	case 'n': return json_scan_word(s, "null");
	case '"': s->p++; return json_scan_string(s, NULL);
	case '-':
	case '0':
	case '1':
	case '2':
	case '3':
	case '4':
	case '5':
	case '6':
	case '7':
	case '8':
	case '9': return json_scan_number(s);
	default: return json_scan_fail(s, "a value is not JSON; text needs quotation marks");
	}
}

static bool
json_scan_text(struct scanner *s, struct bytes text)
{
	if (text.size == 0)
		return json_scan_fail(s, "the JSON is empty");
	if (text.size > JSON_SIZE_MAX)
		return json_scan_fail(s, arena_printf(s->arena, "the JSON must be at most %d bytes",
						      JSON_SIZE_MAX));
	if (!text_is_utf8(text))
		return json_scan_fail(s, "the JSON is not UTF-8 or contains a NUL");
	s->start = s->p = (const char *)text.data;
	s->end = s->p + text.size;
	if (!json_scan_value(s))
		return false;
	json_scan_skip_space(s);
	return s->p == s->end ? true : json_scan_fail(s, "the JSON is followed by other text");
}

size_t
json_scan_steps(struct arena *a, struct bytes text)
{
	struct scanner s = { .arena = a };

	json_scan_text(&s, text);
	return s.compared + (s.p != NULL ? (size_t)(s.p - (const char *)text.data) : 0);
}

bool
json_scan(struct arena *a, struct bytes text, const char **why)
{
	struct scanner s = { .arena = a };

	if (json_scan_text(&s, text))
		return true;
	*why = s.why;
	return false;
}
