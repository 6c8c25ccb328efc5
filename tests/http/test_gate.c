/* SPDX-License-Identifier: Apache-2.0 */
/* Tests the gate with records that are written by hand after FastCGI 1.0, 3 to 5. */
#include "http/gate.h"
#include "tests/http/fcgi_records.h"
#include "tests/run.h"

static struct arena *arena;

/* Feeds `b` to a new gate and returns its state. */
static enum gate_state
gate_feed_bytes(struct gate *g, const struct buf *b)
{
	size_t used;

	gate_start(g, NULL, 7);
	return gate_feed(g, buf_bytes(b), &used);
}

static struct buf
gate_restart(void)
{
	if (arena == NULL)
		arena = arena_new();
	arena_reset(arena);
	return (struct buf){ .arena = arena };
}

static int
gate_teardown(void)
{
	if (arena != NULL)
		arena_free(arena);
	arena = NULL;
	return 0;
}

/* BEGIN, one PARAMS record with `params`, the end of PARAMS, and an empty body. */
static enum gate_state
feed_params(struct gate *g, const struct buf *params)
{
	struct buf b = { .arena = arena };

	record_add_begin(&b, 1, 1, 1);
	record_add_streams(&b, 1, buf_bytes(params), BYTES_NONE);
	return gate_feed_bytes(g, &b);
}

static void
a_complete_request_is_ready(void)
{
	struct buf b = gate_restart();
	struct gate g;

	record_add_request(&b, 0x1234, 1);
	CU_ASSERT_EQUAL(gate_feed_bytes(&g, &b), GATE_READY);
	CU_ASSERT_EQUAL(g.id, 0x1234);
	CU_ASSERT_TRUE(g.keep);
	CU_ASSERT_TRUE(g.libfcgi_can_read);
	CU_ASSERT_FALSE(gate_is_busy(&g));
}

static void
a_request_truncated_at_any_byte_is_not_ready(void)
{
	struct buf b = gate_restart();
	struct gate g;
	size_t used;

	record_add_request(&b, 1, 0);
	for (size_t n = 0; n < b.size; n++) {
		gate_start(&g, NULL, 7);
		CU_ASSERT_EQUAL(gate_feed(&g, BYTES(b.data, n), &used), GATE_MORE);
		CU_ASSERT_EQUAL(used, n);
	}
}

static void
the_result_does_not_depend_on_the_size_of_pieces(void)
{
	struct buf b = gate_restart();
	struct spool_budget budget = { .max = 1 << 20 };
	struct spool spool = { .budget = &budget };
	struct gate g;
	size_t used, at;

	record_add_request(&b, 1, 1);
	for (size_t piece = 1; piece <= b.size; piece++) {
		enum gate_state state = GATE_MORE;

		gate_start(&g, &spool, 7);
		for (at = 0; at < b.size; at += used) {
			size_t n = b.size - at < piece ? b.size - at : piece;

			CU_ASSERT_EQUAL(state, GATE_MORE);
			state = gate_feed(&g, BYTES(b.data + at, n), &used);
		}
		CU_ASSERT_EQUAL(state, GATE_READY);
		CU_ASSERT_EQUAL(spool.size, g.params);
		CU_ASSERT_EQUAL(spool.data[0], strlen("REQUEST_METHOD"));
		spool_clear(&spool);
	}
	CU_ASSERT_EQUAL(budget.used, 0);
}

