#include "run/yara_check.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cursor.h"
#include "base/fd.h"
#include "base/limits.h"
#include "run/helper.h"
#include "run/sandbox.h"

#define PIECE 65536

/* ---- in the process of its own ---- */

struct work {
	yara_describe_fn *fn;
	const struct span *texts;
	size_t n;
	struct buf out;
	int sock;
};

static void
flush(struct work *w)
{
	if (!fd_send(w->sock, buf_span(&w->out), -1))
		_exit(0);
	buf_reset(&w->out);
}

static void
send_word(void *ctx, const struct yara_said *said)
{
	struct work *w = ctx;

	buf_u8(&w->out, (uint8_t)said->word);
	buf_u32(&w->out, said->text);
	buf_u64(&w->out, said->line);
	buf_bytes(&w->out, span_head(said->a, LIMIT_EVIDENCE_TEXT));
	buf_bytes(&w->out, span_head(said->b, LIMIT_YARA_META));
	if (w->out.n >= PIECE || said->word == YARA_SAYS_END)
		flush(w);
}

static void
work_run(void *ctx, int sock)
{
	struct work *w = ctx;
	struct err e;

	if (sandbox_enter(&e) < 0) {
		fprintf(stderr, "tidemark: YARA rules: %s\n", e.text);
		_exit(3);
	}
	w->sock = sock;
	buf_init(&w->out, 2 * PIECE + LIMIT_YARA_META);
	w->fn(w->texts, w->n, send_word, w);
	flush(w);
	_exit(0);
}

/* ---- here ---- */

struct asking {
	size_t first;	/* text that the process calls 0 */
	size_t n, done; /* its texts; those that came to their end */
	const struct span *texts;
	size_t told; /* bytes, of the text at hand */
	yara_say_fn *say;
	void *ctx;
	struct buf in;
};

/* 1: a word was taken; 0: more bytes are needed; -1: no sense. */
static int
word_take(struct asking *a)
{
	struct cursor c = cursor_of(buf_span(&a->in));
	struct yara_said said = {.word = (enum yara_word)cursor_u8(&c)};
	size_t left;

	said.text = cursor_le32(&c);
	said.line = cursor_le64(&c);
	said.a = cursor_bytes(&c);
	said.b = cursor_bytes(&c);
	if (c.failed)
		return a->in.n > 2 * LIMIT_YARA_META ? -1 : 0;
	/* In order, so that what it dies at is known. */
	if (said.word > YARA_SAYS_END || said.text != a->done ||
	    a->done >= a->n || said.b.n > LIMIT_YARA_META ||
	    said.a.n > LIMIT_EVIDENCE_TEXT)
		return -1;
	/* What it tells stands in the text, but for what is wrong with it. */
	a->told += said.a.n + said.b.n + 1;
	if (a->told > LIMIT_YARA_META + a->texts[a->done].n)
		return -1;
	left = cursor_left(&c);
	if (said.word == YARA_SAYS_END) {
		a->done++;
		a->told = 0;
	}
	said.text = (uint32_t)(a->first + said.text);
	a->say(a->ctx, &said);
	memmove(a->in.p, a->in.p + (a->in.n - left), left);
	a->in.n = left;
	return 1;
}

/* Why it must be ended, or NULL: it ended itself. */
static const char *
listen_to(struct asking *a, int sock)
{
	struct err e;
	ssize_t n;
	int r = 0;

	while ((n = helper_read(
		    sock, &a->in, PIECE, LIMIT_TASK_SECONDS, &e)) > 0) {
		while ((r = word_take(a)) > 0)
			;
		if (r < 0)
			return "it sent what cannot be read";
	}
	return n < 0 ? "it was silent for too long" : NULL;
}

static void
lost(struct asking *a, const char *how)
{
	struct yara_said said = {
	    .word = YARA_SAYS_PROBLEM, .text = (uint32_t)(a->first + a->done)};
	char text[240];

	if (a->done >= a->n)
		return;
	snprintf(text, sizeof(text),
	    "the process that compiles it broke down (%s)", how);
	said.a = span_str(text);
	a->say(a->ctx, &said);
	said.word = YARA_SAYS_END;
	said.a = (struct span){0};
	a->say(a->ctx, &said);
	a->done++;
}

static void
ask(struct asking *a, struct work *w)
{
	const char *why;
	struct err e;
	pid_t pid;
	int sock;

	if (helper_start(&pid, &sock, work_run, w, &e) != 0) {
		lost(a, e.text);
		return;
	}
	buf_init(&a->in, 4 * LIMIT_YARA_META);
	why = listen_to(a, sock);
	if (why != NULL)
		kill(pid, SIGKILL);
	close(sock);
	buf_release(&a->in);
	helper_died(&pid, "the process", &e);
	lost(a, why != NULL ? why : e.text);
}

void
yara_check_with(yara_describe_fn *fn, const struct span *texts, size_t n,
    yara_say_fn *say, void *ctx)
{
	for (size_t at = 0; at < n;) {
		struct asking a = {.first = at,
		    .n = n - at,
		    .texts = texts + at,
		    .say = say,
		    .ctx = ctx};
		struct work w = {.fn = fn, .texts = texts + at, .n = n - at};

		ask(&a, &w);
		at += a.done;
	}
}

void
yara_check(const struct span *texts, size_t n, yara_say_fn *say, void *ctx)
{
	yara_check_with(yara_describe, texts, n, say, ctx);
}
