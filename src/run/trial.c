#include "run/trial.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/limits.h"
#include "run/helper.h"
#include "run/sandbox.h"

struct trying {
	trial_step_fn *step;
	void *ctx;
	size_t from, n;
};

static void
steps_do(void *ctx, int sock)
{
	struct trying *t = ctx;
	struct err e;

	if (sandbox_enter(&e) < 0) {
		fprintf(stderr, "tidemark: rules: %s\n", e.text);
		_exit(3);
	}
	for (size_t i = t->from; i < t->n; i++) {
		t->step(t->ctx, i);
		if (!fd_send(sock, SPAN("."), -1))
			_exit(0);
	}
	_exit(0);
}

/* A byte for each step that is done.  Why the process must be ended, or NULL:
 * it ended itself. */
static const char *
steps_count(struct trying *t, int sock)
{
	struct pollfd p = {sock, POLLIN, 0};
	char room[4096];

	for (;;) {
		int ready = poll(&p, 1, LIMIT_TASK_SECONDS * 1000);
		ssize_t n;

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0)
			return "it was silent for too long";
		n = read(sock, room, sizeof(room));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return NULL;
		if ((size_t)n > t->n - t->from)
			return "it sent what cannot be read";
		t->from += (size_t)n;
	}
}

void
trial_run(trial_step_fn *step, trial_refused_fn *refused, size_t n, void *ctx)
{
	struct trying t = {step, ctx, 0, n};

	while (t.from < n) {
		const char *why;
		struct err e;
		pid_t pid;
		int sock;

		if (helper_start(&pid, &sock, steps_do, &t, &e) != 0) {
			refused(ctx, t.from++, e.text);
			continue;
		}
		why = steps_count(&t, sock);
		if (why != NULL)
			kill(pid, SIGKILL);
		close(sock);
		helper_died(&pid, "the process", &e);
		if (t.from < n)
			refused(ctx, t.from++, why != NULL ? why : e.text);
	}
}