static void
the_spool_contains_parameters_and_body_without_padding(void)
{
	struct buf b = gate_restart(), params = { .arena = arena };
	struct spool_budget budget = { .max = 1 << 20 };
	struct spool spool = { .budget = &budget };
	struct gate g;
	size_t used;

	record_add_pair(&params, "A", "1", 0);
	record_add_begin(&b, 1, 1, 1);
	record_add(&b, R_PARAMS, 1, BYTES(params.data, 1), 255);
	record_add(&b, R_PARAMS, 1, BYTES(params.data + 1, params.size - 1), 3);
	record_add(&b, R_PARAMS, 1, BYTES_NONE, 8);
	record_add(&b, R_STDIN, 1, bytes_of("bo"), 1);
	record_add(&b, R_STDIN, 1, bytes_of("dy"), 0);
	record_add(&b, R_STDIN, 1, BYTES_NONE, 4);
	gate_start(&g, &spool, 7);
	CU_ASSERT_EQUAL(gate_feed(&g, buf_bytes(&b), &used), GATE_READY);
	CU_ASSERT_EQUAL(used, b.size);
	CU_ASSERT_EQUAL(g.params, 4);
	CU_ASSERT_EQUAL(g.body, 4);
	CU_ASSERT_TRUE(bytes_equal(BYTES(spool.data, spool.size), BYTES("\1\1A1body", 8)));
	spool_clear(&spool);
}

/* Returns whether libfcgi can read a request with these paddings: BEGIN, PARAMS, end of PARAMS,
 * STDIN, end of STDIN. */
static bool
is_plain_with(const unsigned padding[5])
{
	struct buf b = gate_restart();
	struct gate g;

	record_add_begin(&b, 1, 1, 1);
	b.data[6] = (char)padding[0];
	for (unsigned i = padding[0]; i > 0; i--)
		buf_char(&b, 0);
	record_add(&b, R_PARAMS, 1, BYTES("\1\1A1", 4), padding[1]);
	record_add(&b, R_PARAMS, 1, BYTES_NONE, padding[2]);
	record_add(&b, R_STDIN, 1, bytes_of("body"), padding[3]);
	record_add(&b, R_STDIN, 1, BYTES_NONE, padding[4]);
	CU_ASSERT_EQUAL(gate_feed_bytes(&g, &b), GATE_READY);
	return g.libfcgi_can_read;
}

static void
libfcgi_gets_no_padding_that_it_does_not_skip(void)
{
	CU_ASSERT_TRUE(is_plain_with((unsigned[5]){ 0 }));
	CU_ASSERT_TRUE(is_plain_with((unsigned[5]){ 0, 9, 0, 255, 0 }));
	CU_ASSERT_FALSE(is_plain_with((unsigned[5]){ 1, 0, 0, 0, 0 }));
	CU_ASSERT_FALSE(is_plain_with((unsigned[5]){ 0, 0, 1, 0, 0 }));
	CU_ASSERT_FALSE(is_plain_with((unsigned[5]){ 0, 0, 0, 0, 1 }));
}

/* The status in the gate's FCGI_END_REQUEST for request 1; -1 for any other reply. */
static int
end_status(const struct gate *g)
{
	static const uint8_t head[8] = { 1, 3, 0, 1, 0, 8, 0, 0 };

	return g->reply_size == 16 && memcmp(g->reply, head, 8) == 0 ? g->reply[12] : -1;
}

/* In pieces of any size: there is no memory for the first request, so the rest of it is
 * ignored; there is memory for the next one. */
static void
gate_reject_and_continue(struct gate *g, struct bytes in, size_t piece, size_t room)
{
	struct spool_budget budget = { .max = room };
	struct spool spool = { .budget = &budget };
	enum gate_state state = GATE_MORE;
	size_t used;
	int refused = 0;

	gate_start(g, &spool, 7);
	for (; in.size > 0 && state != GATE_READY; in = BYTES(in.data + used, in.size - used)) {
		state = gate_feed(g, BYTES(in.data, in.size < piece ? in.size : piece), &used);
		if (state != GATE_REPLY)
			continue;
		CU_ASSERT_EQUAL(end_status(g), 2);
		CU_ASSERT_EQUAL(budget.used, 0);
		refused++;
	}
	CU_ASSERT_EQUAL(refused, 1);
	CU_ASSERT_EQUAL(state, GATE_READY);
	CU_ASSERT_EQUAL(g->id, 2);
	spool_clear(&spool);
}

