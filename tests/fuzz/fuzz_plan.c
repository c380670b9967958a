/*
 * A configuration and commands for it, apart by a line "----": edited, written,
 * and taken back.  What was not named is there afterwards.
 */
#include "fuzz.h"

#include "plan/edit.h"

static void
try_reader(const char *reader, const struct editor_form *form, struct span text,
    const struct plan_lines *commands)
{
	static struct span single[] = {SPAN("> login"), SPAN("a = !b *"),
	    SPAN("exec-timeout"), SPAN("username =")};
	struct remedy_platform p = {.single = {single, 4}};
	struct plan_lines undo = {0};
	struct arena a;
	struct editor *e;
	struct buf out;

	arena_init(&a);
	buf_init(&out, 16 << 20);
	e = form->open(&a, reader_find(span_str(reader)), text, &p);
	/* Blocks may be too deep for it. */
	FUZZ_CHECK(e != NULL || form == &edit_blocks);
	if (e != NULL && form->apply(e, commands->v, commands->n, &undo))
		form->write(e, &out);
	fuzz_touch(buf_span(&out));
	for (size_t i = 0; i < undo.n; i++)
		fuzz_touch(undo.v[i].shown);
	buf_release(&out);
	arena_release(&a);
}

/* The same text as a template, over what the configuration's lines say. */
static void
try_template(struct arena *a, struct span text, const struct span_list *lines)
{
	struct remedy_book book = {0};
	struct plan_facts f;
	struct plan_lines out = {0};
	struct span line;
	struct fact fact;
	struct record r;
	uint64_t n = 0;

	plan_facts_init(&f, a, &book, (struct given_list){0});
	record_init(&r, K_CONFIG, 0, 0, text);
	while (span_line(&text, &line) && n < 200) {
		record_init(&r, K_CONFIG, ++n, 0, line);
		record_put(&r, F_LINE, line);
		record_put_number(&r, F_DEPTH, span_head(line, 1));
		record_put(&r, F_USER, line);
		plan_facts_take(&f, &r);
	}
	fact_of(&r, a, &fact);
	template_fill(&f, lines, &fact, &out);
	for (size_t i = 0; i < out.n; i++)
		fuzz_touch(out.v[i].shown);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span all = span_of((const char *)data, size), text, line, rest;
	size_t cut = span_find(all, SPAN("\n----\n")), cap = 0;
	struct plan_lines commands = {0};
	struct span_list lines = {0};
	struct arena a;

	arena_init(&a);
	text = span_head(all, cut);
	rest = cut == SPAN_NONE ? (struct span){0} : span_from(all, cut + 6);
	while (span_line(&rest, &line) && commands.n < 200) {
		commands.v = arena_grow(&a, commands.v, commands.n,
		    &commands.cap, sizeof(*commands.v));
		commands.v[commands.n++] =
		    (struct plan_line){.real = line, .shown = line};
		lines.v = arena_grow(&a, lines.v, lines.n, &cap, sizeof(line));
		lines.v[lines.n++] = line;
	}
	try_reader("cisco-ios-config", &edit_lines, text, &commands);
	try_reader("arista-eos-config", &edit_lines, text, &commands);
	try_reader("junos-config", &edit_paths, text, &commands);
	try_reader("pan-os-config", &edit_paths, text, &commands);
	try_reader("fortios-config", &edit_blocks, text, &commands);
	try_template(&a, text, &lines);
	arena_release(&a);
	return 0;
}
