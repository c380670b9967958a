#include "base/large.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void *
large_alloc(size_t n)
{
	void *p;

	if (n < LARGE_PAGE)
		return malloc(n);
	if (n > SIZE_MAX - LARGE_PAGE)
		return NULL;
	p = aligned_alloc(LARGE_PAGE, (n + LARGE_PAGE - 1) & ~(LARGE_PAGE - 1));
	if (p != NULL)
		large_advise(p, n);
	return p;
}

void
large_advise(void *p, size_t n)
{
#ifdef MADV_HUGEPAGE
	long page = sysconf(_SC_PAGESIZE);
	size_t before;

	if (n < LARGE_PAGE || page <= 0)
		return;
	/* From the page that p is in: a mapping that was advised in part
	 * could not grow in place any more. */
	before = (uintptr_t)p % (size_t)page;
	(void)madvise((char *)p - before, n + before, MADV_HUGEPAGE);
#else
	(void)p;
	(void)n;
#endif
}