static void
without_memory_a_request_is_rejected(void)
{
	static const size_t pieces[] = { 1, 7, 8, 4096, 100000 };
	struct buf b = gate_restart();
	struct gate g;

	record_add_begin(&b, 1, 1, 1);
	record_add_streams(&b, 1, BYTES("\1\1A1", 4), BYTES(arena_alloc(arena, 5000), 5000));
	record_add_request(&b, 2, 1);
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
		gate_reject_and_continue(&g, buf_bytes(&b), pieces[i], 4096);
}

static void
the_last_byte_of_a_rejected_request_makes_the_connection_idle(void)
{
	struct spool_budget budget = { .max = 0 };
	struct spool spool = { .budget = &budget };
	struct buf b = gate_restart();
	struct gate g;
	size_t used;

	record_add_begin(&b, 1, 1, 1);
	record_add(&b, 4, 1, BYTES("\1\1A1", 4), 0);
	gate_start(&g, &spool, 7);
	CU_ASSERT_EQUAL(gate_feed(&g, buf_bytes(&b), &used), GATE_REPLY);
	CU_ASSERT_EQUAL(end_status(&g), 2);
	CU_ASSERT_FALSE(gate_is_busy(&g));
}

static void
without_fcgi_keep_conn_the_overload_closes_the_connection(void)
{
	struct spool_budget budget = { .max = 16 };
	struct spool spool = { .budget = &budget };
	struct buf b = gate_restart();
	struct gate g;
	size_t used;

	record_add_request(&b, 1, 0);
	gate_start(&g, &spool, 7);
	CU_ASSERT_EQUAL(gate_feed(&g, buf_bytes(&b), &used), GATE_CLOSE);
	CU_ASSERT_EQUAL(end_status(&g), 2);
	CU_ASSERT_EQUAL(budget.used, 0);
}

static void
all_encodings_of_lengths_are_read(void)
{
	struct buf params = gate_restart();
	struct gate g;
	char *value = arena_alloc(arena, 301);

	memset(value, 'v', 300);
	record_add_pair(&params, "SHORT", "s", 0);
	record_add_pair(&params, "WIDE", "w", 1);
	record_add_pair(&params, "LONG", value, 0);
	buf_add(&params, "\x04\x80\0\0\1FOURx", 10); /* one byte, then four */
	buf_add(&params, "\x80\0\0\4\1FOURx", 10);   /* four bytes, then one */
	CU_ASSERT_EQUAL(feed_params(&g, &params), GATE_READY);
	CU_ASSERT_EQUAL(g.fault, OK);
}

static void
the_packet_of_the_cve_is_rejected(void)
{
	static const char *const killers[] = {
		"\xff\xff\xff\xff\xff\xff\xff\xff",
		"\xff\xff\xff\xff\x80\0\0\1",
		"\x80\0\0\1\xff\xff\xff\xff",
		"\xbf\xff\xff\xff\xc0\0\0\0",
		"\x80\0\1\1\0",
		"\x80\1\0\0\0",
	};
	static const size_t sizes[] = { 8, 8, 8, 8, 5, 5 };
	struct gate g;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct buf params = gate_restart();

		buf_add(&params, killers[i], sizes[i]);
		CU_ASSERT_EQUAL(feed_params(&g, &params), GATE_BROKEN);
	}
}

static enum gate_state
feed_sized(struct gate *g, size_t name, size_t value, size_t pairs)
{
	struct buf params = gate_restart();
	char *n = arena_alloc(arena, name + 1), *v = arena_alloc(arena, value + 1);
	struct buf b = { .arena = arena };
	struct bytes all;

	memset(n, 'N', name);
	memset(v, 'v', value);
	for (size_t i = 0; i < pairs; i++)
		record_add_pair(&params, n, v, 0);
	record_add_begin(&b, 1, 1, 1);
	for (all = buf_bytes(&params); all.size > 60000;
	     all = BYTES(all.data + 60000, all.size - 60000))
		record_add(&b, R_PARAMS, 1, BYTES(all.data, 60000), 0);
	record_add_streams(&b, 1, all, BYTES_NONE);
	return gate_feed_bytes(g, &b);
}

