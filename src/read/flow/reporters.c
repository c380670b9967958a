#include "read/flow/reporters.h"

#include "base/limits.h"

/* Family and bytes of two addresses, two ports, protocol, action. */
#define KEY_BYTES (2 * 17 + 2 * 2 + 2)

/* Flows are told every 15 minutes at most (Google), and arrive in any order. */
#define SILENCE (30 * 60 * TIME_SECOND)

struct reporter {
	uint64_t who; /* hash of the word */
	int64_t last; /* when it told of the conversation, or TIME_NONE */
};

void
flow_reporters_init(struct flow_reporters *s, struct arena *arena)
{
	*s = (struct flow_reporters){.arena = arena};
	map_init(&s->index, arena);
}

static struct span
key_make(const struct flow *f, char room[KEY_BYTES])
{
	const struct addr *ends[] = {&f->src, &f->dst};
	const unsigned numbers[] = {f->src_port >> 8, f->src_port,
	    f->dst_port >> 8, f->dst_port, f->protocol, f->action};
	char *at = room;

	for (size_t i = 0; i < 2; i++) {
		*at++ = (char)ends[i]->family;
		memcpy(at, ends[i]->bytes, sizeof(ends[i]->bytes));
		at += sizeof(ends[i]->bytes);
	}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		*at++ = (char)numbers[i];
	return span_of(room, (size_t)(at - room));
}

/* The first to tell of the conversation: this one, when nobody did.  NULL: no
 * room for another conversation. */
static struct reporter *
first_of(struct flow_reporters *s, struct span key, uint64_t who)
{
	uint32_t at = map_get(&s->index, key);

	if (at != MAP_NONE)
		return &s->v[at];
	if (s->n == LIMIT_FLOW_REPORTERS)
		return NULL;
	map_add(&s->index, key, (uint32_t)s->n);
	s->v = arena_grow(s->arena, s->v, s->n, &s->cap, sizeof(*s->v));
	s->v[s->n] = (struct reporter){who, TIME_NONE};
	return &s->v[s->n++];
}

bool
flow_reported(struct flow_reporters *s, const struct flow *f, struct span who)
{
	uint64_t hash = span_hash(who);
	int64_t now = f->first != TIME_NONE ? f->first : f->last;
	char room[KEY_BYTES];
	struct reporter *first;

	if (who.n == 0)
		return false;
	first = first_of(s, key_make(f, room), hash);
	if (first == NULL)
		return false;
	if (first->who != hash && now != TIME_NONE &&
	    first->last != TIME_NONE && now - first->last > SILENCE)
		*first = (struct reporter){hash, TIME_NONE};
	if (first->who != hash)
		return true;
	if (now != TIME_NONE && (first->last == TIME_NONE || now > first->last))
		first->last = now;
	return false;
}
