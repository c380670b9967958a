#include "case/images.h"

#include "base/limits.h"

const char *
image_algorithm(struct span hash)
{
	for (size_t i = 0; i < hash.n; i++)
		if (!ascii_digit((unsigned char)hash.p[i]) &&
		    (ascii_lower((unsigned char)hash.p[i]) < 'a' ||
			ascii_lower((unsigned char)hash.p[i]) > 'f'))
			return NULL;
	return hash.n == 32    ? "md5"
	       : hash.n == 40  ? "sha1"
	       : hash.n == 64  ? "sha256"
	       : hash.n == 128 ? "sha512"
			       : NULL;
}

struct span
image_name(struct span path)
{
	size_t slash = span_rfind_byte(path, '/'), colon;

	path = span_from(path, slash == SPAN_NONE ? 0 : slash + 1);
	colon = span_rfind_byte(path, ':');
	return span_from(path, colon == SPAN_NONE ? 0 : colon + 1);
}

/* The next cell of a line; the rest is behind its comma. */
static struct span
cell(struct span *rest)
{
	struct span s = span_trim(*rest), out;
	size_t end;

	if (!span_starts(s, SPAN("\"")))
		return span_trim(span_until(rest, ','));
	s = span_from(s, 1);
	end = span_find_byte(s, '"');
	out = span_head(s, end);
	*rest = span_from(s, end == SPAN_NONE ? s.n : end + 1);
	(void)span_until(rest, ',');
	return span_trim(out);
}

struct span
image_hash(struct arena *a, struct span s)
{
	char *p = arena_alloc(a, s.n);

	for (size_t i = 0; i < s.n; i++)
		p[i] = (char)ascii_lower((unsigned char)s.p[i]);
	return span_of(p, s.n);
}

struct span
image_key(struct arena *a, struct span hash, struct span name)
{
	return image_hash(
	    a, arena_fmt(a, "%s %.*s", image_algorithm(hash), SPAN_FMT(name)));
}

/* Before any entry the line may name the columns. */
static bool
is_heading(const struct image_list *l, struct span hash)
{
	return l->n == 0 && span_is_nocase(hash, "hash");
}

static int
entry_read(struct arena *a, struct span line, unsigned number,
    struct image_list *l, struct err *e)
{
	struct image_entry x = {.hash = cell(&line)};
	uint32_t at = (uint32_t)l->n;
	struct span key;

	x.name = image_name(cell(&line));
	x.source = cell(&line);
	if (is_heading(l, x.hash))
		return 0;
	if (image_algorithm(x.hash) == NULL)
		return err_set(e,
		    "line %u: expected an MD5, SHA-1, SHA-256 or SHA-512 in "
		    "hexadecimal, then a comma",
		    number);
	if (x.name.n == 0)
		return err_set(e, "line %u: no file name", number);
	if (l->n >= LIMIT_IMAGE_LIST)
		return err_set(e, "line %u: more than %d hashes", number,
		    LIMIT_IMAGE_LIST);
	x.hash = image_hash(a, x.hash);
	x.name = arena_copy(a, x.name);
	x.source = arena_copy(a, x.source);
	map_add(&l->hashes, x.hash, at);
	key = image_key(a, x.hash, x.name);
	x.next = map_get(&l->names, key);
	map_put(&l->names, key, at);
	l->v = arena_grow(a, l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = x;
	return 0;
}

int
images_read(
    struct arena *a, struct span text, struct image_list *out, struct err *e)
{
	struct image_list l = {0};
	struct span line;

	map_init(&l.hashes, a);
	map_init(&l.names, a);
	if (span_starts(text, SPAN("\xef\xbb\xbf")))
		text = span_from(text, 3);
	for (unsigned n = 1; span_line(&text, &line); n++) {
		line = span_trim(line);
		if (line.n > 0 && line.p[0] != '#' &&
		    entry_read(a, line, n, &l, e) != 0)
			return -1;
	}
	if (l.n == 0)
		return err_set(e, "no hash in it");
	*out = l;
	return 0;
}
