#include "intel/data.h"

bool
data_find(struct arena *a, struct span name, struct span *text)
{
	for (size_t i = 0; i < data_file_count; i++) {
		const struct data_file *f = &data_files[i];
		size_t n = (size_t)(f->begin - f->name);
		size_t bytes = (size_t)(f->end - f->begin);
		bool same = n == name.n;
		char *out;

		for (size_t k = 0; same && k < n; k++)
			same =
			    (char)(f->name[k] ^ (char)DATA_VEIL) == name.p[k];
		if (!same)
			continue;
		out = arena_alloc(a, bytes);
		for (size_t k = 0; k < bytes; k++)
			out[k] = (char)(f->begin[k] ^ (char)DATA_VEIL);
		*text = span_of(out, bytes);
		return true;
	}
	return false;
}
