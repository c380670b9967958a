"""What devices themselves say, read from their show output.

Independent of the readers under test: TextFSM templates of ntc-templates
(run by "dump --show-batch"), the JSON of EOS and Junos, and a few patterns
where neither exists.  Each function gives plain tuples; names of interfaces
are put into one form by short().
"""
import ipaddress
import json
import re
import subprocess
import tempfile

# Long forms that devices print differently in different commands.
SHORT = (
    ("twentyfivegige", "twe"), ("hundredgige", "hu"),
    ("tengigabitethernet", "te"), ("tengige", "te"),
    ("gigabitethernet", "gi"), ("fastethernet", "fa"),
    ("port-channel", "po"), ("bundle-ether", "be"), ("ethernet", "et"),
    ("loopback", "lo"), ("serial", "se"), ("tunnel", "tu"), ("vlan", "vl"),
    ("management", "ma"), ("mgmteth", "mg"), ("bdi", "bd"),
)


def short(name):
    n = name.strip().strip('"').replace(" ", "").lower()
    for long, brief in SHORT:
        if n.startswith(long):
            return brief + n[len(long):]
    for eth in ("eth", "vlan"):
        if re.match(eth + r"\d", n):
            return {"eth": "et", "vlan": "vl"}[eth] + n[len(eth):]
    return n


def network(text):
    return str(ipaddress.ip_network(text, strict=False))


def host(text):
    return str(ipaddress.ip_address(text.split("%")[0]))


def flat(x):
    """Junos' JSON without its lists of one and its attributes."""
    if isinstance(x, list):
        if len(x) == 1 and isinstance(x[0], dict) and "data" in x[0]:
            return x[0]["data"]
        return [flat(i) for i in x]
    if isinstance(x, dict):
        return {k: flat(v) for k, v in x.items() if k != "attributes"}
    return x


def load(path):
    """A JSON file, or None where the device printed something else."""
    text = path.read_text(errors="replace")
    try:
        return json.loads(text[text.index("{"):text.rindex("}") + 1])
    except ValueError:
        return None


def rows(program, templates, wanted):
    """{file: rows} of (platform, command, file) by their templates."""
    with tempfile.NamedTemporaryFile("w", suffix=".list") as names:
        for platform, command, path in wanted:
            names.write(f"{platform}\t{command}\t{path}\n")
        names.flush()
        out = subprocess.run(
            [program, "dump", "--show-batch", names.name, "--templates",
             str(templates)], stdout=subprocess.PIPE, check=False).stdout
    got = {}
    for line in out.decode().split("\n"):
        if line:
            one = json.loads(line)
            got[one["file"]] = one.get("rows")
    return got


class Interface:
    """name, admin: "up", "down" or None; addresses: set of (IP, length)."""

    def __init__(self, name):
        self.name = short(name)
        self.admin = None
        self.description = None
        self.addresses = set()
        self.families = {4}  # address families that the output shows
        self.secondary = False  # does the output show secondary addresses?

    def add(self, address, length):
        a = ipaddress.ip_address(address)
        if not a.is_unspecified and not a.is_link_local:
            self.addresses.add((str(a), int(length)))


def interfaces_rows(platform, table):
    """IOS, XE, XR, NX-OS, EOS as text."""
    for r in table:
        i = Interface(r["interface"])
        # The template takes FortiOS' and NX-OS' own words for the state.
        state = (r.get("admin_state") or r.get("link_status") or "").lower()
        if platform == "cisco_nxos":
            i.admin = {"up": "up", "down": "down"}.get(state)
        elif state:
            i.admin = "down" if state.startswith("admin") else "up"
        # NX-OS prints the address of a VLAN behind its description.
        text, _, behind = (r.get("description") or "").partition(
            "  Internet Address is ")
        i.description = text
        if "/" in behind:
            i.add(*behind.split("/"))
        ip, n = r.get("ip_address", ""), r.get("prefix_length", "")
        if "/" in ip:
            ip, n = ip.split("/")
        if ip and n and ip[0].isdigit():
            i.add(ip, n)
        yield i