static void
name_value_number_and_sum_of_parameters_are_limited(void)
{
	static const struct {
		size_t name, value, pairs;
		enum err fault;
	} row[] = {
		{ 256, 1, 1, OK },
		{ 257, 1, 1, ERR_HEADERS_TOO_LARGE },
		{ 1, 16384, 1, OK },
		{ 1, 16385, 1, ERR_HEADERS_TOO_LARGE },
		{ 1, 1, 256, OK },
		{ 1, 1, 257, ERR_HEADERS_TOO_LARGE },
		{ 1, 16383, 4, OK },			 /* 65,536 in all */
		{ 1, 13107, 5, ERR_HEADERS_TOO_LARGE },	 /* 65,540 */
		{ 1, 65535, 16, ERR_HEADERS_TOO_LARGE }, /* 1 MiB in all */
	};
	struct gate g;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		CU_ASSERT_EQUAL(feed_sized(&g, row[i].name, row[i].value, row[i].pairs),
				GATE_READY);
		CU_ASSERT_EQUAL(g.fault, row[i].fault);
		CU_ASSERT_EQUAL(g.libfcgi_can_read, row[i].fault == OK);
		CU_ASSERT_EQUAL(g.why != NULL, row[i].fault != OK);
	}
	CU_ASSERT_EQUAL(feed_sized(&g, 1, 1, 257), GATE_READY);
	CU_ASSERT_STRING_EQUAL(g.why, "the request has more than 256 headers");
	CU_ASSERT_EQUAL(feed_sized(&g, 0, 1, 1), GATE_BROKEN);
	CU_ASSERT_EQUAL(feed_sized(&g, 2, 65535, 16), GATE_BROKEN); /* beyond 1 MiB */
}

/* libfcgi does not get bytes that it must not read; the next request of the connection is
 * served. */
static void
faulty_parameters_are_dropped(void)
{
	struct spool_budget budget = { .max = 1 << 20 };
	struct spool spool = { .budget = &budget };
	struct buf b = gate_restart(), params = { .arena = arena };
	char *name = arena_alloc(arena, 300);
	size_t used, piece;
	struct gate g;

	memset(name, 'N', 299);
	record_add_pair(&params, "REQUEST_METHOD", "DELETE", 0);
	record_add_pair(&params, name, "v", 0);
	record_add_pair(&params, "REQUEST_URI", "/secret", 0);
	record_add_begin(&b, 1, 1, 1);
	record_add_streams(&b, 1, buf_bytes(&params), bytes_of("body"));
	record_add_request(&b, 2, 1);
	for (piece = 1; piece <= b.size; piece++) {
		struct bytes in = buf_bytes(&b);
		enum gate_state state = GATE_MORE;

		gate_start(&g, &spool, 7);
		for (; state == GATE_MORE; in = BYTES(in.data + used, in.size - used))
			state = gate_feed(&g, BYTES(in.data, in.size < piece ? in.size : piece),
					  &used);
		CU_ASSERT_EQUAL(state, GATE_READY);
		CU_ASSERT_EQUAL(g.fault, ERR_HEADERS_TOO_LARGE);
		CU_ASSERT_EQUAL(budget.used, 0);
		CU_ASSERT_EQUAL(gate_body(&g).size, 0);
		CU_ASSERT_PTR_NULL(memmem(gate_params(&g).data, gate_params(&g).size, "secret", 6));
		CU_ASSERT_EQUAL(gate_feed(&g, in, &used), GATE_READY);
		CU_ASSERT_EQUAL(g.fault, OK);
		CU_ASSERT_EQUAL(g.id, 2);
		spool_clear(&spool);
	}
}

