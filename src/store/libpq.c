#include "store/libpq.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

/* The interface's number; it has not changed since PostgreSQL 8.2. */
#define LIBRARY "libpq.so.5"

static bool
function_find(void *library, const char *name, void *to, size_t size)
{
	void *at = dlsym(library, name);

	memcpy(to, &at, size);
	return at != NULL;
}

int
libpq_open(struct libpq *out, struct err *e)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	struct libpq l;
	bool all = library != NULL;

#define LIBPQ(name)                                                            \
	all = all && function_find(library, #name, &l.name, sizeof(l.name));
#include "store/libpq.def"
#undef LIBPQ
	if (!all)
		return err_set(
		    e, "a case in PostgreSQL needs %s: %s", LIBRARY, dlerror());
	*out = l;
	return 0;
}
