#include "device/defaults.h"

#define KEY_BYTES 96 /* platform and name of a setting; both are words */

static struct span
key_of(char key[KEY_BYTES], struct span platform, struct span name)
{
	if (platform.n + 1 + name.n > KEY_BYTES)
		return (struct span){0};
	memcpy(key, platform.p, platform.n);
	key[platform.n] = '\n';
	memcpy(key + platform.n + 1, name.p, name.n);
	return span_of(key, platform.n + 1 + name.n);
}

void
defaults_init(struct defaults *d, struct arena *a)
{
	*d = (struct defaults){.arena = a};
	map_init(&d->index, a);
}

void
defaults_add(struct defaults *d, const struct default_setting *s)
{
	char key[KEY_BYTES];
	struct span k = key_of(key, s->platform, s->name);
	uint32_t at;

	if (k.n == 0)
		return;
	at = map_add(&d->index, arena_copy(d->arena, k), (uint32_t)d->n);
	d->v = arena_grow(d->arena, d->v, d->n, &d->cap, sizeof(*d->v));
	d->v[d->n] = *s;
	d->v[d->n].next = MAP_NONE;
	if (at != d->n) {
		while (d->v[at].next != MAP_NONE)
			at = d->v[at].next;
		d->v[at].next = (uint32_t)d->n;
	}
	d->n++;
}

bool
release_train_read(struct span release, struct release_train *out)
{
	struct span major = span_until(&release, '.');
	size_t n = 0;
	uint64_t a, b;

	while (n < release.n && ascii_digit((unsigned char)release.p[n]))
		n++;
	if (!span_u64(major, &a) || !span_u64(span_head(release, n), &b) ||
	    a > UINT32_MAX || b > UINT32_MAX)
		return false;
	*out = (struct release_train){(uint32_t)a, (uint32_t)b};
	return true;
}

static bool
before(struct release_train a, struct release_train b)
{
	return a.major != b.major ? a.major < b.major : a.minor < b.minor;
}

static bool
holds(const struct default_setting *s, bool known, struct release_train r)
{
	if (!s->has_from && !s->has_below)
		return true;
	return known && !(s->has_from && before(r, s->from)) &&
	       !(s->has_below && !before(r, s->below));
}

const struct default_setting *
defaults_find(const struct defaults *d, struct span platform, struct span name,
    struct span release)
{
	struct release_train r = {0};
	bool known = release_train_read(release, &r);
	char key[KEY_BYTES];
	uint32_t at;

	if (d == NULL)
		return NULL;
	at = map_get(&d->index, key_of(key, platform, name));
	while (at != MAP_NONE && !holds(&d->v[at], known, r))
		at = d->v[at].next;
	return at != MAP_NONE ? &d->v[at] : NULL;
}
