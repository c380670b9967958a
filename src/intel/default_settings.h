/*
 * data/defaults/: YAML files of defaults.
 *
 *     platforms: [ios-xe]
 *     source: where the facts of this file come from
 *     confirmed: official, reported or recalled
 *     settings:
 *       - {name: ssh-port, state: enabled, port: 22}
 *       - {name: x, from: 17.3, below: 17.9, state: disabled, source: ...}
 *
 * from and below are the two leading numbers of releases; the first entry
 * that holds counts, one without either holds for every release.  source and
 * confirmed of an entry stand before those of the file.
 */
#ifndef TIDEMARK_INTEL_DEFAULT_SETTINGS_H
#define TIDEMARK_INTEL_DEFAULT_SETTINGS_H

#include "device/defaults.h"
#include "intel/yaml.h"

/* Returns -1 with *e filled when the text is not of that form; entries before
 * the place that *e names are kept.  Nothing of text is borrowed. */
int default_settings_read(
    struct defaults *d, struct span text, struct yaml_error *e);

/* Those that are compiled into the program, in the arena. */
void default_settings_built_in(struct defaults *out, struct arena *a);

#endif
