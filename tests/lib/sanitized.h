/*
 * SANITIZED: is this build one with AddressSanitizer, which wants more memory
 * and calls than the sandbox allows?
 */
#ifndef TIDEMARK_TESTS_LIB_SANITIZED_H
#define TIDEMARK_TESTS_LIB_SANITIZED_H

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#endif
