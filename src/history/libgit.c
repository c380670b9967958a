#include "history/libgit.h"

#include "base/library.h"

int
libgit_open(struct libgit *out, struct err *e)
{
	static const struct library_function functions[] = {
#define LIBGIT(name) {LIBRARY_FUNCTION(struct libgit, name)},
#include "history/libgit.def"
#undef LIBGIT
	};

	return library_open("libgit2.so." LIBGIT2_SOVERSION, functions,
	    sizeof(functions) / sizeof(functions[0]), out, e);
}
