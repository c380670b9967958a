/* RouterOS: tunnels and peers of VPNs. */
#include "read/config/routeros.h"

#define ARG(c, key) routeros_arg(x, c, key)

/* The menus of tunnels, the argument that names the far end, and the one that
 * encrypts; "*": always. */
static const struct kind {
	const char *menu, *mode, *far, *near, *encrypts;
} kinds[] = {
    {"interface gre", "gre", "remote-address", "local-address", "ipsec-secret"},
    {"interface gre6", "gre", "remote-address", "local-address",
	"ipsec-secret"},
    {"interface ipip", "ipip", "remote-address", "local-address",
	"ipsec-secret"},
    {"interface ipipv6", "ipip", "remote-address", "local-address",
	"ipsec-secret"},
    {"interface eoip", "eoip", "remote-address", "local-address",
	"ipsec-secret"},
    {"interface eoipv6", "eoip", "remote-address", "local-address",
	"ipsec-secret"},
    {"interface 6to4", "ipv6ip", "remote-address", "local-address",
	"ipsec-secret"},
    {"interface l2tp-client", "l2tp", "connect-to", "src-address", "use-ipsec"},
    {"interface l2tp-ether", "l2tpv3", "connect-to", "local-address",
	"use-ipsec"},
    {"interface pptp-client", "pptp", "connect-to", "", ""},
    {"interface sstp-client", "sstp", "connect-to", "", "*"},
    {"interface ovpn-client", "openvpn", "connect-to", "", "*"},
    {"interface wireguard peers", "wireguard", "endpoint-address", "", "*"},
    {"interface vxlan vteps", "vxlan", "remote-ip", "", ""},
    {"ip ipsec peer", "ipsec", "address", "local-address", "*"},
    {"interface vpls", "vpls", "remote-peer", "", ""},
    {"zerotier interface", "zerotier", "", "", "*"},
};

static bool
encrypts(const struct path_facts *x, uint32_t c, const char *key)
{
	struct span v = ARG(c, key);

	if (key[0] == '*')
		return true;
	return key[0] != '\0' && v.n > 0 && !span_is(v, "no");
}

static struct span
optional(const struct path_facts *x, uint32_t c, const char *key)
{
	return key[0] != '\0' ? ARG(c, key) : (struct span){0};
}

static void
tunnel(struct path_facts *x, uint32_t c, const struct kind *k)
{
	struct span name = ARG(c, "name"), far = optional(x, c, k->far);
	struct span interface = ARG(c, "interface");
	struct addr a;

	/* ipsec peer address=192.0.2.1/32; a name is told as one */
	if (far.n > 0 && !addr_read(routeros_host(far), &a) && name.n == 0)
		name = far;
	facts_tunnel(x, c, name, interface.n ? interface : ARG(c, "name"),
	    k->mode, optional(x, c, k->near), routeros_host(far),
	    encrypts(x, c, k->encrypts));
}

void
routeros_tunnels(struct path_facts *x)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		EACH_ADDED(c, x, kinds[i].menu)
	tunnel(x, c, &kinds[i]);
}
