/*
 * Ranges as records write them, made into lines that one can judge by.  What
 * is met in real records and understood here:
 *
 *   several first fixed releases in one text ("22.3R2-S2, 22.3R3-S1";
 *   "12.1.7, 12.1.4-h5"): each ends the flaw in its own line, and the highest
 *   of a series for the rest of that series
 *   a bound that is a train ("4.35", "21.1*"): as an upper bound it means the
 *   whole train, as a lower one its first release
 *   a lower bound equal to the upper one (9.1R18 to 9.1R18): the release alone
 *   is sure; what lies below is told of as open
 *   lists without any range (Cisco): a range for each line, so that interim
 *   builds between do not look clean
 */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/sort.h"
#include "device/version.h"
#include "intel/update.h"

#define FIXES 32

static struct span
nothing(void)
{
	return (struct span){0};
}

/* A bound that bounds nothing. */
static bool
is_open(struct span s)
{
	static const char *const words[] = {
	    "*", "0", "-", "unspecified", "n/a", "any", "all"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (span_is_nocase(s, words[i]))
			return true;
	return s.n == 0;
}

static bool
release(struct span platform, struct span text, struct version *out)
{
	return version_read(platform, text, out) &&
	       out->standing == VERSION_RELEASE;
}

/* Some platforms show words behind a release that say nothing of it; in a
 * record they do. */
bool
update_is_release(struct span platform, struct span text)
{
	size_t blank = span_find_byte(text, ' ');
	struct version v;

	if (blank != SPAN_NONE && blank + 1 < text.n &&
	    ascii_alpha((unsigned char)text.p[blank + 1]))
		return false;
	return version_read(platform, text, &v);
}

/* "4.35", "21.1*", "14.1": a train, and its name. */
static bool
train(struct span text, char *out, size_t room)
{
	uint32_t key[2];

	if (span_ends(text, SPAN("*")))
		text = span_head(text, text.n - 1);
	if (span_ends(text, SPAN(".")))
		text = span_head(text, text.n - 1);
	if (!version_train_read(text, key))
		return false;
	snprintf(out, room, "%u.%u", key[0], key[1]);
	return true;
}

/* The first release that a train can have. */
static bool
train_first(struct span platform, const char *name, struct version *out)
{
	static const char *const tails[] = {".0", "R1", "-0.0", ".1", "(0)"};
	char text[64];

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		snprintf(text, sizeof(text), "%s%s", name, tails[i]);
		if (release(platform, span_str(text), out))
			return true;
	}
	return false;
}

/* A bound, a train meaning its first release. */
static bool
bound(struct span platform, struct span text, struct version *out)
{
	char name[32];

	if (train(text, name, sizeof(name)))
		return train_first(platform, name, out);
	return release(platform, text, out);
}

struct lines {
	struct update_read *r;
	const struct update_range *x;
	struct version from; /* order NULL: none */
};

static struct span
text_of(const struct version *v)
{
	return v != NULL && v->order != NULL ? version_write(v) : nothing();
}

static void
put(const struct lines *l, struct span line, const struct version *from,
    const struct version *to, const struct version *below,
    const struct version *fixed)
{
	const struct update_range *x = l->x;
	struct update_said s = {.word = UPDATE_SAYS_RANGE, .line = l->r->line};

	s.cells[RANGE_CVE] = l->r->cve;
	s.cells[RANGE_PLATFORM] = x->platform;
	s.cells[RANGE_LINE] = line;
	s.cells[RANGE_FROM] = text_of(from);
	s.cells[RANGE_TO] = text_of(to);
	s.cells[RANGE_BELOW] = text_of(below);
	s.cells[RANGE_FIXED] = text_of(fixed);
	s.cells[RANGE_STATE] = span_str(x->state);
	s.cells[RANGE_EVIDENCE] = span_str(x->evidence);
	s.cells[RANGE_MODELS] = span_head(x->models, LIMIT_UPDATE_CELL);
	l->r->say(l->r->ctx, &s);
}

/* The lower bound, where it stands in the line or series named. */
static const struct version *
from_in(const struct lines *l, struct span name)
{
	if (l->from.order == NULL)
		return NULL;
	return span_eq_nocase(version_line(&l->from), name) ||
		       span_eq_nocase(version_series(&l->from), name)
		   ? &l->from
		   : NULL;
}

static bool
highest_of_series(const struct version *fixes, size_t n, size_t i)
{
	for (size_t k = 0; k < n; k++)
		if (k != i && span_eq(version_series(&fixes[k]),
				  version_series(&fixes[i]))) {
			int c = version_compare(&fixes[k], &fixes[i]);

			if (c > 0 || (c == 0 && k < i))
				return false;
		}
	return true;
}

