/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The condition on the client. The client is authenticated, so the result is never UNKNOWN and no
 * claim can change it (T-U09).
 */
#include "base/text.h"
#include "policy/condition.h"
#include "policy/describe.h"

enum truth
when_client_test(const struct condition *c, const struct facts *f)
{
	return text_equal(f->client, c->text) ? TRUTH_YES : TRUTH_NO;
}

void
when_client_describe(const struct condition *c, enum phrase_form phrase_form, struct buf *b)
{
	/* clang-format off */
	static const char *const words[PHRASE_COUNT] = {
		[PHRASE_MANY] = "anyone of client ",
		[PHRASE_ONE]  = "someone of client ",
		[PHRASE_IS]   = "comes with client ",
	};
	/* clang-format on */

	buf_text(b, words[phrase_form]);
	describe_name(b, c->text);
}
