/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_ASAN_H
#define USHER_BASE_ASAN_H

/* 1 in a build with AddressSanitizer, otherwise 0. gcc and clang announce it differently. */
#if defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif
#ifndef HAS_ASAN
#define HAS_ASAN 0
#endif

#endif
