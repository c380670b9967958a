#include "intel/update.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/timestamp.h"
#include "source/gunzip.h"

#define UPDATE(symbol) extern const struct update_format symbol;
#include "intel/updates.def"
#undef UPDATE

const struct update_format *const update_formats[] = {
#define UPDATE(symbol) &symbol,
#include "intel/updates.def"
#undef UPDATE
    NULL};

static struct span
without_mark(struct span s)
{
	return span_starts(s, SPAN("\xef\xbb\xbf")) ? span_from(s, 3) : s;
}

const struct update_format *
update_identify(struct span bytes)
{
	struct span head =
	    span_head(without_mark(bytes), LIMIT_UPDATE_PROBE_BYTES);
	const struct update_format *best = NULL;
	unsigned most = 0;

	for (size_t i = 0; update_formats[i] != NULL; i++) {
		unsigned n = update_formats[i]->guess(head);

		if (n > most) {
			most = n;
			best = update_formats[i];
		}
	}
	return best;
}

void
update_say(struct update_read *r, enum update_word word, struct span a,
    struct span b, struct span c)
{
	struct update_said s = {
	    .word = word, .line = r->line, .cells = {r->cve, a, b, c}};

	for (size_t i = 0; i < UPDATE_CELLS; i++)
		s.cells[i] = span_head(s.cells[i], LIMIT_UPDATE_CELL);
	r->say(r->ctx, &s);
}

void
update_day(struct update_read *r, struct span day)
{
	int64_t t;

	day = span_head(day, 10);
	if (time_read_day(day, &t))
		update_say(r, UPDATE_SAYS_DAY, day, (struct span){0},
		    (struct span){0});
}

void
update_refuse(struct update_read *r, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	update_say(r, UPDATE_SAYS_PROBLEM, span_str(text), (struct span){0},
	    (struct span){0});
}

void
update_ssvc(struct update_read *r, struct span exploitation,
    struct span automatable, struct span impact)
{
	update_say(r, UPDATE_SAYS_SSVC, exploitation, automatable, impact);
}

void
update_cvss(struct update_read *r, double score)
{
	char text[32];

	if (!(score > 0) || score > 10)
		return;
	snprintf(text, sizeof(text), "%.1f", score);
	update_say(r, UPDATE_SAYS_CVSS, span_str(text), (struct span){0},
	    (struct span){0});
}

bool
update_is_cve(struct span s)
{
	struct span rest = span_from(s, 4), year;

	if (s.n > 20 || !span_starts(s, SPAN("CVE-")))
		return false;
	year = span_until(&rest, '-');
	for (size_t i = 4; i < s.n; i++)
		if (i != 8 && !ascii_digit((unsigned char)s.p[i]))
			return false;
	return year.n == 4 && rest.n >= 4;
}

/* Unpacked, when the bytes are gzip; broken: they end too early or are more
 * than the limit. */
static struct span
unpacked(struct span bytes, struct buf *room, bool *broken)
{
	struct stream s;
	struct gunzip g;
	ssize_t n;
	char *p;

	*broken = false;
	if (!span_starts(bytes, SPAN("\x1f\x8b")))
		return bytes;
	stream_mem(&s, bytes);
	if (gunzip_open(&g, &s) != 0) {
		*broken = true;
		return (struct span){0};
	}
	do {
		p = buf_room(room, LIMIT_UPDATE_PIECE);
		n = p == NULL ? -1 : gunzip_data(&g, &s, p, LIMIT_UPDATE_PIECE);
		room->n += n > 0 ? (size_t)n : 0;
	} while (n > 0);
	*broken = n < 0;
	gunzip_close(&g);
	stream_release(&s);
	return buf_span(room);
}

/* What a file that has no format may be. */
static const char *
looks_like(struct span s)
{
	s = span_trim(span_head(without_mark(s), 4096));
	if (s.n == 0)
		return "it is empty";
	if (span_starts_nocase(s, SPAN("<!doctype html")) ||
	    span_starts_nocase(s, SPAN("<html")))
		return "it is a page for people (HTML); download the JSON";
	if (s.p[0] == '<' && span_has(s, "cvrf"))
		return "it is CVRF (XML), which CSAF has replaced; download "
		       "the CSAF file";
	if (s.p[0] == '<')
		return "it is XML, which none of the formats is";
	if (s.p[0] == '{' || s.p[0] == '[')
		return "it is JSON, but neither a KEV catalogue, CSAF 2.0, a "
		       "CVE record 5.x nor an answer of NVD's API 2.0";
	return "it is no KEV, CSAF, CVE, NVD or EPSS file";
}

bool
update_read_bytes(struct span bytes, const struct update_options *o,
    update_say_fn *say, void *ctx)
{
	struct update_read r = {.o = o, .say = say, .ctx = ctx};
	const struct update_format *f;
	struct buf room;
	bool broken;

	buf_init(&room, LIMIT_FEED_BYTES);
	bytes = without_mark(unpacked(bytes, &room, &broken));
	f = update_identify(bytes);
	if (f == NULL) {
		update_refuse(&r, "%s",
		    broken ? "it cannot be unpacked" : looks_like(bytes));
		buf_release(&room);
		return false;
	}
	update_say(&r, UPDATE_SAYS_FORMAT, span_str(f->name), (struct span){0},
	    (struct span){0});
	arena_init(&r.scratch);
	f->read(&r, bytes);
	arena_release(&r.scratch);
	r.cve = (struct span){0};
	r.line = 0;
	if (broken)
		update_refuse(&r,
		    "it cannot be unpacked to its end, or is larger than the "
		    "limit: the rest is missing");
	update_say(&r, UPDATE_SAYS_END, (struct span){0}, (struct span){0},
	    (struct span){0});
	buf_release(&room);
	return true;
}
