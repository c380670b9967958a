#include "source/ahead.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/limits.h"

/* What unpacks keeps its tables in memory: it needs less than a tenth of it on
 * the stack. */
#define STACK_BYTES (1u << 20)

struct piece {
	char *bytes; /* room for LIMIT_BLOCK_BYTES */
	ssize_t n;   /* as read: the last one has 0 or -1 */
	size_t at;   /* of it handed out */
};

struct ring {
	struct ahead *of;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t more, room;
	/* Under lock.  Pieces [taken, filled) are the reader's, the others the
	 * thread's; only the former moves taken, only the latter filled. */
	uint64_t filled, taken;
	bool stop;
	struct piece pieces[LIMIT_AHEAD_BUFFERS];
};

static ssize_t
next(struct ahead *a, char *buf, size_t n)
{
	ssize_t got = stream_read(a->from, buf, n);

	if (got > 0 && a->digest != NULL)
		digest_update(a->digest, span_of(buf, (size_t)got));
	return got;
}

/* ---- the thread's side ---- */

static struct piece *
piece_of(struct ring *r, uint64_t i)
{
	return &r->pieces[i % LIMIT_AHEAD_BUFFERS];
}

/* The piece to fill next; NULL: nobody wants more.  Who had to wait goes on
 * with several pieces at once: to wake a thread costs as much as to search
 * some of them. */
static struct piece *
room_wait(struct ring *r)
{
	bool stop;

	pthread_mutex_lock(&r->lock);
	while (!r->stop && r->filled - r->taken == LIMIT_AHEAD_BUFFERS)
		pthread_cond_wait(&r->room, &r->lock);
	stop = r->stop;
	pthread_mutex_unlock(&r->lock);
	return stop ? NULL : piece_of(r, r->filled);
}

static void
piece_done(struct ring *r, bool last)
{
	pthread_mutex_lock(&r->lock);
	r->filled++;
	if (last || r->filled - r->taken >= LIMIT_AHEAD_BUFFERS / 2)
		pthread_cond_signal(&r->more);
	pthread_mutex_unlock(&r->lock);
}

static void *
ring_fill(void *ctx)
{
	struct ring *r = ctx;
	struct piece *p;
	ssize_t n = 1;

	while (n > 0 && (p = room_wait(r)) != NULL) {
		p->n = n = next(r->of, p->bytes, LIMIT_BLOCK_BYTES);
		p->at = 0;
		piece_done(r, n <= 0);
	}
	return NULL;
}

/* ---- the reader's side ---- */

static void
ring_free(struct ring *r)
{
	pthread_cond_destroy(&r->room);
	pthread_cond_destroy(&r->more);
	pthread_mutex_destroy(&r->lock);
	for (size_t i = 0; i < LIMIT_AHEAD_BUFFERS; i++)
		free(r->pieces[i].bytes);
	free(r);
}

static bool
ring_start(struct ring *r)
{
	pthread_attr_t attr;
	bool ok;

	if (pthread_attr_init(&attr) != 0)
		return false;
	ok = pthread_attr_setstacksize(&attr, STACK_BYTES) == 0 &&
	     pthread_create(&r->thread, &attr, ring_fill, r) == 0;
	pthread_attr_destroy(&attr);
	return ok;
}

static struct ring *
ring_new(struct ahead *a)
{
	struct ring *r = calloc(1, sizeof(*r));
	bool ok = true;

	if (r == NULL)
		return NULL;
	r->of = a;
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->more, NULL);
	pthread_cond_init(&r->room, NULL);
	for (size_t i = 0; i < LIMIT_AHEAD_BUFFERS; i++) {
		r->pieces[i].bytes = malloc(LIMIT_BLOCK_BYTES);
		ok &= r->pieces[i].bytes != NULL;
	}
	if (ok && ring_start(r))
		return r;
	ring_free(r);
	return NULL;
}

static struct piece *
piece_wait(struct ring *r)
{
	pthread_mutex_lock(&r->lock);
	while (r->filled == r->taken)
		pthread_cond_wait(&r->more, &r->lock);
	pthread_mutex_unlock(&r->lock);
	return piece_of(r, r->taken);
}

static void
piece_give_back(struct ring *r)
{
	pthread_mutex_lock(&r->lock);
	r->taken++;
	if (r->filled - r->taken <= LIMIT_AHEAD_BUFFERS / 2)
		pthread_cond_signal(&r->room);
	pthread_mutex_unlock(&r->lock);
}

static ssize_t
ring_read(struct ring *r, char *buf, size_t n)
{
	struct piece *p = piece_wait(r);

	/* The last one is not given back, so it is seen again. */
	if (p->n <= 0)
		return p->n;
	if (n > (size_t)p->n - p->at)
		n = (size_t)p->n - p->at;
	memcpy(buf, p->bytes + p->at, n);
	p->at += n;
	if (p->at == (size_t)p->n)
		piece_give_back(r);
	return (ssize_t)n;
}

static ssize_t
ahead_pull(struct stream *s, char *buf, size_t n)
{
	struct ahead *a = s->ctx;
	ssize_t got;

	if (a->ring == NULL && !a->alone && s->pos >= LIMIT_AHEAD_FROM) {
		a->ring = ring_new(a);
		a->alone = a->ring == NULL;
	}
	got = a->ring != NULL ? ring_read(a->ring, buf, n) : next(a, buf, n);
	/* The thread has ended, or is about to: from does not change. */
	return got >= 0 ? got
			: stream_fail(s, a->from->code, "%s", a->from->text);
}

void
ahead_open(struct ahead *a, struct stream *from, struct digest *d)
{
	*a = (struct ahead){.from = from, .digest = d};
	stream_pull(&a->out, ahead_pull, a, from->size);
}

void
ahead_close(struct ahead *a)
{
	struct ring *r = a->ring;

	stream_release(&a->out);
	if (r == NULL)
		return;
	pthread_mutex_lock(&r->lock);
	r->stop = true;
	pthread_cond_signal(&r->room);
	pthread_mutex_unlock(&r->lock);
	ASSERT(pthread_join(r->thread, NULL) == 0);
	ring_free(r);
	a->ring = NULL;
}
