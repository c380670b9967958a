/*
 * A large source: read in chunks by several workers, put together in order.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "run/scan_state.h"
#include "run/years.h"
#include "source/digest.h"

static void
job_later(struct scan *s, struct planned p)
{
	s->ready = arena_grow(
	    &s->arena, s->ready, s->nready, &s->ready_cap, sizeof(*s->ready));
	s->ready[s->nready++] = job_new(s, p);
}

bool
result_find(struct span result, enum result_type type, struct cursor *body)
{
	struct cursor c = cursor_of(result);

	while (cursor_left(&c) > 0 && !c.failed) {
		uint8_t is = cursor_u8(&c);

		*body = cursor_of(cursor_bytes(&c));
		if (is == type)
			return !c.failed;
	}
	return false;
}

/* How many lines the chunk has, and its hashes; false when it does not say. */
static bool
chunk_end(struct span result, struct chunk *k, struct span *parts)
{
	struct cursor body;

	if (!result_find(result, RESULT_CHUNK, &body))
		return false;
	k->lines = cursor_le64(&body);
	*parts = cursor_bytes(&body);
	k->under = cursor_le64(&body);
	k->head = cursor_le64(&body);
	k->head_at = cursor_le64(&body);
	return !body.failed;
}

/* Bytes of the hashes of a whole chunk's leaves. */
static size_t
parts_room(const struct large *l)
{
	return (size_t)(l->chunk_bytes / DIGEST_LEAF_BYTES) * DIGEST_XXH3_BYTES;
}

/* The hash of a source whose chunks were all read; empty: they were not, or
 * did not say. */
static struct span
joined_hash(struct scan *s, const struct large *l)
{
	unsigned char hash[DIGEST_XXH3_BYTES];
	char hex[2 * DIGEST_XXH3_BYTES + 1];

	if (l->lost || !digest_join(span_of((const char *)l->parts, l->nparts),
			   l->opened.size, hash))
		return (struct span){0};
	digest_hex(hash, sizeof(hash), hex);
	return arena_copy(&s->c->arena, span_str(hex));
}

static void
large_finish(struct scan *s, struct large *l)
{
	struct source *row = &s->c->sources[l->row];
	const struct sighting_table *t = &l->gather.sightings;

	/* What the file as a whole tells: name, hash, YARA. */
	if (l->hashed.n > 0)
		take_chunk(s, l, l->hashed);
	free((char *)l->hashed.p);
	l->hashed = (struct span){0};
	if (l->hashes.xxh3.n == 0)
		l->hashes.xxh3 = joined_hash(s, l);
	row->format = l->format;
	row->evidence = l->evidence;
	row->magic = l->magic;
	row->hashes = l->hashes;
	row->bytes = l->opened.size;
	row->records = l->lines;
	row->sightings = t->v;
	row->nsightings = t->n;
	row->sightings_cap = t->cap;
	if (t->full)
		take_limit(s, row, SPAN("entities of a finding"));
	row->state = !l->some	       ? SOURCE_UNREADABLE
		     : l->format.n > 0 ? SOURCE_READ
				       : SOURCE_UNRECOGNISED;
	if (row->state == SOURCE_UNRECOGNISED)
		row->why = l->why;
	source_leave(s, row, &l->opened);
	s->progress.done_bytes += row->bytes;
}

/* Take the chunks that have nothing to wait for. */
static void
large_advance(struct scan *s, struct large *l)
{
	while (l->next < l->nchunks && l->chunks[l->next].settled) {
		struct chunk *k = &l->chunks[l->next++];

		if (k->lost) {
			source_diag(
			    s->c, &s->c->sources[l->row], k->why, 0, k->result);
			l->lost = true;
		} else {
			take_chunk(s, l, k->result);
			l->lines += k->lines;
			l->some = true;
		}
		free((char *)k->result.p);
		k->result = (struct span){0};
	}
	if (l->left == 0)
		large_finish(s, l);
}

/* Read the chunk once more, under the header that stands at a place. */
static void
chunk_again(struct scan *s, struct large *l, uint32_t chunk, uint64_t at)
{
	struct chunk *k = &l->chunks[chunk];

	free((char *)k->result.p);
	k->result = (struct span){0};
	k->settled = false;
	k->under_at = at;
	l->left++;
	job_later(s, (struct planned){.kind = JOB_CHUNK,
			 .large = (uint32_t)(l - s->large),
			 .chunk = chunk});
}