static void
put_fixes(const struct lines *l, const struct version *fixes, size_t n)
{
	const struct version *low = &fixes[0];

	for (size_t i = 0; i < n; i++) {
		struct span name = version_line(&fixes[i]);

		put(l, name, from_in(l, name), NULL, NULL, &fixes[i]);
		if (version_compare(&fixes[i], low) < 0)
			low = &fixes[i];
	}
	for (size_t i = 0; i < n; i++) {
		struct span name = version_series(&fixes[i]);

		if (!span_eq(name, version_line(&fixes[i])) &&
		    highest_of_series(fixes, n, i))
			put(l, name, from_in(l, name), NULL, NULL, &fixes[i]);
	}
	if (from_in(l, version_series(low)) == NULL)
		put(l, nothing(), &l->from, NULL, low, NULL);
}

/* Several releases with commas, blanks or underscores between; 0: one of them
 * cannot be read, *bad is it. */
static size_t
fixes_read(struct span platform, struct span text, struct version *out,
    struct span *bad)
{
	size_t n = 0;

	while (text.n > 0) {
		size_t at = 0;
		struct span one;

		while (at < text.n && text.p[at] != ',' && text.p[at] != '_' &&
		       text.p[at] != ';')
			at++;
		one = span_trim(span_head(text, at));
		text = span_from(text, at + 1);
		if (one.n == 0)
			continue;
		*bad = one;
		if (n == FIXES || !bound(platform, one, &out[n++]))
			return 0;
	}
	return n;
}

static void
put_up_to(const struct lines *l, const struct version *to)
{
	struct span line = version_line(to), series = version_series(to);

	if (l->x->beyond || l->from.order == NULL) {
		put(l, nothing(), &l->from, to, NULL, NULL);
		return;
	}
	if (from_in(l, line) != NULL) {
		put(l, line, &l->from, to, NULL, NULL);
	} else if (from_in(l, series) != NULL) {
		put(l, series, &l->from, to, NULL, NULL);
	} else {
		put(l, line, NULL, to, NULL, NULL);
		put(l, nothing(), &l->from, to, NULL, NULL);
	}
}

static void
put_up_to_train(const struct lines *l, const char *name)
{
	struct version first;

	put(l, span_str(name), from_in(l, span_str(name)), NULL, NULL, NULL);
	if (from_in(l, span_str(name)) == NULL &&
	    train_first(l->x->platform, name, &first))
		put(l, nothing(), &l->from, NULL, &first, NULL);
}

/* From the lower bound to the upper, which is there. */
static void
range_to(struct lines *l, struct span text)
{
	struct version to;
	char name[32];

	if (train(text, name, sizeof(name)))
		put_up_to_train(l, name);
	else if (!release(l->x->platform, text, &to))
		update_refuse(l->r, "%.*s: \"%.*s\" is no release of it",
		    SPAN_FMT(l->x->platform), SPAN_FMT(span_head(text, 80)));
	else if (l->from.order != NULL && version_compare(&l->from, &to) > 0)
		update_refuse(l->r,
		    "%.*s: the lower bound %.*s is above the upper %.*s",
		    SPAN_FMT(l->x->platform), SPAN_FMT(text_of(&l->from)),
		    SPAN_FMT(text_of(&to)));
	else
		put_up_to(l, &to);
}

static bool
above_all(const struct version *from, const struct version *fixes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (from->order == NULL || version_compare(from, &fixes[i]) < 0)
			return false;
	return true;
}

static void
range_below(struct lines *l, struct span text)
{
	struct version fixes[FIXES];
	struct span bad = text;
	size_t n = fixes_read(l->x->platform, text, fixes, &bad);

	if (n == 0)
		update_refuse(l->r, "%.*s: \"%.*s\" is no release of it",
		    SPAN_FMT(l->x->platform), SPAN_FMT(span_head(bad, 80)));
	else if (above_all(&l->from, fixes, n))
		update_refuse(l->r,
		    "%.*s: the lower bound %.*s is above the upper %.*s",
		    SPAN_FMT(l->x->platform), SPAN_FMT(text_of(&l->from)),
		    SPAN_FMT(span_head(text, 80)));
	else
		put_fixes(l, fixes, n);
}

void
update_range(struct update_read *r, const struct update_range *x)
{
	struct lines l = {.r = r, .x = x};
	struct span from = span_trim(x->from), to = span_trim(x->to),
		    below = span_trim(x->below);

	if (x->line.n > 0) {
		put(&l, x->line, NULL, NULL, NULL, NULL);
		return;
	}
	if (!is_open(from) && !bound(x->platform, from, &l.from)) {
		update_refuse(r, "%.*s: \"%.*s\" is no release of it",
		    SPAN_FMT(x->platform), SPAN_FMT(span_head(from, 80)));
		return;
	}
	if (is_open(from) && is_open(to) && is_open(below)) {
		update_refuse(
		    r, "%.*s: no release is named", SPAN_FMT(x->platform));
	} else if (!is_open(below)) {
		range_below(&l, below);
	} else if (!is_open(to)) {
		if (span_eq(from, to))
			update_refuse(r,
			    "%.*s: the range from %.*s to %.*s is one release; "
			    "what lies below it is not told",
			    SPAN_FMT(x->platform), SPAN_FMT(from),
			    SPAN_FMT(to));
		range_to(&l, to);
	} else {
		put(&l, nothing(), &l.from, NULL, NULL, NULL);
	}
}

