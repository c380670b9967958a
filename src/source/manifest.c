#include "source/manifest.h"

#include "base/timestamp.h"

static bool
escaped(struct span path)
{
	return span_find_byte(path, '\\') != SPAN_NONE ||
	       span_find_byte(path, '\n') != SPAN_NONE ||
	       span_find_byte(path, '\r') != SPAN_NONE;
}

static void
path_write(FILE *f, struct span path)
{
	for (size_t i = 0; i < path.n; i++) {
		switch (path.p[i]) {
		case '\\':
			fputs("\\\\", f);
			break;
		case '\n':
			fputs("\\n", f);
			break;
		case '\r':
			fputs("\\r", f);
			break;
		default:
			putc(path.p[i], f);
		}
	}
}

int
manifest_write(FILE *f, struct span path,
    const unsigned char sha256[DIGEST_SHA256_BYTES], struct err *e)
{
	char hex[2 * DIGEST_SHA256_BYTES + 1];

	digest_hex(sha256, DIGEST_SHA256_BYTES, hex);
	fprintf(f, "%s%s  ", escaped(path) ? "\\" : "", hex);
	/* A file named "-" would be read as standard input. */
	if (span_is(path, "-"))
		fputs("./", f);
	path_write(f, path);
	putc('\n', f);
	return ferror(f) ? err_sys(e, "cannot write the manifest") : 0;
}

static void
visible_write(FILE *f, struct span path)
{
	for (size_t i = 0; i < path.n; i++) {
		unsigned char c = (unsigned char)path.p[i];

		if (c < ' ' || c == 0x7f || c == '\\')
			fprintf(f, "\\x%02x", c);
		else
			putc(c, f);
	}
}

int
custody_write(FILE *f, const struct custody *c, struct err *e)
{
	char sha256[2 * DIGEST_SHA256_BYTES + 1] = "-";
	char xxh3[2 * DIGEST_XXH3_BYTES + 1];
	char when[TIME_TEXT];

	if (c->digest.has_sha256)
		digest_hex(c->digest.sha256, DIGEST_SHA256_BYTES, sha256);
	digest_hex(c->digest.xxh3, DIGEST_XXH3_BYTES, xxh3);
	fprintf(f, "# sha256=%s %s=%s bytes=%llu mtime=%s path=", sha256,
	    digest_xxh3_name(c->digest.bytes), xxh3,
	    (unsigned long long)c->digest.bytes,
	    c->mtime == TIME_NONE ? "-" : time_write(c->mtime, when));
	visible_write(f, c->path);
	putc('\n', f);
	return ferror(f) ? err_sys(e, "cannot write the manifest") : 0;
}