static void
parameters_must_end_with_a_complete_pair(void)
{
	struct buf params = gate_restart();
	struct gate g;

	record_add_pair(&params, "NAME", "value", 0);
	for (size_t n = 1; n < params.size; n++) {
		struct buf cut = { .arena = arena };

		buf_add(&cut, params.data, n);
		CU_ASSERT_EQUAL(feed_params(&g, &cut), GATE_BROKEN);
	}
}

static void
a_parameter_cannot_imitate_another_one_with_or_nul(void)
{
	static const struct bytes row[] = {
		{ (const uint8_t *)"\x0b\1HTTPS=on=xx1", 14 },
		{ (const uint8_t *)"\4\5NAMEva\0ue", 11 },
		{ (const uint8_t *)"\4\1NA\0Ev", 7 },
	};
	struct gate g;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct buf params = gate_restart();

		buf_add(&params, row[i].data, row[i].size);
		CU_ASSERT_EQUAL(feed_params(&g, &params), GATE_READY);
		CU_ASSERT_EQUAL(g.fault, ERR_INVALID_REQUEST);
		CU_ASSERT_FALSE(g.libfcgi_can_read);
	}
}

static enum gate_state
feed_body(size_t size, enum err *fault)
{
	struct buf b = gate_restart();
	uint8_t *body = arena_alloc(arena, 65535);
	enum gate_state state;
	struct gate g;

	record_add_begin(&b, 1, 1, 1);
	record_add(&b, R_PARAMS, 1, BYTES_NONE, 0);
	for (; size > 65535; size -= 65535)
		record_add(&b, R_STDIN, 1, BYTES(body, 65535), 0);
	record_add(&b, R_STDIN, 1, BYTES(body, size), 0);
	record_add(&b, R_STDIN, 1, BYTES_NONE, 0);
	state = gate_feed_bytes(&g, &b);
	*fault = g.fault;
	return state;
}

static void
a_body_beyond_64_kib_is_passed_over(void)
{
	enum err fault;

	CU_ASSERT_EQUAL(feed_body(65535, &fault), GATE_READY);
	CU_ASSERT_EQUAL(fault, OK);
	CU_ASSERT_EQUAL(feed_body(65536, &fault), GATE_READY);
	CU_ASSERT_EQUAL(fault, OK);
	CU_ASSERT_EQUAL(feed_body(65537, &fault), GATE_READY);
	CU_ASSERT_EQUAL(fault, ERR_TOO_LARGE);
	CU_ASSERT_EQUAL(feed_body(GATE_SKIP_MAX, &fault), GATE_READY);
	CU_ASSERT_EQUAL(fault, ERR_TOO_LARGE);
	CU_ASSERT_EQUAL(feed_body(GATE_SKIP_MAX + 1, &fault), GATE_TOO_LARGE);
	CU_ASSERT_EQUAL(fault, ERR_TOO_LARGE);
}

static void
only_version_1_is_spoken(void)
{
	struct buf b = gate_restart();
	struct gate g;

	for (int version = 0; version < 256; version++) {
		b.size = 0;
		record_add_request(&b, 1, 1);
		b.data[0] = (char)version;
		CU_ASSERT_EQUAL(gate_feed_bytes(&g, &b), version == 1 ? GATE_READY : GATE_BROKEN);
	}
}

static void
records_must_be_in_order(void)
{
	static const int wrong[][2] = {
		{ R_STDIN, 0 }, /* before the end of the parameters */
		{ R_DATA, 0 },	{ R_END, 0 },	 { R_STDOUT, 0 },
		{ 99, 0 },	{ R_PARAMS, 1 }, /* after the end of the parameters */
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct buf b = gate_restart();
		struct gate g;

		record_add_begin(&b, 1, 1, 1);
		if (wrong[i][1])
			record_add(&b, R_PARAMS, 1, BYTES_NONE, 0);
		record_add(&b, wrong[i][0], 1, BYTES_NONE, 0);
		CU_ASSERT_EQUAL(gate_feed_bytes(&g, &b), GATE_BROKEN);
	}
}

