#include "intel/feed.h"

#include <stdio.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/timestamp.h"
#include "base/utf16.h"
#include "intel/yara_set.h"

#define FEED(symbol) extern const struct feed_format symbol;
#include "intel/feeds.def"
#undef FEED

const struct feed_format *const feed_formats[] = {
#define FEED(symbol) &symbol,
#include "intel/feeds.def"
#undef FEED
    NULL};

/* Lines that end with a carriage return alone. */
static struct span
lines_of(struct arena *a, struct span s)
{
	struct span head = span_head(s, LIMIT_PROBE_BYTES);
	char *p;

	if (span_find_byte(head, '\r') == SPAN_NONE ||
	    span_find_byte(head, '\n') != SPAN_NONE)
		return s;
	p = arena_alloc(a, s.n);
	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[i] == '\r' ? '\n' : s.p[i];
	return span_of(p, s.n);
}

/* As UTF-8 without a mark, lines ended as readers know them. */
static struct span
plain_text(struct arena *a, struct span s)
{
	if (span_starts(s, SPAN("\xef\xbb\xbf")))
		s = span_from(s, 3);
	else if (utf16_marked(s))
		s = utf16_read(a, s);
	return lines_of(a, s);
}

const struct feed_format *
feed_identify(struct span bytes, struct span path)
{
	const struct feed_format *best = NULL;
	unsigned most = 0;
	struct arena a;

	arena_init(&a);
	bytes = plain_text(&a, span_head(bytes, LIMIT_PROBE_BYTES));
	for (size_t i = 0; feed_formats[i] != NULL; i++) {
		unsigned n = feed_formats[i]->guess(bytes, path);

		if (n > most) {
			most = n;
			best = feed_formats[i];
		}
	}
	arena_release(&a);
	return best;
}

static void
say(struct feed_read *r, enum feed_word word, struct span text)
{
	struct feed_said s = {.word = word, .text = text};

	r->say(r->ctx, &s);
}

static void
say_problem(
    struct feed_read *r, uint64_t line, uint64_t column, struct span text)
{
	struct feed_said s = {.word = FEED_SAYS_PROBLEM,
	    .line = line,
	    .column = column,
	    .text = text};

	r->say(r->ctx, &s);
}

void
feed_refuse(
    struct feed_read *r, uint64_t line, uint64_t column, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	r->counts->refused++;
	if (r->told++ == r->tell)
		say_problem(r, 0, 0,
		    SPAN("more was refused; \"tidemark intel check\" tells "
			 "of it"));
	if (r->told > r->tell)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	say_problem(r, line, column, span_str(text));
}

void
feed_title(struct feed_read *r, struct span title)
{
	if (r->titled || title.n == 0)
		return;
	r->titled = true;
	say(r, FEED_SAYS_TITLE, title);
}

void
feed_warninglist_begin(struct feed_read *r, struct span name)
{
	say(r, FEED_SAYS_WARNINGLIST, name);
}

void
feed_warninglist_put(struct feed_read *r, struct span value, bool above)
{
	struct feed_said s = {
	    .word = FEED_SAYS_WARNING, .text = value, .above = above};

	r->counts->entries++;
	r->say(r->ctx, &s);
}

int64_t
feed_time(struct span s, bool end)
{
	int64_t t;
	bool zoned;
	uint64_t n;

	s = span_trim(s);
	if (s.n == 10 && time_read_day(s, &t))
		return end ? t + TIME_DAY - TIME_SECOND : t;
	/* The epoch stands for "not known". */
	if (time_read_iso(s, &t, &zoned) > 0)
		return t > 0 ? t : TIME_NONE;
	if (span_u64(s, &n) && n > 100000000 && n < 100000000000u)
		return (int64_t)n * TIME_SECOND;
	return TIME_NONE;
}

struct feed_item
feed_item_new(void)
{
	return (struct feed_item){
	    .from = TIME_NONE, .until = TIME_NONE, .confidence = -1};
}

static void
add(struct feed_read *r, const struct feed_item *x, const struct feed_value *v)
{
	struct feed_said s = {
	    .word = FEED_SAYS_INDICATOR, .item = x, .value = v};

	r->counts->loaded++;
	r->say(r->ctx, &s);
}

