/* Plain lists, CSV, Suricata datasets, Zeek's intelligence framework, nfdump
 * filters. */
#include <inttypes.h>

#include "base/safe.h"
#include "base/timestamp.h"
#include "cli/convert.h"
#include "intel/feed_value.h"

/* Lists of values. */
#define VALUES_ALONE                                                           \
	"windows, confidence, sources, TLP, and whether names below a domain " \
	"count"

static bool
any_type(enum indicator_type t)
{
	(void)t;
	return true;
}

static bool
addresses(enum indicator_type t)
{
	return t == INDICATOR_ADDRESS;
}

/* ---- plain ---- */

static void
plain_one(struct convert *c, const struct indicator *x, bool first)
{
	(void)first;
	fprintf(c->f, "%s%s%.*s\n", x->type == INDICATOR_URL ? "http://" : "",
	    x->type == INDICATOR_ASN ? "AS" : "", SPAN_FMT(x->value));
}

/* Does a reader of the list see what the value is?  Who asks for one type knows
 * it. */
static bool
plain_fits(struct convert *c, const struct indicator *x)
{
	struct feed_value v;
	struct arena a;
	bool fits = c->type >= 0 || x->type == INDICATOR_ASN ||
		    x->type == INDICATOR_URL;

	if (fits)
		return true;
	if (span_find_byte(x->value, ' ') != SPAN_NONE)
		return false;
	arena_init(&a);
	fits = feed_value_guess(&a, x->value, &v) == NULL &&
	       v.type == x->type && span_eq(v.text, x->value);
	arena_release(&a);
	return fits;
}

static void
nothing(struct convert *c)
{
	(void)c;
}

const struct convert_format convert_plain = {.name = "plain",
    .title = "a value a line",
    .live = true,
    .takes = any_type,
    .fits = plain_fits,
    .without = VALUES_ALONE,
    .begin = nothing,
    .one = plain_one,
    .end = nothing};

/* ---- CSV ---- */

/* A cell of RFC 4180; line ends become blanks. */
static void
cell(FILE *f, struct span s)
{
	putc('"', f);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			putc('"', f);
		putc((unsigned char)s.p[i] < ' ' ? ' ' : s.p[i], f);
	}
	putc('"', f);
}

static void
csv_begin(struct convert *c)
{
	fputs("type,value,id,valid_from,valid_until,source,confirmed,note,"
	      "confidence,tlp,kill_chain_phase,revoked\n",
	    c->f);
}

static const char *
csv_type(const struct indicator *x)
{
	if (x->type == INDICATOR_HASH)
		return x->value.n == 32	  ? "md5"
		       : x->value.n == 40 ? "sha1"
					  : "sha256";
	if (x->type == INDICATOR_DOMAIN && !x->below)
		return "hostname";
	return indicator_type_name(x->type);
}

static void
csv_one(struct convert *c, const struct indicator *x, bool first)
{
	char from[TIME_TEXT], until[TIME_TEXT];

	(void)first;
	fprintf(c->f, "%s,", csv_type(x));
	cell(c->f, x->value);
	putc(',', c->f);
	cell(c->f, indicator_id(x));
	fprintf(c->f, ",%s,%s,", time_write(x->about->from, from),
	    time_write(x->about->until, until));
	cell(c->f, x->about->source);
	putc(',', c->f);
	cell(c->f, x->about->confirmed);
	putc(',', c->f);
	cell(c->f, x->about->note);
	fprintf(c->f, ",%u,", x->about->percent);
	cell(c->f, x->about->tlp);
	putc(',', c->f);
	cell(c->f, x->about->phase);
	fprintf(
	    c->f, ",%s\n", x->state == INDICATOR_REVOKED ? "true" : "false");
}

const struct convert_format convert_csv = {.name = "csv",
    .title = "CSV, read back without loss of windows and confidence",
    .takes = any_type,
    .begin = csv_begin,
    .one = csv_one,
    .end = nothing};

/* ---- Suricata ---- */

static bool
suricata_takes(enum indicator_type t)
{
	return t == INDICATOR_ADDRESS || t == INDICATOR_HASH ||
	       t == INDICATOR_DOMAIN || t == INDICATOR_URL ||
	       t == INDICATOR_USER_AGENT || t == INDICATOR_JA3;
}

static void
base64_write(FILE *f, struct span s)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	    "+/";

	for (size_t i = 0; i < s.n; i += 3) {
		uint32_t v = 0;

		for (size_t k = 0; k < 3; k++)
			v = v << 8 |
			    (i + k < s.n ? (unsigned char)s.p[i + k] : 0u);
		for (size_t k = 0; k < 4; k++)
			putc(i + k > s.n ? '=' : digits[v >> (18 - 6 * k) & 63],
			    f);
	}
}

