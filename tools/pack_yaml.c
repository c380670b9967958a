/*
 * pack_yaml DIR FILE...: reads YAML files and writes what they hold, packed
 * (src/intel/yaml_pack.h), to DIR/FILE.  Part of the build.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "intel/yaml_pack.h"

static int
file_read(const char *path, struct buf *b)
{
	FILE *f = fopen(path, "rb");
	char *room;
	size_t n;

	if (f == NULL)
		return -1;
	while ((room = buf_room(b, 65536)) != NULL &&
	       (n = fread(room, 1, 65536, f)) > 0)
		b->n += n;
	return fclose(f) != 0 || room == NULL ? -1 : 0;
}

static int
file_write(const char *dir, const char *path, struct span s)
{
	char name[4096];
	FILE *f;
	size_t n;

	snprintf(name, sizeof(name), "%s/%s", dir, path);
	f = fopen(name, "wb");
	if (f == NULL)
		return -1;
	n = fwrite(s.p, 1, s.n, f);
	return fclose(f) != 0 || n != s.n ? -1 : 0;
}

static int
file_pack(const char *dir, const char *path)
{
	struct buf text, out;
	struct arena a;
	struct yaml_docs docs;
	struct yaml_error e;
	int r = -1;

	arena_init(&a);
	buf_init(&text, LIMIT_YAML_BYTES);
	buf_init(&out, LIMIT_BUF_BYTES);
	if (file_read(path, &text) != 0) {
		perror(path);
	} else if (yaml_read(&a, buf_span(&text), &docs, &e) != 0) {
		fprintf(stderr, "%s:%u:%u: %s\n", path, (unsigned)e.line,
		    (unsigned)e.column, e.text);
	} else {
		yaml_pack(&out, &docs, buf_span(&text));
		r = file_write(dir, path, buf_span(&out));
		if (r != 0)
			perror(path);
	}
	buf_release(&text);
	buf_release(&out);
	arena_release(&a);
	return r;
}

int
main(int argc, char **argv)
{
	for (int i = 2; i < argc; i++)
		if (file_pack(argv[1], argv[i]) != 0)
			return 1;
	return 0;
}
