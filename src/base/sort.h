/*
 * Sorting in place without memory or system calls: glibc's qsort asks the
 * system how much memory there is, which the sandbox of a worker forbids.
 * Heapsort: O(n log n) whatever the input, not stable.
 */
#ifndef TIDEMARK_BASE_SORT_H
#define TIDEMARK_BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

/* n elements of size bytes, at most SORT_BYTES; cmp as for qsort. */
#define SORT_BYTES 128
void sort_array(
    void *v, size_t n, size_t size, int (*cmp)(const void *, const void *));

/* n numbers by their upper 32 bits; those that are equal there keep their
 * order.  room: as much as v has.  O(n). */
void sort_upper(uint64_t *v, uint64_t *room, size_t n);

#endif