/*
 * A chunk is read under the header of the source before it is known whether
 * others stand in the chunks before.  Those that should have been read under
 * another are read again, each once at most: which it is no longer changes when
 * all before have told theirs.
 */
static void
large_heads(struct scan *s, struct large *l)
{
	for (; l->headed < l->nchunks && l->chunks[l->headed].told;
	     l->headed++) {
		struct chunk *k = &l->chunks[l->headed];

		if (!k->lost && l->head_at > 0 && k->under != l->head)
			chunk_again(s, l, l->headed, l->head_at);
		if (!k->lost && k->head_at > 0) {
			l->head = k->head;
			l->head_at = k->head_at;
		}
	}
}

static void
chunk_settle(
    struct scan *s, struct large *l, struct chunk *k, struct span result)
{
	char *copy;

	if (k->settled)
		return;
	copy = malloc(result.n + 1);
	ASSERT(copy != NULL);
	memcpy(copy, result.p, result.n);
	k->result = span_of(copy, result.n);
	k->settled = true;
	k->told = true;
	l->left--;
	large_heads(s, l);
	large_advance(s, l);
}

static void
chunk_lost(struct scan *s, struct large *l, uint32_t chunk, enum diag_code why,
    const char *detail)
{
	char text[240];

	snprintf(text, sizeof(text), "bytes %" PRIu64 " to %" PRIu64 ": %s%s",
	    (uint64_t)chunk * l->chunk_bytes,
	    (uint64_t)(chunk + 1) * l->chunk_bytes, detail,
	    chunk + 1 < l->nchunks
		? "; line numbers behind are not known, offsets are"
		: "");
	l->chunks[chunk].lost = true;
	l->chunks[chunk].why = why;
	chunk_settle(s, l, &l->chunks[chunk], span_str(text));
}

static void
hash_lost(
    struct scan *s, struct large *l, enum diag_code why, const char *detail)
{
	source_diag(s->c, &s->c->sources[l->row], why, 0,
	    arena_fmt(&s->arena, "hashing: %s", detail));
	l->left--;
	large_advance(s, l);
}

void
large_lost(struct scan *s, const struct planned *p, enum diag_code why,
    const char *detail)
{
	struct large *l = &s->large[p->large];

	if (p->kind == JOB_HASH)
		hash_lost(s, l, why, detail);
	else
		chunk_lost(s, l, p->chunk, why, detail);
}

static struct large *
large_new(struct scan *s, const struct large *l)
{
	s->large = arena_grow(
	    &s->arena, s->large, s->nlarge, &s->large_cap, sizeof(*l));
	s->large[s->nlarge] = *l;
	return &s->large[s->nlarge++];
}

/* The answer to a large source: read it in chunks. */
static struct large *
plan_take(struct scan *s, const struct planned *job, struct cursor c)
{
	struct large l = {.found = job->found, .opened = job->opened};
	uint32_t at = (uint32_t)s->nlarge;
	struct source *row;

	l.format = arena_copy(&s->c->arena, cursor_bytes(&c));
	l.evidence = arena_copy(&s->c->arena, cursor_bytes(&c));
	l.magic = arena_copy(&s->c->arena, cursor_bytes(&c));
	l.why = arena_copy(&s->c->arena, cursor_bytes(&c));
	l.front = cursor_le64(&c);
	l.chunk_bytes = cursor_le32(&c);
	l.nchunks = cursor_le32(&c);
	if (c.failed || l.chunk_bytes < LIMIT_CHUNK_BYTES || l.nchunks == 0 ||
	    l.nchunks > job->opened.size / LIMIT_CHUNK_BYTES + 1)
		return NULL;
	l.years = arena_copy(&s->arena, cursor_bytes(&c));
	if (c.failed || l.years.n > SCHED_PAYLOAD / 2)
		return NULL;
	l.chunks = arena_array(&s->arena, l.nchunks, sizeof(*l.chunks));
	l.parts = arena_array(&s->arena, l.nchunks, parts_room(&l));
	l.left = l.nchunks + (s->o->worker.mode == WORKER_SCAN);
	l.row = (uint32_t)s->c->nsources;
	row = casefile_source(s->c, s->found[l.found].path);
	row->state = SOURCE_UNREADABLE;
	map_init(&l.gather.hosts, &s->arena);
	sighting_table_init(&l.gather.sightings, &s->c->arena);
	/* The hash goes first: where it is taken at once it takes longest. */
	if (s->o->worker.mode == WORKER_SCAN)
		job_later(s, (struct planned){.kind = JOB_HASH, .large = at});
	for (uint32_t i = 0; i < l.nchunks; i++)
		job_later(s, (struct planned){
				 .kind = JOB_CHUNK, .large = at, .chunk = i});
	return large_new(s, &l);
}