/* Datasets of addresses hold no prefixes: those of up to so many bits of hosts
 * are written out. */
#define HOST_BITS 8

static unsigned
host_bits(const struct prefix *p)
{
	return (p->addr.family == 4 ? 32u : 128u) - p->bits;
}

static bool
suricata_fits(struct convert *c, const struct indicator *x)
{
	(void)c;
	return x->type != INDICATOR_ADDRESS ||
	       host_bits(&x->prefix) <= HOST_BITS;
}

static void
hosts_write(FILE *f, const struct prefix *p)
{
	struct addr a = p->addr;
	uint8_t *last = &a.bytes[a.family == 4 ? 3 : 15];
	char text[ADDR_TEXT];

	for (unsigned i = 0; i < 1u << host_bits(p); i++, ++*last)
		fprintf(f, "%s\n", addr_write(&a, text));
}

/* Datasets of type ip, md5 and sha256 hold values as they are, those of type
 * string in base64. */
static void
suricata_one(struct convert *c, const struct indicator *x, bool first)
{
	(void)first;
	if (x->type == INDICATOR_ADDRESS) {
		hosts_write(c->f, &x->prefix);
		return;
	}
	if (x->type == INDICATOR_HASH || x->type == INDICATOR_JA3)
		fprintf(c->f, "%.*s", SPAN_FMT(x->value));
	else
		base64_write(c->f, x->value);
	putc('\n', c->f);
}

const struct convert_format convert_suricata = {.name = "suricata",
    .title = "a Suricata dataset of one type: see --type (address)",
    .live = true,
    .without = VALUES_ALONE,
    .takes = suricata_takes,
    .fits = suricata_fits,
    .begin = nothing,
    .one = suricata_one,
    .end = nothing};

/* ---- Zeek ---- */

static const char *
zeek_type(const struct indicator *x)
{
	switch (x->type) {
	case INDICATOR_ADDRESS:
		return span_find_byte(x->value, '/') == SPAN_NONE
			   ? "Intel::ADDR"
			   : "Intel::SUBNET";
	case INDICATOR_HASH:
		return "Intel::FILE_HASH";
	case INDICATOR_DOMAIN:
		return "Intel::DOMAIN";
	case INDICATOR_URL:
		return "Intel::URL";
	case INDICATOR_EMAIL:
		return "Intel::EMAIL";
	case INDICATOR_FILE_NAME:
		return "Intel::FILE_NAME";
	case INDICATOR_USER:
		return "Intel::USER_NAME";
	case INDICATOR_USER_AGENT:
		return "Intel::SOFTWARE";
	case INDICATOR_CERT_HASH:
		return "Intel::CERT_HASH";
	default:
		return NULL;
	}
}

static bool
zeek_takes(enum indicator_type t)
{
	struct indicator x = {.type = t};

	return zeek_type(&x) != NULL;
}

static void
zeek_begin(struct convert *c)
{
	fputs("#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\n",
	    c->f);
}

static void
tab_cell(FILE *f, struct span s)
{
	if (s.n == 0)
		putc('-', f);
	for (size_t i = 0; i < s.n; i++)
		putc((unsigned char)s.p[i] < ' ' ? ' ' : s.p[i], f);
}

static void
zeek_one(struct convert *c, const struct indicator *x, bool first)
{
	(void)first;
	fprintf(c->f, "%.*s\t%s\t", SPAN_FMT(x->value), zeek_type(x));
	tab_cell(c->f, indicator_feed_name(c->list, x));
	putc('\t', c->f);
	tab_cell(c->f, indicator_id(x));
	putc('\n', c->f);
}

const struct convert_format convert_zeek = {.name = "zeek",
    .title = "a file of Zeek's intelligence framework",
    .live = true,
    .without = "windows, confidence, TLP, and whether names below a "
	       "domain count",
    .takes = zeek_takes,
    .begin = zeek_begin,
    .one = zeek_one,
    .end = nothing};

/* ---- nfdump ---- */

static void
nfdump_one(struct convert *c, const struct indicator *x, bool first)
{
	bool net = span_find_byte(x->value, '/') != SPAN_NONE;

	fprintf(c->f, "%s%s %.*s\n", first ? "" : "or ", net ? "net" : "ip",
	    SPAN_FMT(x->value));
}

const struct convert_format convert_nfdump = {.name = "nfdump",
    .title = "a filter file for nfdump -f",
    .live = true,
    .without = VALUES_ALONE,
    .takes = addresses,
    .begin = nothing,
    .one = nfdump_one,
    .end = nothing};
