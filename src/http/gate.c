/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gate: reads FastCGI records (FastCGI 1.0, 3 to 5; T-F02, T-F03, T-F05).
 *
 * A record is classified when its header has arrived. Its content is processed as it arrives,
 * and it takes effect after its padding.
 */
#include "http/gate.h"

#include "http/exchange.h"

#include <stdio.h>

enum {
	FCGI_BEGIN_REQUEST = 1,
	FCGI_ABORT_REQUEST = 2,
	FCGI_END_REQUEST = 3,
	FCGI_PARAMS = 4,
	FCGI_STDIN = 5,
	FCGI_GET_VALUES = 9,
	FCGI_GET_VALUES_RESULT = 10,
	FCGI_UNKNOWN_TYPE = 11,
};
enum {
	FCGI_REQUEST_COMPLETE = 0,
	FCGI_CANT_MPX_CONN = 1,
	FCGI_OVERLOADED = 2,
	FCGI_UNKNOWN_ROLE = 3,
};
#define FCGI_KEEP_CONN 1

/* The kinds of records in the current state of the connection. */
enum kind { BEGIN, SECOND, PARAMS, BODY, ABORT, VALUES, UNKNOWN, FOREIGN };

static enum gate_state
gate_break(struct gate *g, const char *why)
{
	g->why = why;
	return GATE_BROKEN;
}

static unsigned
gate_head_id(const struct gate *g)
{
	return (unsigned)g->head[2] << 8 | g->head[3];
}

static size_t
gate_head_length(const struct gate *g)
{
	return (size_t)g->head[4] << 8 | g->head[5];
}

/* Starts a record in `reply`; its content starts at byte 8. */
static void
gate_reply(struct gate *g, uint8_t type, unsigned id, size_t size)
{
	const uint8_t head[8] = { 1, type, (uint8_t)(id >> 8), (uint8_t)id, 0, (uint8_t)size };

	memcpy(g->reply, head, sizeof(head));
	g->reply_size = 8 + size;
}

static void
gate_reply_end(struct gate *g, unsigned id, uint8_t status)
{
	gate_reply(g, FCGI_END_REQUEST, id, 8);
	memset(g->reply + 8, 0, 8);
	g->reply[12] = status;
}

/* Ends a request that is not served; further records of it are ignored (3.3). */
static enum gate_state
gate_end_request(struct gate *g, uint8_t status)
{
	gate_reply_end(g, g->id, status);
	g->stage = GATE_IDLE;
	g->kind = FOREIGN;
	g->libfcgi_can_read = false;
	if (g->spool != NULL)
		spool_clear(g->spool);
	return g->keep ? GATE_REPLY : GATE_CLOSE;
}

/* Adds a name and its number as a pair (3.4). */
static size_t
gate_value_print(uint8_t *out, const char *name, unsigned value)
{
	char number[12];
	size_t len = strlen(name), digits;

	digits = (size_t)snprintf(number, sizeof(number), "%u", value);
	out[0] = (uint8_t)len;
	out[1] = (uint8_t)digits;
	memcpy(out + 2, name, len);
	memcpy(out + 2 + len, number, digits);
	return 2 + len + digits;
}

/* Finds the next name in FCGI_GET_VALUES; values in it are ignored. Returns false at the end. */
static bool
gate_values_next(const struct gate *g, size_t *at, struct bytes *name)
{
	size_t length[2];

	for (int i = 0; i < 2; i++) {
		if (*at < g->content_have && g->content_bytes[*at] < 0x80) {
			length[i] = g->content_bytes[(*at)++];
		} else if (*at + 4 <= g->content_have && (g->content_bytes[*at] & 0x7f) == 0) {
			length[i] = (size_t)g->content_bytes[*at + 1] << 16 |
				    (size_t)g->content_bytes[*at + 2] << 8 |
				    g->content_bytes[*at + 3];
			*at += 4;
		} else {
			return false;
		}
	}
	if (length[0] + length[1] > g->content_have - *at)
		return false;
	*name = BYTES(g->content_bytes + *at, length[0]);
	*at += length[0] + length[1];
	return true;
}

/* Answers with the values of those requested names that are known, each once (4.1). */
static enum gate_state
gate_answer_values(struct gate *g)
{
	const struct gate_facts none = { 0 }, *f = g->facts != NULL ? g->facts : &none;
	/* clang-format off */
	const struct { const char *name; unsigned value; } known[] = {
		{ "FCGI_MAX_CONNS", g->conns }, { "FCGI_MAX_REQS", g->conns },
		{ "FCGI_MPXS_CONNS", 0 }, { GATE_WORKERS, f->workers },
		{ GATE_AGE, f->age }, { GATE_PARKED, f->parked },
		{ GATE_PARKED_AGE, f->parked_age },
	};
	/* clang-format on */
	size_t known_n = g->facts != NULL ? 7 : 3;
	bool answered[7] = { false };
	size_t at = 0, size = 0;
	struct bytes name;

	while (gate_values_next(g, &at, &name))
		for (size_t i = 0; i < known_n; i++) {
			if (answered[i] || !bytes_equal(name, bytes_of(known[i].name)))
				continue;
			answered[i] = true;
			size += gate_value_print(g->reply + 8 + size, known[i].name,
						 known[i].value);
		}
	gate_reply(g, FCGI_GET_VALUES_RESULT, 0, size);
	return GATE_REPLY;
}

