#include "run/sched.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cursor.h"
#include "base/fd.h"
#include "base/limits.h"
#include "run/helper.h"
#include "run/sandbox.h"

/* Tasks that may wait at a worker, so that it never idles between two small
 * files. */
#define DEPTH 4

/* How many workers in a row may die before they are ready for a first task
 * until we give up on starting more.  (Dying at a task is no such death: the
 * evidence may hold any number of files that bring a reader down.) */
#define BARREN_DEATHS 8

struct kept_task {
	uint32_t id;
	int fd;
	struct span payload; /* malloc'd */
};

struct worker {
	pid_t pid; /* 0: none */
	int sock;
	bool ready;  /* it has said so, from inside its sandbox */
	bool killed; /* by us, for its time */
	bool broken; /* by us, for what it sent */
	struct kept_task queue[DEPTH];
	unsigned queued;
	double since;	/* the last word on the first task of the queue */
	uint32_t parts; /* of that task */
	struct buf in;
};

struct pool {
	const struct sched *s;
	struct worker *workers;
	struct kept_task *again; /* of dead workers */
	size_t nagain, again_cap;
	unsigned barren;
	double ticked;
};

/* What the parent sends and the worker answers with. */
struct task_head {
	uint32_t id, length;
	uint32_t has_fd;
};
struct result_head {
	uint32_t id, length;
	uint32_t more; /* a part; the task goes on */
};

/* What a worker sends first. */
static const struct result_head ready_head = {UINT32_MAX, 0, 0};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- the worker's side ---- */

/* A result that was cut is none. */
static bool
result_send(int sock, uint32_t id, struct buf *out, bool more)
{
	struct result_head rh = {id, (uint32_t)out->n, more};

	if (buf_full(out))
		_exit(4);
	return fd_write_all(sock, span_of((const char *)&rh, sizeof(rh))) &&
	       fd_write_all(sock, buf_span(out));
}

void
sched_part(const struct task *t, struct buf *out)
{
	if (!result_send(t->back, t->id, out, true))
		_exit(0);
	buf_reset(out);
}

static void
worker_loop(void *ctx, int sock)
{
	const struct sched *s = ctx;
	void *mine = s->worker_start(s->worker_ctx);
	static char payload[SCHED_PAYLOAD];
	struct task_head head;
	struct buf out;
	struct err e;
	int fd;

	if (sandbox_enter(&e) < 0) {
		fprintf(stderr, "tidemark: worker: %s\n", e.text);
		_exit(3);
	}
	buf_init(&out, LIMIT_TASK_RESULT_BYTES);
	if (!fd_write_all(
		sock, span_of((const char *)&ready_head, sizeof(ready_head))))
		_exit(0);
	while (fd_receive(sock, &head, sizeof(head), &fd)) {
		struct task t = {head.id, fd, {payload, head.length}, sock};

		if (head.length > sizeof(payload) ||
		    !fd_read_all(sock, payload, head.length))
			break;
		buf_reset(&out);
		s->work(mine, &t, &out);
		if (fd >= 0)
			close(fd);
		if (!result_send(sock, head.id, &out, false))
			break;
	}
}

static int
worker_fork(struct pool *p, struct worker *w, struct err *e)
{
	if (helper_start(&w->pid, &w->sock, worker_loop, (void *)p->s, e) != 0)
		return -1;
	w->ready = w->killed = w->broken = false;
	w->parts = 0;
	buf_reset(&w->in);
	return 0;
}

/* ---- the parent's side ---- */

static void
kept_free(struct kept_task *k)
{
	if (k->fd >= 0)
		close(k->fd);
	free((char *)k->payload.p);
	*k = (struct kept_task){.fd = -1};
}

static bool
task_send(const struct worker *w, const struct kept_task *k)
{
	struct task_head head = {
	    k->id, (uint32_t)k->payload.n, k->fd >= 0 ? 1 : 0};

	return fd_send(w->sock, span_of((const char *)&head, sizeof(head)),
		   k->fd) &&
	       fd_send(w->sock, k->payload, -1);
}