/* ---- text for people ---- */

static bool
cut_tail(struct span *s, const char *const *tails)
{
	for (size_t i = 0; tails[i] != NULL; i++)
		if (span_ends_nocase(*s, span_str(tails[i]))) {
			*s = span_trim(span_head(*s, s->n - strlen(tails[i])));
			return true;
		}
	return false;
}

/* ">=7.4.0|<=7.4.7", "<11.0.2", ">= 7.0.6, < 7.0.9". */
static bool
operators(struct span s, struct update_range *x)
{
	bool any = false;

	while ((s = span_trim(s)).n > 0) {
		char op = s.p[0];
		bool equal = s.n > 1 && s.p[1] == '=';
		struct span rest = span_from(s, equal ? 2 : 1), value;
		size_t end = 0;

		if (op != '<' && op != '>')
			return false;
		while (end < rest.n && rest.p[end] != '|' &&
		       rest.p[end] != ',' && rest.p[end] != '<' &&
		       rest.p[end] != '>')
			end++;
		value = span_trim(span_head(rest, end));
		if (value.n == 0)
			return false;
		if (op == '>')
			x->from = value; /* ">": the first one is not told */
		else if (equal)
			x->to = value;
		else
			x->below = value;
		any = true;
		s = span_from(rest, end);
		if (s.n > 0 && (s.p[0] == '|' || s.p[0] == ','))
			s = span_from(s, 1);
	}
	return any;
}

void
update_range_text(struct update_read *r, struct span platform, struct span text,
    const char *state)
{
	static const char *const all[] = {"all versions", "all releases", NULL},
				 *const older[] = {"and older versions",
				     "and earlier versions", "and older",
				     "and earlier", "and prior versions",
				     "and prior", "and below", "or earlier",
				     "or older", NULL},
				 *const newer[] = {"and above", "and later",
				     "and newer", "or above", "or later", NULL};
	struct update_range x = {
	    .platform = platform, .state = state, .evidence = "record"};
	struct span s = span_trim(text);
	char name[32];
	struct version v;

	if (operators(s, &x)) {
		update_range(r, &x);
	} else if (cut_tail(&s, all) && train(s, name, sizeof(name))) {
		x.line = span_str(name);
		update_range(r, &x);
	} else if (cut_tail(&s, older) && release(platform, s, &v)) {
		/* Below in its own series: others are named beside. */
		struct lines l = {.r = r, .x = &x};

		put(&l, version_series(&v), NULL, &v, NULL, NULL);
	} else if (cut_tail(&s, newer) && release(platform, s, &v)) {
		/* Above in its own train: other trains are named beside. */
		struct lines l = {.r = r, .x = &x, .from = v};

		put(&l, version_series(&v), &v, NULL, NULL, NULL);
	} else if (update_is_release(platform, s) && release(platform, s, &v)) {
		struct lines l = {.r = r, .x = &x, .from = v};

		put(&l, nothing(), &v, &v, NULL, NULL);
	} else if (train(s, name, sizeof(name))) {
		x.line = span_str(name);
		update_range(r, &x);
	} else {
		update_refuse(r, "%.*s: \"%.*s\" is text for people",
		    SPAN_FMT(platform),
		    SPAN_FMT(span_head(span_trim(text), 80)));
	}
}

/* ---- lists ---- */

static int
by_line(const void *a, const void *b)
{
	const struct version *x = *(const struct version *const *)a,
			     *y = *(const struct version *const *)b;
	int c = strcmp(x->line, y->line);

	if (c != 0)
		return c;
	for (size_t i = 0; i < VERSION_KEYS; i++)
		if (x->key[i] != y->key[i])
			return x->key[i] < y->key[i] ? -1 : 1;
	return strcmp(x->text, y->text);
}

void
update_list(struct update_read *r, struct span platform,
    const struct span *releases, size_t n, struct span models)
{
	struct update_range x = {.platform = platform,
	    .state = "affected",
	    .evidence = "list",
	    .models = models};
	struct lines l = {.r = r, .x = &x};
	struct version *all = arena_array(&r->scratch, n, sizeof(*all)), **v;
	size_t read = 0, odd = 0, first = 0;
	struct span bad = {0};

	for (size_t i = 0; i < n; i++) {
		if (release(platform, releases[i], &all[read])) {
			read++;
		} else if (odd++ == 0) {
			bad = releases[i];
		}
	}
	if (odd > 0)
		update_refuse(r,
		    "%.*s: %zu of %zu releases have no order (first: \"%.*s\")",
		    SPAN_FMT(platform), odd, n, SPAN_FMT(span_head(bad, 80)));
	v = arena_array(&r->scratch, read, sizeof(struct version *));
	for (size_t i = 0; i < read; i++)
		v[i] = &all[i];
	sort_array(v, read, sizeof(*v), by_line);
	for (size_t i = 1; i <= read; i++)
		if (i == read || strcmp(v[i]->line, v[first]->line) != 0) {
			put(&l, version_line(v[first]), v[first], v[i - 1],
			    NULL, NULL);
			first = i;
		}
}
