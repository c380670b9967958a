#include "cli/out_file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

int
out_open(struct out_file *o, const char *path, struct err *e)
{
	struct stat st;
	int n;

	*o = (struct out_file){.path = path};
	if (strcmp(path, "-") == 0) {
		o->f = stdout;
		return 0;
	}
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		o->f = fopen(path, "w");
	} else {
		n = snprintf(
		    o->temporary, sizeof(o->temporary), "%s.part", path);
		if (n < 0 || (size_t)n >= sizeof(o->temporary))
			return err_set(e, "the path %s is too long", path);
		o->f = fopen(o->temporary, "w");
	}
	return o->f != NULL ? 0 : err_sys(e, "cannot write %s", path);
}

int
out_close(struct out_file *o, bool keep, struct err *e)
{
	bool written;

	if (o->f == NULL || o->f == stdout)
		return 0;
	written = fclose(o->f) == 0;
	o->f = NULL;
	if (!keep || !written) {
		if (o->temporary[0] != '\0')
			unlink(o->temporary);
		return keep ? err_sys(e, "cannot write %s", o->path) : 0;
	}
	if (o->temporary[0] != '\0' && rename(o->temporary, o->path) != 0)
		return err_sys(e, "cannot write %s", o->path);
	return 0;
}

bool
outputs_want(struct outputs *o, const char *format, const char *path)
{
	if (o->n == OUTPUTS_MOST)
		return false;
	o->v[o->n].format = format;
	o->v[o->n++].file.path = path;
	return true;
}

bool
outputs_has(const struct outputs *o, const char *format)
{
	for (size_t i = 0; i < o->n; i++)
		if (strcmp(o->v[i].format, format) == 0)
			return true;
	return false;
}

bool
outputs_colour(struct outputs *o, const char *word)
{
	static const char *const words[] = {"auto", "always", "never"};

	for (int i = 0; i < 3; i++)
		if (strcmp(word, words[i]) == 0) {
			o->colour = i;
			return true;
		}
	return false;
}

int
outputs_open(struct outputs *o, struct err *e)
{
	for (size_t i = 0; i < o->n; i++)
		if (out_open(&o->v[i].file, o->v[i].file.path, e) != 0)
			return -1;
	return 0;
}

int
outputs_close(struct outputs *o, bool keep, struct err *e)
{
	int r = 0;

	for (size_t i = 0; i < o->n; i++)
		if (out_close(&o->v[i].file, keep, e) != 0)
			r = -1;
	return r;
}

int
outputs_write(struct outputs *o, const struct casefile *c,
    struct report_options *ro, struct err *e)
{
	struct winsize w;

	for (size_t i = 0; i < o->n; i++)
		if (report_find(span_str(o->v[i].format))
			->write(o->v[i].file.f, c, ro, e) != 0)
			return -1;
	for (size_t i = 0; i < o->n; i++)
		if (o->v[i].file.f == stdout)
			return 0;
	if (o->quiet)
		return 0;
	/* Whoever stops reading the terminal's report loses no other. */
	if (outputs_close(o, true, e) != 0)
		return -1;
	ro->colour = o->colour == COLOUR_ALWAYS ||
		     (o->colour == COLOUR_AUTO && isatty(1) &&
			 getenv("NO_COLOR") == NULL);
	if (isatty(1) && ioctl(1, TIOCGWINSZ, &w) == 0)
		ro->width = w.ws_col;
	return report_find(SPAN("terminal"))->write(stdout, c, ro, e);
}
