#include "detect/asks.h"

void
asks_list(const struct knowledge *k, struct map *settings)
{
	const struct vulnerability_set *set = &k->vulnerabilities;

	for (size_t i = 0; i < set->n; i++) {
		const struct vuln_feature *f = &set->v[i]->feature;

		for (size_t n = 0; n < f->nany; n++) {
			map_add(settings, f->any[n].setting, 1);
			map_add(settings, f->any[n].unless, 1);
			for (size_t w = 0; w < f->any[n].with.n; w++)
				map_add(settings, f->any[n].with.v[w], 1);
		}
	}
	for (size_t i = 0; i < k->prerequisites.n; i++) {
		const struct prerequisite *p = &k->prerequisites.v[i];

		for (size_t n = 0; n < p->nsettings; n++)
			map_add(settings, p->settings[n].name, 1);
	}
}
