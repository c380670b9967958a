#include "device/device.h"

#include <stdlib.h>

#include "base/limits.h"

static const struct {
	const char *word;
	unsigned bit;
} classes[] = {{"config", EV_CONFIG}, {"version", EV_VERSION},
    {"syslog", EV_SYSLOG}, {"accounting", EV_ACCOUNTING}, {"weblog", EV_WEBLOG},
    {"flow", EV_FLOW}, {"file", EV_FILE}, {"text", EV_TEXT},
    {"login-log", EV_LOGIN_LOG}, {"command-log", EV_COMMAND_LOG},
    {"command-accounting", EV_COMMAND_ACCOUNTING},
    {"log-level-5", EV_LOG_LEVEL_5}, {"log-level-6", EV_LOG_LEVEL_6},
    {"image-verified", EV_IMAGE_VERIFIED}};
#define CLASSES (sizeof(classes) / sizeof(classes[0]))

unsigned
evidence_class(struct span word)
{
	for (size_t i = 0; i < CLASSES; i++)
		if (span_is(word, classes[i].word))
			return classes[i].bit;
	return 0;
}

const char *
evidence_name(unsigned mask)
{
	for (size_t i = 0; i < CLASSES; i++)
		if (mask & classes[i].bit)
			return classes[i].word;
	return "";
}

void
fleet_init(struct fleet *f, struct arena *a)
{
	*f = (struct fleet){.arena = a};
	map_init(&f->names, a);
	map_init(&f->fqdns, a);
	map_init(&f->addresses, a);
}

/* Lower-case copy in a fixed buffer; host names end at 255 bytes (RFC 1035
 * section 2.3.4). */
struct lowered {
	char p[256];
	size_t n;
};

static struct span
lower(struct lowered *l, struct span s)
{
	s = span_trim(span_head(s, sizeof(l->p)));
	while (s.n > 0 && s.p[s.n - 1] == '.')
		s.n--;
	/* Without a first label it is the name of no host. */
	if (s.n > 0 && s.p[0] == '.')
		s.n = 0;
	for (size_t i = 0; i < s.n; i++)
		l->p[i] = (char)ascii_lower((unsigned char)s.p[i]);
	l->n = s.n;
	return span_of(l->p, s.n);
}

static struct span
short_of(struct span host)
{
	return span_head(host, span_find_byte(host, '.'));
}

static bool
is_address(struct span host)
{
	struct addr a;

	return addr_read(host, &a);
}

uint32_t
fleet_find_name(const struct fleet *f, struct span host)
{
	struct lowered l;
	struct span full = lower(&l, host);
	uint32_t d;

	if (full.n == 0)
		return DEVICE_NONE;
	if (is_address(full))
		return map_get(&f->names, full);
	d = map_get(&f->fqdns, full);
	if (d != MAP_NONE)
		return d;
	d = map_get(&f->names, short_of(full));
	/* A full name is not the device of another full name. */
	if (d != MAP_NONE && d != DEVICE_AMBIGUOUS &&
	    span_find_byte(full, '.') != SPAN_NONE && f->v[d].fqdn.n > 0)
		return DEVICE_NONE;
	return d;
}

static uint32_t
device_make(struct fleet *f, struct span name)
{
	struct device *d;

	if (f->n >= LIMIT_DEVICES)
		return DEVICE_NONE;
	f->v = arena_grow(f->arena, f->v, f->n, &f->cap, sizeof(*f->v));
	d = &f->v[f->n];
	*d = (struct device){.name = arena_copy(f->arena, name)};
	return (uint32_t)f->n++;
}

/* A full name meets a device known by its short name only, or by another full
 * name: then they are two devices and the short name alone is ambiguous. */