static enum gate_state
gate_answer_unknown(struct gate *g)
{
	gate_reply(g, FCGI_UNKNOWN_TYPE, 0, 8);
	memset(g->reply + 8, 0, 8);
	g->reply[8] = g->head[1];
	return GATE_REPLY;
}

static enum gate_state
gate_begin_request(struct gate *g)
{
	g->id = gate_head_id(g);
	g->keep = (g->content_bytes[2] & FCGI_KEEP_CONN) != 0;
	g->stage = GATE_PARAMS;
	g->params = g->body = 0;
	g->fault = OK;
	g->pairs = (struct pairs){ .n = 0 };
	if ((g->content_bytes[0] << 8 | g->content_bytes[1]) != (int)g->role)
		return gate_end_request(g, FCGI_UNKNOWN_ROLE);
	return GATE_MORE;
}

static enum gate_state
gate_params_end(struct gate *g)
{
	if (!pairs_is_whole(&g->pairs))
		return gate_break(g, "the parameters end within a pair");
	/* An authorizer gets no body (6.3); some front ends send an empty one, which is ignored. */
	g->stage = g->role == ROLE_AUTHORIZER ? GATE_IDLE : GATE_BODY;
	return g->role == ROLE_AUTHORIZER ? GATE_READY : GATE_MORE;
}

/* Called at the end of a record and its padding. */
static enum gate_state
gate_record_end(struct gate *g)
{
	g->head_have = 0;
	switch ((enum kind)g->kind) {
	case BEGIN: return gate_begin_request(g);
	case SECOND: gate_reply_end(g, gate_head_id(g), FCGI_CANT_MPX_CONN); return GATE_REPLY;
	case PARAMS: return gate_head_length(g) == 0 ? gate_params_end(g) : GATE_MORE;
	case BODY:
		if (gate_head_length(g) > 0)
			return GATE_MORE;
		g->stage = GATE_IDLE;
		return GATE_READY;
	case ABORT: return gate_end_request(g, FCGI_REQUEST_COMPLETE);
	case VALUES: return gate_answer_values(g);
	case UNKNOWN: return gate_answer_unknown(g);
	case FOREIGN: break;
	}
	return GATE_MORE;
}

static enum gate_state
gate_keep_bytes(struct gate *g, struct bytes in)
{
	if (g->spool != NULL && !spool_add(g->spool, in.data, in.size))
		return gate_end_request(g, FCGI_OVERLOADED); /* too many incomplete requests */
	return GATE_MORE;
}

/* Drops faulty parameters, which libfcgi must not read (T-F02, T-F07). */
static enum gate_state
gate_drop_params(struct gate *g)
{
	g->fault = g->pairs.fault;
	g->why = g->pairs.why;
	g->params = 0;
	g->libfcgi_can_read = false;
	if (g->spool != NULL)
		spool_clear(g->spool);
	return GATE_MORE;
}

static enum gate_state
gate_params_bytes(struct gate *g, struct bytes in)
{
	const char *why = pairs_feed(&g->pairs, in);

	if (why != NULL)
		return gate_break(g, why);
	if (g->pairs.fault != OK)
		return gate_drop_params(g);
	g->params += in.size;
	return gate_keep_bytes(g, in);
}

static enum gate_state
gate_content_bytes(struct gate *g, struct bytes in)
{
	g->content -= in.size;
	switch ((enum kind)g->kind) {
	case PARAMS: return gate_params_bytes(g, in);
	case BODY: g->body += in.size; return g->fault != OK ? GATE_MORE : gate_keep_bytes(g, in);
	case BEGIN:
	case VALUES:
		memcpy(g->content_bytes + g->content_have, in.data, in.size);
		g->content_have += in.size;
		return GATE_MORE;
	case SECOND:
	case ABORT:
	case UNKNOWN:
	case FOREIGN: break;
	}
	return GATE_MORE; /* content of ignored records */
}

static enum gate_state
gate_classify_own(struct gate *g, uint8_t type)
{
	if (type == FCGI_ABORT_REQUEST) {
		g->kind = ABORT;
	} else if (type == FCGI_PARAMS && g->stage == GATE_PARAMS) {
		g->kind = PARAMS;
	} else if (type == FCGI_STDIN && g->stage == GATE_BODY) {
		g->kind = BODY;
		/* If the end is near, the body is read to its end: a front end that has sent all
		 * of it reuses the connection, which must not be closed then. */
		if (g->body + g->content > GATE_BODY_MAX && g->fault == OK) {
			g->fault = ERR_TOO_LARGE;
			g->why = "the body is larger than 64 KiB";
		}
		if (g->body + g->content > GATE_SKIP_MAX)
			return GATE_TOO_LARGE;
	} else {
		return gate_break(g, "a record that is out of order");
	}
	return GATE_MORE;
}

