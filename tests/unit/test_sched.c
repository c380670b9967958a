/*
 * The scheduler with made-up work: whatever a worker does, it costs exactly
 * the task it was at.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/limits.h"
#include "lib/sanitized.h"
#include "run/sandbox.h"
#include "run/sched.h"

#define TASKS_MAX 600

/* What a task tells the worker to do: the payload's first byte. */
enum deed {
	DO_ECHO,
	DO_ABORT,
	DO_NULL,
	DO_EXIT,
	DO_LOOP,
	DO_MEMORY,
	DO_OPEN,
	DO_SOCKET,
	DO_EXEC,
	DO_FORK,
	DO_KILL,
	DO_GARBAGE,
	DO_LARGE,
	DO_DESCRIPTOR,
	DO_STILL_OPEN,
	DO_PARTS, /* slower than the time limit, with a word now and then */
	DO_PART_ABORT,
	DO_OVERFLOW,
};

struct run {
	enum deed deeds[TASKS_MAX];
	uint32_t n, next;
	unsigned done[TASKS_MAX], lost[TASKS_MAX];
	enum diag_code why[TASKS_MAX];
	unsigned parts[TASKS_MAX], empty[TASKS_MAX];
	bool right[TASKS_MAX]; /* the result was the expected one */
	uint32_t born_of;      /* a task that makes another when done */
	unsigned ticks;
	int fd;
	char payload[64];
};

/* --- the worker's side --- */

/* The test library's own handlers are not for workers. */
static void *
start(void *ctx)
{
	static const int caught[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGSYS};

	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
		signal(caught[i], SIG_DFL);
	return ctx;
}

static int
own_socket(void)
{
	struct stat st;

	for (int fd = 3; fd < 1024; fd++)
		if (syscall(SYS_fstat, fd, &st) == 0 && S_ISSOCK(st.st_mode))
			return fd;
	return -1;
}

static unsigned
descriptors_open(void)
{
	struct stat st;
	unsigned n = 0;

	for (int fd = 3; fd < 1024; fd++)
		n += syscall(SYS_fstat, fd, &st) == 0;
	return n;
}

static void
misbehave(enum deed deed)
{
	static const uint32_t garbage[] = {77777, 0xffffffff, 3, 4};
	volatile int *volatile nowhere = NULL;
	void *volatile much;
	char *const none[] = {NULL};

	switch (deed) {
	case DO_ABORT:
		abort();
	case DO_NULL:
		if (SANITIZED)
			raise(SIGSEGV);
		*nowhere = 1;
		break;
	case DO_EXIT:
		_exit(0);
	case DO_LOOP:
		for (volatile unsigned i = 0;; i++)
			;
	case DO_MEMORY:
		much = malloc(LIMIT_WORKER_MEMORY + 1);
		if (much == NULL)
			abort();
		break;
	case DO_OPEN:
		(void)!open("/etc/passwd", O_RDONLY);
		break;
	case DO_SOCKET:
		(void)socket(AF_INET, SOCK_STREAM, 0);
		break;
	case DO_EXEC:
		execve("/bin/true", none, none);
		break;
	case DO_FORK:
		if (fork() == 0)
			_exit(0);
		break;
	case DO_KILL:
		(void)kill(getppid(), 0);
		break;
	case DO_GARBAGE:
		(void)!write(own_socket(), garbage, sizeof(garbage));
		break;
	default:
		break;
	}
}

/* The sandbox has no call to sleep. */
static void
pass_half_a_second(void)
{
	struct timespec t, begun;

	clock_gettime(CLOCK_MONOTONIC, &begun);
	do
		clock_gettime(CLOCK_MONOTONIC, &t);
	while ((double)(t.tv_sec - begun.tv_sec) +
		   (double)(t.tv_nsec - begun.tv_nsec) * 1e-9 <
	       0.5);
}

