#include "cli/show.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json_out.h"
#include "base/limits.h"
#include "intel/show_templates.h"
#include "run/sandbox.h"

/* Files that one child has open at a time. */
#define TOGETHER 256

/* A name of a value, or of a group, as a key. */
#define LABEL_BYTES 256

struct job {
	struct span platform, command;
	char *path;
	struct clitable_entry *entry; /* NULL: error says why */
	int fd;
	const char *error;
};

struct show {
	struct arena arena;
	struct clitable *table;
	struct job *jobs;
	size_t njobs, cap;
	bool batch;
};

/* What a child tells before it dies: jobs that are done, the worst status. */
struct progress {
	volatile size_t done;
	volatile int status;
};

static int
fd_read(int fd, struct buf *b, struct err *e)
{
	for (;;) {
		char *room = buf_room(b, 64u << 10);
		ssize_t n;

		if (room == NULL)
			return err_set(e, "the file is too large");
		n = read(fd, room, 64u << 10);
		if (n < 0)
			return err_sys(e, "cannot read");
		if (n == 0)
			return 0;
		b->n += (size_t)n;
	}
}

static bool
plain_name(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '/' || s.p[i] == '\0')
			return false;
	return s.n > 0 && s.p[0] != '.';
}

/* A template of the folder that --templates names. */
static int
load_folder(void *ctx, struct span name, struct arena *a, struct span *text,
    struct err *e)
{
	const char *folder = ctx;
	char path[LIMIT_PATH_BYTES];
	struct err why;
	struct buf b;
	int fd, r;

	if (!plain_name(name))
		return err_set(
		    e, "\"%.*s\" is no template's name", SPAN_FMT(name));
	snprintf(path, sizeof(path), "%s/%.*s", folder, SPAN_FMT(name));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, "cannot open %s", path);
	buf_init(&b, LIMIT_TEXTFSM_BYTES + (64u << 10));
	r = fd_read(fd, &b, &why);
	if (r != 0)
		err_set(e, "%s: %s", path, why.text);
	else
		*text = arena_copy(a, buf_span(&b));
	buf_release(&b);
	close(fd);
	return r;
}

/* In a list, a group that took no part is the word that the reference
 * implementation makes of it. */
static void
cell_write(struct json_out *j, const char *key, const struct show_cell *c)
{
	char label[LABEL_BYTES];

	switch (c->kind) {
	case CELL_TEXT:
		json_out_text(j, key, c->text);
		break;
	case CELL_NONE:
		json_out_null(j, key);
		break;
	case CELL_LIST:
		json_out_list(j, key);
		for (size_t i = 0; i < c->n; i++)
			if (c->items[i].kind == CELL_NONE)
				json_out_str(j, NULL, "None");
			else
				cell_write(j, NULL, &c->items[i]);
		json_out_end_list(j);
		break;
	case CELL_OBJECT:
		json_out_object(j, key);
		for (size_t i = 0; i < c->n; i++) {
			snprintf(label, sizeof(label), "%.*s",
			    SPAN_FMT(c->names[i]));
			cell_write(j, label, &c->items[i]);
		}
		json_out_end_object(j);
		break;
	}
}

/* Names of columns in lower case, as keys. */
static char **
labels_of(const struct show_table *t, struct arena *a)
{
	char **labels = arena_array(a, t->ncolumns, sizeof(*labels));

	for (size_t i = 0; i < t->ncolumns; i++) {
		labels[i] = arena_str(a, t->names[i]);
		for (char *c = labels[i]; *c != '\0'; c++)
			*c = (char)ascii_lower((unsigned char)*c);
	}
	return labels;
}

static void
rows_write(struct json_out *j, const char *key, const struct show_table *t,
    struct arena *a)
{
	char **labels = labels_of(t, a);

	json_out_list(j, key);
	for (size_t i = 0; i < t->nrows; i++) {
		json_out_object(j, NULL);
		for (size_t k = 0; k < t->ncolumns; k++)
			cell_write(j, labels[k], &t->rows[i][k]);
		json_out_end_object(j);
	}
	json_out_end_list(j);
}

static void
batch_head(struct json_out *j, const struct job *job)
{
	json_out_object(j, NULL);
	json_out_str(j, "file", job->path);
	json_out_text(j, "platform", job->platform);
	json_out_text(j, "command", job->command);
}

static void
job_fail(const struct show *s, const struct job *job, const char *why)
{
	struct json_out j;

	if (!s->batch) {
		complain(EXIT_EVIDENCE, "%s: %s", job->path, why);
		return;
	}
	json_out_init(&j, stdout);
	batch_head(&j, job);
	json_out_str(&j, "error", why);
	json_out_end_object(&j);
}

/* In the child: one file to rows. */
static int
job_run(const struct show *s, const struct job *job, struct arena *a,
    struct buf *bytes)
{
	struct show_table t;
	struct json_out j;
	struct err e;

	if (job->error != NULL) {
		job_fail(s, job, job->error);
		return EXIT_EVIDENCE;
	}
	if (fd_read(job->fd, bytes, &e) != 0 ||
	    clitable_run(job->entry, buf_span(bytes), a, &t, &e) != 0) {
		job_fail(s, job, e.text);
		return EXIT_EVIDENCE;
	}
	json_out_init(&j, stdout);
	j.pretty = !s->batch;
	if (s->batch)
		batch_head(&j, job);
	rows_write(&j, s->batch ? "rows" : NULL, &t, a);
	if (s->batch)
		json_out_end_object(&j);
	return EXIT_QUIET;
}

