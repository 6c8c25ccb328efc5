/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_BENCH_NAMES_H
#define USHER_TESTS_BENCH_NAMES_H

/* What fill puts into the store and load asks for. */
#define BENCH_TENANT "bench"
#define BENCH_ISSUER "http://127.0.0.1"
#define BENCH_SERVER "photoz"
#define BENCH_CLIENT "viewer"
#define BENCH_SECRET "not-a-secret-but-long-enough"

#endif
