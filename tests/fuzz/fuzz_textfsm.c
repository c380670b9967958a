/* A template, a line of "%%", and text to run through it.  Without the line
 * all is text for a template that has every option and action. */
#include "fuzz.h"
#include "read/show/textfsm.h"

#define MARK "\n%%\n"

static const char fixed[] = "Value Filldown,Required A (\\S+)\n"
			    "Value List B ((?P<k>\\w+)=(?P<v>\\d+)?)\n"
			    "Value Fillup C (.*?)\n"
			    "Value Key,List D (\\d+)\n\n"
			    "Start\n"
			    "  ^${A}\\s+${B} -> Continue\n"
			    "  ^(\\s*-*)*\\s*$$ -> Record\n"
			    "  ^\\S+\\s+.*\\s${C}$$ -> Clear\n"
			    "  ^${D} -> Next.Record Other\n"
			    "  ^! -> Error \"mark\"\n\n"
			    "Other\n"
			    "  ^\\s+${D} -> Continue.Record\n"
			    "  ^. -> Clearall Start\n";

static void
touch_cell(const struct show_cell *c)
{
	fuzz_touch(c->text);
	for (size_t i = 0; i < c->n; i++) {
		if (c->names != NULL)
			fuzz_touch(c->names[i]);
		touch_cell(&c->items[i]);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span all = span_of((const char *)data, size);
	size_t at = span_find(all, SPAN(MARK));
	struct span text =
	    at == SPAN_NONE ? all : span_from(all, at + sizeof(MARK) - 1);
	struct textfsm *t = NULL;
	struct show_table table;
	struct arena a;
	struct err e;

	if (size > FUZZ_INPUT_BYTES ||
	    textfsm_read(at == SPAN_NONE ? span_str(fixed) : span_head(all, at),
		&t, &e) != 0)
		return 0;
	arena_init(&a);
	if (textfsm_run(t, text, &a, &table, &e) == 0)
		for (size_t i = 0; i < table.nrows; i++)
			for (size_t k = 0; k < table.ncolumns; k++)
				touch_cell(&table.rows[i][k]);
	arena_release(&a);
	textfsm_free(t);
	return 0;
}
