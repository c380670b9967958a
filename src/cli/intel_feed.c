#include "cli/intel_feed.h"

#include <stdio.h>

#include "base/safe.h"

const char *
grouped(uint64_t n, char out[GROUPED_TEXT])
{
	char digits[24];
	int len =
		snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n),
	    k = 0;

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			out[k++] = ',';
		out[k++] = digits[i];
	}
	out[k] = '\0';
	return out;
}

/* ", 12 revoked"; nothing for none. */
static void
say(FILE *f, uint64_t n, const char *what)
{
	char text[GROUPED_TEXT];

	if (n > 0)
		fprintf(f, ", %s %s", grouped(n, text), what);
}

static void
say_counts(FILE *f, const struct indicator_feed *x)
{
	say(f, x->refused, "items refused");
	say(f, x->duplicates, "named before");
	say(f, x->conflicts, "with another window or state than before");
	say(f, x->expired, "past their validity");
	say(f, x->revoked, "taken back by the feed");
	say(f, x->suppressed, "suppressed by a warninglist");
	say(f, x->passed, "items that are no indicators");
}

void
cli_feeds_told(const struct knowledge *k)
{
	struct indicator_feed all = {0};
	char n[GROUPED_TEXT];

	if (k->indicators.nfeeds == 0)
		return;
	for (size_t i = 0; i < k->indicators.nfeeds; i++) {
		const struct indicator_feed *x = &k->indicators.feeds[i];

		all.loaded += x->loaded;
		all.refused += x->refused;
		all.duplicates += x->duplicates;
		all.conflicts += x->conflicts;
		all.expired += x->expired;
		all.revoked += x->revoked;
		all.suppressed += x->suppressed;
		all.passed += x->passed;
	}
	fprintf(stderr, "tidemark: %s indicators loaded from %zu feed%s",
	    grouped(all.loaded, n), k->indicators.nfeeds,
	    k->indicators.nfeeds == 1 ? "" : "s");
	say_counts(stderr, &all);
	putc('\n', stderr);
}

/* What feeds disagree about, and what a warninglist keeps out: by name, up to
 * a page of each. */
#define LISTED 40

static void
more(size_t shown, size_t all)
{
	if (all > shown)
		printf("            and %zu more\n", all - shown);
}

static void
conflicts_list(const struct knowledge *k)
{
	const struct indicator_list *l = &k->indicators;
	size_t n = l->nconflicts < LISTED ? l->nconflicts : LISTED;

	for (size_t i = 0; i < n; i++) {
		const struct feed_conflict *c = &l->conflicts[i];
		const struct indicator *x = &l->v[c->indicator];

		fputs("conflict    ", stdout);
		safe_write(stdout, x->value);
		fputs(": ", stdout);
		safe_write(stdout, c->text);
		fputs(" (", stdout);
		safe_write(stdout, l->feeds[c->feed].path);
		fputs(", first in ", stdout);
		safe_write(stdout, indicator_feed_name(l, x));
		puts(")");
	}
	more(n, l->nconflicts);
}

static void
suppressed_list(const struct knowledge *k)
{
	size_t n = 0;

	for (size_t i = 0; i < k->indicators.n; i++) {
		const struct indicator *x = &k->indicators.v[i];

		if (x->state != INDICATOR_SUPPRESSED || ++n > LISTED)
			continue;
		fputs("suppressed  ", stdout);
		safe_write(stdout, x->value);
		fputs(": ", stdout);
		safe_write(stdout, x->about->suppressed_by);
		putchar('\n');
	}
	more(n < LISTED ? n : LISTED, n);
}

void
intel_feeds_list(const struct knowledge *k)
{
	for (size_t i = 0; i < k->indicators.nfeeds; i++) {
		const struct indicator_feed *x = &k->indicators.feeds[i];
		char n[GROUPED_TEXT];

		fputs("feed        ", stdout);
		safe_write(stdout, x->path);
		printf(": %.*s, %s loaded", SPAN_FMT(x->format),
		    grouped(x->loaded, n));
		say_counts(stdout, x);
		say(stdout, x->entries, "entries of a warninglist");
		putchar('\n');
	}
	conflicts_list(k);
	suppressed_list(k);
}
