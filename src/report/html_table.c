#include "report/html.h"

void
html_tables_init(struct html *h)
{
	static const uint32_t none[1];

	map_init(&h->known, &h->arena);
	map_init(&h->lists.known, &h->arena);
	map_init(&h->needs.known, &h->arena);
	map_init(&h->answers.known, &h->arena);
	map_init(&h->places.known, &h->arena);
	map_init(&h->place_lists.known, &h->arena);
	html_text(h, SPAN(""));
	html_lists_add(h, &h->lists, none, 0);
	html_lists_add(h, &h->needs, none, 0);
}

uint32_t
html_text(struct html *h, struct span s)
{
	uint32_t at = map_add(&h->known, s, (uint32_t)h->nstrings);

	if (at < h->nstrings)
		return at;
	h->strings = arena_grow(&h->arena, h->strings, h->nstrings,
	    &h->strings_cap, sizeof(*h->strings));
	h->strings[h->nstrings++] = map_key(&h->known, s);
	return at;
}

uint32_t
html_lists_add(
    struct html *h, struct html_lists *l, const uint32_t *v, size_t n)
{
	struct span key = span_of((const char *)v, n * sizeof(*v));
	uint32_t at = map_add(&l->known, key, (uint32_t)l->n), *copy;

	if (at < l->n)
		return at;
	copy = arena_array(&h->arena, n, sizeof(*copy));
	for (size_t i = 0; i < n; i++)
		copy[i] = v[i];
	l->v = arena_grow(&h->arena, l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = (struct html_numbers){copy, n};
	return at;
}

uint32_t
html_list(struct html *h, struct span_list list)
{
	uint32_t few[64], *v = few;

	if (list.n > sizeof(few) / sizeof(*few))
		v = arena_array(&h->arena, list.n, sizeof(*v));
	for (size_t i = 0; i < list.n; i++)
		v[i] = html_text(h, list.v[i]);
	return html_lists_add(h, &h->lists, v, list.n);
}

void
html_put_text(struct html *h, struct span s)
{
	json_out_number(&h->j, NULL, html_text(h, s));
}

void
html_put_list(struct html *h, struct span_list l)
{
	json_out_number(&h->j, NULL, html_list(h, l));
}

void
html_put_time(struct html *h, int64_t t)
{
	if (t == TIME_NONE)
		json_out_null(&h->j, NULL);
	else
		json_out_number(&h->j, NULL, t / (TIME_SECOND / 1000));
}

void
html_put_lists(struct html *h, const char *key, const struct html_lists *l)
{
	json_out_list(&h->j, key);
	for (size_t i = 0; i < l->n; i++) {
		json_out_list(&h->j, NULL);
		for (size_t k = 0; k < l->v[i].n; k++)
			json_out_number(&h->j, NULL, l->v[i].v[k]);
		json_out_end_list(&h->j);
	}
	json_out_end_list(&h->j);
}

void
html_put_strings(struct html *h)
{
	json_out_list(&h->j, "strings");
	for (size_t i = 0; i < h->nstrings; i++)
		json_out_text(&h->j, NULL, h->strings[i]);
	json_out_end_list(&h->j);
}

void
html_columns(struct html *h, const char *table, const char *const *names)
{
	json_out_list(&h->j, table);
	for (; *names != NULL; names++)
		json_out_str(&h->j, NULL, *names);
	json_out_end_list(&h->j);
}
