/*
 * What a device does where its configuration is silent: the state of a setting
 * by platform and release.  Filled from data/defaults/ (intel/
 * default_settings.h), asked by the readers of configurations.
 */
#ifndef TIDEMARK_DEVICE_DEFAULTS_H
#define TIDEMARK_DEVICE_DEFAULTS_H

#include "base/arena.h"
#include "base/map.h"

/* The two leading numbers of a release or train: 17.9 of 17.9.4a, 21.4 of
 * 21.4R3.  Defaults change with these. */
struct release_train {
	uint32_t major, minor;
};

struct default_setting {
	struct span platform, name;
	struct span state;	 /* enabled, disabled, unknown */
	struct span value, port; /* of the default; may be empty */
	/* Source, how well confirmed, and the releases it holds for. */
	struct span basis;
	bool has_from, has_below;
	struct release_train from, below;
	uint32_t next; /* of the same platform and name, or MAP_NONE */
};

struct defaults {
	struct arena *arena;
	struct map index; /* platform, newline, name -> first */
	struct default_setting *v;
	size_t n, cap;
};

void defaults_init(struct defaults *d, struct arena *a);

/* Its texts are borrowed.  Earlier ones win where several hold. */
void defaults_add(struct defaults *d, const struct default_setting *s);

/* False when the text does not begin with two numbers. */
bool release_train_read(struct span release, struct release_train *out);

/*
 * The default of a setting.  release may be empty: then only what holds for
 * all releases counts.  NULL when nothing is known, or d is NULL.
 */
const struct default_setting *defaults_find(const struct defaults *d,
    struct span platform, struct span name, struct span release);

#endif
