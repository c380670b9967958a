/*
 * Logs beside a repository: when each host was heard, and when somebody changed
 * its configuration.
 */
#include "base/limits.h"
#include "device/device.h"
#include "history/signs.h"

struct hearing {
	struct casefile *c;
	size_t events_cap, voices_cap;
	/* What is told already: by an earlier run that the case keeps. */
	struct map told;
	struct arena arena;
};

/* A log buffer names no host: it is that of the device it is named after. */
static struct span
host_name(struct hearing *x, struct span path, struct span host,
    struct span host_addr)
{
	if (host.n == 0 && host_addr.n == 0)
		host = path_device_name(path);
	return arena_copy(&x->c->arena, host);
}

/* Is it said for the first time? */
static bool
is_news(struct hearing *x, bool changed, int64_t first, int64_t last,
    struct span host, struct span addr)
{
	uint32_t n = (uint32_t)x->told.n;
	struct buf key;
	bool news;

	buf_init(&key, LIMIT_MESSAGE_BYTES);
	buf_u8(&key, changed);
	buf_u64(&key, (uint64_t)first);
	buf_u64(&key, (uint64_t)last);
	buf_bytes(&key, host);
	buf_bytes(&key, addr);
	news = map_add(&x->told, buf_span(&key), n) == n;
	buf_release(&key);
	return news;
}

static void
kept_take(struct hearing *x)
{
	const struct past *p = &x->c->past;

	x->events_cap = p->nevents;
	x->voices_cap = p->nvoices;
	for (size_t i = 0; i < p->nevents; i++)
		(void)is_news(x, true, p->events[i].time, p->events[i].time,
		    p->events[i].host, p->events[i].host_addr);
	for (size_t i = 0; i < p->nvoices; i++)
		(void)is_news(x, false, p->voices[i].first, p->voices[i].last,
		    p->voices[i].host, p->voices[i].host_addr);
}

static void
on_voice(void *ctx, struct span path, bool changed, struct cursor c)
{
	struct hearing *x = ctx;
	struct arena *a = &x->c->arena;
	struct past *p = &x->c->past;
	int64_t first = (int64_t)cursor_le64(&c),
		last = changed ? first : (int64_t)cursor_le64(&c);
	struct span host = cursor_bytes(&c), addr = cursor_bytes(&c);

	if (c.failed || first == TIME_NONE || a->used > LIMIT_CASE_BYTES)
		return;
	host = host_name(x, path, host, addr);
	if (!is_news(x, changed, first, last, host, addr))
		return;
	addr = arena_copy(a, addr);
	if (changed) {
		p->events = arena_grow(a, p->events, p->nevents, &x->events_cap,
		    sizeof(*p->events));
		p->events[p->nevents++] =
		    (struct past_event){host, addr, first};
		return;
	}
	p->voices = arena_grow(
	    a, p->voices, p->nvoices, &x->voices_cap, sizeof(*p->voices));
	p->voices[p->nvoices++] = (struct past_voice){host, addr, first, last};
}

int
history_with(const struct history_options *o, struct casefile *c, struct err *e)
{
	struct hearing x = {.c = c};
	struct scan_options with = o->scan;
	struct casefile logs;
	int rc;

	with.worker.mode = WORKER_HEARD;
	with.worker.detect = NULL;
	with.worker.changes = &c->knowledge->changes;
	with.voice = on_voice;
	with.ctx = &x;
	with.progress = NULL;
	with.more = o->logs;
	with.nmore = o->nlogs;
	arena_init(&x.arena);
	map_init(&x.told, &x.arena);
	kept_take(&x);
	casefile_init(&logs, c->knowledge);
	rc = scan_run(o->with, o->nwith, &with, &logs, e);
	if (!logs.complete)
		c->complete = false;
	casefile_release(&logs);
	arena_release(&x.arena);
	return rc;
}
