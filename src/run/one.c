/*
 * One source: identify it, read it, say what came of it.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/safe.h"
#include "read/clean.h"
#include "read/log/prompt.h"
#include "read/split.h"
#include "run/job.h"
#include "run/years.h"
#include "source/ahead.h"
#include "source/recode.h"

static void
put_hash(struct buf *b, bool has, const unsigned char *bytes, size_t n)
{
	char hex[2 * DIGEST_SHA512_BYTES + 1] = "";

	if (has)
		digest_hex(bytes, n, hex);
	buf_bytes(b, span_str(hex));
}

void
put_hashes(struct buf *b, const struct digest_result *d)
{
	static const struct digest_result none;
	bool any = d != NULL;

	d = any ? d : &none;
	put_hash(b, d->has_sha256, d->sha256, DIGEST_SHA256_BYTES);
	put_hash(b, any, d->xxh3, DIGEST_XXH3_BYTES);
	put_hash(b, d->has_vendor, d->md5, DIGEST_MD5_BYTES);
	put_hash(b, d->has_vendor, d->sha512, DIGEST_SHA512_BYTES);
}

void
job_end(struct job *j, const struct outcome *o)
{
	struct buf b;

	job_flush(j);
	buf_init(&b, LIMIT_MESSAGE_BYTES);
	buf_u8(&b, o->state);
	buf_bytes(&b, span_str(o->format));
	buf_bytes(&b, span_str(o->evidence));
	buf_bytes(&b, span_str(j->identity.magic));
	buf_bytes(&b, o->why);
	put_hashes(&b, o->digest);
	buf_u64(&b, o->bytes);
	buf_u64(&b, j->records);
	job_send(j, RESULT_END, &b);
	buf_release(&b);
}

void
file_record(struct job *j, uint64_t bytes, const struct digest_result *d)
{
	struct span path = j->path, name;
	char hex[2 * DIGEST_SHA256_BYTES + 1];
	size_t slash = span_rfind_byte(path, '/');
	struct record r;

	name = span_from(path, slash == SPAN_NONE ? 0 : slash + 1);
	record_init(&r, K_FILE, 0, UINT64_MAX, path);
	record_put(&r, F_PATH, path);
	record_put(&r, F_NAME, name);
	record_put(&r, F_MAGIC, span_str(j->identity.magic));
	record_put_number(&r, F_SIZE, arena_fmt(&j->source, "%" PRIu64, bytes));
	if (d->has_sha256) {
		digest_hex(d->sha256, DIGEST_SHA256_BYTES, hex);
		record_put(&r, F_SHA256, span_str(hex));
	}
	job_record(j, &r);
}

void
dump_identity(struct job *j, uint64_t bytes)
{
	const struct identity *i = &j->identity;
	struct buf b;

	buf_init(&b, LIMIT_MESSAGE_BYTES);
	safe_put(&b, j->path);
	if (i->reader != NULL)
		buf_fmt(&b, "\t%s\t%d\t%s", i->reader->name, i->guess.score,
		    i->guess.reason ? i->guess.reason : "");
	else
		buf_fmt(&b, "\tunrecognised\t0\t%s", i->why_not);
	if (i->second != NULL && i->second_guess.score > 0)
		buf_fmt(&b, "\trunner-up %s\t%d\t%s", i->second->name,
		    i->second_guess.score,
		    i->second_guess.reason ? i->second_guess.reason : "");
	else
		buf_fmt(&b, "\trunner-up none\t0\t%" PRIu64 " bytes", bytes);
	buf_byte(&b, '\n');
	job_send(j, RESULT_TEXT, &b);
	buf_release(&b);
}

void
identify_source(struct job *j, struct span head, uint64_t size)
{
	struct probe p = {.head = head,
	    .path = j->path,
	    .size = size,
	    .whole = size <= head.n};

	identify(&p, j->o->mode == WORKER_IDENTIFY, &j->identity);
	if (j->o->format != NULL)
		j->identity.reader = j->o->format;
}

/* A reader may be handed NUL bytes only as blanks. */
static void
clean_nuls(struct job *j, struct buf *b)
{
	size_t n = 0;

	for (char *at = b->p;
	     b->n > 0 &&
	     (at = memchr(at, '\0', b->n - (size_t)(at - b->p))) != NULL;
	     n++)
		*at = ' ';
	if (n > 0)
		job_diag(j, DIAG_NUL_BYTES, 0,
		    arena_fmt(&j->source, "%zu bytes", n));
}