static uint32_t
full_name(struct fleet *f, struct span shown, struct span full, uint32_t same)
{
	struct device *d;

	if (same != MAP_NONE && same != DEVICE_AMBIGUOUS &&
	    f->v[same].fqdn.n == 0) {
		f->v[same].fqdn = arena_copy(f->arena, full);
		return map_add(&f->fqdns, full, same);
	}
	same = device_make(f, same == MAP_NONE ? short_of(shown) : shown);
	if (same == DEVICE_NONE)
		return same;
	d = &f->v[same];
	d->fqdn = arena_copy(f->arena, full);
	map_put(&f->names, short_of(full),
	    map_get(&f->names, short_of(full)) == MAP_NONE ? same
							   : DEVICE_AMBIGUOUS);
	return map_add(&f->fqdns, full, same);
}

/* What the short name stands for, whatever the domain. */
static uint32_t
dotted_or_short(const struct fleet *f, struct span full)
{
	uint32_t d;

	if (full.n == 0 || is_address(full))
		return map_get(&f->names, full);
	d = map_get(&f->fqdns, full);
	return d != MAP_NONE ? d : map_get(&f->names, short_of(full));
}

uint32_t
fleet_name(struct fleet *f, struct span host)
{
	struct lowered l;
	struct span full = lower(&l, host), shown = span_trim(host);
	uint32_t d = dotted_or_short(f, full);
	bool dotted =
	    !is_address(full) && span_find_byte(full, '.') != SPAN_NONE;

	if (full.n == 0)
		return DEVICE_NONE;
	if (dotted && map_get(&f->fqdns, full) == MAP_NONE)
		return full_name(f, span_head(shown, full.n), full, d);
	if (d != MAP_NONE)
		return d;
	d = device_make(f, span_head(shown, full.n));
	if (d != DEVICE_NONE)
		map_add(&f->names, full, d);
	return d;
}

uint32_t
fleet_full_name(struct fleet *f, struct span host)
{
	struct lowered l;
	struct span full = lower(&l, host);
	uint32_t d = map_get(&f->fqdns, full);

	if (full.n == 0)
		return DEVICE_NONE;
	map_put(&f->names, short_of(full), DEVICE_AMBIGUOUS);
	if (d != MAP_NONE)
		return d;
	d = device_make(f, span_head(span_trim(host), full.n));
	if (d == DEVICE_NONE)
		return d;
	f->v[d].fqdn = arena_copy(f->arena, full);
	return map_add(&f->fqdns, full, d);
}

uint32_t
fleet_find_address(const struct fleet *f, const struct addr *a)
{
	char text[ADDR_TEXT];

	if (a->family == 0)
		return DEVICE_NONE;
	return map_get(&f->addresses, span_str(addr_write(a, text)));
}

/* Words that name a kind of file, not a device. */
static bool
generic_word(struct span w)
{
	static const char *const words[] = {"show", "sh", "version", "ver",
	    "running", "run", "running-config", "config", "configs", "confg",
	    "conf", "cfg", "configuration", "configurations", "startup",
	    "startup-config", "tech", "support", "log", "logs", "syslog",
	    "logging", "messages", "access", "accounting", "acct", "aaa",
	    "tacacs", "web", "weblog", "http", "flow", "flows", "conn", "zeek",
	    "evidence", "output", "outputs", "txt", "raw", "data", "all",
	    "network", "device", "devices", "backup", "backups", "router",
	    "routers", "switch", "switches", "files", "file", "inventory",
	    "nginx", "current", "archive", "tmp", "var", "export", "stdin",
	    "tac_plus", "tacplus", "plus", "cisco", "ios", "xe", "iosxe",
	    "text", "xr", "iosxr", "nxos", "asa", "juniper", "junos",
	    "paloalto", "panos", "fortinet", "fortios", "arista", "eos"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (span_is_nocase(w, words[i]))
			return true;
	return false;
}

static bool
all_digits(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_digit((unsigned char)s.p[i]))
			return false;
	return true;
}

static bool
name_joint(char c)
{
	return c == '-' || c == '_' || c == '.' || c == ' ';
}