def interfaces_eos(data):
    for name, d in data.get("interfaces", {}).items():
        i = Interface(name)
        i.secondary = True
        i.admin = "down" if d["interfaceStatus"] == "disabled" else "up"
        i.description = d.get("description")
        for a in d.get("interfaceAddress") or []:
            for one in [a["primaryIp"], *a["secondaryIpsOrderedList"],
                        a["virtualIp"], *a["virtualSecondaryIpsOrderedList"]]:
                i.add(one["address"], one["maskLen"])
        v6 = d.get("interfaceAddressIp6")
        if v6:
            i.families.add(6)
            for a in v6.get("globalUnicastIp6s", []):
                i.add(a["address"], a["subnet"].split("/")[1])
        yield i


def junos_interface(l, up):
    i = Interface(l["name"])
    i.families.add(6)
    i.secondary = True
    i.admin = up
    if "iff-down" in json.dumps(l.get("if-config-flags", "")):
        i.admin = "down"
    i.description = l.get("description")
    for f in l.get("address-family", []):
        if f.get("address-family-name") not in ("inet", "inet6"):
            continue
        for a in f.get("interface-address", []):
            ip = a.get("ifa-local")
            if not isinstance(ip, str):
                continue
            length = a.get("ifa-destination", "")
            if isinstance(length, str) and "/" in length:
                # "10.1/16": octets that are zero are left out
                length = length.split("/")[1]
            else:
                length = 128 if ":" in ip else 32
            i.add(ip, length)
    return i


def interfaces_junos(data):
    top = flat(data)["interface-information"][0]
    for p in top.get("physical-interface", []):
        i = Interface(p["name"])
        i.families = set()
        i.admin = up = p.get("admin-status")
        i.description = p.get("description")
        yield i
        for l in p.get("logical-interface", []):
            yield junos_interface(l, up)


def interfaces_fortios(text):
    for m in re.finditer(
            r"^name: (\S+)\s+.*?ip: (\S+) (\S+)\s.*?status: (\w+)", text,
            re.M):
        i = Interface(m[1])
        i.admin = m[4]
        net = ipaddress.ip_interface(f"{m[2]}/{m[3]}").with_prefixlen
        i.add(*net.split("/"))
        yield i
    for m in re.finditer(
            r"==\[(\S+)\]\s+(?:mode: \w+\s+)?ip: (\S+) (\S+)\s+"
            r"ipv6: \S+\s+status: (\w+)", text):
        i = Interface(m[1])
        net = ipaddress.ip_interface(f"{m[2]}/{m[3]}").with_prefixlen
        i.add(*net.split("/"))
        yield i


class Rib:
    """routes: (vrf, prefix, protocol, next hop or "", interface or "")."""

    def __init__(self):
        self.routes = set()

    def add(self, vrf, prefix, protocol, hop="", interface=""):
        vrf = "" if vrf in ("default", None, "master") else vrf
        self.routes.add((vrf, network(prefix), protocol,
                         host(hop) if hop else "",
                         short(interface) if interface else ""))

    def connected(self, vrf, hop):
        a = ipaddress.ip_address(hop)
        for v, p, proto, _, _ in self.routes:
            n = ipaddress.ip_network(p)
            if v == vrf and proto == "connected" and n.version == a.version \
                    and a in n:
                return True
        return False

    def reaches(self, vrf, hop):
        a = ipaddress.ip_address(hop)
        return any(v == vrf and ipaddress.ip_network(p).version == a.version
                   and a in ipaddress.ip_network(p)
                   for v, p, _, _, _ in self.routes)


PROTOCOLS = {"S": "static", "C": "connected", "L": "local"}


