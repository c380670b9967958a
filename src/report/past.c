#include "report/past.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/safe.h"
#include "base/timestamp.h"

/* Shown of a commit's name, as git does. */
#define COMMIT_SHOWN 12

static const char *
minute(int64_t t, char out[TIME_TEXT])
{
	time_write(t, out);
	if (t == TIME_NONE)
		return "no date         ";
	out[10] = ' ';
	out[16] = '\0';
	return out;
}

/* In the unit that tells most. */
void
past_length(struct buf *b, const struct past_span *s)
{
	int64_t from = s->first.time, to = s->gone.time, n;

	if (from == TIME_NONE || to == TIME_NONE || to < from) {
		buf_puts(b, "for a time that its dates do not tell");
		return;
	}
	n = (to - from) / TIME_SECOND;
	if (n < 2 * 3600)
		buf_fmt(b, "for %" PRId64 " minutes", n / 60);
	else if (n < 2 * 86400)
		buf_fmt(b, "for %" PRId64 " hours", n / 3600);
	else
		buf_fmt(b, "for %" PRId64 " days", n / 86400);
}

static void
commit_write(
    FILE *f, size_t indent, const char *word, const struct past_commit *c)
{
	char text[TIME_TEXT];

	fprintf(f, "%*s%-5s  %s  commit %.*s  ", (int)indent, "", word,
	    minute(c->time, text),
	    SPAN_FMT(span_head(c->commit, COMMIT_SHOWN)));
	safe_write(f, c->author);
	if (!span_eq(c->author, c->committer)) {
		fputs(", committed by ", f);
		safe_write(f, c->committer);
	}
	putc('\n', f);
}

static void
span_write(FILE *f, const struct past_span *s, bool moment, size_t indent)
{
	struct buf length;

	commit_write(f, indent, moment ? "in" : "from", &s->first);
	if (s->gone.commit.n == 0)
		return;
	commit_write(f, indent, "gone", &s->gone);
	buf_init(&length, 200);
	past_length(&length, s);
	fprintf(f, "%*sstood %.*s, in %" PRIu64 " state%s of the file\n",
	    (int)indent + 7, "", SPAN_FMT(buf_span(&length)), s->revisions,
	    s->revisions == 1 ? "" : "s");
	buf_release(&length);
}

void
past_write(FILE *f, const struct finding_past *p, size_t most, size_t indent)
{
	size_t n = most == 0 || p->nspans <= most ? p->nspans : most;

	for (size_t i = 0; i < n; i++)
		span_write(f, &p->spans[p->nspans - n + i], p->moment, indent);
	if (p->all > n)
		fprintf(f, "%*sand %" PRIu64 " more times before that\n",
		    (int)indent, "", p->all - n);
}
