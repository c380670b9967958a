#include "cli/scan_case.h"

#include <signal.h>
#include <string.h>

#include "base/limits.h"

int
case_stamp(const char *place, struct knowing *k, struct arena *a,
    struct casebook_stamp *stamp)
{
	struct err e;

	if (casebook_stamp(place, a, stamp, &e) != 0)
		return complain(EXIT_FAILED, "%s", e.text);
	if (!k->given)
		knowing_text_take(k, stamp->options, a);
	return 0;
}

void
case_knowledge_told(const struct casebook_stamp *stamp,
    const struct knowledge *k, const char *what)
{
	if (strcmp(stamp->knowledge, k->fingerprint) != 0)
		complain(0,
		    "the last scan of this case had other knowledge (%s) than "
		    "this %s (%s); scan again to read its sources anew",
		    stamp->knowledge, what, k->fingerprint);
}

/* ---- a scan into a case ---- */

/* The order of options does not matter to knowledge, but it is cheap to read
 * once more. */
struct span
case_reading(const struct scan_options *o, const struct knowledge *k,
    struct span options, struct arena *a)
{
	return arena_fmt(a, "%s %s %d %016llx", TIDEMARK_VERSION,
	    k->fingerprint, o->worker.zone,
	    (unsigned long long)span_hash(options));
}

static bool
on_known(
    void *ctx, struct span path, const char *open_path, uint64_t size, int fd)
{
	const struct casebook_source s = {path, open_path, size, fd};

	return casebook_known(ctx, &s);
}

/* What the case read with other knowledge is read again along the way. */
static void
stale_add(struct scan_case *x, struct scan_options *o)
{
	struct scan_more m, *v = NULL;
	size_t at = 0, n = 0, cap = 0;

	while (casebook_stale(&x->book, &at, &m.path, &m.open_path)) {
		v = arena_grow(&x->arena, v, n, &cap, sizeof(*v));
		v[n++] = m;
	}
	o->more = v;
	o->nmore = n;
}

/* A full disk is told of by the database, not by a signal. */
void
case_signals(void)
{
	signal(SIGXFSZ, SIG_IGN);
}

int
scan_case_begin(struct scan_case *x, const char *place,
    const struct knowing *knowing, const struct knowledge *k, bool all,
    struct scan_options *o, struct err *e)
{
	*x = (struct scan_case){0};
	arena_init(&x->arena);
	case_signals();
	x->options = knowing_text(knowing, &x->arena);
	if (casebook_open(&x->book, place,
		case_reading(o, k, x->options, &x->arena), e) != 0)
		return -1;
	stale_add(x, o);
	memcpy(o->worker.secret_key, x->book.key, CASEBOOK_KEY);
	o->worker.keyed = true;
	o->known = on_known;
	x->book.read_all = all;
	o->known_ctx = &x->book;
	o->addresses = x->book.addresses;
	o->naddresses = x->book.naddresses;
	return 0;
}

void
scan_case_release(struct scan_case *x)
{
	casebook_release(&x->book);
	arena_release(&x->arena);
}

int
scan_case_end(struct scan_case *x, const struct casefile *c,
    const struct casebook_run *run, struct casefile *whole, struct err *e)
{
	struct casebook_run with = *run;

	with.options = x->options;
	return casebook_save(&x->book, c, &with, whole, e);
}

static size_t
sources_noted(const struct casefile *c, enum diag_code code)
{
	size_t n = 0;

	for (size_t i = 0; i < c->nsources; i++)
		for (size_t k = 0; k < c->sources[i].ndiags; k++)
			n += c->sources[i].diags[k].code == code;
	return n;
}

void
scan_case_told(const struct scan_case *x, const struct casefile *whole)
{
	const struct casebook *b = &x->book;
	size_t old = sources_noted(whole, DIAG_OTHER_READING);

	complain(0,
	    "into the case: %zu files read, %zu of them in place of other "
	    "contents; %zu known and unchanged; %zu sources in all",
	    b->nread, b->nreplaced, b->nkept, whole->nsources);
	if (b->nearly > 0)
		complain(0,
		    "%zu flow files were read before the addresses of all "
		    "devices were known: scan into the case once more",
		    b->nearly);
	if (old > 0)
		complain(0,
		    "%zu sources stay as other knowledge or options read them: "
		    "their files are gone, or hold something else now",
		    old);
}

bool
casefile_lost(const struct casefile *c)
{
	bool lost = !c->complete;

	for (size_t i = 0; i < c->nsources; i++)
		lost |= c->sources[i].state == SOURCE_UNREADABLE;
	return lost;
}

/*
 * Evidence that was lost comes first: then no verdict may be taken as the last
 * word.  A file that no reader takes is only told of when there is nothing
 * else to tell.
 */
int
casefile_status(const struct casefile *c, enum verdict fail_on)
{
	bool unrecognised = false;

	for (size_t i = 0; i < c->nsources; i++)
		unrecognised |= c->sources[i].state == SOURCE_UNRECOGNISED;
	if (casefile_lost(c))
		return EXIT_EVIDENCE;
	if (casefile_worst(c) >= fail_on)
		return EXIT_THRESHOLD;
	return unrecognised ? EXIT_EVIDENCE : EXIT_QUIET;
}