def routes_text(text):
    """IOS, XE, XR, EOS: codes and sections of VRFs; "is subnetted" gives a
    length to what follows."""
    rib = Rib()
    vrf, length, prefix, proto = "", "", None, None
    for line in text.splitlines():
        m = re.match(r"(?:VRF:|Routing Table:|VRF name:)\s*(\S+)", line)
        if m:
            vrf, prefix = m[1], None
            continue
        m = re.match(r"\s+\S+/(\d+) is subnetted", line)
        if m:
            length = m[1]
            continue
        m = re.match(
            r" ?([A-Zia])(?:\*|>)?\s+(?:[A-Z0-9a-z*]{1,3}\s+)?\+?\s*"
            r"(\d+\.\d+\.\d+\.\d+)(?:/(\d+))?(.*)", line)
        if m:
            n = m[3] or length
            prefix = f"{m[2]}/{n}" if n else None
            proto, rest = PROTOCOLS.get(m[1], "other"), m[4]
        elif re.match(r"\s+(\[\d+/\d+\] )?via ", line):
            rest = line
        else:
            continue
        hop = re.search(r"via (\d+\.\d+\.\d+\.\d+)", rest)
        out = re.search(r"([A-Z][A-Za-z-]+[0-9][0-9/.:]*)\s*$", rest)
        if re.search(r"\bNull ?0", rest):
            out = re.search(r"(Null0)", rest.replace("Null 0", "Null0"))
        if prefix:
            rib.add(vrf, prefix, proto, hop and hop[1] or "",
                    out and out[1] or "")
    return rib


def routes_nxos(text):
    rib = Rib()
    vrf = prefix = ""
    for line in text.splitlines():
        m = re.match(r'IP Route Table for VRF "(\S+)"', line)
        if m:
            vrf = m[1]
        m = re.match(r"(\d\S+/\d+), ubest", line)
        if m:
            prefix = m[1]
        m = re.match(r"\s+\*?via (\S+?)(?:%(\S+))?,\s*(?:([A-Z]\S+),\s*)?"
                     r"(?:\[\S+\],\s*)?(?:\S+,\s*)?(\w+)", line)
        if m and prefix:
            proto = {"direct": "connected", "local": "local",
                     "static": "static"}
            kind = next((proto[k] for k in proto
                         if re.search(rf"[ ,]{k}\b", line)), "other")
            hop = m[1] if re.match(r"\d+\.", m[1]) else ""
            rib.add(vrf, prefix, kind, hop,
                    m[3] or (m[1] if not hop else ""))
    return rib


def routes_eos(data):
    rib = Rib()
    kinds = {"static": "static", "connected": "connected"}
    for vrf, d in data.get("vrfs", {}).items():
        for prefix, r in d.get("routes", {}).items():
            kind = kinds.get(r.get("routeType"), "other")
            if r.get("routeAction") == "drop":
                rib.add(vrf, prefix, kind, "", "Null0")
            for via in r.get("vias", []):
                rib.add(vrf, prefix, kind, via.get("nexthopAddr", ""),
                        via.get("interface", ""))
    return rib


def routes_junos(data):
    rib = Rib()
    kinds = {"Static": "static", "Direct": "connected", "Local": "local"}
    for t in flat(data)["route-information"][0].get("route-table", []):
        m = re.match(r"(?:(.+)\.)?inet6?\.0$", t["table-name"])
        for r in t.get("rt", []) if m else []:
            for e in r.get("rt-entry", []):
                kind = kinds.get(e.get("protocol-name"), "other")
                hops = [h for h in e.get("nh", []) if isinstance(h, dict)]
                dest = r["rt-destination"]
                if not hops:
                    rib.add(m[1] or "", dest, kind)
                for h in hops:
                    to, via = h.get("to", ""), h.get("via", "")
                    rib.add(m[1] or "", dest, kind, to, via)
    return rib