static void
work(void *worker, const struct task *t, struct buf *out)
{
	enum deed deed = (enum deed)t->payload.p[0];
	char room[32];
	ssize_t n;

	(void)worker;
	buf_put(out, span_from(t->payload, 1));
	switch (deed) {
	case DO_ECHO:
		break;
	case DO_LARGE:
		while (out->n < 20u << 20)
			buf_puts(out, "0123456789abcdef");
		break;
	case DO_PARTS:
		for (int i = 0; i < 5; i++) {
			struct buf nothing = {0};

			pass_half_a_second();
			sched_part(t, i == 2 ? out : &nothing);
		}
		buf_put(out, span_from(t->payload, 1));
		break;
	case DO_PART_ABORT:
		sched_part(t, out);
		abort();
	case DO_OVERFLOW:
		buf_reset(out);
		while (!buf_full(out))
			buf_put(out, span_of(room, sizeof(room)));
		break;
	case DO_DESCRIPTOR:
		n = pread(t->fd, room, sizeof(room), 0);
		buf_put(out, span_of(room, n > 0 ? (size_t)n : 0));
		break;
	case DO_STILL_OPEN:
		buf_fmt(out, "%u", descriptors_open());
		break;
	default:
		misbehave(deed);
	}
}

/* --- the parent's side --- */

static bool
next(void *ctx, struct task *out)
{
	struct run *r = ctx;

	if (r->next == r->n)
		return false;
	r->payload[0] = (char)r->deeds[r->next];
	snprintf(r->payload + 1, sizeof(r->payload) - 1, "task %u:", r->next);
	*out = (struct task){.id = r->next,
	    .fd = -1,
	    .payload = {r->payload, 1 + strlen(r->payload + 1)}};
	if (r->deeds[r->next] == DO_DESCRIPTOR) {
		out->fd = memfd_create("evidence", MFD_CLOEXEC);
		assert_true(out->fd >= 0);
		dprintf(out->fd, "bytes of %u", r->next);
	}
	r->next++;
	return true;
}

static void
done(void *ctx, uint32_t id, struct span result)
{
	struct run *r = ctx;
	char want[64];
	size_t n;

	assert_true(id < r->n);
	r->done[id]++;
	n = (size_t)snprintf(want, sizeof(want), "task %u:", id);
	r->right[id] = span_starts(result, span_of(want, n));
	result = span_from(result, n);
	if (r->deeds[id] == DO_DESCRIPTOR) {
		snprintf(want, sizeof(want), "bytes of %u", id);
		r->right[id] = r->right[id] && span_is(result, want);
	} else if (r->deeds[id] == DO_LARGE) {
		r->right[id] = r->right[id] && result.n >= 20u << 20;
	} else if (r->deeds[id] == DO_STILL_OPEN) {
		/* Its own socket and nothing of the parent's. */
		r->right[id] = r->right[id] && span_is(result, "1");
	} else {
		r->right[id] = r->right[id] && result.n == 0;
	}
	if (id == r->born_of && r->n < TASKS_MAX)
		r->deeds[r->n++] = DO_ECHO;
}

static void
part(void *ctx, uint32_t id, struct span result)
{
	struct run *r = ctx;

	assert_true(id < r->n);
	assert_int_equal(r->done[id] + r->lost[id], 0);
	r->parts[id]++;
	r->empty[id] += result.n == 0;
	if (result.n > 0)
		assert_true(span_starts(result, SPAN("task ")));
}

static void
lost(void *ctx, uint32_t id, enum diag_code why, const char *detail)
{
	struct run *r = ctx;

	assert_true(id < r->n);
	assert_non_null(detail);
	r->lost[id]++;
	r->why[id] = why;
}

static void
tick(void *ctx)
{
	((struct run *)ctx)->ticks++;
}

static int
run_with(struct run *r, unsigned jobs, unsigned seconds,
    void *(*starter)(void *), struct err *e)
{
	struct sched s = {
	    starter, work, next, done, part, lost, tick, r, r, jobs, seconds};

	return sched_run(&s, e);
}

static struct run *
run_new(uint32_t n)
{
	struct run *r = calloc(1, sizeof(*r));

	assert_non_null(r);
	r->n = n;
	r->born_of = UINT32_MAX;
	return r;
}

