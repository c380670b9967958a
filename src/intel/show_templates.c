#include "intel/show_templates.h"

#include "intel/data.h"

static struct span
unveil(struct arena *a, const char *begin, const char *end)
{
	size_t n = (size_t)(end - begin);
	char *out = arena_alloc(a, n);

	for (size_t i = 0; i < n; i++)
		out[i] = (char)((unsigned char)begin[i] ^ DATA_VEIL);
	return span_of(out, n);
}

/* The name as it stands in the program. */
static bool
named(const struct data_file *f, struct span name)
{
	static const char folder[] = "show/";
	size_t n = (size_t)(f->begin - f->name), at = sizeof(folder) - 1;

	if (n != at + name.n)
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = (char)((unsigned char)f->name[i] ^ DATA_VEIL);

		if (c != (i < at ? folder[i] : name.p[i - at]))
			return false;
	}
	return true;
}

static int
load(void *ctx, struct span name, struct arena *a, struct span *text,
    struct err *e)
{
	(void)ctx;
	for (size_t i = 0; i < data_file_count; i++)
		if (named(&data_files[i], name)) {
			*text =
			    unveil(a, data_files[i].begin, data_files[i].end);
			return 0;
		}
	return err_set(e, "no built-in template \"%.*s\"", SPAN_FMT(name));
}

struct clitable_source
show_templates(void)
{
	return (struct clitable_source){.load = load};
}
