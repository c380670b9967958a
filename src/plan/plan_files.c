/*
 * A file of commands for each device, for somebody to read and then to give:
 * whatever is not a command of a proposed step is a comment.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/safe.h"
#include "plan/plan_print.h"

struct printer {
	FILE *f;
	struct span comment;
};

static void
remark(struct printer *x, const char *label, struct span s)
{
	safe_write(x->f, x->comment);
	fprintf(x->f, " %s", label);
	safe_write(x->f, s);
	putc('\n', x->f);
}

static void
remarks(struct printer *x, const char *label, struct span_list l)
{
	for (size_t i = 0; i < l.n; i++)
		remark(x, label, l.v[i]);
}

static void
given(struct printer *x, struct span_list l)
{
	for (size_t i = 0; i < l.n; i++) {
		safe_write(x->f, l.v[i]);
		putc('\n', x->f);
	}
}

static void
put_command(void *ctx, const struct plan_line *c, bool fill)
{
	struct printer *x = ctx;

	if (fill || c->remark) {
		remark(x, c->remark ? "   by hand: " : "fill in: ", c->shown);
		return;
	}
	safe_write(x->f, c->shown);
	putc('\n', x->f);
}

static void
put_undo(void *ctx, const struct plan_line *c, bool fill)
{
	remark(
	    ctx, fill ? "  back, from a saved copy: " : "  back: ", c->shown);
}

static void
put_step(struct printer *x, const struct plan_step *s)
{
	const struct check *c = s->finding->check;

	remark(x, "", SPAN(""));
	remark(x, "-- ", s->finding->title);
	remark(x, "   ", c->id);
	if (c->caution.n > 0 && !s->covered)
		remark(x, "   caution: ", c->caution);
	if (s->proof == PROOF_NONE)
		remark(x, "", SPAN("   not tried on a configuration"));
	if (s->covered)
		remark(x, "", SPAN("   goes with what is taken away"));
	remarks(x, "   by hand: ", s->sentences);
	commands_each(&s->commands, put_command, x);
	commands_each(&s->undo, put_undo, x);
}

static void
put_device(struct printer *x, const struct plan *p, const struct plan_device *d)
{
	const struct device *v = &p->c->fleet.v[d->device];
	const struct remedy_platform *r = d->platform;
	struct buf b;

	remark(x, "plan for ", v->name);
	remark(x, "system ", v->platform);
	remark(x, "release ", v->version);
	remark(x, "verdict ",
	    span_str(verdict_name(p->c->results[d->device].verdict)));
	remark(x, "",
	    SPAN("Read every line before you give it. Keep a second "
		 "session open."));
	if (d->intruder) {
		remark(x, "", SPAN(""));
		remark(x, "",
		    SPAN("First save what an intruder may wipe, and "
			 "log this session:"));
		given(x, r->collect);
		remarks(x, "contain: ", r->contain);
		remarks(x, "evict: ", r->evict);
	}
	buf_init(&b, LIMIT_EVIDENCE_TEXT * 4);
	plan_upgrade_text(&d->upgrade, &b);
	if (b.n > 0)
		remark(x, "", buf_span(&b));
	buf_release(&b);
	remark(x, "", SPAN(""));
	if (plan_guarded(d))
		given(x, r->before);
	given(x, r->enter);
	for (size_t i = 0; i < d->nsteps; i++)
		if (plan_step_proposed(&d->steps[i]))
			put_step(x, &d->steps[i]);
	given(x, r->leave);
	if (plan_guarded(d))
		remarks(x, "when a second session still gets in: ", r->kept);
	remarks(x, "when a second session still gets in: ", r->after);
	remarks(x, "to take all of it back: ", r->rollback);
}

/* A name that stays in the folder and means nothing to a shell. */
static struct span
file_name(struct arena *a, struct span device)
{
	char *p = arena_alloc(a, device.n);

	for (size_t i = 0; i < device.n; i++) {
		unsigned char c = (unsigned char)device.p[i];

		p[i] = ascii_alnum(c) || c == '-' || c == '_' ||
			       (c == '.' && i > 0)
			   ? (char)c
			   : '_';
	}
	return span_of(p, device.n < 200 ? device.n : 200);
}

static int
write_one(int folder, const char *name, const struct plan *p,
    const struct plan_device *d, struct err *e)
{
	int fd =
	    openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct printer x = {.comment = d->platform->comment};
	bool good;

	if (fd < 0 && errno == EEXIST)
		return err_set(e,
		    "%s is there already; nothing is written "
		    "over",
		    name);
	if (fd < 0)
		return err_sys(e, "cannot make %s", name);
	x.f = fdopen(fd, "w");
	if (x.f == NULL) {
		close(fd);
		return err_sys(e, "cannot write %s", name);
	}
	put_device(&x, p, d);
	good = fflush(x.f) == 0 && !ferror(x.f);
	good = fclose(x.f) == 0 && good;
	return good ? 0 : err_sys(e, "cannot write %s", name);
}

int
plan_write_files(
    const char *folder, const struct plan *p, size_t *written, struct err *e)
{
	int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;
	struct arena names;

	if (dir < 0)
		return err_sys(e, "cannot open the folder %s", folder);
	arena_init(&names);
	*written = 0;
	for (size_t i = 0; r == 0 && i < p->n; i++) {
		const struct plan_device *d = &p->devices[i];
		struct span name =
		    file_name(&names, p->c->fleet.v[d->device].name);

		/* Without a known form of commands there is no file. */
		if (d->platform == NULL)
			continue;
		r = write_one(dir,
		    arena_str(&names, arena_fmt(&names, "%.*s.%u.txt",
					  SPAN_FMT(name), d->device)),
		    p, d, e);
		*written += r == 0;
	}
	arena_release(&names);
	close(dir);
	return r;
}