static void
a_malformed_fcgi_begin_request_is_rejected(void)
{
	struct buf b = gate_restart();
	struct gate g;

	record_add_begin(&b, 0, 1, 1);
	CU_ASSERT_EQUAL(gate_feed_bytes(&g, &b), GATE_BROKEN);
	b.size = 0;
	record_add(&b, R_BEGIN, 1, bytes_of("seven b"), 0);
	CU_ASSERT_EQUAL(gate_feed_bytes(&g, &b), GATE_BROKEN);
	b.size = 0;
	record_add_begin(&b, 1, 1, 1);
	record_add_begin(&b, 1, 1, 1);
	CU_ASSERT_EQUAL(gate_feed_bytes(&g, &b), GATE_BROKEN);
}

static void
inactive_request_ids_are_ignored(void)
{
	struct buf b = gate_restart();
	struct gate g;

	record_add(&b, R_STDIN, 9, bytes_of("late"), 2);
	record_add(&b, R_ABORT, 9, BYTES_NONE, 0);
	record_add_begin(&b, 1, 1, 0);
	record_add(&b, R_PARAMS, 9, bytes_of("\xff\xff\xff\xff"), 0);
	record_add_streams(&b, 1, BYTES_NONE, BYTES_NONE);
	CU_ASSERT_EQUAL(gate_feed_bytes(&g, &b), GATE_READY);
	CU_ASSERT_EQUAL(g.id, 1);
	CU_ASSERT_FALSE(g.keep);
	CU_ASSERT_FALSE(g.libfcgi_can_read);
}

static void
assert_end(const struct gate *g, unsigned id, int status)
{
	const uint8_t want[16] = { 1, 3, 0, (uint8_t)id, 0, 8, 0, 0, 0, 0, 0, 0, (uint8_t)status };

	CU_ASSERT_EQUAL(g->reply_size, 16);
	CU_ASSERT_EQUAL(memcmp(g->reply, want, 16), 0);
}

static void
a_second_request_gets_fcgi_cant_mpx_conn(void)
{
	struct buf b = gate_restart();
	struct gate g;
	size_t used, first;

	record_add_begin(&b, 1, 1, 1);
	record_add_begin(&b, 2, 1, 1);
	first = b.size;
	record_add(&b, R_PARAMS, 2, BYTES_NONE, 0);
	record_add_streams(&b, 1, BYTES_NONE, BYTES_NONE);
	gate_start(&g, NULL, 7);
	CU_ASSERT_EQUAL(gate_feed(&g, buf_bytes(&b), &used), GATE_REPLY);
	CU_ASSERT_EQUAL(used, first);
	assert_end(&g, 2, 1);
	CU_ASSERT_EQUAL(gate_feed(&g, BYTES(b.data + used, b.size - used), &used), GATE_READY);
	CU_ASSERT_EQUAL(g.id, 1);
	CU_ASSERT_FALSE(g.libfcgi_can_read);
}

static void
other_roles_get_fcgi_unknown_role(void)
{
	static const unsigned roles[] = { 0, 2, 3, 256, 257 };
	struct gate g;

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		struct buf b = gate_restart();

		record_add_begin(&b, 5, roles[i], 1);
		CU_ASSERT_EQUAL(gate_feed_bytes(&g, &b), GATE_REPLY);
		assert_end(&g, 5, 3);
		b.size = 0;
		record_add_begin(&b, 5, roles[i], 0);
		CU_ASSERT_EQUAL(gate_feed_bytes(&g, &b), GATE_CLOSE);
	}
}

