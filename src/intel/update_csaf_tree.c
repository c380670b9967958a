#include "base/limits.h"
#include "intel/update_csaf.h"

struct walk {
	struct update_read *r;
	struct csaf_tree *t;
	bool full;
};

/* What the branches above say. */
struct above {
	struct span vendor, product, platform, release;
};

static void
product_add(struct walk *w, struct span id, struct csaf_product p)
{
	struct arena *a = &w->r->scratch;
	struct csaf_tree *t = w->t;
	uint32_t at;

	if (id.n == 0)
		return;
	if (t->n >= LIMIT_UPDATE_PRODUCTS) {
		if (!w->full)
			update_refuse(w->r, "more products than the limit");
		w->full = true;
		return;
	}
	at = map_add(&t->ids, id, (uint32_t)t->n);
	p.next = MAP_NONE;
	t->v = arena_grow(a, t->v, t->n, &t->cap, sizeof(*t->v));
	t->v[t->n] = p;
	if (at != t->n) {
		while (t->v[at].next != MAP_NONE)
			at = t->v[at].next;
		t->v[at].next = (uint32_t)t->n;
	}
	t->n++;
}

/* "vers:generic/PAN-OS>=11.2.0", "FortiOS/>=7.4.0|<=7.4.7": the range alone. */
static struct span
range_of(struct span name, struct span product)
{
	size_t slash;

	if (span_starts(name, SPAN("vers:"))) {
		size_t at = 0;

		while (at < name.n && name.p[at] != '<' && name.p[at] != '>' &&
		       name.p[at] != '=')
			at++;
		if (at < name.n)
			return span_trim(span_from(name, at));
	}
	slash = span_find_byte(name, '/');
	if (slash != SPAN_NONE &&
	    span_eq_nocase(span_trim(span_head(name, slash)), product))
		return span_trim(span_from(name, slash + 1));
	if (product.n > 0 && span_starts_nocase(name, product))
		return span_trim(span_from(name, product.n));
	return name;
}

static bool
is_release(struct span category)
{
	return span_starts(category, SPAN("product_version")) ||
	       span_is(category, "service_pack") ||
	       span_is(category, "patch_level");
}

static void
learn(struct walk *w, const json_t *branch, struct above *a)
{
	struct span category = update_json_text(branch, "category"),
		    name = update_json_text(branch, "name"), platform;

	if (span_is(category, "vendor")) {
		a->vendor = name;
		return;
	}
	if (is_release(category)) {
		a->release = range_of(name, a->product);
		return;
	}
	/* product_name and product_family, and what vendors invent. */
	platform = product_platform(w->r->o->products, a->vendor, name);
	if (platform.n > 0 || a->platform.n == 0) {
		a->platform = platform;
		a->product = name;
		a->release = (struct span){0};
	}
}

static void
branch_walk(
    struct walk *w, const json_t *branch, struct above a, unsigned depth)
{
	const json_t *p = json_object_get(branch, "product");
	size_t i;
	json_t *b;

	if (depth > LIMIT_UPDATE_TREE_DEPTH) {
		update_refuse(w->r, "a product tree deeper than the limit");
		return;
	}
	learn(w, branch, &a);
	if (p != NULL)
		product_add(w, update_json_text(p, "product_id"),
		    (struct csaf_product){.platform = a.platform,
			.name = a.product.n > 0 ? a.product
						: update_json_text(p, "name"),
			.release = a.release});
	json_array_foreach(json_object_get(branch, "branches"), i, b)
	    branch_walk(w, b, a, depth + 1);
}

/* A product of its own without branches: its name may end with a release. */
static void
full_name(struct walk *w, const json_t *p)
{
	struct span name = update_json_text(p, "name");
	size_t at = span_rfind_byte(name, ' ');
	struct csaf_product x = {.name = name};

	x.platform = product_platform(w->r->o->products, SPAN(""), name);
	if (x.platform.n == 0 && at != SPAN_NONE) {
		x.platform = product_platform(
		    w->r->o->products, SPAN(""), span_head(name, at));
		x.release = span_trim(span_from(name, at));
	}
	product_add(w, update_json_text(p, "product_id"), x);
}

/* What of a name tells one model from another: words with digits. */
static struct span
model_words(struct arena *a, struct span name)
{
	struct span word, out = {0};

	while ((word = span_word(&name)).n > 0) {
		bool digit = false;

		for (size_t i = 0; i < word.n; i++)
			digit |= ascii_digit((unsigned char)word.p[i]);
		if (digit && word.n > 2 && out.n < LIMIT_UPDATE_CELL)
			out = arena_fmt(a, "%.*s %.*s", SPAN_FMT(out),
			    SPAN_FMT(word));
	}
	return out;
}

/* Software on hardware: the release is that of the software. */
static void
relationship(struct walk *w, const json_t *v)
{
	const json_t *p = json_object_get(v, "full_product_name");
	uint32_t soft =
		     csaf_find(w->t, update_json_text(v, "product_reference")),
		 hard = csaf_find(
		     w->t, update_json_text(v, "relates_to_product_reference"));
	struct csaf_product x = {.name = update_json_text(p, "name")};

	if (soft != MAP_NONE && hard != MAP_NONE &&
	    w->t->v[soft].platform.n == 0 && w->t->v[hard].platform.n > 0) {
		uint32_t swap = soft;

		soft = hard;
		hard = swap;
	}
	if (soft != MAP_NONE) {
		x.platform = w->t->v[soft].platform;
		x.release = w->t->v[soft].release;
		x.name = w->t->v[soft].name;
	}
	if (hard != MAP_NONE)
		x.hardware =
		    model_words(&w->r->scratch, w->t->v[hard].name);
	product_add(w, update_json_text(p, "product_id"), x);
}

void
csaf_tree_read(struct update_read *r, const json_t *tree, struct csaf_tree *out)
{
	struct walk w = {.r = r, .t = out};
	size_t i;
	json_t *v;

	*out = (struct csaf_tree){0};
	map_init(&out->ids, &r->scratch);
	json_array_foreach(json_object_get(tree, "branches"), i, v)
	    branch_walk(&w, v, (struct above){{0}, {0}, {0}, {0}}, 0);
	json_array_foreach(json_object_get(tree, "full_product_names"), i, v)
	    full_name(&w, v);
	json_array_foreach(json_object_get(tree, "relationships"), i, v)
	    relationship(&w, v);
}

uint32_t
csaf_find(const struct csaf_tree *t, struct span id)
{
	return id.n == 0 ? MAP_NONE : map_get(&t->ids, id);
}
