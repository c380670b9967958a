/* The reader of show output, with the templates of the program. */
#include "fuzz/fuzz_reader.h"
#include "intel/show_templates.h"

extern const struct reader reader_show_output;

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct clitable_source templates = show_templates();
	struct err e;

	if (fuzz_shows == NULL)
		FUZZ_CHECK(show_library_open(&templates, &fuzz_shows, &e) == 0);
	return fuzz_reader(&reader_show_output, data, size);
}
