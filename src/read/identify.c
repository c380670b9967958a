#include "read/identify.h"

#define FORMAT(sym) extern const struct reader sym;
#include "read/formats.def"
#undef FORMAT

const struct reader *const readers[] = {
#define FORMAT(sym) &sym,
#include "read/formats.def"
#undef FORMAT
    NULL};

const struct reader *
reader_find(struct span name)
{
	for (size_t i = 0; readers[i] != NULL; i++)
		if (span_is(name, readers[i]->name))
			return readers[i];
	return NULL;
}

#define MAGIC(bytes, name)                                                    \
	{                                                                     \
		{bytes, sizeof(bytes) - 1}, name                              \
	}

/* text: does it look like it? */
static const char *
magic_with(struct span head, bool text)
{
	static const struct {
		struct span bytes;
		const char *name;
	} table[] = {MAGIC("\x7f"
			   "ELF",
			 "elf"),
	    MAGIC("\xcf\xfa\xed\xfe", "macho"),
	    MAGIC("\xce\xfa\xed\xfe", "macho"),
	    MAGIC("\xfe\xed\xfa\xcf", "macho"),
	    MAGIC("\xfe\xed\xfa\xce", "macho"),
	    MAGIC("\xca\xfe\xba\xbe", "macho"),
	    MAGIC("\xd4\xc3\xb2\xa1", "pcap"),
	    MAGIC("\xa1\xb2\xc3\xd4", "pcap"),
	    MAGIC("\x4d\x3c\xb2\xa1", "pcap"),
	    MAGIC("\xa1\xb2\x3c\x4d", "pcap"),
	    MAGIC("\x0a\x0d\x0d\x0a", "pcapng"), MAGIC("\x1f\x8b", "gzip"),
	    MAGIC("PK\x03\x04", "zip"), MAGIC("7z\xbc\xaf\x27\x1c", "7z"),
	    MAGIC("\xfd"
		  "7zXZ",
		"xz"),
	    MAGIC("\x28\xb5\x2f\xfd", "zstd"), MAGIC("BZh", "bzip2"),
	    /* SiLK, sk_file header (silk_files.h): magic number */
	    MAGIC("\xde\xad\xbe\xef", "silk"), MAGIC("%PDF-", "pdf"),
	    MAGIC("SQLite format 3", "sqlite"),
	    MAGIC("#!", "script")};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (span_starts(head, table[i].bytes))
			return table[i].name;
	if (head.n > 0x40 && span_starts(head, SPAN("MZ")))
		return "pe";
	return text ? "text" : "";
}

const char *
magic_of(struct span head)
{
	return magic_with(head, looks_text(head));
}

/* Weights of bytes that text does not have.  Backspace, bell and escape come
 * from terminals, 0x03 from banner delimiters, NUL from interrupted
 * collectors. */
static const uint8_t oddness[256] = {
    1, 4, 4, 0, 4, 4, 4, 0, 0, 0, 0, 0, 0, 0, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
    4, 4, 0, 4, 4, 4, 4, [0x7f] = 1};

bool
looks_text(struct span head)
{
	/* The first 8 KiB tell: binary formats have odd bytes all along. */
	size_t odd = 0, n = head.n < 8192 ? head.n : 8192;

	for (size_t i = 0; i < n; i++)
		odd += oddness[(unsigned char)head.p[i]];
	return n > 0 && odd * 10 <= n;
}

void
identify(const struct probe *p, bool all, struct identity *out)
{
	bool text = looks_text(p->head);

	*out = (struct identity){.magic = magic_with(p->head, text)};
	if (p->head.n == 0) {
		out->why_not = "the source is empty";
		return;
	}
	for (size_t i = 0; readers[i] != NULL; i++) {
		struct guess g;

		if (!text && readers[i]->shape != READER_BLOCKS)
			continue;
		g = readers[i]->guess(p);
		if (g.score > out->guess.score) {
			out->second = out->reader;
			out->second_guess = out->guess;
			out->reader = readers[i];
			out->guess = g;
		} else if (g.score > out->second_guess.score) {
			out->second = readers[i];
			out->second_guess = g;
		}
		if (!all && out->guess.score >= IDENTIFY_CERTAIN)
			return;
	}
	if (out->guess.score >= IDENTIFY_THRESHOLD)
		return;
	out->reader = NULL;
	out->why_not = text ? "no reader recognises the content"
	    : strcmp(out->magic, "silk") == 0
	    ? "SiLK flow file: convert it with rwsilk2ipfix"
	    : out->magic[0] != '\0'
	    ? "no reader takes this kind of binary file"
	    : span_zeros(p->head) == p->head.n
	    ? "nothing but NUL bytes at its beginning"
	    : "binary content of no known form";
}