/* The form a text is in, where it must be changed to be read. */
static enum recode_form
form_of(struct span bytes)
{
	enum recode_form form = recode_form(bytes);

	return form == RECODE_CR && !looks_text(bytes) ? RECODE_NONE : form;
}

static void
say_form(struct job *j, enum recode_form form)
{
	if (form == RECODE_CR)
		job_diag(j, DIAG_ENCODING, 0, SPAN("lines end in CR alone"));
	else
		job_diag(j, DIAG_UTF16, 0, SPAN(""));
}

static void
recode_bytes(struct job *j, struct buf *b)
{
	enum recode_form form = form_of(buf_span(b));
	struct recode r;
	struct buf out;

	if (form == RECODE_NONE)
		return;
	say_form(j, form);
	recode_init(&r, form);
	buf_init(&out, b->ceiling);
	recode_put(&r, buf_span(b), &out);
	buf_reset(b);
	buf_put(b, buf_span(&out));
	buf_release(&out);
}

static struct clock_hint
first_clock(struct job *j, struct span head, const struct reader *r)
{
	struct clock_hint at = clock_of_time(j->mtime);
	struct span line;
	int month, day;

	if (r->yearless == NULL)
		return (struct clock_hint){0};
	for (int i = 0; i < 50 && span_line(&head, &line); i++)
		if (r->yearless(line, &month, &day)) {
			clock_back(&at, month, day);
			job_assumed(j, at.year);
			return at;
		}
	return (struct clock_hint){0};
}

/* For a source in memory all lines tell. */
static void
memory_clock(struct job *j, struct span all, struct feed *f)
{
	struct year_part *parts;

	f->nparts = years_plan(&j->source, all, f->reader, j->mtime, &parts);
	if (f->nparts == 0)
		return;
	f->parts = parts;
	f->clock = parts[0].clock;
	job_assumed(j, f->clock.year);
}

void
begin_detect(struct job *j)
{
	const struct reader *r = j->identity.reader;

	if (j->detector != NULL)
		detector_begin(
		    j->detector, r != NULL && r->lines != NULL ? r->lines : r);
}

/* A recording of a session may hold a configuration or show output that its
 * reader takes; what was typed around it is evidence too. */
static void
typed_commands(struct job *j, struct span rest)
{
	struct span all = rest, line;
	struct record r;

	for (uint64_t n = 1; span_line(&rest, &line); n++)
		if (prompt_command(&r, line, n, (uint64_t)(line.p - all.p)))
			job_record(j, &r);
}

/* The lines of a source that was read as a whole: only what rules look for is
 * parsed, so they are not counted as records. */
static void
lines_of_whole(struct job *j, struct span bytes, const struct reader *lines)
{
	struct feed f = {.reader = lines,
	    .limit = UINT64_MAX,
	    .head = span_head(bytes, LIMIT_PROBE_BYTES)};
	uint64_t records = j->records;
	struct stream s;

	stream_mem(&s, bytes);
	feed_lines(j, &s, &f);
	stream_release(&s);
	j->records = records;
}

