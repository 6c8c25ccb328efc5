/* SPDX-License-Identifier: Apache-2.0 */
/* Random policies and facts for the properties, in the arena of the running test. */
#include <stdint.h>

#include "base/json.h"
#include "tests/policy/random.h"

static uint64_t state;

void
random_seed(unsigned long seed)
{
	state = seed * 2 + 1;
}

/* xorshift64 (Marsaglia, 2003) */
unsigned
random_below(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 33) % n;
}

const char *
random_word(const char *const *words)
{
	unsigned n = 0;

	while (words[n] != NULL)
		n++;
	return words[random_below(n)];
}

static const char *const effects[] = { "permit", "permit", "deny", "ask", NULL };
static const char *const emails[] = { "x@a.example",	    "y@a.example",	 "X@A.Example",
				      "x@\xc3\xbc.example", "x@XN--tda.example", NULL };
/* Only in claims; a policy cannot contain these. */
static const char *const strange_emails[] = { "\"x\"", "\"mailto:x@a.example\"",
					      "[\"x@a.example\"]", "7", NULL };
static const char *const clients[] = { "c1", "c2", NULL };
/* The last one is a login that was not resolved to an id. */
static const char *const accounts[] = { "01hf3x7s5m0000000000000000", "01hf3x7s5m0000000000000001",
					"l1", NULL };
static const char *const groups[] = { "g1", "g2", NULL };
static const char *const issuers[] = { "i1", "i1", "i2", NULL };
static const char *const names[] = { "k1", "k2", "/k3/x", "acr", NULL };
static const char *const values[] = { "\"v\"", "\"vw\"", "\"1\"", "1", "2",
				      "1.5",   "true",	 "false", NULL };
static const char *const texts[] = { "\"v\"", "\"w\"", NULL };
static const char *const numbers[] = { "0", "1", "1.5", "2.0", NULL };
static const char *const claimed[] = { "\"v\"",
				       "\"vw\"",
				       "1",
				       "2",
				       "true",
				       "false",
				       "null",
				       "1.0",
				       "[\"v\",1]",
				       "\"1\"",
				       "1.5",
				       "15e-1",
				       "\"true\"",
				       "[]",
				       "[1]",
				       "[1,2]",
				       "[true]",
				       "[true,false]",
				       "[[1]]",
				       "[\"v\",\"w\"]",
				       "\"v w\"",
				       "{\"x\":\"v\"}",
				       "{\"x\":2}",
				       "{\"x\":null}",
				       "{\"x\":[\"vw\",true]}",
				       NULL };

static void
address_condition(struct buf *b)
{
	static const char *const ops[] = { "eq", "contains", NULL };
	static const char *const email_names[] = { "email", "/email", NULL };
	static const char *const twins[] = { "", "", ",\"verified\":true", ",\"verified\":false",
					     NULL };

	buf_printf(b,
		   "{\"claim\":{\"issuer\":\"%s\",\"name\":\"%s\"%s,\"op\":", random_word(issuers),
		   random_word(email_names), random_word(twins));
	switch (random_below(4)) {
	case 0:
		buf_printf(b, "\"in\",\"value\":[\"%s\",\"%s\"]}}", random_word(emails),
			   random_word(emails));
		break;
	case 1: buf_text(b, "\"suffix\",\"value\":\"a.example\"}}"); break;
	case 2: buf_text(b, "\"exists\"}}"); break;
	default: buf_printf(b, "\"%s\",\"value\":\"%s\"}}", random_word(ops), random_word(emails));
	}
}

static void
claim_condition(struct buf *b)
{
	static const char *const takers[] = { "eq", "contains", NULL };
	static const char *const cutters[] = { "prefix", "suffix", NULL };
	static const char *const bounds[] = { "ge", "le", NULL };

	buf_printf(b, "{\"claim\":{\"issuer\":\"%s\",\"name\":\"%s\",\"op\":", random_word(issuers),
		   random_word(names));
	switch (random_below(5)) {
	case 0:
		buf_printf(b, "\"%s\",\"value\":%s}}", random_word(takers), random_word(values));
		break;
	case 1:
		buf_printf(b, "\"%s\",\"value\":%s}}", random_word(cutters), random_word(texts));
		break;
	case 2:
		buf_printf(b, "\"%s\",\"value\":%s}}", random_word(bounds), random_word(numbers));
		break;
	case 3:
		buf_printf(b, "\"in\",\"value\":[%s,%s]}}", random_word(values),
			   random_word(values));
		break;
	default: buf_text(b, "\"exists\"}}");
	}
}

