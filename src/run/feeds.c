#include "run/feeds.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "intel/feed_json.h"
#include "intel/feed_wire.h"
#include "run/sandbox.h"

/* ---- in the process of its own ---- */

static void
send_out(void *ctx, struct buf *out)
{
	const int *sock = ctx;
	struct span s = buf_span(out);

	while (s.n > 0) {
		ssize_t n = write(*sock, s.p, s.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			_exit(0);
		s = span_from(s, (size_t)n);
	}
	buf_reset(out);
}

static _Noreturn void
reader_run(feeds_reader_fn *fn, int sock, struct span bytes, struct span path,
    uint64_t tell)
{
	struct feed_wire_out w;
	struct feed_counts counts;
	struct arena a;
	struct err e;

	signal(SIGINT, SIG_IGN);
	feed_json_prepare();
	sandbox_keep(sock);
	if (sandbox_enter(&e) < 0) {
		fprintf(stderr, "tidemark: feeds: %s\n", e.text);
		_exit(3);
	}
	arena_init(&a);
	feed_wire_init(&w, send_out, &sock);
	fn(bytes, path, &a, tell, feed_wire_say, &w, &counts);
	feed_wire_end(&w, &counts);
	_exit(0);
}

/* ---- here ---- */

struct reader {
	pid_t pid;
	int sock;
	struct buf in;
	const char *why; /* it was ended; NULL: it ended itself */
};

static int
reader_start(struct reader *r, feeds_reader_fn *fn, struct span bytes,
    struct span path, uint64_t tell)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return -1;
	fflush(NULL);
	r->pid = fork();
	if (r->pid == 0)
		reader_run(fn, pair[1], bytes, path, tell);
	close(pair[1]);
	if (r->pid < 0) {
		close(pair[0]);
		return -1;
	}
	r->sock = pair[0];
	buf_init(&r->in, 2 * LIMIT_FEED_MESSAGE);
	return 0;
}

/* Bytes that came; 0: no more will. */
static size_t
reader_fill(struct reader *r)
{
	struct pollfd p = {r->sock, POLLIN, 0};
	char *room = buf_room(&r->in, FEED_WIRE_PIECE);
	ssize_t n;
	int ready;

	if (room == NULL) {
		r->why = "it sent what cannot be read";
		return 0;
	}
	do
		ready = poll(&p, 1, LIMIT_TASK_SECONDS * 1000);
	while (ready < 0 && errno == EINTR);
	if (ready == 0)
		r->why = "it was silent for too long";
	if (ready <= 0)
		return 0;
	do
		n = read(r->sock, room, FEED_WIRE_PIECE);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return 0;
	r->in.n += (size_t)n;
	return (size_t)n;
}

static void
words_take(struct reader *r, struct feed_wire_in *w)
{
	while (reader_fill(r) > 0) {
		size_t taken = feed_wire_take(w, buf_span(&r->in));

		if (taken == SIZE_MAX) {
			r->why = "it sent what cannot be read";
			return;
		}
		if (taken == 0)
			continue;
		memmove(r->in.p, r->in.p + taken, r->in.n - taken);
		r->in.n -= taken;
	}
}

/* How it ended, for the operator. */
static void
reader_end(struct reader *r, char *text, size_t room)
{
	int status = 0;

	close(r->sock);
	buf_release(&r->in);
	kill(r->pid, SIGKILL);
	while (waitpid(r->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (r->why != NULL)
		snprintf(text, room, "%s", r->why);
	else if (WIFSIGNALED(status))
		snprintf(text, room, "it ended by signal %d (%s)",
		    WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		snprintf(
		    text, room, "it ended with status %d", WEXITSTATUS(status));
}

static enum feed_taken
lost(struct feed_store *s, const char *how)
{
	struct feed_counts none = {0};
	char text[240];

	snprintf(text, sizeof(text),
	    "the process that reads this feed broke down (%s); what came "
	    "before is used, the rest is lost",
	    how);
	feed_store_problem(s, span_str(text));
	feed_store_end(s, &none);
	return FEED_LOST;
}

enum feed_taken
feeds_take_with(feeds_reader_fn *fn, struct indicator_list *l,
    struct span bytes, struct span path, bool named,
    const struct feed_options *o)
{
	struct reader r = {0};
	struct feed_store s;
	struct feed_wire_in w = {
	    .arena = l->arena, .say = feed_store_take, .ctx = &s};
	char how[128];

	feed_store_begin(&s, l, path, o);
	if (reader_start(&r, fn, bytes, path, o->tell) != 0)
		return lost(&s, "it cannot be started");
	arena_init(&w.work);
	words_take(&r, &w);
	arena_release(&w.work);
	reader_end(&r, how, sizeof(how));
	if (!w.ended || r.why != NULL)
		return lost(&s, how);
	if (w.counts.format == NULL)
		return feed_store_none(&s, named);
	feed_store_end(&s, &w.counts);
	return FEED_TAKEN;
}

enum feed_taken
feeds_take(struct indicator_list *l, struct span bytes, struct span path,
    bool named, const struct feed_options *o)
{
	return feeds_take_with(feed_read_bytes, l, bytes, path, named, o);
}
