/*
 * JSON of no common form: pulses of OTX, lists of abuse.ch and Spamhaus, what
 * advisories carry beside their text.  An object that holds a value, as a row
 * of a table does, is an indicator; so is a text in a list whose name says what
 * stands there.  Whatever stands under references, links and authors is none.
 */
#include "base/limits.h"
#include "base/timestamp.h"
#include "intel/feed_cells.h"
#include "intel/feed_json.h"
#include "intel/feed_value.h"

/* What is known of the place at hand. */
struct place {
	struct feed_read *r;
	struct span title, source, tlp, word; /* word: type of texts here */
	bool values; /* texts here are values, whatever their type */
	bool row;    /* an element of a list */
	uint64_t line;
};

static bool
name_is(const char *name, const char *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_is_nocase(span_str(name), v[i]))
			return true;
	return false;
}
#define NAME_IS(name, list) name_is(name, list, sizeof(list) / sizeof(*(list)))

static const char *const about_others[] = {"reference", "references", "link",
    "links", "external_references", "publisher", "author", "authors", "contact",
    "contacts", "source", "sources", "provenance", "see_also", "related",
    "terms", "license", "metadata", "tracking", "distribution"};
static const char *const value_lists[] = {
    "indicators", "iocs", "observables", "values", "artifacts", "ioc"};

/* ---- names ---- */

/* "c2_domains" is a list of domains, "ip_addresses" one of addresses; empty:
 * nothing is known. */
static struct span
type_word(struct span name)
{
	size_t cut = span_rfind_byte(name, '_');
	struct span last = cut == SPAN_NONE ? name : span_from(name, cut + 1);
	struct span tries[] = {name, name, last, last, last};

	tries[1].n -= tries[1].n > 0;
	tries[3].n -= tries[3].n > 0;
	tries[4].n -= tries[4].n > 1 ? 2 : 0;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		/* Shorter ones by what they lack: "s" and "es". */
		struct span gone = span_from(i < 2 ? name : last, tries[i].n);

		if ((gone.n == 0 || span_is_nocase(gone, "s") ||
			span_is_nocase(gone, "es")) &&
		    feed_type(tries[i]) >= 0)
			return tries[i];
	}
	return (struct span){0};
}

/* ---- texts ---- */

static struct feed_item
item_new(const struct place *p)
{
	struct feed_item x = feed_item_new();

	x.line = p->line;
	x.title = p->title;
	x.source = p->source;
	x.tlp = p->tlp;
	x.below = true;
	return x;
}

static void
text_take(const struct place *p, struct span text)
{
	struct feed_item x = item_new(p);
	struct feed_value v;

	arena_reset(&p->r->work);
	if (p->word.n > 0 || p->values)
		feed_cell_put(p->r, &x, text, p->word);
	else if (feed_value_guess(&p->r->work, text, &v) == NULL)
		p->r->counts->passed++;
}

/* ---- objects ---- */

/* A member as a cell; empty: it is none. */
static struct span
cell_of(const struct place *p, const json_t *v)
{
	if (json_is_string(v))
		return span_of(json_string_value(v), json_string_length(v));
	if (json_is_integer(v))
		return arena_fmt(
		    &p->r->scratch, "%lld", (long long)json_integer_value(v));
	if (json_is_real(v))
		return arena_fmt(&p->r->scratch, "%.0f", json_real_value(v));
	return (struct span){0};
}

static void
meta_all(const struct place *p, json_t *o, struct feed_item *x,
    struct span *word, bool *valued)
{
	const char *key;
	json_t *v;

	json_object_foreach(o, key, v)
	{
		enum feed_role role = feed_role_of(span_str(key));
		struct span cell = cell_of(p, v);

		if (cell.n == 0)
			continue;
		*valued |= role == ROLE_VALUE;
		if (role == ROLE_TYPE && word->n == 0)
			*word = cell;
		feed_meta_take(p->r, role, cell, x);
	}
	v = json_object_get(o, "is_active");
	if (json_is_false(v) ||
	    (json_is_integer(v) && json_integer_value(v) == 0))
		x->revoked = true;
}

/* The indicators that an object states itself. */
static void
row_take(const struct place *p, json_t *o)
{
	struct feed_item x = item_new(p);
	struct span word = p->word;
	bool valued = false;
	const char *key;
	json_t *v;

	meta_all(p, o, &x, &word, &valued);
	json_object_foreach(o, key, v)
	{
		struct span cell = cell_of(p, v);
		enum feed_role role = feed_role_of(span_str(key));
		int type = feed_column_type(span_str(key));

		if (cell.n == 0)
			continue;
		if (role == ROLE_VALUE && json_is_string(v)) {
			feed_cell_put(p->r, &x, cell, word);
		} else if (role == ROLE_NONE && type >= 0 &&
			   type != INDICATOR_ASN && !valued && p->row) {
			x.type = (enum indicator_type)type;
			x.value = cell;
			feed_put(p->r, &x);
		}
	}
}

static void
told_by(const json_t *o, const char *key, struct span *out)
{
	struct span s = feed_json_text(o, key);

	if (s.n > 0)
		*out = s;
}

static void value_take(const struct place *p, json_t *v, unsigned depth);