static void
refuse_value(
    struct feed_read *r, uint64_t line, struct span value, const char *why)
{
	feed_refuse(
	    r, line, 0, "\"%.*s\": %s", SPAN_FMT(span_head(value, 80)), why);
}

static bool
put_range(struct feed_read *r, const struct feed_item *x, struct span s)
{
	struct prefix parts[LIMIT_RANGE_PREFIXES];
	size_t n = feed_range(s, parts);

	for (size_t i = 0; i < n; i++) {
		char text[PREFIX_TEXT];
		struct feed_value v = {
		    .type = INDICATOR_ADDRESS, .prefix = parts[i]};

		v.text = span_of(text, prefix_write(&parts[i], text));
		add(r, x, &v);
	}
	return n > 0;
}

void
feed_put(struct feed_read *r, const struct feed_item *x)
{
	struct feed_value v;
	struct span s;
	const char *wrong;

	arena_reset(&r->work);
	if ((x->type == INDICATOR_ADDRESS || x->type == INDICATOR_DOMAIN) &&
	    feed_value_bare(&r->work, x->value, &v) && v.type == x->type) {
		add(r, x, &v);
		return;
	}
	s = x->type == INDICATOR_USER_AGENT || x->type == INDICATOR_FILE_NAME
		? span_trim(x->value)
		: feed_refang(&r->work, x->value);
	if (x->type == INDICATOR_ADDRESS && put_range(r, x, s))
		return;
	wrong = feed_value_read(&r->work, x->type, s, &v);
	if (wrong != NULL)
		refuse_value(r, x->line, x->value, wrong);
	else
		add(r, x, &v);
}

bool
feed_put_bare(struct feed_read *r, struct feed_item *x)
{
	struct feed_value v;

	arena_reset(&r->work);
	if (!feed_value_bare(&r->work, x->value, &v))
		return false;
	x->type = v.type;
	add(r, x, &v);
	return true;
}

bool
feed_put_guess(struct feed_read *r, struct feed_item *x)
{
	struct span s;
	struct feed_value v;

	if (feed_put_bare(r, x))
		return true;
	s = feed_refang(&r->work, x->value);
	if (put_range(r, x, s))
		return true;
	if (feed_value_guess(&r->work, s, &v) != NULL)
		return false;
	x->type = v.type;
	add(r, x, &v);
	return true;
}

struct at_yara {
	struct feed_read *r;
	uint64_t line;
	bool refused;
};

static void
on_yara_problem(void *ctx, struct span path, uint64_t line, const char *text)
{
	struct at_yara *x = ctx;

	(void)path;
	x->refused = true;
	feed_refuse(x->r, x->line, 0, "YARA rule, line %llu: %s",
	    (unsigned long long)line, text);
}

void
feed_put_yara(struct feed_read *r, uint64_t line, struct span rule)
{
	struct at_yara x = {r, line, false};

	if (rule.n > LIMIT_FEED_ELEMENT) {
		feed_refuse(r, line, 0, "YARA rules of more than %u bytes",
		    LIMIT_FEED_ELEMENT);
		return;
	}
	if (yara_text_compiles(rule, on_yara_problem, &x)) {
		r->counts->loaded++;
		say(r, FEED_SAYS_YARA, rule);
	} else if (!x.refused) {
		feed_refuse(r, line, 0, "a YARA rule that does not compile");
	}
}

/* ---- files ---- */

void
feed_read_as(const struct feed_format *f, struct span bytes, struct arena *a,
    uint64_t tell, feed_say_fn *fn, void *ctx, struct feed_counts *out)
{
	struct feed_read r = {
	    .arena = a, .counts = out, .tell = tell, .say = fn, .ctx = ctx};

	*out = (struct feed_counts){.format = f};
	arena_init(&r.scratch);
	arena_init(&r.work);
	say(&r, FEED_SAYS_FORMAT, span_str(f->name));
	f->read(&r, plain_text(&r.scratch, bytes));
	arena_release(&r.scratch);
	arena_release(&r.work);
}

void
feed_read_bytes(struct span bytes, struct span path, struct arena *a,
    uint64_t tell, feed_say_fn *fn, void *ctx, struct feed_counts *out)
{
	const struct feed_format *f = feed_identify(bytes, path);

	*out = (struct feed_counts){0};
	if (f != NULL)
		feed_read_as(f, bytes, a, tell, fn, ctx, out);
}