/* Bytes in memory: read by the reader that identify found, or searched. */
static void
read_memory(struct job *j)
{
	const struct reader *r = j->identity.reader;
	struct read_in in = {.path = j->path,
	    .defaults = j->o->defaults,
	    .shows = j->shows,
	    .clock.zone = j->o->zone,
	    .arena = &j->source,
	    .ask = j->o->mode == WORKER_REACH ? &j->o->ask : NULL};
	struct stream s;
	struct feed f = {.reader = r, .limit = UINT64_MAX};

	in.bytes = buf_span(&j->bytes);
	in.head = f.head = span_head(in.bytes, LIMIT_PROBE_BYTES);
	if (r != NULL && r->shape == READER_WHOLE) {
		if (j->detector != NULL)
			detector_bytes(j->detector, in.bytes);
		r->read(&in, &j->emit);
		job_no_answer(j);
		if (r->lines == NULL || j->detector == NULL)
			typed_commands(j, in.bytes);
		else
			lines_of_whole(j, in.bytes, r->lines);
		return;
	}
	if (r != NULL && r->shape == READER_BLOCKS) {
		stream_mem(&s, in.bytes);
		feed_blocks(j, r, &s, f.head);
		stream_release(&s);
		return;
	}
	if (r == NULL && j->detector == NULL)
		return;
	if (r == NULL) {
		detector_raw(j->detector, in.bytes, j->front,
		    span_is(span_str(j->identity.magic), "text") ? 1 : 0);
		return;
	}
	memory_clock(j, in.bytes, &f);
	f.offset = j->front;
	stream_mem(&s, in.bytes);
	j->records = feed_lines(j, &s, &f);
	stream_release(&s);
}

/* YARA looks at what is not plainly evidence text: tools lie among files. */
static bool
wants_yara(const struct job *j)
{
	return j->detector != NULL &&
	       (j->identity.reader == NULL ||
		   span_is(span_str(j->identity.reader->evidence), "text"));
}

void
yara_source(struct job *j, struct span bytes)
{
	if (wants_yara(j) && !detector_yara(j->detector, bytes))
		job_diag(j, DIAG_TOO_MANY, 0, SPAN("YARA gave up"));
}

static void
send_share(struct job *j)
{
	struct buf b;

	buf_init(&b, LIMIT_MESSAGE_BYTES);
	understood_write(j->understood, buf_span(&j->bytes), &b);
	job_send(j, RESULT_SHARE, &b);
	buf_release(&b);
}

/* Read what identify found, with all that looks at records. */
static void
read_source(struct job *j)
{
	if (j->o->mode == WORKER_UNDERSTOOD)
		j->understood = understood_new(
		    &j->source, j->o->grammars, j->identity.reader);
	read_memory(j);
	if (j->understood != NULL)
		send_share(j);
	job_remedies(j);
}

static bool
is_config(const struct job *j)
{
	return j->identity.reader != NULL &&
	       span_is(span_str(j->identity.reader->evidence), "config");
}

/* Leaves the first device in j->bytes, the others in rest. */
static void
keep_first(struct job *j, struct split *parts, struct buf *rest)
{
	struct span all = buf_span(&j->bytes);

	split_devices(all, parts);
	if (parts->n == 1) {
		if (parts->second_name > 0)
			job_diag(j, DIAG_SEVERAL_DEVICES, parts->second_name,
			    SPAN("another name, but no new beginning: read as "
				 "one device"));
		return;
	}
	job_diag(j, DIAG_SEVERAL_DEVICES, parts->line[1],
	    arena_fmt(&j->source, "%u devices%s", parts->n,
		parts->more ? " or more" : ""));
	if (parts->more)
		job_diag(j, DIAG_TOO_MANY, 0, SPAN("devices in one file"));
	buf_init(rest, j->bytes.ceiling);
	buf_put(rest, all);
	j->bytes.n = parts->start[1];
}

/* Each further device is a source of its own; blank lines stand for what is
 * before it, so that its lines keep their numbers. */