static void
child(const struct show *s, size_t from, size_t to, struct progress *p)
{
	struct rlimit seconds = {LIMIT_TASK_SECONDS, LIMIT_TASK_SECONDS};
	struct arena a;
	struct buf bytes;
	struct err e;

	setrlimit(RLIMIT_CPU, &seconds);
	if (sandbox_enter(&e) < 0)
		_exit(complain(EXIT_FAILED, "%s", e.text));
	arena_init(&a);
	buf_init(&bytes, LIMIT_WHOLE_BYTES);
	for (size_t i = from; i < to; i++) {
		int status = job_run(s, &s->jobs[i], &a, &bytes);

		if (fflush(stdout) != 0)
			_exit(complain(EXIT_FAILED, "cannot write the output"));
		if (status > p->status)
			p->status = status;
		p->done = i + 1;
		buf_reset(&bytes);
		arena_reset(&a);
	}
	_exit(p->status);
}

/* The jobs up to "to", in a child each time the last one was lost. */
static int
jobs_run(const struct show *s, size_t from, size_t to, struct progress *p)
{
	p->done = from;
	while (p->done < to) {
		int how;
		pid_t pid;

		fflush(stdout);
		pid = fork();
		if (pid < 0)
			return complain(EXIT_FAILED, "cannot start a worker");
		if (pid == 0)
			child(s, p->done, to, p);
		while (waitpid(pid, &how, 0) < 0 && errno == EINTR)
			;
		if ((WIFEXITED(how) && WEXITSTATUS(how) == EXIT_FAILED) ||
		    (WIFSIGNALED(how) && WTERMSIG(how) == SIGPIPE))
			return EXIT_FAILED;
		if (p->done < to) {
			job_fail(s, &s->jobs[p->done], "the worker was lost");
			p->status = EXIT_EVIDENCE;
			p->done++;
		}
	}
	return p->status;
}

/* Find the template; done for all jobs before any evidence is read. */
static void
job_prepare(struct show *s, struct job *job)
{
	struct stat st;
	struct err e;

	if (clitable_find(
		s->table, job->platform, job->command, &job->entry, &e) != 0 ||
	    (stat(job->path, &st) == 0 &&
		clitable_expect(job->entry, (uint64_t)st.st_size, &e) != 0)) {
		job->entry = NULL;
		job->error = arena_str(&s->arena, span_str(e.text));
	}
}

static void
job_open(struct show *s, struct job *job)
{
	struct err e;

	job->fd = strcmp(job->path, "-") == 0
		      ? dup(STDIN_FILENO)
		      : open(job->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (job->fd >= 0 || job->error != NULL)
		return;
	err_sys(&e, "cannot open");
	job->error = arena_str(&s->arena, span_str(e.text));
}

static int
show_run(struct show *s)
{
	struct progress *p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = EXIT_QUIET;

	if (p == MAP_FAILED)
		return complain(EXIT_FAILED, "no memory for a worker");
	for (size_t i = 0; i < s->njobs; i++)
		job_prepare(s, &s->jobs[i]);
	for (size_t i = 0, to; i < s->njobs && status != EXIT_FAILED; i = to) {
		to = s->njobs - i > TOGETHER ? i + TOGETHER : s->njobs;
		for (size_t k = i; k < to; k++)
			job_open(s, &s->jobs[k]);
		status = jobs_run(s, i, to, p);
		for (size_t k = i; k < to; k++)
			if (s->jobs[k].fd >= 0)
				close(s->jobs[k].fd);
	}
	munmap(p, sizeof(*p));
	return status;
}

static void
job_add(
    struct show *s, struct span platform, struct span command, struct span path)
{
	s->jobs =
	    arena_grow(&s->arena, s->jobs, s->njobs, &s->cap, sizeof(*s->jobs));
	s->jobs[s->njobs++] = (struct job){.platform = platform,
	    .command = command,
	    .path = arena_str(&s->arena, path),
	    .fd = -1};
}

static int
batch_read(struct show *s, const char *path, struct err *e)
{
	struct span rest, line;
	struct buf b;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(e, "cannot open %s", path);
	buf_init(&b, LIMIT_WHOLE_BYTES);
	if (fd_read(fd, &b, e) != 0) {
		buf_release(&b);
		close(fd);
		return -1;
	}
	close(fd);
	rest = arena_copy(&s->arena, buf_span(&b));
	buf_release(&b);
	while (span_line(&rest, &line)) {
		struct span platform = span_until(&line, '\t');
		struct span command = span_until(&line, '\t');

		if (line.n > 0)
			job_add(s, platform, command, line);
	}
	return 0;
}

int
show_dump(const struct command *c, const struct show_options *o, int nargs,
    char **args)
{
	static char out[64u << 10];
	char folder[LIMIT_PATH_BYTES];
	struct clitable_source source = show_templates();
	struct show s = {.batch = o->batch != NULL};
	struct err e;
	int status = EXIT_FAILED;

	if (nargs != (s.batch ? 0 : 2))
		return usage_error(
		    c, s.batch ? "--show-batch takes no PATH"
			       : "--show PLATFORM takes \"COMMAND\" and FILE");
	if (o->templates != NULL) {
		snprintf(folder, sizeof(folder), "%s", o->templates);
		source.load = load_folder;
		source.ctx = folder;
	}
	arena_init(&s.arena);
	/* A buffer of our own: stdio would ask what the output is, and the
	 * sandbox does not answer. */
	setvbuf(stdout, out, _IOFBF, sizeof(out));
	if (s.batch && batch_read(&s, o->batch, &e) != 0) {
		complain(EXIT_FAILED, "%s", e.text);
	} else if (clitable_open(&source, &s.table, &e) != 0) {
		complain(EXIT_FAILED, "%s", e.text);
	} else {
		if (!s.batch)
			job_add(&s, span_str(o->platform), span_str(args[0]),
			    span_str(args[1]));
		status = show_run(&s);
	}
	clitable_free(s.table);
	arena_release(&s.arena);
	return status;
}