static void
chunk_done(struct scan *s, struct large *l, uint32_t chunk, struct span result)
{
	struct chunk *k = &l->chunks[chunk], now = *k;
	struct span parts;

	if (!chunk_end(result, &now, &parts)) {
		chunk_lost(
		    s, l, chunk, DIAG_WORKER_PROTOCOL, "no end of the chunk");
		return;
	}
	/* What it told of itself when it was read first holds. */
	if (k->told) {
		k->lines = now.lines;
		chunk_settle(s, l, k, result);
		return;
	}
	*k = now;
	if (parts.n > 0 && parts.n <= parts_room(l)) {
		memcpy(l->parts + chunk * parts_room(l), parts.p, parts.n);
		l->nparts += parts.n;
	}
	chunk_settle(s, l, k, result);
}

static void
hash_done(struct scan *s, struct large *l, struct span result)
{
	struct cursor body;
	char *copy = malloc(result.n + 1);

	ASSERT(copy != NULL);
	memcpy(copy, result.p, result.n);
	l->hashed = span_of(copy, result.n);
	if (result_find(result, RESULT_HASH, &body))
		l->hashes = take_hashes(s, &body);
	l->left--;
	large_advance(s, l);
}

bool
large_next(struct scan *s, struct task *t)
{
	while (s->next_ready < s->nready) {
		uint32_t id = s->ready[s->next_ready++];
		struct planned p = s->jobs[id];
		struct large *l = &s->large[p.large];
		const struct found *f = &s->found[l->found];
		struct source_opened o = l->opened;

		o.fd = fcntl(o.fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		if (o.fd < 0) {
			large_lost(s, &p, DIAG_UNREADABLE, strerror(errno));
			continue;
		}
		payload_begin(
		    s, p.kind == JOB_HASH ? TASK_HASH : TASK_CHUNK, f, &o);
		if (p.kind == JOB_CHUNK)
			buf_u64(&s->payload, l->chunks[p.chunk].under_at);
		if (p.kind == JOB_CHUNK) {
			uint64_t from = (uint64_t)p.chunk * l->chunk_bytes;

			buf_bytes(&s->payload, l->format);
			buf_u64(&s->payload, from);
			buf_u64(&s->payload, l->chunk_bytes);
			buf_u64(&s->payload, l->front);
			years_put_some(
			    &s->payload, l->years, from, from + l->chunk_bytes);
		}
		*t = (struct task){
		    .id = id, .fd = o.fd, .payload = buf_span(&s->payload)};
		return true;
	}
	return false;
}

/* The diagnostics that came with a plan belong to the large source. */
static void
plan_diags(struct scan *s, struct large *l, struct span result)
{
	struct cursor c = cursor_of(result);

	while (cursor_left(&c) > 0 && !c.failed) {
		enum result_type type = (enum result_type)cursor_u8(&c);
		struct cursor body = cursor_of(cursor_bytes(&c));
		uint32_t code;

		if (type != RESULT_DIAG)
			continue;
		code = cursor_le32(&body);
		(void)cursor_le64(&body);
		if (code < DIAG_COUNT)
			source_diag(s->c, &s->c->sources[l->row],
			    (enum diag_code)code, 0, cursor_bytes(&body));
	}
}

void
large_plan(
    struct scan *s, struct planned *job, struct cursor plan, struct span result)
{
	struct large *l = plan_take(s, job, plan);

	if (l == NULL) {
		source_leave(s, NULL, &job->opened);
		return;
	}
	job->opened.fd = -1;
	plan_diags(s, l, result);
}

void
large_done(struct scan *s, const struct planned *job, struct span result)
{
	struct large *l = &s->large[job->large];

	if (job->kind == JOB_CHUNK)
		chunk_done(s, l, job->chunk, result);
	else
		hash_done(s, l, result);
}