static void
read_others(struct job *j, const struct split *parts, const struct buf *rest)
{
	struct identity identity = j->identity;
	struct outcome o = {.state = STATE_READ,
	    .format = identity.reader->name,
	    .evidence = identity.reader->evidence};
	char base[LIMIT_PATH_BYTES];
	int n = snprintf(base, sizeof(base), "%.*s", SPAN_FMT(j->path));
	int64_t mtime = j->mtime;

	if (n < 0 || (size_t)n >= sizeof(base))
		return;
	for (unsigned i = 1; i < parts->n; i++) {
		size_t end = i + 1 < parts->n ? parts->start[i + 1] : rest->n;
		char path[LIMIT_PATH_BYTES + 32];

		snprintf(path, sizeof(path), "%s!/device-%u", base, i + 1);
		job_begin(j, span_str(path), mtime);
		j->identity = identity;
		begin_detect(j);
		buf_reset(&j->bytes);
		for (uint64_t l = 1; l < parts->line[i]; l++)
			buf_byte(&j->bytes, '\n');
		buf_put(
		    &j->bytes, span_sub(buf_span(rest), parts->start[i], end));
		o.bytes = end - parts->start[i];
		read_source(j);
		job_end(j, &o);
	}
}

static void
on_clean(void *ctx, enum diag_code code, struct span detail)
{
	job_diag(ctx, code, 0, detail);
}

/* A source that fits in memory. */
void
whole_source(struct job *j, struct stream *s)
{
	struct outcome o = {.state = STATE_READ, .format = "", .evidence = ""};
	struct digest_result d;
	struct split parts = {.n = 1};
	struct buf rest = {0};
	struct clean_told told = {on_clean, j};
	struct err e;
	bool all;

	buf_reset(&j->bytes);
	all = stream_all(s, &j->bytes);
	if (j->bytes.n > LIMIT_WHOLE_BYTES || !all) {
		job_diag(j, DIAG_TOO_LARGE, 0, SPAN(""));
		j->bytes.n = j->bytes.n < LIMIT_WHOLE_BYTES ? j->bytes.n
							    : LIMIT_WHOLE_BYTES;
	}
	if (s->failed)
		job_diag(j, s->code, 0, span_str(s->text));
	digest_reset(
	    &j->digest, j->o->custody ? UINT64_MAX : LIMIT_SHA256_BYTES, &e);
	front_hash(j);
	digest_update(&j->digest, buf_span(&j->bytes));
	digest_final(&j->digest, &d);
	o.bytes = d.bytes;
	o.digest = &d;
	recode_bytes(j, &j->bytes);
	front_drop(j, &j->bytes);
	if (looks_text(buf_span(&j->bytes)))
		clean_text(&j->bytes, &j->source, &told);
	identify_source(
	    j, span_head(buf_span(&j->bytes), LIMIT_PROBE_BYTES), j->bytes.n);
	if (job_waits(j))
		return;
	if (j->identity.reader != NULL &&
	    j->identity.reader->shape != READER_BLOCKS)
		clean_nuls(j, &j->bytes);
	if (j->o->mode == WORKER_IDENTIFY) {
		dump_identity(j, o.bytes);
		return;
	}
	begin_detect(j);
	file_record(j, o.bytes, &d);
	yara_source(j, buf_span(&j->bytes));
	if (is_config(j))
		clean_wrapped(&j->bytes, &told);
	if (is_config(j))
		keep_first(j, &parts, &rest);
	read_source(j);
	if (j->identity.reader != NULL) {
		o.format = j->identity.reader->name;
		o.evidence = j->identity.reader->evidence;
	} else if (o.bytes == 0) {
		if (!s->failed)
			job_diag(j, DIAG_EMPTY, 0, SPAN(""));
		o.state = STATE_UNRECOGNISED;
	} else {
		o.state = STATE_UNRECOGNISED;
		o.why = arena_fmt(&j->source, "%s (%" PRIu64 " bytes)",
		    j->identity.why_not, o.bytes);
	}
	if (s->failed && j->bytes.n == 0) {
		o.state = STATE_UNREADABLE;
		o.why = (struct span){0};
	}
	job_end(j, &o);
	if (parts.n > 1)
		read_others(j, &parts, &rest);
	buf_release(&rest);
	if (j->bytes.cap > 8u << 20)
		buf_release(&j->bytes);
}