def bgp_text(text):
    """(vrf, address, AS) of IOS, XE, XR, NX-OS and EOS as text."""
    vrf = ""
    # XR and NX-OS may name the VRF on a line of its own.
    for part in re.split(r"^(?=BGP neighbor is |VRF: )", text, flags=re.M):
        m = re.match(r"VRF: (\S+)", part)
        if m:
            vrf = m[1]
        m = re.match(r"BGP neighbor is ([0-9A-Fa-f.:]+)", part)
        if not m:
            continue
        own = re.search(r"^BGP neighbor is \S+, +vrf (\S+?),?\s", part) or \
            re.search(r"^  Neighbor vrf: (\S+)|, VRF (\S+)$", part, re.M)
        as_ = re.search(r"[Rr]emote AS ([0-9.]+)", part)
        where = own[own.lastindex] if own else vrf
        yield ("" if where == "default" else where.rstrip(","), m[1],
               as_ and as_[1])


def bgp_eos(data):
    for vrf, d in data.get("vrfs", {}).items():
        for p in d["peerList"]:
            yield ("" if vrf == "default" else vrf, p["peerAddress"],
                   str(p["asn"]))


def bgp_junos(data):
    for p in flat(data).get("bgp-information", [{}])[0].get("bgp-peer", []):
        rti = p.get("peer-cfg-rti") or "master"
        yield ("" if rti == "master" else rti,
               p["peer-address"].split("+")[0], p.get("peer-as"))


def vrfs_text(text):
    """(vrf, interface) of IOS' "show vrf"; headers name no interface."""
    vrf = None
    for line in text.splitlines()[1:]:
        m = re.match(r"  (\S+)\s+\S.*\s(\S+)$", line)
        if m and len(line) - len(line.lstrip()) == 2:
            vrf = m[1]
            if re.match(r"[A-Z][A-Za-z-]+\d", m[2]):
                yield vrf, short(m[2])
        elif vrf and re.match(r"\s{20,}[A-Z][A-Za-z-]+\d\S*$", line):
            yield vrf, short(line)


def vrfs_eos(data):
    for vrf, d in data.get("vrfs", {}).items():
        for i in d["interfaces"]:
            yield "" if vrf == "default" else vrf, short(i)


def vrfs_junos(data):
    for v in flat(data)["instance-information"][0].get("instance-core", []):
        name = v["instance-name"]
        for i in v.get("instance-interface", []):
            if "interface-name" in i:
                yield "" if name == "master" else name, i["interface-name"]


def adjacencies_text(text):
    """Interfaces with a neighbour, of tables of OSPF, EIGRP and IS-IS."""
    for line in text.splitlines():
        if not re.search(r"\d+\.\d+\.\d+|\bUP\b|\bInit\b", line) or \
                "BGP" in line:
            continue
        for one in line.split()[1:]:
            if re.match(r"(Gi|Te|Et|Fa|Se|Hu|Tu|Vl|Po|Be|port|BVI)"
                        r"[A-Za-z-]*\d[\d/.:]*$", one):
                yield short(one)
                break


def adjacencies_eos(data, protocol):
    for vrf in data.get("vrfs", {}).values():
        if protocol == "ospf":
            for inst in vrf.get("instList", {}).values():
                for n in inst.get("ospfNeighborEntries", []):
                    yield short(n["interfaceName"])
        else:
            for inst in vrf.get("isisInstances", {}).values():
                for n in inst.get("neighbors", {}).values():
                    for a in n.get("adjacencies", []):
                        yield short(a["interfaceName"])


def adjacencies_junos(data, protocol):
    top = flat(data)
    if protocol == "ospf":
        for n in top.get("ospf-neighbor-information", [{}])[0].get(
                "ospf-neighbor", []):
            yield n["interface-name"]
    else:
        for n in top.get("isis-adjacency-information", [{}])[0].get(
                "isis-adjacency", []):
            yield n["interface-name"]
