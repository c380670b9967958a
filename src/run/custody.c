/*
 * The manifest and the custody lines of a scan.
 */
#include "run/scan_state.h"
#include "source/manifest.h"

static bool
unhex(struct span hex, unsigned char *out, size_t n)
{
	if (hex.n != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned v = 0;

		for (size_t k = 0; k < 2; k++) {
			unsigned char c = (unsigned char)hex.p[2 * i + k];

			v = v << 4 |
			    (unsigned)(ascii_digit(c) ? c - '0' : c - 'a' + 10);
		}
		out[i] = (unsigned char)v;
	}
	return true;
}

static const struct found *
found_of(const struct scan *s, const struct map *paths, struct span path)
{
	uint32_t at = map_get(paths, path);

	return at == MAP_NONE ? NULL : &s->found[at];
}

int
write_custody(struct scan *s, struct err *e)
{
	struct map paths;

	map_init(&paths, &s->arena);
	for (uint32_t i = 0; i < s->nfound; i++)
		map_add(&paths, s->found[i].path, i);
	for (size_t i = 0; i < s->c->nsources; i++) {
		const struct source *row = &s->c->sources[i];
		const struct found *f = found_of(s, &paths, row->path);
		struct custody k = {.path = row->path,
		    .mtime = f != NULL ? f->mtime : TIME_NONE};

		k.digest.bytes = row->bytes;
		k.digest.has_sha256 = unhex(
		    row->hashes.sha256, k.digest.sha256, DIGEST_SHA256_BYTES);
		(void)unhex(row->hashes.xxh3, k.digest.xxh3, DIGEST_XXH3_BYTES);
		if (s->o->manifest != NULL && f != NULL &&
		    f->kind == SOURCE_FILE && k.digest.has_sha256 &&
		    manifest_write(s->o->manifest, span_str(f->open_path),
			k.digest.sha256, e) != 0)
			return -1;
		if (s->o->custody != NULL && row->hashes.xxh3.n > 0 &&
		    custody_write(s->o->custody, &k, e) != 0)
			return -1;
	}
	return 0;
}