static enum gate_state
gate_classify(struct gate *g)
{
	uint8_t type = g->head[1];

	if (type == FCGI_BEGIN_REQUEST) {
		if (gate_head_id(g) == 0 || g->content != 8)
			return gate_break(g, "a malformed FCGI_BEGIN_REQUEST");
		if (g->stage != GATE_IDLE && gate_head_id(g) == g->id)
			return gate_break(g, "a request that begins twice");
		g->kind = g->stage == GATE_IDLE ? BEGIN : SECOND;
		return GATE_MORE;
	}
	if (gate_head_id(g) == 0) {
		g->kind = type == FCGI_GET_VALUES ? VALUES : UNKNOWN;
		if (g->kind == VALUES && g->content > GATE_CONTENT_MAX)
			return gate_break(g, "a long FCGI_GET_VALUES");
		return GATE_MORE;
	}
	if (g->stage != GATE_IDLE && gate_head_id(g) == g->id)
		return gate_classify_own(g, type);
	g->kind = FOREIGN; /* inactive request ids are ignored (3.3) */
	return GATE_MORE;
}

/* Returns whether libfcgi can read the record from the socket. It does not skip the padding of
 * the last record of a stream, and would parse the padding as the next header. */
static bool
gate_libfcgi_can_read(const struct gate *g)
{
	bool turns = g->kind == BEGIN || g->content == 0;

	return (g->kind == BEGIN || g->kind == PARAMS || g->kind == BODY) &&
	       (!turns || g->padding == 0);
}

static enum gate_state
gate_record_begin(struct gate *g)
{
	enum gate_state state;

	if (g->head[0] != 1)
		return gate_break(g, "not version 1 of the protocol");
	g->content = gate_head_length(g);
	g->padding = g->head[6];
	g->content_have = 0;
	state = gate_classify(g);
	if (!gate_libfcgi_can_read(g))
		g->libfcgi_can_read = false;
	if (state == GATE_MORE && g->content + g->padding == 0)
		return gate_record_end(g);
	return state;
}

static enum gate_state
gate_head_bytes(struct gate *g, struct bytes in)
{
	memcpy(g->head + g->head_have, in.data, in.size);
	g->head_have += in.size;
	return g->head_have == 8 ? gate_record_begin(g) : GATE_MORE;
}

/* Processes the rest of a header, of a content, or of a padding. */
static enum gate_state
gate_step(struct gate *g, struct bytes in, size_t *used)
{
	size_t left = g->content > 0 ? g->content : g->padding;
	enum gate_state state = GATE_MORE;

	if (g->head_have < 8)
		left = 8 - g->head_have;
	*used = in.size < left ? in.size : left;
	if (g->head_have < 8)
		return gate_head_bytes(g, BYTES(in.data, *used));
	if (g->content > 0)
		state = gate_content_bytes(g, BYTES(in.data, *used));
	else
		g->padding -= *used;
	if (g->content + g->padding > 0)
		return state;
	if (state == GATE_MORE)
		return gate_record_end(g);
	g->head_have = 0; /* rejected with its last byte */
	return state;
}

void
gate_start(struct gate *g, struct spool *spool, unsigned conns)
{
	*g = (struct gate){
		.spool = spool, .conns = conns, .role = ROLE_RESPONDER, .libfcgi_can_read = true
	};
}

bool
gate_is_busy(const struct gate *g)
{
	return g->stage != GATE_IDLE || g->head_have > 0;
}

enum gate_state
gate_feed(struct gate *g, struct bytes in, size_t *used)
{
	enum gate_state state = GATE_MORE;
	size_t n;

	*used = 0;
	while (state == GATE_MORE && *used < in.size) {
		state = gate_step(g, BYTES(in.data + *used, in.size - *used), &n);
		*used += n;
	}
	return state;
}

enum gate_state
gate_give_up(struct gate *g)
{
	return gate_end_request(g, FCGI_OVERLOADED);
}

struct bytes
gate_params(const struct gate *g)
{
	static const char stand_in[] = "\x0e\x05REQUEST_METHODOTHER"
				       "\x0b\x01REQUEST_URI/";

	if (g->pairs.fault != OK)
		return BYTES(stand_in, sizeof(stand_in) - 1);
	return g->params > 0 ? BYTES(g->spool->data, g->params) : BYTES_NONE;
}

struct bytes
gate_body(const struct gate *g)
{
	if (g->body == 0 || g->fault != OK)
		return BYTES_NONE;
	return BYTES(g->spool->data + g->params, g->body);
}