/* Where "_show_users" begins, or "show_users" at the start; SPAN_NONE where
 * the name is of no command. */
static size_t
output_start(struct span c)
{
	static const struct span word = {"show", 4};

	for (size_t at = 0; at + word.n < c.n; at++) {
		if (!span_starts_nocase(span_from(c, at), word) ||
		    !name_joint(c.p[at + word.n]))
			continue;
		if (at == 0)
			return 0;
		if (name_joint(c.p[at - 1]))
			return at - 1;
	}
	return SPAN_NONE;
}

/* Drop suffixes such as .cfg, .txt, .log.1, .gz. */
static struct span
stem_of(struct span c)
{
	static const char *const suffixes[] = {".cfg", ".conf", ".config",
	    ".txt", ".log", ".json", ".raw", ".gz", ".xz", ".zst", ".bz2",
	    ".out", ".bak", "-confg", "_confg", ".confg", "-config", "_config",
	    "-running", "_running", "_show_version", "-show-version",
	    "-version", "_version", ".1", ".old", ".tsv", ".acct", ".show",
	    "-syslog", "_syslog", "-access", "_access", "-running-config",
	    "_running-config", "_show_run", "_show_running-config", "-show-run",
	    "-startup", "_startup", "-logs", "_logs", "-log", "_log"};
	bool again = true;

	while (again) {
		again = false;
		for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]);
		     i++) {
			struct span x = span_str(suffixes[i]);

			if (c.n > x.n && span_ends_nocase(c, x)) {
				c = span_head(c, c.n - x.n);
				again = true;
			}
		}
	}
	return span_head(c, output_start(c));
}

/* Is every word of a name (split at - _ . and blank) a generic one? */
static bool
generic_name(struct span c)
{
	size_t from = 0;

	if (generic_word(c) || all_digits(c))
		return true;
	for (size_t i = 0; i <= c.n; i++) {
		if (i < c.n && c.p[i] != '-' && c.p[i] != '_' &&
		    c.p[i] != '.' && c.p[i] != ' ')
			continue;
		struct span w = span_sub(c, from, i);

		if (w.n > 0 && !generic_word(w) && !all_digits(w))
			return false;
		from = i + 1;
	}
	return true;
}

/* Components from the last to the first: fn-less iteration. */
static bool
component_before(struct span *path, struct span *out)
{
	while (path->n > 0) {
		size_t at = span_rfind_byte(*path, '/');

		*out = span_from(*path, at == SPAN_NONE ? 0 : at + 1);
		*path = span_head(*path, at == SPAN_NONE ? 0 : at);
		if (out->n > 0 && out->p[out->n - 1] == '!')
			out->n--;
		if (out->n > 0)
			return true;
	}
	return false;
}

uint32_t
fleet_find_path(const struct fleet *f, struct span path)
{
	struct span c;

	while (component_before(&path, &c)) {
		uint32_t d;

		c = stem_of(c);
		if (generic_name(c))
			continue;
		d = fleet_find_name(f, c);
		if (d != MAP_NONE)
			return d;
	}
	return DEVICE_NONE;
}

struct span
path_output_name(struct span path)
{
	struct span c;
	size_t at;

	if (!component_before(&path, &c))
		return (struct span){0};
	at = output_start(c);
	c = span_head(c, at == SPAN_NONE ? 0 : at);
	return c.n > 0 && c.n < 64 && !generic_name(c) ? c : (struct span){0};
}

struct span
path_device_name(struct span path)
{
	struct span c;

	while (component_before(&path, &c)) {
		c = stem_of(c);
		if (!generic_name(c) && !span_is(c, "-") && c.n < 64)
			return c;
	}
	return (struct span){0};
}

/* The release that most trusted sources state: show version before what a
 * configuration says. */