static bool
task_take(struct pool *p, struct kept_task *out)
{
	struct task t = {.fd = -1};

	if (p->nagain > 0) {
		*out = p->again[--p->nagain];
		return true;
	}
	if (!p->s->next(p->s->ctx, &t))
		return false;
	ASSERT(t.payload.n <= SCHED_PAYLOAD);
	char *copy = malloc(t.payload.n + 1);
	ASSERT(copy != NULL);
	if (t.payload.n > 0)
		memcpy(copy, t.payload.p, t.payload.n);
	*out = (struct kept_task){t.id, t.fd, {copy, t.payload.n}};
	return true;
}

static void
put_back(struct pool *p, struct kept_task k)
{
	if (p->nagain == p->again_cap) {
		size_t cap = p->again_cap ? p->again_cap * 2 : 64;
		struct kept_task *v = realloc(p->again, cap * sizeof(*v));

		ASSERT(v != NULL);
		p->again = v;
		p->again_cap = cap;
	}
	p->again[p->nagain++] = k;
}

/* The worker is gone: its first task is lost, the others are put back.  One
 * that never came to a task loses none. */
static void
worker_bury(struct pool *p, struct worker *w)
{
	char detail[128] = "";
	enum diag_code why = DIAG_WORKER_CRASHED;
	unsigned lost = w->ready && w->queued > 0 ? 1 : 0;
	int status;

	close(w->sock);
	status = helper_collect(&w->pid);
	if (w->killed) {
		why = DIAG_WORKER_TIMEOUT;
		snprintf(detail, sizeof(detail), "no word for %u seconds",
		    p->s->seconds);
	} else if (w->broken) {
		why = DIAG_WORKER_PROTOCOL;
	} else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) {
		why = DIAG_WORKER_FORBIDDEN;
		snprintf(
		    detail, sizeof(detail), "ended by %s", strsignal(SIGSYS));
	} else if (WIFSIGNALED(status)) {
		snprintf(detail, sizeof(detail), "ended by signal %d (%s)",
		    WTERMSIG(status), strsignal(WTERMSIG(status)));
	} else {
		snprintf(detail, sizeof(detail), "exited with status %d",
		    WEXITSTATUS(status));
	}
	if (!w->ready)
		p->barren++;
	for (unsigned i = w->queued; i-- > lost;)
		put_back(p, w->queue[i]);
	if (lost > 0) {
		p->s->lost(p->s->ctx, w->queue[0].id, why, detail);
		kept_free(&w->queue[0]);
	}
	w->queued = 0;
}

static void
worker_give(struct worker *w, struct kept_task k)
{
	if (w->queued == 0)
		w->since = now();
	w->queue[w->queued++] = k;
	/* A dead worker shows at the next poll. */
	(void)task_send(w, &k);
}

static void
protocol_error(struct worker *w)
{
	w->broken = true;
	kill(w->pid, SIGKILL);
}

/* One complete result of the task at the head of the queue. */
static void
result_take(struct pool *p, struct worker *w, struct span result, bool more)
{
	w->since = now();
	if (more) {
		w->parts++;
		p->s->part(p->s->ctx, w->queue[0].id, result);
		return;
	}
	w->parts = 0;
	p->s->done(p->s->ctx, w->queue[0].id, result);
	kept_free(&w->queue[0]);
	memmove(&w->queue[0], &w->queue[1], --w->queued * sizeof(w->queue[0]));
}

static bool
head_fits(const struct worker *w, const struct result_head *rh)
{
	return w->ready && w->queued > 0 && rh->id == w->queue[0].id &&
	       rh->length <= LIMIT_TASK_RESULT_BYTES && rh->more <= 1 &&
	       w->parts < LIMIT_TASK_PARTS;
}

/* Take complete results out of what has arrived. */
static void
results_take(struct pool *p, struct worker *w)
{
	size_t at = 0;

	for (;;) {
		struct result_head rh;
		struct span rest = span_from(buf_span(&w->in), at);

		if (rest.n < sizeof(rh))
			break;
		memcpy(&rh, rest.p, sizeof(rh));
		if (!w->ready && rh.id == ready_head.id && rh.length == 0) {
			w->ready = true;
			w->since = now();
			p->barren = 0;
			at += sizeof(rh);
			continue;
		}
		if (!head_fits(w, &rh)) {
			protocol_error(w);
			return;
		}
		if (rest.n < sizeof(rh) + rh.length)
			break;
		at += sizeof(rh) + rh.length;
		result_take(p, w,
		    span_sub(rest, sizeof(rh), sizeof(rh) + rh.length),
		    rh.more != 0);
	}
	if (at > 0) {
		memmove(w->in.p, w->in.p + at, w->in.n - at);
		w->in.n -= at;
	}
	if (w->in.n == 0 && w->in.cap > LIMIT_MESSAGE_BYTES) {
		buf_release(&w->in);
	}
}

