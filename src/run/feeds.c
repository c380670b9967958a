#include "run/feeds.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/limits.h"
#include "intel/feed_json.h"
#include "intel/feed_wire.h"
#include "run/helper.h"
#include "run/sandbox.h"

/* ---- in the process of its own ---- */

struct task {
	feeds_reader_fn *read;
	struct span bytes, path;
	uint64_t tell;
	int sock;
};

static void
send_out(void *ctx, struct buf *out)
{
	const struct task *t = ctx;

	if (!fd_send(t->sock, buf_span(out), -1))
		_exit(0);
	buf_reset(out);
}

static void
task_run(void *ctx, int sock)
{
	struct task *t = ctx;
	struct feed_wire_out w;
	struct feed_counts counts;
	struct arena a;
	struct err e;

	feed_json_prepare();
	if (sandbox_enter(&e) < 0) {
		fprintf(stderr, "tidemark: feeds: %s\n", e.text);
		_exit(3);
	}
	t->sock = sock;
	arena_init(&a);
	feed_wire_init(&w, send_out, t);
	t->read(t->bytes, t->path, &a, t->tell, feed_wire_say, &w, &counts);
	feed_wire_end(&w, &counts);
}

/* ---- here ---- */

/* false: what came cannot be read, or came too late; the reason in *e. */
static bool
words_take(struct feed_wire_in *w, int sock, struct err *e)
{
	struct buf in;
	ssize_t n;
	bool sound = true;

	buf_init(&in, 2 * LIMIT_FEED_MESSAGE);
	while (sound && (n = helper_read(sock, &in, FEED_WIRE_PIECE,
			     LIMIT_TASK_SECONDS, e)) != 0) {
		size_t taken = 0;

		sound = n > 0;
		if (sound)
			taken = feed_wire_take(w, buf_span(&in));
		if (taken == SIZE_MAX) {
			err_set(e, "it sent nonsense");
			sound = false;
		} else if (taken > 0) {
			memmove(in.p, in.p + taken, in.n - taken);
			in.n -= taken;
		}
	}
	buf_release(&in);
	return sound;
}

static enum feed_taken
lost(struct feed_store *s, const struct err *how)
{
	struct feed_counts none = {0};
	char text[sizeof(how->text) + 128];

	snprintf(text, sizeof(text),
	    "the process that reads this feed broke down (%s); what came "
	    "before is used, the rest is lost",
	    how->text);
	feed_store_problem(s, span_str(text));
	feed_store_end(s, &none);
	return FEED_LOST;
}

enum feed_taken
feeds_take_with(feeds_reader_fn *fn, struct indicator_list *l,
    struct span bytes, struct span path, bool named,
    const struct feed_options *o)
{
	struct task t = {fn, bytes, path, o->tell, -1};
	struct feed_store s;
	struct feed_wire_in w;
	struct err why, how;
	pid_t pid;
	int sock;
	bool sound;

	feed_store_begin(&s, l, path, o);
	if (helper_start(&pid, &sock, task_run, &t, &why) != 0)
		return lost(&s, &why);
	feed_wire_expect(&w, l->arena, feed_store_take, &s);
	w.soon = feed_store_soon;
	sound = words_take(&w, sock, &why);
	feed_wire_release(&w);
	close(sock);
	helper_kill(&pid, "it", &how);
	if (!sound || !w.ended)
		return lost(&s, sound ? &how : &why);
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
