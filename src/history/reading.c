#include "history/reading.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/limits.h"
#include "run/helper.h"
#include "run/sandbox.h"

/* Messages are sent in pieces of about this size. */
#define PIECE (64u << 10)

/* ---- the process ---- */

struct sender {
	int sock;
	struct buf out;
};

static bool
send_out(struct sender *s)
{
	if (!fd_write_all(s->sock, buf_span(&s->out)))
		return false;
	buf_reset(&s->out);
	return true;
}

static bool
on_message(void *ctx, enum wire_type type, struct buf *body)
{
	struct sender *s = ctx;

	buf_u8(&s->out, (uint8_t)type);
	buf_bytes(&s->out, buf_span(body));
	buf_reset(body);
	return s->out.n < PIECE || send_out(s);
}

static void
fail(struct sender *s, const char *text)
{
	struct buf body;

	buf_init(&body, LIMIT_MESSAGE_BYTES);
	buf_bytes(&body, span_str(text));
	on_message(s, WIRE_FAIL, &body);
	buf_release(&body);
	(void)send_out(s);
}

struct start {
	const char *path;
	const struct line_options *line; /* NULL: hand out blobs */
};

static void
tell_line(struct sender *s, struct repository *r, const struct line_options *o)
{
	struct err e;

	if (repository_line(r, o, on_message, s, &e) != 0)
		fail(s, e.text);
	else
		(void)send_out(s);
}

/* A request: how many, and with it the descriptor; then their names. */
static bool
request_take(int sock, uint32_t *n, int *fd)
{
	return fd_receive(sock, n, sizeof(*n), fd) && *fd >= 0 &&
	       *n <= LIMIT_HISTORY_BATCH;
}

static void
hand_out(struct sender *s, struct repository *r)
{
	static unsigned char oids[LIMIT_HISTORY_BATCH][OID_BYTES];
	struct buf body;
	uint32_t n;
	int fd;

	buf_init(&body, LIMIT_MESSAGE_BYTES);
	while (request_take(s->sock, &n, &fd)) {
		uint64_t at = 0;

		if (!fd_read_all(s->sock, oids, n * sizeof(oids[0])))
			break;
		for (uint32_t i = 0; i < n; i++) {
			struct span bytes = {0};
			enum wire_blob is =
			    at > LIMIT_HISTORY_BATCH_BYTES
				? BLOB_LATER
				: repository_blob(r, oids[i], &bytes);

			if (is != BLOB_OK || !fd_write_at(fd, bytes, (off_t)at))
				bytes.n = 0;
			buf_u8(&body, (uint8_t)is);
			buf_u64(&body, at);
			buf_u64(&body, bytes.n);
			at += bytes.n;
			on_message(s, WIRE_BLOB, &body);
			/* A word each, while it waits for large ones. */
			if (bytes.n > PIECE && !send_out(s))
				break;
		}
		close(fd);
		if (!send_out(s))
			break;
	}
	buf_release(&body);
}

static void
run(void *ctx, int sock)
{
	const struct start *o = ctx;
	struct sender s = {.sock = sock};
	struct repository *r;
	struct err e;

	buf_init(&s.out, LIMIT_MESSAGE_BYTES + PIECE);
	if (repository_prepare(&r, &e) != 0 ||
	    sandbox_enter_reading(o->path, &e) < 0 ||
	    repository_open(r, o->path, &e) != 0)
		fail(&s, e.text);
	else if (o->line != NULL)
		tell_line(&s, r, o->line);
	else
		hand_out(&s, r);
	/* Nothing is released: the process ends. */
	_exit(0);
}

/* ---- the parent ---- */

static int
start(struct reading *r, const struct start *o, unsigned seconds, struct err *e)
{
	struct start copy = *o;

	*r = (struct reading){.seconds = seconds};
	buf_init(&r->in, LIMIT_MESSAGE_BYTES + 4 * PIECE);
	return helper_start(&r->pid, &r->sock, run, &copy, e);
}

int
reading_line(struct reading *r, const char *path, const struct line_options *o,
    unsigned seconds, struct err *e)
{
	return start(r, &(struct start){path, o}, seconds, e);
}

int
reading_blobs(
    struct reading *r, const char *path, unsigned seconds, struct err *e)
{
	return start(r, &(struct start){path, NULL}, seconds, e);
}

#define WHO "the process that reads the repository"

/* Waits for more bytes. */
static int
more(struct reading *r, struct err *e)
{
	ssize_t n;
	struct err why;

	if (r->at > 0) {
		memmove(r->in.p, r->in.p + r->at, r->in.n - r->at);
		r->in.n -= r->at;
		r->at = 0;
	}
	n = helper_read(r->sock, &r->in, PIECE, r->seconds, &why);
	if (n < 0)
		return err_set(e, WHO ": %s", why.text);
	return n == 0 ? helper_died(&r->pid, WHO, e) : 0;
}

int
reading_next(
    struct reading *r, enum wire_type *type, struct cursor *body, struct err *e)
{
	for (;;) {
		struct cursor c = cursor_of(span_from(buf_span(&r->in), r->at));
		uint8_t is = cursor_u8(&c);
		struct span bytes = cursor_bytes(&c);

		if (!c.failed) {
			r->at = r->in.n - cursor_left(&c);
			*type = (enum wire_type)is;
			*body = cursor_of(bytes);
			if (*type != WIRE_FAIL)
				return 0;
			bytes = cursor_bytes(body);
			return err_set(e, "%.*s", SPAN_FMT(bytes));
		}
		if (more(r, e) != 0)
			return -1;
	}
}

int
reading_ask(struct reading *r, int fd, const unsigned char (*oids)[OID_BYTES],
    size_t n, struct err *e)
{
	uint32_t count = (uint32_t)n;

	ASSERT(n <= LIMIT_HISTORY_BATCH);
	if (!fd_send(
		r->sock, span_of((const char *)&count, sizeof(count)), fd) ||
	    !fd_send(r->sock, span_of((const char *)oids, n * OID_BYTES), -1))
		return helper_died(&r->pid, WHO, e);
	return 0;
}

void
reading_end(struct reading *r)
{
	if (r->pid != 0) {
		kill(r->pid, SIGKILL);
		(void)helper_collect(&r->pid);
	}
	if (r->in.ceiling > 0) {
		close(r->sock);
		buf_release(&r->in);
	}
	*r = (struct reading){0};
}
