/*
 * What logs say of times: from when to when a host was heard, and when somebody
 * changed its configuration.  Every line is parsed for it.
 */
#include "base/limits.h"
#include "run/job.h"

static struct voice *
voice_of(struct job *j, const struct record *r)
{
	struct span key = arena_fmt(
	    &j->source, "%.*s %.*s", SPAN_FMT(r->host), SPAN_FMT(r->host_addr));
	uint32_t at;

	if (j->nvoices == 0)
		map_init(&j->voice_index, &j->source);
	at = map_get(&j->voice_index, key);
	if (at != MAP_NONE)
		return &j->voices[at];
	if (j->nvoices >= LIMIT_LOG_HOSTS)
		return NULL;
	map_add(&j->voice_index, key, (uint32_t)j->nvoices);
	j->voices = arena_grow(&j->source, j->voices, j->nvoices,
	    &j->voices_cap, sizeof(*j->voices));
	j->voices[j->nvoices] =
	    (struct voice){.host = arena_copy(&j->source, r->host),
		.host_addr = arena_copy(&j->source, r->host_addr),
		.first = r->time,
		.last = r->time};
	return &j->voices[j->nvoices++];
}

static void
event_send(struct job *j, const struct record *r)
{
	struct buf b;

	if (++j->nchanges > LIMIT_SOURCE_EVENTS)
		return;
	buf_init(&b, LIMIT_MESSAGE_BYTES);
	buf_u64(&b, (uint64_t)r->time);
	buf_bytes(&b, r->host);
	buf_bytes(&b, r->host_addr);
	job_send(j, RESULT_CHANGED, &b);
	buf_release(&b);
}

void
job_voice(struct job *j, const struct record *r)
{
	struct voice *v;

	if ((r->kind != K_SYSLOG && r->kind != K_COMMAND) ||
	    r->time == TIME_NONE)
		return;
	/* The same host line after line. */
	v = j->nvoices > 0 ? &j->voices[j->voice] : NULL;
	if (v == NULL || !span_eq(v->host, r->host) ||
	    !span_eq(v->host_addr, r->host_addr))
		v = voice_of(j, r);
	if (v == NULL)
		return;
	j->voice = (size_t)(v - j->voices);
	if (r->time < v->first)
		v->first = r->time;
	if (r->time > v->last)
		v->last = r->time;
	if (changes_explained(j->o->changes, r))
		event_send(j, r);
}

void
job_voices_flush(struct job *j)
{
	struct buf b;

	buf_init(&b, LIMIT_MESSAGE_BYTES);
	for (size_t i = 0; i < j->nvoices; i++) {
		buf_u64(&b, (uint64_t)j->voices[i].first);
		buf_u64(&b, (uint64_t)j->voices[i].last);
		buf_bytes(&b, j->voices[i].host);
		buf_bytes(&b, j->voices[i].host_addr);
		job_send(j, RESULT_VOICE, &b);
	}
	buf_release(&b);
}