static void
login_condition(struct buf *b)
{
	unsigned which = random_below(3);

	buf_text(b, "{\"authentication\":{");
	if (which != 0)
		buf_text(b, "\"acr\":[\"v\"]");
	if (which == 2)
		buf_text(b, ",");
	if (which != 1)
		buf_printf(b, "\"max_age\":%u", 1 + random_below(10));
	buf_text(b, "}}");
}

static void
random_condition_parts(struct buf *b, const char *name, unsigned depth)
{
	buf_printf(b, "{\"%s\":[", name);
	for (unsigned i = 0, n = 1 + random_below(3); i < n; i++) {
		if (i > 0)
			buf_char(b, ',');
		random_condition(b, depth + 1);
	}
	buf_text(b, "]}");
}

void
random_condition(struct buf *b, unsigned depth)
{
	switch (random_below(depth < POLICY_DEPTH_MAX ? 13 : 9)) {
	case 0: buf_text(b, "{\"anyone\":true}"); break;
	case 1: buf_printf(b, "{\"account\":\"%s\"}", random_word(accounts)); break;
	case 2: buf_printf(b, "{\"email\":\"%s\"}", random_word(emails)); break;
	case 3: buf_printf(b, "{\"client\":\"%s\"}", random_word(clients)); break;
	case 4: buf_printf(b, "{\"group\":\"%s\"}", random_word(groups)); break;
	case 5: login_condition(b); break;
	case 6: address_condition(b); break;
	case 9: random_condition_parts(b, "all", depth); break;
	case 10: random_condition_parts(b, "any", depth); break;
	case 11:
	case 12:
		buf_text(b, "{\"not\":");
		random_condition(b, depth + 1);
		buf_char(b, '}');
		break;
	default: claim_condition(b);
	}
}

static void
random_rule(struct buf *b)
{
	static const char *const scopes[] = { "\"all\"", "[\"a\"]", "[\"a\",\"b\"]",
					      "[\"b\",\"c\",\"a\"]", NULL };
	unsigned from = random_below(12), until = from + 1 + random_below(12);

	buf_printf(b, "{\"effect\":\"%s\",\"scopes\":%s", random_word(effects),
		   random_word(scopes));
	if (from > 6)
		buf_printf(b, ",\"from\":%u", from);
	if (until < 16)
		buf_printf(b, ",\"until\":%u", until);
	buf_text(b, ",\"when\":");
	random_condition(b, 0);
	buf_char(b, '}');
}

struct json_object *
random_policy(void)
{
	struct buf b = { .arena = policy_fixture_arena() };

	buf_text(&b, "{\"rules\":[");
	for (unsigned i = 0, n = random_below(5); i < n; i++) {
		if (i > 0)
			buf_char(&b, ',');
		random_rule(&b);
	}
	buf_text(&b, "]}");
	return json_of(b.data);
}

static struct json_object *
random_claims(void)
{
	static const char *const claim_names[] = { "k1", "k2", "k3", "acr", NULL };
	struct buf b = { .arena = policy_fixture_arena() };

	buf_text(&b, "{\"sub\":\"s\"");
	for (unsigned i = 0; claim_names[i] != NULL; i++) {
		if (random_below(4) > 0)
			buf_printf(&b, ",\"%s\":%s", claim_names[i], random_word(claimed));
	}
	if (random_below(8) == 0)
		buf_printf(&b, ",\"email\":%s", random_word(strange_emails));
	else if (random_below(3) > 0)
		buf_printf(&b, ",\"email\":\"%s\"", random_word(emails));
	if (random_below(3) > 0)
		buf_printf(&b, ",\"email_verified\":%s", random_below(4) > 0 ? "true" : "false");
	buf_char(&b, '}');
	return json_of(b.data);
}

struct facts
random_facts(void)
{
	struct facts f = { .now = 1 + random_below(20), .client = random_word(clients) };
	struct party *p = ARENA_NEW(policy_fixture_arena(), struct party);

	if (random_below(4) == 0)
		return f;
	p->issuer = random_word(issuers);
	p->claims = random_claims();
	p->auth_time = random_below(20);
	if (random_below(3) > 0) {
		p->account = accounts[random_below(2)];
		for (unsigned i = 0; i < 2; i++)
			str_list_put(policy_fixture_arena(), &p->groups, random_word(groups));
	}
	f.party = p;
	return f;
}

const char *
random_scope(void)
{
	static const char *const scopes[] = { "a", "b", "c", NULL };

	return random_below(5) == 0 ? NULL : random_word(scopes);
}
