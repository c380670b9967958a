/*
 * The coverage matrix.  A device's cells are one text, a letter for each row;
 * what would settle its unknown ones is a list, in their order.  Devices of one
 * kind with the same evidence have both in common, so each is written once:
 * 5,000 devices by 800 rows come to little more than their findings.
 */
#include "report/html.h"

/* Idle: beside the main advisory, what no check answers. */
static char
letter(const struct casefile *c, uint32_t device, size_t row)
{
	const struct advisory_row *r = c->rows[row];
	enum coverage cell = casefile_cell(c, device, row);
	bool off_box = casefile_cell_trust(c, device, row) == TRUST_OFF_BOX;

	switch (cell) {
	case COVERAGE_HIT:
		return off_box ? 'H' : 'h';
	case COVERAGE_CLEAR:
		return off_box ? 'C' : 'c';
	case COVERAGE_UNKNOWN:
		return r->main || r->answered ? '?' : '.';
	case COVERAGE_NOT_APPLICABLE:
		break;
	}
	return '-';
}

/* Numbers of a device's cells in "strings" and of its needs in "needs". */
static void
device_cells(struct html *h, uint32_t device, char *text, uint32_t *need)
{
	const struct casefile *c = h->c;
	struct span cells = span_of(text, c->nrows);
	size_t n = 0;

	for (size_t r = 0; r < c->nrows; r++) {
		text[r] = letter(c, device, r);
		if (text[r] == '?')
			need[n++] =
			    html_list(h, case_need(c, device, c->rows[r]));
	}
	if (map_get(&h->known, cells) == MAP_NONE)
		cells = arena_copy(&h->arena, cells);
	json_out_list(&h->j, NULL);
	html_put_text(h, cells);
	json_out_number(&h->j, NULL, html_lists_add(h, &h->needs, need, n));
	json_out_end_list(&h->j);
}

static void
put_rows(struct html *h)
{
	static const char *const columns[] = {"advisory", "id", "title",
	    "confirmed", "essential", "hand", "procedure", "main", NULL};
	const struct knowledge *k = h->c->knowledge;
	struct json_out *j = &h->j;

	html_columns(h, "row_columns", columns);
	json_out_list(j, "rows");
	for (size_t i = 0; i < k->nadvisories; i++)
		for (size_t n = 0; n < k->advisories[i].nrows; n++) {
			const struct advisory_row *r =
			    &k->advisories[i].rows[n];

			json_out_list(j, NULL);
			json_out_number(j, NULL, (int64_t)i);
			html_put_text(h, r->id);
			html_put_text(h, r->title);
			html_put_text(h, r->confirmed);
			json_out_number(j, NULL, r->essential);
			json_out_number(j, NULL, r->by_hand);
			html_put_text(h, r->procedure);
			json_out_number(j, NULL, r->main);
			json_out_end_list(j);
		}
	json_out_end_list(j);
}

static void
put_advisories(struct html *h)
{
	static const char *const columns[] = {
	    "id", "title", "published", NULL};
	const struct knowledge *k = h->c->knowledge;

	html_columns(h, "advisory_columns", columns);
	json_out_list(&h->j, "advisories");
	for (size_t i = 0; i < k->nadvisories; i++) {
		json_out_list(&h->j, NULL);
		html_put_text(h, k->advisories[i].id);
		html_put_text(h, k->advisories[i].title);
		html_put_text(h, k->advisories[i].published);
		json_out_end_list(&h->j);
	}
	json_out_end_list(&h->j);
}

void
html_cells(struct html *h)
{
	char *text = arena_alloc(&h->arena, h->c->nrows);
	uint32_t *need =
	    arena_array(&h->arena, h->c->nrows, sizeof(*need));

	put_advisories(h);
	put_rows(h);
	json_out_list(&h->j, "cells");
	for (size_t i = 0; i < h->ndevices; i++)
		device_cells(h, h->devices[i], text, need);
	json_out_end_list(&h->j);
	html_put_lists(h, "needs", &h->needs);
}
