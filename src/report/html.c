/*
 * The page: web/report.html with its places filled, in order: @policy@,
 * @style@, @data@, @script@.  Styles and scripts are those of web/ in the order
 * of the Makefile, each in an element of its own.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "intel/data.h"
#include "report/html.h"
#include "source/digest.h"

extern const struct data_file web_files[];
extern const size_t web_file_count;

/* Every web file, as it was. */
struct web {
	struct arena arena;
	struct span page;
	struct span *names, *texts;
	size_t n;
};

static int
web_read(struct web *w, struct err *e)
{
	arena_init(&w->arena);
	w->names = arena_array(&w->arena, web_file_count, sizeof(*w->names));
	w->texts = arena_array(&w->arena, web_file_count, sizeof(*w->texts));
	w->n = web_file_count;
	for (size_t i = 0; i < w->n; i++) {
		data_file_plain(
		    &web_files[i], &w->arena, &w->names[i], &w->texts[i]);
		if (span_ends(w->names[i], SPAN(".html")))
			w->page = w->texts[i];
	}
	return w->page.n > 0 ? 0 : err_set(e, "the report's page is missing");
}

/* Hashes of all files with this suffix, as Content Security Policy level 3,
 * section 2.3.1, writes them. */
static void
put_hashes(FILE *f, const struct web *w, struct span suffix)
{
	char hash[DIGEST_SHA256_BASE64];

	for (size_t i = 0; i < w->n; i++) {
		if (!span_ends(w->names[i], suffix))
			continue;
		digest_sha256_base64(w->texts[i], hash);
		fprintf(f, " 'sha256-%s'", hash);
	}
}

static void
put_policy(FILE *f, const struct web *w)
{
	fputs("default-src 'none'; style-src", f);
	put_hashes(f, w, SPAN(".css"));
	fputs("; script-src", f);
	put_hashes(f, w, SPAN(".js"));
	fputs("; base-uri 'none'; form-action 'none'; "
	      "require-trusted-types-for 'script'; trusted-types 'none'",
	    f);
}

static void
put_elements(
    FILE *f, const struct web *w, struct span suffix, const char *element)
{
	for (size_t i = 0; i < w->n; i++) {
		if (!span_ends(w->names[i], suffix))
			continue;
		fprintf(f, "<%s>", element);
		fwrite(w->texts[i].p, 1, w->texts[i].n, f);
		fprintf(f, "</%s>\n", element);
	}
}

static void
put_data(FILE *f, const struct casefile *c, const struct report_options *o)
{
	struct html h = {.c = c, .o = o, .text_left = LIMIT_HTML_TEXT};

	arena_init(&h.arena);
	json_out_init(&h.j, f);
	h.j.script = true;
	html_tables_init(&h);
	fputs("<script type=\"application/json\" id=\"data\">\n", f);
	html_data(&h);
	fputs("</script>\n", f);
	arena_release(&h.arena);
}

static void
put_page(FILE *f, const struct web *w, const struct casefile *c,
    const struct report_options *o)
{
	struct span rest = w->page;

	while (rest.n > 0) {
		struct span text = span_until(&rest, '@'), place;

		fwrite(text.p, 1, text.n, f);
		place = span_until(&rest, '@');
		if (span_is(place, "policy"))
			put_policy(f, w);
		else if (span_is(place, "style"))
			put_elements(f, w, SPAN(".css"), "style");
		else if (span_is(place, "script"))
			put_elements(f, w, SPAN(".js"), "script");
		else if (span_is(place, "data"))
			put_data(f, c, o);
	}
}

static int
html_write(FILE *f, const struct casefile *c, const struct report_options *o,
    struct err *e)
{
	struct web w = {0};
	int r = web_read(&w, e);

	if (r == 0) {
		put_page(f, &w, c, o);
		if (fflush(f) != 0 || ferror(f))
			r = err_sys(e, "cannot write the HTML report");
	}
	arena_release(&w.arena);
	return r;
}

const struct report report_html = {
    .name = "html",
    .title = "HTML report, one file for any browser",
    .write = html_write,
};
