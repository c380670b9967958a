/*
 * How to look at what a finding of an indicator says: a command for the first
 * sources that it was met in, under what its check says.
 */
#include "case/casefile.h"
#include "intel/by_hand.h"
#include "read/identify.h"

/* A finding of a hundred sources needs no hundred commands. */
#define SOURCES_TOLD 3

/* Sources stand in the order of their paths. */
static struct span
magic_at(const struct casefile *c, struct span path)
{
	size_t lo = 0, hi = c->nsources;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (span_cmp(c->sources[mid].path, path) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < c->nsources && span_eq(c->sources[lo].path, path)
		   ? c->sources[lo].magic
		   : (struct span){0};
}

static bool
named_as_tar(struct span path)
{
	return span_ends_nocase(path, SPAN(".tar")) ||
	       span_ends_nocase(path, SPAN(".tgz")) ||
	       span_find_nocase(path, SPAN(".tar.")) != SPAN_NONE;
}

/* What the source lies in; false: in something inside something. */
static bool
packing_find(const struct casefile *c, struct by_hand_place *p)
{
	size_t cut = span_find(p->path, SPAN("!/"));
	struct span magic;

	p->packed = BY_HAND_NONE;
	if (cut == SPAN_NONE)
		return true;
	p->outer = span_head(p->path, cut);
	p->member = span_from(p->path, cut + 2);
	magic = magic_at(c, p->outer);
	if (magic.n == 0 || span_find(p->member, SPAN("!/")) != SPAN_NONE)
		return false;
	p->packed =
	    named_as_tar(p->outer) ? BY_HAND_TAR : by_hand_packed_find(magic);
	return p->packed != BY_HAND_PACKINGS;
}

static struct span
command_of(struct casefile *c, const struct indicator *x,
    const struct finding_place *p)
{
	const struct source *s = &c->sources[p->source];
	const struct reader *r = reader_find(s->format);
	struct by_hand_place at = {.path = s->path,
	    .format = s->format,
	    .lines = r != NULL ? r->shape != READER_BLOCKS
			       : span_is(s->magic, "text"),
	    .line = p->line,
	    .text = p->text};

	/* Nobody else can read a stream again. */
	if (span_is(s->path, "-") || span_starts(s->path, SPAN("/dev/")) ||
	    !packing_find(c, &at))
		return (struct span){0};
	return by_hand_command(&c->knowledge->by_hand, &c->arena, x, &at);
}

static void
finding_by_hand(struct casefile *c, struct finding *f)
{
	struct span_list all = {
	    arena_array(&c->arena, f->verify.n + SOURCES_TOLD, sizeof(*all.v)),
	    0};
	size_t told = 0;

	for (; all.n < f->verify.n; all.n++)
		all.v[all.n] = f->verify.v[all.n];
	for (size_t i = 0; i < f->nplaces && told < SOURCES_TOLD; i++) {
		struct span command;

		if (i > 0 && f->places[i].source == f->places[i - 1].source)
			continue;
		command = command_of(c, f->check->of, &f->places[i]);
		if (command.n > 0)
			all.v[all.n++] = command;
		told++;
	}
	f->verify = all;
}

void
case_by_hand(struct casefile *c)
{
	/* What stands in a state of a repository is no file to search. */
	for (size_t i = 0; i < c->nfindings; i++)
		if (c->findings[i].check->of != NULL &&
		    c->findings[i].past == NULL)
			finding_by_hand(c, &c->findings[i]);
}