static void
an_abort_ends_the_request_and_its_later_records_are_ignored(void)
{
	struct buf b = gate_restart();
	struct gate g;
	size_t used;

	record_add_begin(&b, 1, 1, 1);
	record_add(&b, R_PARAMS, 1, BYTES_NONE, 0);
	record_add(&b, R_STDIN, 1, bytes_of("half"), 0);
	record_add(&b, R_ABORT, 1, BYTES_NONE, 0);
	gate_start(&g, NULL, 7);
	CU_ASSERT_EQUAL(gate_feed(&g, buf_bytes(&b), &used), GATE_REPLY);
	assert_end(&g, 1, 0);
	b.size = 0;
	record_add(&b, R_STDIN, 1, BYTES_NONE, 0); /* late: ignored */
	record_add_request(&b, 2, 1);
	CU_ASSERT_EQUAL(gate_feed(&g, buf_bytes(&b), &used), GATE_READY);
	CU_ASSERT_EQUAL(g.id, 2);
	CU_ASSERT_EQUAL(g.body, 0);
}

static void
each_requested_value_is_returned_once(void)
{
	static const char want[] = "\1\x0a\0\0\0\x23\0\0"
				   "\x0e\1FCGI_MAX_CONNS7"
				   "\x0f\1FCGI_MPXS_CONNS0";
	struct buf b = gate_restart(), names = { .arena = arena };
	struct gate g;

	record_add_pair(&names, "FCGI_MPXS_CONNS", "", 1);
	record_add_pair(&names, "FCGI_MAX_CONNS_NOT", "", 0);
	record_add_pair(&names, "FCGI_MAX_CONNS", "", 0);
	record_add_pair(&names, "FCGI_MAX_CONNS", "", 0);
	record_add(&b, R_GET_VALUES, 0, buf_bytes(&names), 5);
	CU_ASSERT_EQUAL(gate_feed_bytes(&g, &b), GATE_REPLY);
	/* the order of the pairs in the answer is free (4.1); ours has the order of the
	 * question */
	CU_ASSERT_EQUAL(g.reply_size, sizeof(want) - 1);
	CU_ASSERT_EQUAL(memcmp(g.reply, want, 8), 0);
	CU_ASSERT_PTR_NOT_NULL(memmem(g.reply, g.reply_size, want + 8, 17));
	CU_ASSERT_PTR_NOT_NULL(memmem(g.reply, g.reply_size, want + 25, 18));
}

static void
a_malformed_fcgi_get_values_is_answered(void)
{
	static const char *const names[] = { "", "\xff", "\x0e", "\x7f\x7f", "\xff\xff\xff\xff\1" };
	uint8_t long_one[257] = { 0 };
	struct gate g;
	struct buf b;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		b = gate_restart();
		record_add(&b, R_GET_VALUES, 0, bytes_of(names[i]), 0);
		CU_ASSERT_EQUAL(gate_feed_bytes(&g, &b), GATE_REPLY);
		CU_ASSERT_EQUAL(g.reply_size, 8);
	}
	b = gate_restart();
	record_add(&b, R_GET_VALUES, 0, BYTES(long_one, 257), 0);
	CU_ASSERT_EQUAL(gate_feed_bytes(&g, &b), GATE_BROKEN);
}

static void
unknown_management_records_get_fcgi_unknown_type(void)
{
	static const uint8_t want[16] = { 1, 11, 0, 0, 0, 8, 0, 0, 77 };
	struct buf b = gate_restart();
	struct gate g;

	record_add(&b, 77, 0, bytes_of("whatever"), 1);
	CU_ASSERT_EQUAL(gate_feed_bytes(&g, &b), GATE_REPLY);
	CU_ASSERT_EQUAL(g.reply_size, 16);
	CU_ASSERT_EQUAL(memcmp(g.reply, want, 16), 0);
}