/* A stream of lines or blocks too large for memory, or of unknown size. */
void
stream_read_all(
    struct job *j, struct stream *s, struct span head, enum recode_form form)
{
	struct outcome o = {.state = STATE_READ, .format = "", .evidence = ""};
	struct feed f = {.reader = j->identity.reader,
	    .limit = UINT64_MAX,
	    .roll_years = true};
	struct digest_result d;
	struct ahead ahead;
	struct recode recode;

	job_hash_begin(j, &j->digest, s->size);
	front_hash(j);
	f.offset = j->front;
	begin_detect(j);
	f.head = arena_copy(&j->source, head);
	ahead_open(&ahead, s, &j->digest);
	if (f.reader->shape == READER_BLOCKS) {
		feed_blocks(j, f.reader, &ahead.out, f.head);
	} else {
		recode_open(&recode, form, &ahead.out);
		f.clock = first_clock(j, f.head, f.reader);
		j->records = feed_lines(
		    j, form == RECODE_NONE ? &ahead.out : &recode.out, &f);
		recode_close(&recode);
	}
	ahead_close(&ahead);
	digest_final(&j->digest, &d);
	o.bytes = d.bytes;
	o.digest = &d;
	file_record(j, o.bytes, &d);
	o.format = j->identity.reader->name;
	o.evidence = j->identity.reader->evidence;
	if (s->failed)
		job_diag(j, s->code, 0, span_str(s->text));
	job_end(j, &o);
}

/* The first bytes of a stream as they are read, and the form they are in. */
static struct span
head_of(struct job *j, struct stream *s, enum recode_form *form)
{
	struct span head = stream_head(s, LIMIT_PROBE_BYTES);
	struct recode r;
	struct buf out;

	*form = form_of(head);
	if (*form == RECODE_NONE)
		return head;
	recode_init(&r, *form);
	buf_init(&out, 2 * LIMIT_PROBE_BYTES);
	recode_put(&r, head, &out);
	head = arena_copy(
	    &j->source, span_head(buf_span(&out), LIMIT_PROBE_BYTES));
	buf_release(&out);
	return head;
}

bool
stream_recoded(struct job *j, struct stream *s, uint64_t size)
{
	enum recode_form form;
	struct span head = head_of(j, s, &form);

	if (form == RECODE_NONE || j->o->mode == WORKER_IDENTIFY)
		return false;
	identify_source(j, head, size);
	if (j->identity.reader == NULL ||
	    j->identity.reader->shape != READER_LINES)
		return false;
	if (job_waits(j))
		return true;
	say_form(j, form);
	stream_read_all(j, s, head, form);
	return true;
}

/* A member of an archive, standard input, or a small file. */
void
stream_source(struct job *j, struct span path, struct stream *s, int64_t mtime)
{
	struct span head;

	job_begin(j, path, mtime);
	if (s->size <= LIMIT_CHUNK_BYTES || j->o->mode == WORKER_IDENTIFY) {
		whole_source(j, s);
		return;
	}
	if (stream_recoded(j, s, s->size))
		return;
	head = stream_head(s, LIMIT_PROBE_BYTES);
	identify_source(j, head, s->size);
	head = front_pass(j, s, head, true);
	if (j->identity.reader != NULL &&
	    j->identity.reader->shape != READER_WHOLE && job_waits(j))
		return;
	if (j->identity.reader != NULL &&
	    j->identity.reader->shape != READER_WHOLE)
		stream_read_all(j, s, head, RECODE_NONE);
	else
		whole_source(j, s);
}
