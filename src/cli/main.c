#include "cli/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/safe.h"
#include "device/device.h"
#include "run/feeds.h"
#include "run/trial.h"
#include "run/updates.h"
#include "run/yara_check.h"

#define COMMAND(sym) extern const struct command sym;
#include "cli/commands.def"
#undef COMMAND

const struct command *const commands[] = {
#define COMMAND(sym) &sym,
#include "cli/commands.def"
#undef COMMAND
    NULL};

int
complain(int status, const char *fmt, ...)
{
	va_list ap;

	char text[1024];

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fputs("tidemark: ", stderr);
	safe_write(stderr, span_str(text));
	putc('\n', stderr);
	return status;
}

int
usage_error(const struct command *c, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "tidemark %s: ", c->name);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\nusage: tidemark %s %s\n", c->name, c->usage);
	return EXIT_USAGE;
}

int
command_help(const struct command *c)
{
	printf("usage: tidemark %s %s\n\n%s\n\n%s", c->name, c->usage,
	    c->summary, c->help);
	return EXIT_QUIET;
}

unsigned
cli_jobs_default(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > LIMIT_JOBS ? LIMIT_JOBS : (unsigned)n;
}

int
cli_file(const char *path, size_t limit, struct arena *a, struct span *out,
    struct err *e)
{
	FILE *f = fopen(path, "r");
	struct buf b;
	size_t n;
	int r = 0;

	if (f == NULL)
		return err_sys(e, "cannot read %s", path);
	buf_init(&b, limit + 1);
	do {
		char piece[16384];

		n = fread(piece, 1, sizeof(piece), f);
		buf_put(&b, span_of(piece, n));
	} while (n > 0 && !buf_full(&b));
	if (ferror(f))
		r = err_sys(e, "cannot read %s", path);
	else if (b.n > limit)
		r = err_set(e, "%s has more than %zu bytes", path, limit);
	else
		*out = arena_copy(a, buf_span(&b));
	fclose(f);
	buf_release(&b);
	return r;
}

static void
on_problem(void *ctx, const struct knowledge_problem *p)
{
	(void)ctx;
	fprintf(stderr, "tidemark: knowledge: %.*s", SPAN_FMT(p->path));
	if (p->line > 0)
		fprintf(stderr, ":%llu", (unsigned long long)p->line);
	if (p->column > 0)
		fprintf(stderr, ":%llu", (unsigned long long)p->column);
	fprintf(stderr, "%s%.*s\n", p->path.n > 0 ? ": " : "",
	    SPAN_FMT(p->text));
}

int64_t
cli_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * TIME_SECOND + t.tv_nsec / 1000;
}

int
cli_knowledge(const struct knowledge_options *o, struct knowledge *k)
{
	struct knowledge_options with = *o;
	struct err e;

	with.evidence_word = evidence_class;
	with.feed_take = feeds_take;
	with.yara_describe = yara_check;
	with.trial = trial_run;
	with.update_take = updates_take;
	if (knowledge_load(&with, k, on_problem, NULL, &e) != 0)
		return complain(EXIT_FAILED, "%s", e.text);
	return 0;
}

static int
help(FILE *f, int status)
{
	fputs("usage: tidemark COMMAND ...\n\n", f);
	for (size_t i = 0; commands[i] != NULL; i++)
		fprintf(f, "  %-8s %s\n", commands[i]->name,
		    commands[i]->summary);
	fputs("\ntidemark COMMAND --help tells more; so does the manual "
	      "page.\n",
	    f);
	return status;
}

int
main(int argc, char **argv)
{
	if (argc < 2)
		return help(stderr, EXIT_USAGE);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
		return help(stdout, EXIT_QUIET);
	if (strcmp(argv[1], "--version") == 0) {
		puts("tidemark " TIDEMARK_VERSION);
		return EXIT_QUIET;
	}
	for (size_t i = 0; commands[i] != NULL; i++)
		if (strcmp(argv[1], commands[i]->name) == 0)
			return commands[i]->run(argc - 1, argv + 1);
	fprintf(stderr, "tidemark: unknown command \"%s\"\n", argv[1]);
	return help(stderr, EXIT_USAGE);
}
