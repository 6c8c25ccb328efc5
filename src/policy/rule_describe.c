/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints a rule as a sentence for its owner. The phrases about people come from the conditions
 * (condition_describe); this file adds what they may do, and when.
 */
#include <string.h>

#include "policy/condition.h"
#include "policy/policy.h"
#include "policy/describe.h"

/* The words of an effect before and after the subject, and for all scopes. */
struct words {
	const char *before, *after;
	enum phrase_form phrase_form;
	const char *all, *last;
};

/* clang-format off */
static const struct words words[] = {
	[EFFECT_PERMIT] = { "", " may ", PHRASE_MANY, "do everything", "and" },
	[EFFECT_DENY]   = { "Refused when ", " wants to ", PHRASE_ONE, "do anything", "or" },
	[EFFECT_ASK]    = { "You are asked when ", " wants to ", PHRASE_ONE, "do anything", "or" },
};
/* clang-format on */

static void
rule_describe_who(struct buf *b, const struct rule *r)
{
	const struct words *w = &words[r->effect];

	/* "Nobody may …" instead of "Refused when anyone …". */
	if (r->effect == EFFECT_DENY && condition_is_anyone(r->when)) {
		buf_text(b, "Nobody may ");
		return;
	}
	buf_text(b, w->before);
	condition_describe(r->when, w->phrase_form, b);
	buf_text(b, w->after);
}

static void
rule_describe_window(struct buf *b, const struct rule *r)
{
	if (r->from != 0) {
		buf_text(b, " from ");
		describe_date(b, r->from);
	}
	if (r->until != 0) {
		buf_text(b, " until ");
		describe_date(b, r->until);
	}
}

/* "anyone" becomes "Anyone"; an address keeps its case. */
static void
rule_capitalise(char *sentence)
{
	size_t word = strcspn(sentence, " @");

	if (sentence[word] == ' ' && sentence[0] >= 'a' && sentence[0] <= 'z')
		sentence[0] -= 'a' - 'A';
}

char *
rule_describe(struct arena *a, const struct rule *r)
{
	const struct words *w = &words[r->effect];
	struct buf b = { .arena = a };

	rule_describe_who(&b, r);
	if (r->all_scopes)
		buf_text(&b, w->all);
	else
		describe_names(&b, &r->scopes, w->last);
	rule_describe_window(&b, r);
	rule_capitalise(b.data);
	return b.data;
}