static void
no_children(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void
test_all_done(void **state)
{
	static const unsigned jobs[] = {1, 2, 4};

	(void)state;
	for (size_t j = 0; j < 3; j++) {
		struct run *r = run_new(500);
		struct err e;

		r->deeds[7] = DO_LARGE;
		r->born_of = 499;
		assert_int_equal(run_with(r, jobs[j], 60, start, &e), 0);
		assert_int_equal(r->n, 501);
		for (uint32_t i = 0; i < r->n; i++) {
			assert_int_equal(r->done[i], 1);
			assert_int_equal(r->lost[i], 0);
			assert_true(r->right[i]);
		}
		assert_true(r->ticks > 0);
		free(r);
		no_children();
	}
}

static void
test_nothing_to_do(void **state)
{
	struct run *r = run_new(0);
	struct err e;

	(void)state;
	assert_int_equal(run_with(r, 2, 60, start, &e), 0);
	free(r);
	no_children();
}

static void
test_descriptors(void **state)
{
	struct run *r = run_new(100);
	struct err e;

	(void)state;
	for (uint32_t i = 0; i < 100; i++)
		r->deeds[i] = i % 3 ? DO_DESCRIPTOR : DO_STILL_OPEN;
	int before = dup(0);
	assert_int_equal(run_with(r, 2, 60, start, &e), 0);
	for (uint32_t i = 0; i < 100; i++)
		if (r->done[i] != 1 || !r->right[i])
			fail_msg("task %u", i);
	/* None is left open here. */
	close(before);
	int after = dup(0);
	assert_int_equal(before, after);
	close(after);
	free(r);
	no_children();
}

struct crime {
	enum deed deed;
	enum diag_code why;
	bool sanitized; /* also where a sanitizer watches */
};

static const struct crime crimes[] = {
    {DO_ABORT, DIAG_WORKER_CRASHED, true},
    {DO_NULL, DIAG_WORKER_CRASHED, true},
    {DO_EXIT, DIAG_WORKER_CRASHED, true},
    {DO_LOOP, DIAG_WORKER_TIMEOUT, true},
    {DO_MEMORY, DIAG_WORKER_CRASHED, false},
    {DO_OPEN, DIAG_WORKER_FORBIDDEN, true},
    {DO_SOCKET, DIAG_WORKER_FORBIDDEN, true},
    {DO_EXEC, DIAG_WORKER_FORBIDDEN, true},
    {DO_FORK, DIAG_WORKER_FORBIDDEN, false},
    {DO_KILL, DIAG_WORKER_FORBIDDEN, true},
    {DO_GARBAGE, DIAG_WORKER_PROTOCOL, true},
};

static void
one_of(const struct crime *c, unsigned jobs)
{
	struct run *r = run_new(24);
	struct err e;

	r->deeds[5] = c->deed;
	r->deeds[9] = DO_DESCRIPTOR;
	assert_int_equal(run_with(r, jobs, 1, start, &e), 0);
	for (uint32_t i = 0; i < r->n; i++) {
		bool wanted = i != 5;

		if (r->done[i] != wanted || r->lost[i] != !wanted)
			fail_msg("deed %d, %u jobs: task %u done %u, lost %u",
			    (int)c->deed, jobs, i, r->done[i], r->lost[i]);
		assert_true(!wanted || r->right[i]);
	}
	if (r->why[5] != c->why)
		fail_msg("deed %d is %s", (int)c->deed, diag_name(r->why[5]));
	free(r);
	no_children();
}

static void
test_one_goes_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(crimes) / sizeof(crimes[0]); i++) {
		if (SANITIZED && !crimes[i].sanitized)
			continue;
		one_of(&crimes[i], 1);
		one_of(&crimes[i], 2);
	}
}

static void
test_many_go_wrong(void **state)
{
	struct run *r = run_new(60);
	struct err e;

	/* More in a row than workers may fail to start, and mixed. */
	(void)state;
	for (uint32_t i = 0; i < 30; i++)
		r->deeds[i] = i % 2 ? DO_ABORT : DO_OPEN;
	for (uint32_t i = 30; i < 60; i += 3)
		r->deeds[i] = DO_EXIT;
	assert_int_equal(run_with(r, 2, 60, start, &e), 0);
	for (uint32_t i = 0; i < r->n; i++) {
		bool wanted = r->deeds[i] == DO_ECHO;

		assert_int_equal(r->done[i], wanted);
		assert_int_equal(r->lost[i], !wanted);
		if (r->deeds[i] == DO_OPEN)
			assert_int_equal(r->why[i], DIAG_WORKER_FORBIDDEN);
	}
	free(r);
	no_children();
}

