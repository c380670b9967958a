/*
 * Commands and sentences for people, by platform: what mends a finding, how to
 * check one by hand, what would settle an open row.
 *
 * In a knowledge file this is a text or a list (good on every platform), or a
 * mapping from platforms to texts or lists.  A key names one platform word or
 * several ("ios ios-xe"); "any" stands for every platform without a key of its
 * own.
 *
 * A text of several lines (a block scalar) is as many commands.  A command that
 * belongs into the mode that one before it opens is indented, as a
 * configuration shows it.  What differs from device to device is a name in
 * braces, {first}; plan/template.h says how it is filled in.  For people that
 * is <first>.
 */
#ifndef TIDEMARK_INTEL_FIX_H
#define TIDEMARK_INTEL_FIX_H

#include "base/arena.h"
#include "intel/check.h"
#include "intel/yaml.h"

/* Texts of a list, or of one scalar, copied. */
struct span_list span_list_read(struct arena *a, const struct yaml_node *node);

/* Reads what stands at a node; several platforms of one key share its texts.
 * Nothing for NULL and null. */
void fix_read(
    struct arena *a, const struct yaml_node *node, struct fix **out, size_t *n);

/* One text that is good on every platform; nothing when it is empty.  The
 * text is borrowed. */
void fix_text(struct arena *a, struct span text, struct fix **out, size_t *n);

/* What a table says for a platform: under the platform's own word, else for
 * any.  A platform that is not known (empty) gets the first entry where there
 * is none for any. */
struct span_list fix_for(
    const struct fix *fixes, size_t n, struct span platform);

/* The commands for just this platform, as templates; empty where there are
 * only sentences for any. */
struct span_list fix_templates(
    const struct fix *fixes, size_t n, struct span platform);

#endif
