/* SPDX-License-Identifier: Apache-2.0 */
/* Handles: see the header. The table has the prefix and the store's table of each kind. */
#include <string.h>

#include "base/b64.h"
#include "base/buf.h"
#include "base/id.h"
#include "base/text.h"
#include "model/handle.h"
#include "model/tenant.h"

#define TIME_SIZE    (BYTES_TIME + 2) /* seconds, and two bytes of milliseconds */
#define RANDOM_SIZE  30
#define HASH_SIZE    (HANDLE_KEY_SIZE - TIME_SIZE)
#define ENCODED_SIZE ((8 * (TIME_SIZE + RANDOM_SIZE) + 5) / 6)
#define ENCODED_TIME                                                                               \
	((TIME_SIZE + 2) / 3 * 4) /* base64url characters that contain the time, a
					        * multiple of 4 */
#define JTI_AT 8		  /* position of the last ten bits of the milliseconds in an id */

static const struct {
	const char *prefix;
	enum table table;
} kinds[HANDLE_KINDS] = {
	[HANDLE_TICKET] = { "tk_", T_TICKET },
	[HANDLE_PAT] = { "pat_", T_ACCESS },
	[HANDLE_ACCESS] = { "at_", T_ACCESS },
	[HANDLE_REFRESH] = { "rt_", T_REFRESH },
	[HANDLE_PCT] = { "pct_", T_PCT },
	[HANDLE_CODE] = { "ac_", T_CODE },
	[HANDLE_PUSHED_REQUEST] = { "pr_", T_PUSHED_REQUEST },
	[HANDLE_SESSION] = { "ss_", T_SESSION },
	[HANDLE_RESET] = { "rs_", T_RESET },
	[HANDLE_CLAIMS_FLOW] = { "cf_", T_CLAIMS_FLOW },
};

static struct bytes
handle_make_row_key(struct work *w, const struct key *key, const uint8_t time[TIME_SIZE],
		    const char *text)
{
	uint8_t *row_key = arena_alloc(w->arena, HANDLE_KEY_SIZE), hash[CRYPTO_HASH];

	crypto_keyed_hash(key, bytes_of(text), hash);
	memcpy(row_key, time, TIME_SIZE);
	memcpy(row_key + TIME_SIZE, hash, HASH_SIZE);
	return BYTES(row_key, HANDLE_KEY_SIZE);
}

void
handle_new(struct work *w, enum handle_kind kind, int64_t expires, const char **text,
	   struct bytes *key)
{
	uint8_t raw[TIME_SIZE + RANDOM_SIZE];
	struct buf b = { .arena = w->arena };

	bytes_put_time(raw, expires);
	bytes_put(raw + BYTES_TIME, 2, (uint64_t)(w->now_ms % 1000));
	random_bytes(w->random, raw + TIME_SIZE, RANDOM_SIZE);
	buf_text(&b, kinds[kind].prefix);
	buf_text(&b, b64url_encode(w->arena, BYTES(raw, sizeof raw)));
	*text = b.data;
	*key = handle_make_row_key(w, &w->tenant->handle_key[kind], raw, *text);
}

/* Only the time is decoded: decoding in constant time is slow, and the hash covers every character
 * of the rest anyway. */
bool
handle_row_key(struct work *w, enum handle_kind kind, const char *text, struct bytes *key)
{
	const char *encoded;
	struct bytes raw;

	if (text == NULL || handle_kind_of(text) != kind)
		return false;
	encoded = text + strlen(kinds[kind].prefix);
	if (strlen(encoded) != ENCODED_SIZE ||
	    !b64url_decode(w->arena, arena_strndup(w->arena, encoded, ENCODED_TIME), &raw))
		return false;
	*key = handle_make_row_key(w, &w->tenant->handle_key[kind], raw.data, text);
	return true;
}

enum handle_kind
handle_kind_of(const char *text)
{
	for (size_t i = 0; i < HANDLE_KINDS; i++)
		if (text_starts(text, kinds[i].prefix))
			return (enum handle_kind)i;
	return HANDLE_KINDS;
}

enum table
handle_table(enum handle_kind kind)
{
	return kinds[kind].table;
}

struct bytes
handle_rpt_key(struct work *w, const char *input, int64_t expires, const char *jti)
{
	uint8_t time[TIME_SIZE] = { 0 };

	bytes_put_time(time, expires);
	if (jti != NULL && id_is(jti))
		memcpy(time + BYTES_TIME, jti + JTI_AT, TIME_SIZE - BYTES_TIME);
	return handle_make_row_key(w, &w->tenant->rpt_key, time, input);
}
