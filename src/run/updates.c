#include "run/updates.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/limits.h"
#include "intel/feed_json.h"
#include "intel/update_wire.h"
#include "run/helper.h"
#include "run/sandbox.h"

/* ---- in the process of its own ---- */

struct task {
	struct span bytes;
	const struct update_options *o;
	struct buf out;
	int sock;
};

static void
flush(struct task *t)
{
	if (!fd_send(t->sock, buf_span(&t->out), -1))
		_exit(0);
	buf_reset(&t->out);
}

static void
send_word(void *ctx, const struct update_said *s)
{
	struct task *t = ctx;

	update_wire_put(&t->out, s);
	if (t->out.n >= LIMIT_UPDATE_PIECE || s->word == UPDATE_SAYS_END)
		flush(t);
}

static void
task_run(void *ctx, int sock)
{
	struct task *t = ctx;
	struct err e;

	feed_json_prepare();
	if (sandbox_enter(&e) < 0) {
		fprintf(stderr, "tidemark: %s\n", e.text);
		_exit(3);
	}
	t->sock = sock;
	buf_init(&t->out, 4 * LIMIT_UPDATE_PIECE);
	update_read_bytes(t->bytes, t->o, send_word, t);
	flush(t);
	_exit(0);
}

/* ---- here ---- */

/* false: what came cannot be read, or came too late. */
static bool
words_take(struct update_store *s, int sock)
{
	struct buf in;
	struct err e;
	ssize_t n;
	bool sound = true;

	buf_init(&in, 4 * LIMIT_UPDATE_PIECE);
	while (sound && (n = helper_read(sock, &in, LIMIT_UPDATE_PIECE,
			     LIMIT_TASK_SECONDS, &e)) != 0) {
		size_t taken = n < 0 ? SIZE_MAX
				     : update_wire_take(
					   buf_span(&in), update_store_take, s);

		sound = taken != SIZE_MAX;
		if (!sound || taken == 0)
			continue;
		memmove(in.p, in.p + taken, in.n - taken);
		in.n -= taken;
	}
	buf_release(&in);
	return sound;
}

bool
updates_take(
    struct update_store *s, struct span bytes, const struct update_options *o)
{
	struct task t = {.bytes = bytes, .o = o};
	char how[600];
	struct err e;
	pid_t pid;
	int sock;

	if (helper_start(&pid, &sock, task_run, &t, &e) != 0) {
		update_store_lost(s, span_str(e.text));
		return true;
	}
	if (!words_take(s, sock)) {
		kill(pid, SIGKILL);
		s->ended = false;
	}
	close(sock);
	helper_died(&pid, "the process that reads it", &e);
	if (!s->ended && s->file->format.n > 0) {
		snprintf(
		    how, sizeof(how), "%s; what came before is used", e.text);
		update_store_lost(s, span_str(how));
	} else if (!s->ended && s->file->nproblems == 0) {
		update_store_lost(s, span_str(e.text));
	}
	return s->file->format.n > 0;
}