static void
identity_take(struct fleet *f, struct device *d, const struct fact *fact)
{
	const struct {
		enum field_id field;
		struct span *at;
	} parts[] = {{F_VENDOR, &d->vendor}, {F_MODEL, &d->model},
	    {F_TRAIN, &d->train}, {F_SERIAL, &d->serial}};
	struct span version = fact_text(fact, F_VERSION),
		    platform = fact_text(fact, F_PLATFORM);

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i].at->n == 0)
			*parts[i].at = arena_copy(
			    f->arena, fact_text(fact, parts[i].field));
	if (version.n > 0 && d->version.n > 0 && !span_eq(version, d->version))
		d->version_conflict = true;
	if (version.n > 0 && d->version.n == 0) {
		d->version = arena_copy(f->arena, version);
		/* What runs tells the platform better than a config. */
		if (platform.n > 0)
			d->platform = arena_copy(f->arena, platform);
	}
	if (d->platform.n == 0)
		d->platform = arena_copy(f->arena, platform);
}

static void
address_take(struct fleet *f, uint32_t device, const struct addr *a)
{
	char text[ADDR_TEXT];
	struct span key;
	uint32_t was;

	key = span_str(addr_write(a, text));
	was = map_add(&f->addresses, key, device);
	if (was != device)
		map_put(&f->addresses, key, DEVICE_AMBIGUOUS);
}

void
fleet_fact(
    struct fleet *f, uint32_t device, const struct fact *fact, uint32_t source)
{
	struct device *d = &f->v[device];

	if (fact->kind == K_DEVICE)
		identity_take(f, d, fact);
	if (d->nfacts >= LIMIT_DEVICE_FACTS) {
		d->facts_full = true;
		return;
	}
	d->facts = arena_grow(
	    f->arena, d->facts, d->nfacts, &d->facts_cap, sizeof(*d->facts));
	d->facts[d->nfacts++] = (struct device_fact){*fact, source};
}

void
fleet_expect(struct fleet *f, uint32_t device, size_t n)
{
	struct device *d = &f->v[device];

	if (n > LIMIT_DEVICE_FACTS)
		n = LIMIT_DEVICE_FACTS;
	if (d->nfacts > 0 || n <= d->facts_cap)
		return;
	d->facts = arena_array(f->arena, n, sizeof(*d->facts));
	d->facts_cap = n;
}

void
fleet_net(struct fleet *f, uint32_t device, enum fleet_net kind,
    const struct prefix *p)
{
	if (p->addr.family == 0)
		return;
	if (kind == FLEET_ADDRESS)
		address_take(f, device, &p->addr);
	else
		fleet_own(f, p);
}

void
fleet_own(struct fleet *f, const struct prefix *p)
{
	/* A default route, or a half of the Internet, is nobody's own. */
	if (p->addr.family == 0 || p->bits < (p->addr.family == 4 ? 8 : 16))
		return;
	f->own =
	    arena_grow(f->arena, f->own, f->nown, &f->own_cap, sizeof(*f->own));
	f->own[f->nown++] = *p;
}

static int
prefix_order(const void *a, const void *b)
{
	const struct prefix *x = a, *y = b;
	int c = addr_cmp(&x->addr, &y->addr);

	return c != 0 ? c : (int)x->bits - (int)y->bits;
}

void
fleet_seal(struct fleet *f)
{
	size_t n = 0;

	if (f->nown == 0)
		return;
	qsort(f->own, f->nown, sizeof(*f->own), prefix_order);
	for (size_t i = 0; i < f->nown; i++)
		if (n == 0 || !prefix_holds(&f->own[n - 1], &f->own[i].addr) ||
		    f->own[n - 1].bits > f->own[i].bits)
			f->own[n++] = f->own[i];
	f->nown = n;
}

bool
fleet_is_own(const struct fleet *f, const struct addr *a)
{
	size_t lo = 0, hi = f->nown;

	/* The last prefix that begins at or before the address: prefixes are
	 * disjoint, so no other can hold it. */
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (addr_cmp(&f->own[mid].addr, a) <= 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo > 0 && prefix_holds(&f->own[lo - 1], a);
}