static void
object_take(const struct place *of, json_t *o, unsigned depth)
{
	struct place p = *of;
	const char *key;
	json_t *v;

	row_take(of, o);
	told_by(o, "name", &p.title);
	told_by(o, "title", &p.title);
	told_by(o, "author_name", &p.source);
	told_by(o, "tlp", &p.tlp);
	told_by(o, "TLP", &p.tlp);
	p.row = false;
	json_object_foreach(o, key, v)
	{
		if ((!json_is_object(v) && !json_is_array(v)))
			continue;
		if (NAME_IS(key, about_others)) {
			of->r->counts->passed++;
			continue;
		}
		p.word = type_word(span_str(key));
		p.values = NAME_IS(key, value_lists);
		value_take(&p, v, depth);
	}
}

static void
value_take(const struct place *of, json_t *v, unsigned depth)
{
	struct place p = *of;
	json_t *one;
	size_t i;

	if (depth >= LIMIT_FEED_DEPTH)
		return;
	if (json_is_object(v)) {
		object_take(of, v, depth + 1);
	} else if (json_is_array(v)) {
		p.row = true;
		json_array_foreach(v, i, one) value_take(&p, one, depth + 1);
	} else if (json_is_string(v)) {
		text_take(of, cell_of(of, v));
	}
}

/* ---- files ---- */

static void
element_take(struct place *p, struct span s, uint64_t line)
{
	json_t *v = feed_json_read(p->r, s, line);

	p->line = line;
	if (v != NULL)
		value_take(p, v, 0);
	json_decref(v);
}

static void
list_take(struct place *p, struct feed_json_list *l)
{
	struct span element;
	uint64_t line;

	p->row = p->values = true;
	while (feed_json_next(l, &element, &line))
		element_take(p, element, line);
	if (l->broken)
		feed_refuse(p->r, l->line, 0,
		    "the list does not end: the file is cut off or nested too "
		    "deep");
}

/* A list, or an object too large to be held: its list. */
static bool
is_list(struct span whole, struct span s, struct feed_json_list *l)
{
	static const char *const keys[] = {
	    "indicators", "iocs", "results", "data", "objects", "items"};

	if (feed_json_list(whole, s, l))
		return true;
	for (size_t i = 0;
	     s.n > LIMIT_FEED_ELEMENT && i < sizeof(keys) / sizeof(keys[0]);
	     i++)
		if (feed_json_list(whole, feed_json_member(s, keys[i]), l))
			return true;
	return false;
}

/* One value, or one a line. */
static void
objects_read(struct feed_read *r, struct span bytes)
{
	struct span whole = bytes, rest = span_trim(bytes);
	uint64_t line = 1;

	while (rest.n > 0) {
		struct place p = {.r = r, .row = true};
		struct feed_json_list l;
		size_t n = feed_json_skip(rest);
		struct span one = n > 0 ? span_head(rest, n) : rest, before;

		if (is_list(whole, one, &l))
			list_take(&p, &l);
		else
			element_take(&p, one, line);
		before = one;
		rest = span_from(rest, one.n);
		while (rest.n > 0 && (ascii_space((unsigned char)rest.p[0]) ||
					 rest.p[0] == ',')) {
			line += rest.p[0] == '\n';
			rest = span_from(rest, 1);
		}
		while (before.n > 0) {
			line += span_find_byte(before, '\n') != SPAN_NONE;
			(void)span_until(&before, '\n');
		}
	}
	if (r->counts->loaded + r->counts->refused == 0)
		feed_refuse(r, 1, 0,
		    "the JSON holds no indicator in a form that is known here");
}

/* Does the object hold a value under a name that says so? */
static bool
states_value(struct span object)
{
	static const char *const keys[] = {"ip", "ip_address", "ipv4", "ipv6",
	    "cidr", "domain", "hostname", "url", "sha256", "sha256_hash",
	    "sha1", "md5", "md5_hash", "ioc", "indicator", "dst_ip"};
	bool found = false;
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; !found && i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct span s = span_trim(feed_json_member(object, keys[i]));
		struct feed_value v;

		found =
		    s.n > 2 && s.p[0] == '"' &&
		    feed_value_guess(&a, span_sub(s, 1, s.n - 1), &v) == NULL;
	}
	arena_release(&a);
	return found;
}

static unsigned
objects_guess(struct span head, struct span path)
{
	static const char *const words[] = {"\"indicator\"", "\"indicators\"",
	    "\"ioc\"", "\"iocs\"", "\"ioc_value\"", "\"observables\"",
	    "\"observable\""};
	struct span s = span_trim(head);
	struct feed_value v;
	struct arena a;
	bool value;

	(void)path;
	if (s.n == 0 || (s.p[0] != '{' && s.p[0] != '['))
		return 0;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (span_has(s, words[i]))
			return 48;
	if (s.p[0] == '[')
		s = span_trim(span_from(s, 1));
	if (s.n == 0 || s.p[0] != '"')
		return states_value(s) ? 46 : 0;
	s = span_from(s, 1);
	arena_init(&a);
	value = feed_value_guess(
		    &a, span_head(s, span_find_byte(s, '"')), &v) == NULL;
	arena_release(&a);
	return value ? 46 : 0;
}

const struct feed_format feed_objects = {
    .name = "json",
    .title = "JSON with indicators in objects and lists",
    .guess = objects_guess,
    .read = objects_read,
};