static void
a_request_ends_before_the_next_one_begins(void)
{
	struct buf b = gate_restart();
	struct gate g;
	size_t used, first;

	record_add_request(&b, 1, 1);
	first = b.size;
	record_add_request(&b, 2, 1);
	gate_start(&g, NULL, 7);
	CU_ASSERT_EQUAL(gate_feed(&g, buf_bytes(&b), &used), GATE_READY);
	CU_ASSERT_EQUAL(used, first);
}

static CU_TestInfo tests[] = {
	{ "a complete request is ready [O-FCGI-02]", a_complete_request_is_ready },
	{ "a request truncated at any byte is not ready [T-F03]",
	  a_request_truncated_at_any_byte_is_not_ready },
	{ "the result does not depend on the size of pieces [O-FCGI-02]",
	  the_result_does_not_depend_on_the_size_of_pieces },
	{ "the spool contains parameters and body, without padding [O-FCGI-02]",
	  the_spool_contains_parameters_and_body_without_padding },
	{ "libfcgi does not read a request with padding that it does not skip [O-FCGI-02]",
	  libfcgi_gets_no_padding_that_it_does_not_skip },
	{ "without memory a request is rejected as overload, and the next request is served [O-FCGI-06 T-F05]",
	  without_memory_a_request_is_rejected },
	{ "the last byte of a rejected request makes the connection idle [O-FCGI-06]",
	  the_last_byte_of_a_rejected_request_makes_the_connection_idle },
	{ "without FCGI_KEEP_CONN the overload closes the connection [O-FCGI-06 O-FCGI-04]",
	  without_fcgi_keep_conn_the_overload_closes_the_connection },
	{ "all encodings of lengths are read [O-FCGI-03]", all_encodings_of_lengths_are_read },
	{ "the packet of CVE-2025-23016 and similar ones are rejected [O-FCGI-03 T-F02]",
	  the_packet_of_the_cve_is_rejected },
	{ "name, value, number and sum of parameters are limited [T-F02]",
	  name_value_number_and_sum_of_parameters_are_limited },
	{ "faulty parameters are dropped, and the next request is served [T-F02 T-F05]",
	  faulty_parameters_are_dropped },
	{ "parameters must end with a complete pair [T-F03]",
	  parameters_must_end_with_a_complete_pair },
	{ "a parameter cannot imitate another one with '=' or NUL [T-F07]",
	  a_parameter_cannot_imitate_another_one_with_or_nul },
	{ "a body beyond 64 KiB is passed over, and one beyond 1 MiB ends the connection [T-F04 T-F05]",
	  a_body_beyond_64_kib_is_passed_over },
	{ "only version 1 is spoken [O-FCGI-02]", only_version_1_is_spoken },
	{ "records must be in order [T-F03]", records_must_be_in_order },
	{ "a malformed FCGI_BEGIN_REQUEST is rejected [O-FCGI-02]",
	  a_malformed_fcgi_begin_request_is_rejected },
	{ "inactive request ids are ignored [O-FCGI-02]", inactive_request_ids_are_ignored },
	{ "a second request gets FCGI_CANT_MPX_CONN [O-FCGI-06]",
	  a_second_request_gets_fcgi_cant_mpx_conn },
	{ "other roles get FCGI_UNKNOWN_ROLE [O-FCGI-06]", other_roles_get_fcgi_unknown_role },
	{ "an abort ends the request, and its later records are ignored [O-FCGI-07]",
	  an_abort_ends_the_request_and_its_later_records_are_ignored },
	{ "each requested value is returned once [O-FCGI-05]",
	  each_requested_value_is_returned_once },
	{ "a malformed FCGI_GET_VALUES is answered [O-FCGI-05]",
	  a_malformed_fcgi_get_values_is_answered },
	{ "unknown management records get FCGI_UNKNOWN_TYPE [O-FCGI-05]",
	  unknown_management_records_get_fcgi_unknown_type },
	{ "a request ends before the next one begins [O-FCGI-02]",
	  a_request_ends_before_the_next_one_begins },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo gate_suite = { "http/gate", NULL, gate_teardown, NULL, NULL, tests };