static void
worker_read(struct pool *p, struct worker *w)
{
	char *room = buf_room(&w->in, 256u << 10);
	ssize_t n;

	if (room == NULL) {
		protocol_error(w);
		return;
	}
	n = read(w->sock, room, 256u << 10);
	if (n < 0 && errno == EINTR)
		return;
	if (n <= 0) {
		worker_bury(p, w);
		return;
	}
	w->in.n += (size_t)n;
	results_take(p, w);
}

/* Deal tasks out one by one, so that the first few reach different workers;
 * a worker is started when there is a task for it. */
static int
tasks_deal(struct pool *p, struct err *e)
{
	for (unsigned depth = 0; depth < DEPTH; depth++) {
		for (unsigned i = 0; i < p->s->jobs; i++) {
			struct worker *w = &p->workers[i];
			struct kept_task k;

			if (w->queued > depth)
				continue;
			if (p->barren >= BARREN_DEATHS)
				return err_set(
				    e, "workers die as soon as they start");
			if (!task_take(p, &k))
				return 0;
			if (w->pid == 0 && worker_fork(p, w, e) != 0) {
				put_back(p, k);
				return -1;
			}
			worker_give(w, k);
		}
	}
	return 0;
}

static void
times_check(struct pool *p)
{
	for (unsigned i = 0; i < p->s->jobs; i++) {
		struct worker *w = &p->workers[i];

		if (w->pid != 0 && w->queued > 0 && !w->killed &&
		    now() - w->since > p->s->seconds) {
			w->killed = true;
			kill(w->pid, SIGKILL);
		}
	}
}

static bool
busy(const struct pool *p)
{
	for (unsigned i = 0; i < p->s->jobs; i++)
		if (p->workers[i].queued > 0)
			return true;
	return p->nagain > 0;
}

static void
tick(struct pool *p)
{
	double t = now();

	if (p->s->tick == NULL || t - p->ticked < 0.2)
		return;
	p->ticked = t;
	p->s->tick(p->s->ctx);
}

static int
pool_run(struct pool *p, struct err *e)
{
	struct pollfd fds[LIMIT_JOBS];
	struct worker *of[LIMIT_JOBS];

	for (;;) {
		nfds_t n = 0;

		if (tasks_deal(p, e) != 0)
			return -1;
		if (!busy(p))
			return 0;
		for (unsigned i = 0; i < p->s->jobs; i++) {
			if (p->workers[i].pid == 0)
				continue;
			of[n] = &p->workers[i];
			fds[n++] =
			    (struct pollfd){p->workers[i].sock, POLLIN, 0};
		}
		poll(fds, n, 200);
		for (nfds_t i = 0; i < n; i++)
			if (fds[i].revents != 0)
				worker_read(p, of[i]);
		times_check(p);
		tick(p);
	}
}

int
sched_run(const struct sched *s, struct err *e)
{
	struct pool p = {.s = s};
	int r;

	ASSERT(s->jobs >= 1 && s->jobs <= LIMIT_JOBS);
	p.workers = calloc(s->jobs, sizeof(*p.workers));
	if (p.workers == NULL)
		return err_set(e, "out of memory");
	for (unsigned i = 0; i < s->jobs; i++)
		buf_init(&p.workers[i].in,
		    LIMIT_TASK_RESULT_BYTES + LIMIT_MESSAGE_BYTES);
	r = pool_run(&p, e);
	for (unsigned i = 0; i < s->jobs; i++) {
		struct worker *w = &p.workers[i];

		/* It has nothing left to say, and may not end by itself. */
		if (w->pid != 0) {
			kill(w->pid, SIGKILL);
			close(w->sock);
			(void)helper_collect(&w->pid);
		}
		for (unsigned k = 0; k < w->queued; k++)
			kept_free(&w->queue[k]);
		buf_release(&w->in);
	}
	while (p.nagain > 0)
		kept_free(&p.again[--p.nagain]);
	free(p.again);
	free(p.workers);
	return r;
}
