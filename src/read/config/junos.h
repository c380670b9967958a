/*
 * Juniper Junos configurations in braces, as "display set" and as XML.
 * Parts of the reader; the reader itself is in junos.c.
 */
#ifndef TIDEMARK_READ_CONFIG_JUNOS_H
#define TIDEMARK_READ_CONFIG_JUNOS_H

#include "read/config/path_facts.h"

extern const struct reader reader_junos_config;

/* Any of its surfaces to an empty tree over its bytes; groups stay groups. */
void junos_read_tree(struct path_tree *t, struct emit *out);

/*
 * Put what apply-groups brings in where it applies, wildcards (<*>) and
 * apply-groups-except respected.  What a configuration states itself comes
 * first among siblings, then earlier groups before later ones: the first value
 * is the one in force.  At most LIMIT_GROUP_STEPS steps; false when there were
 * more.
 */
bool junos_expand_groups(struct path_tree *t, struct arena *a);

/* Facts by theme. */
void junos_system(struct path_facts *x);
void junos_services(struct path_facts *x);
void junos_net(struct path_facts *x);
void junos_filters(struct path_facts *x);
void junos_translations(struct path_facts *x);
/* Who may reach the services, by lo0 and by client lists. */
void junos_reach(struct path_facts *x, const struct read_in *in);

#endif
