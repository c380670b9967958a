#include "base/library.h"

#include <dlfcn.h>
#include <string.h>

int
library_open(const char *soname, const struct library_function *v, size_t n,
    void *out, struct err *e)
{
	void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);

	if (library == NULL)
		return err_set(e, "%s is needed: %s", soname, dlerror());
	for (size_t i = 0; i < n; i++) {
		void *at = dlsym(library, v[i].name);

		if (at == NULL)
			return err_set(e, "%s has no %s: %s", soname, v[i].name,
			    dlerror());
		memcpy((char *)out + v[i].at, &at, sizeof(at));
	}
	return 0;
}
