/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast the store is by itself: durable puts with 1 and with 64 rows a commit, with keys that
 * begin with the time and with hashed ones, and reads.  Lines of "name<TAB>value<TAB>unit".  What
 * matters are the ratios: time-first keys are why a batch of requests is worth a batch of rows.
 *
 * SECONDS, 1 by default, is how long each figure is measured; ROWS how many lie there before.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "store/store.h"
#include "tests/support.h"

#define ROW 200
#define KEY (5 + CRYPTO_HASH)

enum order { TIME_FIRST, HASHED };

struct bench {
	struct store *store;
	struct arena *arena;
	enum order order;
	uint64_t made; /* keys so far */
};

/* As model/ makes them: five bytes of a time, and a hash.  A second has a thousand keys here. */
static struct bytes
key_at(struct bench *b, uint64_t i)
{
	static const struct key secret = { { 1 } };
	uint8_t *key = arena_alloc(b->arena, KEY);
	uint64_t time = 1800000000 + i / 1000;

	crypto_keyed_hash(&secret, BYTES(&i, sizeof(i)), key + 5);
	for (int k = 0; k < 5; k++)
		key[k] = (uint8_t)(time >> (32 - 8 * k));
	return b->order == TIME_FIRST ? BYTES(key, KEY) : BYTES(key + 5, CRYPTO_HASH);
}

static void
bench_put_rows(struct bench *b, size_t n)
{
	static const uint8_t row[ROW] = { '{' };
	struct changes c, *list = &c;

	changes_start(&c, b->arena, 1);
	while (n-- > 0)
		change_put(&c, T_RPT, key_at(b, b->made++), BYTES(row, ROW));
	if (store_commit(b->store, &list, 1) != OK || c.verdict != OK) {
		fprintf(stderr, "a commit failed\n");
		exit(1);
	}
	arena_reset(b->arena);
}

static double
bench_number(const char *name, double preset)
{
	const char *text = getenv(name);

	return text != NULL ? atof(text) : preset;
}

static double
measure_puts(struct bench *b, size_t batch)
{
	int64_t start = clock_ticks(), end = start + (int64_t)(bench_number("SECONDS", 1) * 1000);
	uint64_t before = b->made;

	while (clock_ticks() < end)
		bench_put_rows(b, batch);
	return (double)(b->made - before) * 1000 / (double)(clock_ticks() - start);
}

/* Microseconds a get, in one snapshot a round of 64, as the worker's loop does. */
static double
measure_gets(struct bench *b)
{
	int64_t start = clock_ticks(), end = start + (int64_t)(bench_number("SECONDS", 1) * 1000);
	struct bytes key[1024], row;
	struct snapshot *db;
	uint64_t n = 0;

	for (uint64_t i = 0; i < 1024; i++)
		key[i] = key_at(b, i * 7919 % b->made);
	while (clock_ticks() < end) {
		if (store_snapshot(b->store, &db) != OK)
			exit(1);
		for (int i = 0; i < 64; i++, n++)
			if (store_get(db, 1, T_RPT, key[n % 1024], &row) != OK)
				exit(1);
		store_release(db);
	}
	arena_reset(b->arena);
	return (double)(clock_ticks() - start) * 1000 / (double)n;
}

static void
bench_order(enum order order, const char *name)
{
	char *directory = scratch_new(), path[256];
	struct store_config config = { path, 1u << 29, 1ull << 32, true, 0 };
	struct bench b = { .order = order, .arena = arena_new() };
	uint64_t rows = (uint64_t)bench_number("ROWS", 200000);
	const char *why;

	snprintf(path, sizeof(path), "%s/store", directory);
	if (store_open(&store_lmdb, &config, &b.store, &why) != OK) {
		fprintf(stderr, "%s: %s\n", path, why);
		exit(1);
	}
	while (b.made < rows)
		bench_put_rows(&b, 5000);
	printf("store_put_1_%s\t%.0f\trows/s\n", name, measure_puts(&b, 1));
	printf("store_put_64_%s\t%.0f\trows/s\n", name, measure_puts(&b, 64));
	printf("store_get_%s\t%.2f\tus\n", name, measure_gets(&b));
	store_close(b.store);
	arena_free(b.arena);
	scratch_remove(directory);
	free(directory);
}

int
main(void)
{
	crypto_start();
	bench_order(TIME_FIRST, "time");
	bench_order(HASHED, "hashed");
	return 0;
}
