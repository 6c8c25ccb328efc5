/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The condition on which client asks.  That is known from the client's authentication, so the
 * answer is never UNKNOWN and no claim can change it (T-U09).
 */
#include "policy/condition.h"
#include "policy/say.h"

enum truth
when_client_test(const struct condition *c, const struct facts *f)
{
	return text_equal(f->client, c->text) ? TRUTH_YES : TRUTH_NO;
}

void
when_client_say(const struct condition *c, enum mood mood, struct buf *b)
{
	static const char *const words[MOOD_COUNT] = {
		[MOOD_MANY] = "anyone of client ",
		[MOOD_ONE]  = "someone of client ",
		[MOOD_IS]   = "comes with client ",
	};

	buf_text(b, words[mood]);
	say_name(b, c->text);
}
