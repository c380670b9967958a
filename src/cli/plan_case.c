#include "cli/plan_case.h"

#include "run/case_again.h"
#include "store/casebook.h"

void
plan_case_remedy(void *set, struct span path, const struct remedy *r)
{
	remedy_set_take(set, path, r);
}

int
plan_case_try(const char *place, const struct scan_options *o,
    struct casefile *c, struct remedy_set *set, struct err *e)
{
	struct casefile read;
	int r;

	casefile_init(&read, c->knowledge);
	r = case_again(place, o, c, &read, &set->arena, &set->unread, e);
	casefile_release(&read);
	return r;
}

int
plan_case_load(const char *place, const struct scan_options *o, int64_t now,
    struct casefile *c, struct remedy_set *set, struct err *e)
{
	if (casebook_load(place, c, now, e) != 0)
		return -1;
	return plan_case_try(place, o, c, set, e);
}
