#include "store/libpq.h"

#include "base/library.h"

/* With the interface's number, which has not changed since PostgreSQL 8.2. */
#define LIBRARY "libpq.so.5"

int
libpq_open(struct libpq *out, struct err *e)
{
	static const struct library_function functions[] = {
#define LIBPQ(name) {LIBRARY_FUNCTION(struct libpq, name)},
#include "store/libpq.def"
#undef LIBPQ
	};

	return library_open(LIBRARY, functions,
	    sizeof(functions) / sizeof(functions[0]), out, e);
}
