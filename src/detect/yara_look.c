#include "detect/yara_look.h"

struct looking {
	const struct yara_known *known;
	yara_look_fn *fn;
	void *ctx;
};

static void
on_match(void *ctx, const char *space, const char *identifier)
{
	struct looking *x = ctx;

	for (size_t i = 0; i < x->known->n; i++) {
		struct span name = x->known->names[i];

		if (span_is(span_until(&name, ':'), space) &&
		    span_is(name, identifier))
			x->fn(x->ctx, i);
	}
}

bool
yara_look_scan(
    struct yara_look *l, struct span bytes, yara_look_fn *fn, void *ctx)
{
	struct looking x = {l->known, fn, ctx};

	if (!l->tried && l->known->texts.n > 0)
		l->users = yara_compile(&l->known->texts);
	l->tried = true;
	return yara_set_scan(l->known->rules, bytes, on_match, &x) == 0 &&
	       yara_set_scan(l->users, bytes, on_match, &x) == 0 &&
	       (l->users != NULL || l->known->texts.n == 0);
}

void
yara_look_release(struct yara_look *l)
{
	yara_free(l->users);
	*l = (struct yara_look){0};
}