static void *
start_dead(void *ctx)
{
	(void)ctx;
	_exit(1);
}

static void *
start_crashing(void *ctx)
{
	(void)ctx;
	abort();
}

static void *
start_hanging(void *ctx)
{
	for (;;)
		pause();
	return ctx;
}

static void
test_dead_at_start(void **state)
{
	static void *(*const starters[])(void *) = {start_dead, start_crashing};

	/* Often, as it may die between any two calls of the parent's. */
	(void)state;
	for (size_t i = 0; i < 100; i++)
		for (unsigned jobs = 1; jobs <= 4; jobs *= 4) {
			struct run *r = run_new(20);
			struct err e = {""};

			assert_int_equal(
			    run_with(r, jobs, 60, starters[i % 2], &e), -1);
			assert_true(strlen(e.text) > 0);
			/* No evidence was looked at: none is lost. */
			for (uint32_t t = 0; t < r->n; t++)
				assert_true(!r->done[t] && !r->lost[t]);
			free(r);
			no_children();
		}
}

static void
test_hanging_at_start(void **state)
{
	struct run *r = run_new(3);
	struct err e = {""};

	(void)state;
	assert_int_equal(run_with(r, 4, 1, start_hanging, &e), -1);
	free(r);
	no_children();
}

/* Dies at its first starts, works later. */
static void *
start_moody(void *ctx)
{
	int *starts = ctx;

	if (__atomic_fetch_add(starts, 1, __ATOMIC_SEQ_CST) < 3)
		_exit(1);
	return start(ctx);
}

static void
test_late_start(void **state)
{
	struct run *r = run_new(10);
	struct err e;
	int *starts = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct sched s;

	(void)state;
	assert_true(starts != MAP_FAILED);
	s = (struct sched){
	    start_moody, work, next, done, part, lost, NULL, r, starts, 2, 60};
	assert_int_equal(sched_run(&s, &e), 0);
	for (uint32_t i = 0; i < r->n; i++)
		assert_true(r->done[i] == 1 && r->right[i] && !r->lost[i]);
	munmap(starts, 4096);
	free(r);
	no_children();
}

/* In a child: enter the sandbox and tell what is in force. */
static void
test_sandbox_parts(void **state)
{
	int status = 0;
	pid_t pid = fork();

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0) {
		struct err e;

		_exit(sandbox_enter(&e) & 0xff);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_true((WEXITSTATUS(status) & SANDBOX_SECCOMP) != 0);
	if (!SANITIZED)
		assert_int_equal((WEXITSTATUS(status) & SANDBOX_LANDLOCK) != 0,
		    sandbox_has_landlock());
	/* This process stays as it was. */
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	close(fd);
}

/* Parts arrive in order, before the end or the loss, and are life signs. */
static void
test_parts(void **state)
{
	struct run *r = run_new(4);
	struct err e;

	(void)state;
	r->deeds[0] = DO_PARTS;
	r->deeds[1] = DO_PART_ABORT;
	r->deeds[2] = DO_OVERFLOW;
	r->deeds[3] = DO_ECHO;
	assert_int_equal(run_with(r, 2, 2, start, &e), 0);
	assert_int_equal(r->done[0], 1);
	assert_int_equal(r->parts[0], 5);
	assert_int_equal(r->empty[0], 4);
	assert_true(r->right[0]);
	assert_int_equal(r->lost[1], 1);
	assert_int_equal(r->parts[1], 1);
	assert_int_equal(r->why[1], DIAG_WORKER_CRASHED);
	assert_int_equal(r->lost[2], 1);
	assert_int_equal(r->done[2], 0);
	assert_true(r->done[3] == 1 && r->right[3]);
	no_children();
	free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_all_done),
	    cmocka_unit_test(test_nothing_to_do),
	    cmocka_unit_test(test_descriptors),
	    cmocka_unit_test(test_one_goes_wrong),
	    cmocka_unit_test(test_many_go_wrong),
	    cmocka_unit_test(test_dead_at_start),
	    cmocka_unit_test(test_hanging_at_start),
	    cmocka_unit_test(test_late_start),
	    cmocka_unit_test(test_parts),
	    cmocka_unit_test(test_sandbox_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
