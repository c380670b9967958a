/*
 * The coverage matrix.  A device's cells are one text, a letter for each row;
 * what would settle its unknown ones is a list, in their order.  Devices of one
 * kind with the same evidence have both in common, so each is written once:
 * 5,000 devices by 800 rows come to little more than their findings.
 */
#include "report/html.h"

/* What the findings of a device make of a row: letters of a hit, in rising
 * weight.  A flaw hits its row even where its finding fell to a limit. */
enum hit { HIT_FLAW, HIT_MINOR, HIT_GAP, HIT_KNOWN_FLAW, HIT_SIGN };
static const char hit_letters[] = "fmgfs";

static enum hit
hit_of(const struct finding *f)
{
	switch (f->check->kind) {
	case CHECK_VULNERABILITY:
		return HIT_KNOWN_FLAW;
	case CHECK_HARDENING:
		return HIT_GAP;
	case CHECK_COMPROMISE:
	case CHECK_INDICATOR:
		break;
	}
	return !finding_waived(f) && finding_weight(f) >= VERDICT_SUSPICIOUS
		   ? HIT_SIGN
		   : HIT_MINOR;
}

static void
device_hits(
    const struct html *h, const struct map *rows, uint32_t device, char *hits)
{
	const struct device_result *r = &h->c->results[device];

	for (size_t i = 0; i < h->c->nrows; i++)
		hits[i] = HIT_FLAW;
	for (size_t i = 0; i < r->nfindings; i++) {
		const struct finding *f = &h->c->findings[r->findings[i]];

		for (size_t k = 0; k < f->rows.n; k++) {
			uint32_t row = map_get(rows, f->rows.v[k]);

			if (row != MAP_NONE && (char)hit_of(f) > hits[row])
				hits[row] = (char)hit_of(f);
		}
	}
}

/* Capital: evidence that was kept elsewhere.  '.': beside the main advisory,
 * what no check answers. */
static char
letter(const struct casefile *c, uint32_t device, size_t row, char hit)
{
	const struct advisory_row *r = c->rows[row];
	enum coverage cell = casefile_cell(c, device, row);
	enum trust trust = casefile_cell_trust(c, device, row);
	bool off_box = trust == TRUST_OFF_BOX;
	char a = '-';

	if (cell == COVERAGE_UNKNOWN)
		return r->main || r->answered ? '?' : '.';
	if (cell == COVERAGE_HIT)
		a = hit_letters[(unsigned char)hit];
	else if (cell == COVERAGE_CLEAR)
		a = trust == TRUST_IMAGE ? 'i' : 'c';
	return off_box && a != '-' ? (char)(a - 'a' + 'A') : a;
}

/* Numbers of a device's cells in "strings" and of its needs in "needs". */
static void
device_cells(struct html *h, uint32_t device, const char *hits, char *text,
    uint32_t *need)
{
	struct span room[CASE_NEEDS];
	const struct casefile *c = h->c;
	struct span cells = span_of(text, c->nrows);
	size_t n = 0;

	for (size_t r = 0; r < c->nrows; r++) {
		text[r] = letter(c, device, r, hits[r]);
		if (text[r] == '?')
			need[n++] =
			    html_list(h, case_need(c, device, c->rows[r], room));
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
	static const char *const columns[] = {"id", "title", "published", NULL};
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
	char *hits = arena_alloc(&h->arena, h->c->nrows);
	uint32_t *need = arena_array(&h->arena, h->c->nrows, sizeof(*need));

	struct map rows;

	map_init(&rows, &h->arena);
	for (size_t i = 0; i < h->c->nrows; i++)
		map_add(&rows, h->c->rows[i]->id, (uint32_t)i);
	put_advisories(h);
	put_rows(h);
	json_out_list(&h->j, "cells");
	for (size_t i = 0; i < h->ndevices; i++) {
		device_hits(h, &rows, h->devices[i], hits);
		device_cells(h, h->devices[i], hits, text, need);
	}
	json_out_end_list(&h->j);
	html_put_lists(h, "needs", &h->needs);
}
