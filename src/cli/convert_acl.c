/*
 * Access lists that block the addresses in both directions.  They end with a
 * permit: they are to stand at an edge, in front of what is there already.
 */
#include "cli/convert.h"

static bool
addresses(enum indicator_type t)
{
	return t == INDICATOR_ADDRESS;
}

static void
nothing(struct convert *c)
{
	(void)c;
}

/* ---- Cisco IOS ---- */

/* "host 192.0.2.1", "192.0.2.0 0.0.0.255", "2001:db8::/32" */
static void
cisco_term(FILE *f, const struct prefix *p)
{
	char a[ADDR_TEXT], w[ADDR_TEXT];
	struct addr mask;

	addr_write(&p->addr, a);
	if (p->bits == (p->addr.family == 4 ? 32 : 128)) {
		fprintf(f, "host %s", a);
	} else if (p->addr.family == 6) {
		fprintf(f, "%s/%u", a, p->bits);
	} else {
		mask = addr_from_v4((uint32_t)(0xffffffffull >> p->bits));
		fprintf(f, "%s %s", a, addr_write(&mask, w));
	}
}

/* The lists of both families grow side by side: entering a list again adds to
 * it. */
static void
cisco_one(struct convert *c, const struct indicator *x, bool first)
{
	bool four = x->prefix.addr.family == 4;
	const char *proto = four ? "ip" : "ipv6";

	if (first || c->family != x->prefix.addr.family)
		fprintf(c->f, "%s\n",
		    four ? "ip access-list extended TIDEMARK-BLOCK"
			 : "ipv6 access-list TIDEMARK-BLOCK6");
	c->family = x->prefix.addr.family;
	c->families |= four ? 1 : 2;
	fprintf(c->f, " deny %s ", proto);
	cisco_term(c->f, &x->prefix);
	fprintf(c->f, " any\n deny %s any ", proto);
	cisco_term(c->f, &x->prefix);
	putc('\n', c->f);
}

static void
cisco_end(struct convert *c)
{
	if ((c->families & 1) != 0)
		fputs("ip access-list extended TIDEMARK-BLOCK\n"
		      " permit ip any any\n",
		    c->f);
	if ((c->families & 2) != 0)
		fputs("ipv6 access-list TIDEMARK-BLOCK6\n"
		      " permit ipv6 any any\n",
		    c->f);
}

const struct convert_format convert_cisco_acl = {.name = "cisco-acl",
    .title = "access lists of Cisco IOS that block the addresses",
    .live = true,
    .without = "windows, confidence, sources and TLP",
    .takes = addresses,
    .begin = nothing,
    .one = cisco_one,
    .end = cisco_end};

/* ---- Junos ---- */

static void
junos_one(struct convert *c, const struct indicator *x, bool first)
{
	char a[ADDR_TEXT];
	bool four = x->prefix.addr.family == 4;

	(void)first;
	c->families |= four ? 1 : 2;
	fprintf(c->f, "set policy-options prefix-list %s %s/%u\n",
	    four ? "TIDEMARK-BLOCK" : "TIDEMARK-BLOCK6",
	    addr_write(&x->prefix.addr, a), x->prefix.bits);
}

static void
junos_filter(FILE *f, const char *family, const char *name)
{
	fprintf(f,
	    "set firewall family %s filter %s term block from prefix-list %s\n"
	    "set firewall family %s filter %s term block then count %s\n"
	    "set firewall family %s filter %s term block then discard\n"
	    "set firewall family %s filter %s term rest then accept\n",
	    family, name, name, family, name, name, family, name, family, name);
}

static void
junos_end(struct convert *c)
{
	if ((c->families & 1) != 0)
		junos_filter(c->f, "inet", "TIDEMARK-BLOCK");
	if ((c->families & 2) != 0)
		junos_filter(c->f, "inet6", "TIDEMARK-BLOCK6");
}

const struct convert_format convert_junos_acl = {.name = "junos-acl",
    .title = "a firewall filter of Junos that blocks the addresses",
    .live = true,
    .without = "windows, confidence, sources and TLP",
    .takes = addresses,
    .begin = nothing,
    .one = junos_one,
    .end = junos_end};
