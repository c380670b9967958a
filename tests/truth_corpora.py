#!/usr/bin/env python3
"""Facts of configurations against what the devices themselves say.

tests/truth_corpora.py PROGRAM CORPORA [-v]

lab-validation holds configurations beside the show output of the same device
at the same time; ntc-templates holds "show version" beside expected rows.
Every fact that both sides speak of is compared.  What differs is either
explained by a rule below, which says why the configuration cannot know, or
left over.  A table tells compared, equal and explained by kind and platform;
then each left-over.  Exit status 1: something is left over that LEFT does
not list, or LEFT lists what is no longer there.
"""
import collections
import ipaddress
import json
import pathlib
import re
import subprocess
import sys

import yaml

from lib import truth

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Known left-overs: (device path, kind, what) with the cause.  Empty is best.
LEFT = {}


class Ledger:
    def __init__(self):
        self.compared = collections.Counter()
        self.equal = collections.Counter()
        self.explained = collections.Counter()
        self.why = collections.Counter()
        self.left = []

    def add(self, kind, platform, where, what, good, why=None):
        """why: text that explains a difference, or None."""
        key = (kind, platform)
        self.compared[key] += 1
        if good:
            self.equal[key] += 1
        elif why:
            self.explained[key] += 1
            self.why[(kind, why)] += 1
        else:
            self.left.append((kind, platform, where, what))

    def table(self):
        print(f"{'fact':<22}{'platform':<10}{'compared':>9}{'equal':>8}"
              f"{'explained':>10}{'left':>6}")
        for key in sorted(self.compared):
            n, e, x = (c[key] for c in
                       (self.compared, self.equal, self.explained))
            print(f"{key[0]:<22}{key[1]:<10}{n:>9}{e:>8}{x:>10}"
                  f"{n - e - x:>6}")
        for (kind, why), n in sorted(self.why.items()):
            print(f"explained {kind}: {n} times: {why}")


class Device:
    """A configuration's facts and the show files of the same device."""

    def __init__(self, program, lab, name, config):
        self.where = f"{lab.name}/{name}"
        self.text = config.read_text(errors="replace")
        self.show = lab / "show" / name
        out = subprocess.run([program, "dump", config],
                             stdout=subprocess.PIPE, check=False).stdout
        self.facts = collections.defaultdict(list)
        for line in out.decode(errors="replace").splitlines():
            r = json.loads(line)
            self.facts[r["kind"]].append(r)
        d = self.facts["device"][0] if self.facts["device"] else {}
        self.platform = d.get("platform", "")
        self.device = d

    def file(self, *names):
        for name in names:
            for path in (self.show / f"{name}.txt",
                         self.show / f"{name}_|_json.txt",
                         self.show / f"{name}_|_display_json.txt"):
                if path.exists():
                    return path
        return None


def devices(program, corpora):
    for lab in sorted((corpora / "lab-validation").iterdir()):
        for show in sorted((lab / "show").glob("*/")):
            found = [p for p in (lab / "configs" / show.name).glob("*")
                     if p.is_file()]
            if len(found) == 1:
                yield Device(program, lab, show.name, found[0])


# ---- interfaces ----

NTC = {"ios": "cisco_ios", "ios-xe": "cisco_ios", "ios-xr": "cisco_xr",
       "nx-os": "cisco_nxos", "eos": "arista_eos"}


def interfaces_of(d, rows):
    path = d.file("show_interfaces", "show_interface", "get_system_interface",
                  "get_system_interface_physical")
    if path is None:
        return None
    if "json" in path.name:
        data = truth.load(path)
        if data is None:
            return None
        return list(truth.interfaces_junos(data) if d.platform == "junos"
                    else truth.interfaces_eos(data))
    if d.platform == "fortios":
        return list(truth.interfaces_fortios(path.read_text()))
    if d.platform in NTC:
        return list(truth.interfaces_rows(
            NTC[d.platform], rows.get(str(path)) or []))
    return None


def fact_interfaces(d):
    got = collections.defaultdict(list)
    for r in d.facts["interface"]:
        got[truth.short(r["interface"])].append(r)
    return got


def addresses(facts):
    return {(truth.host(r["address"]), int(r["prefix"].split("/")[1]))
            for r in facts if "address" in r}


def compare_addresses(d, ledger, i, facts):
    mine = addresses(facts)
    dhcp = block_has(d, i.name, r"\bdhcp\b|negotiated|unnumbered|autoconfig|"
                     r"local-address")
    for a in sorted(i.addresses - mine):
        why = None
        if dhcp:
            why = "the address is given by DHCP or borrowed"
        elif d.platform == "junos" and re.match(
                r"(128\.0\.|127\.0\.0\.|10\.0\.0\.(1|4)$|fd00|fec0|2001::)",
                a[0]) and not facts:
            why = "an internal interface that Junos makes itself"
        elif a[0].startswith("127."):
            why = "an internal interface that Junos makes itself"
        elif d.platform == "junos" and re.match(
                r"(em|lo0|bme|pfe|pfh|jsrv)\S*\.(16384|16385|32768)$",
                i.name):
            why = "an internal interface that Junos makes itself"
        ledger.add("interface address", d.platform, d.where,
                   f"{i.name} has {a[0]}/{a[1]}, facts have none", False, why)
    for a in sorted(mine):
        if ipaddress.ip_address(a[0]).version not in i.families or \
                ipaddress.ip_address(a[0]).is_link_local:
            continue
        why = None
        if not i.secondary and i.addresses & mine:
            why = "the output shows no secondary addresses"
        elif not i.addresses and i.admin == "down":
            why = "the device shows no address while the interface is down"
        ledger.add("interface address", d.platform, d.where,
                   f"{i.name} facts have {a[0]}/{a[1]}, the device "
                   f"{sorted(i.addresses)}", a in i.addresses, why)


def block_has(d, name, pattern):
    """Does the configuration's block of that interface hold the pattern?"""
    for m in re.finditer(r"^interface (\S[^\n]*)\n((?:[ \t]+.*\n?)*)",
                         d.text, re.M):
        if truth.short(m[1]) == name:
            return re.search(pattern, m[2]) is not None
    ifd, _, unit = name.partition(".")
    for line in re.findall(rf"^set interfaces {re.escape(ifd)} "
                           rf"(?:unit {unit or 0} )?.*$", d.text, re.M):
        if re.search(pattern, line):
            return True
    return False


def compare_interfaces(d, ledger, rows):
    told = interfaces_of(d, rows)
    if not told:
        return
    got = fact_interfaces(d)
    # Twice in one output: tables of physical and logical ones.
    for i in {i.name: i for i in told}.values():
        facts = got.get(i.name, [])
        if facts or i.addresses:
            compare_addresses(d, ledger, i, facts)
        if not facts:
            continue
        if i.admin:
            down = any(r["shutdown"] for r in facts)
            why = None
            if d.platform == "nx-os" and down != (i.admin == "down") and \
                    not block_has(d, i.name, "shutdown"):
                why = "NX-OS shows a default that no line states"
            ledger.add("interface state", d.platform, d.where,
                       f"{i.name} is {i.admin}, facts say shutdown={down}",
                       down == (i.admin == "down"), why)
        if i.description is not None:
            text = facts[0].get("description", "")
            why = None
            if d.platform == "junos" and not i.description:
                why = "a unit shows its interface's description only there"
            ledger.add("interface description", d.platform, d.where,
                       f"{i.name} {i.description!r}, facts {text!r}",
                       text.strip() == i.description.strip(), why)
    names = {i.name for i in told}
    for name, facts in got.items():
        if name not in names:
            why = "no such hardware in this device"
            ledger.add("interface exists", d.platform, d.where,
                       f"{name} is not shown", False, why)


# ---- VRFs ----

def compare_vrfs(d, ledger):
    path = d.file("show_vrf", "show_route_instance")
    if path is None:
        return
    if d.platform == "eos" and "json" in path.name:
        data = truth.load(path)
        told = dict((b, a) for a, b in truth.vrfs_eos(data)) if data else {}
    elif d.platform in ("ios", "ios-xe"):
        told = dict((b, a) for a, b in truth.vrfs_text(path.read_text()))
    else:
        return
    for name, facts in fact_interfaces(d).items():
        vrf = facts[0].get("vrf", "")
        if name in told:
            ledger.add("interface VRF", d.platform, d.where,
                       f"{name} is in {told[name]!r}, facts {vrf!r}",
                       vrf == told[name])
        elif vrf and d.platform in ("ios", "ios-xe"):
            ledger.add("interface VRF", d.platform, d.where,
                       f"{name} facts {vrf!r}, the device lists none", False)


# ---- routes ----

def rib_of(d):
    path = d.file("show_ip_route_vrf_all", "show_route_vrf_all",
                  "show_ip_route", "show_route",
                  "get_router_info_routing-table_all")
    if path is None:
        return None
    if "json" in path.name:
        data = truth.load(path)
        if data is None:
            return None
        return (truth.routes_junos if d.platform == "junos"
                else truth.routes_eos)(data)
    text = path.read_text()
    if d.platform == "nx-os":
        return truth.routes_nxos(text)
    return truth.routes_text(text)


def same_route(one, other):
    """Do the two speak of the same next hop as far as both name one?"""
    if one[:2] != other[:2]:
        return False
    if one[2] and other[2]:
        return one[2] == other[2]
    if one[3] and other[3]:
        return one[3] == other[3]
    return True


def route_why(d, rib, r, vrfs):
    vrf, prefix, hop, _ = r
    if vrf not in vrfs:
        return "the output does not show that VRF"
    others = {p for v, n, p, _, _ in rib.routes if v == vrf and n == prefix}
    if others - {"static"}:
        return "another protocol has the route"
    if hop and not rib.reaches(vrf, hop):
        return "the next hop is not reachable at the moment"
    if "static" in others:
        return "another static route to the prefix is better"
    return None


def compare_routes(d, ledger):
    rib = rib_of(d)
    if rib is None or not rib.routes:
        return
    vrfs = {v for v, *_ in rib.routes}
    mine = []
    for r in d.facts["route"]:
        vrf = r.get("vrf", "")
        vrf = "" if vrf in ("default", "root") else vrf
        mine.append((vrf, truth.network(r["prefix"]),
                     truth.host(r["next_hop"]) if "next_hop" in r else "",
                     truth.short(r["interface"]) if "interface" in r else ""))
    shown = {(v, p, h, i) for v, p, kind, h, i in rib.routes
             if kind == "static"}
    for s in sorted(shown):
        why = None
        if re.search(r"ip address dhcp|mode dhcp|address dhcp", d.text) and \
                s[1] == "0.0.0.0/0":
            why = "the default route was given by DHCP"
        elif any(m[:2] == s[:2] and m[2] and not rib.connected(m[0], m[2])
                 for m in mine):
            why = "the output shows what a recursive next hop leads to"
        ledger.add("static route", d.platform, d.where,
                   f"the device has {s}, facts do not",
                   any(same_route(s, m) for m in mine), why)
    for m in mine:
        v6 = ":" in m[1]
        if v6 and not any(":" in s[1] for s in rib.routes):
            continue
        if not any(same_route(s, m) for s in shown):
            ledger.add("static route", d.platform, d.where,
                       f"facts have {m}, the device does not", False,
                       route_why(d, rib, m, vrfs))


# ---- neighbours ----

def compare_bgp(d, ledger):
    told = set()
    path = None
    for name in ("show_ip_bgp_all_neighbor", "show_ip_bgp_neighbors_vrf_all",
                 "show_bgp_all_all_neighbors", "show_bgp_vrf_all_neighbors",
                 "show_bgp_neighbor"):
        path = d.file(name)
        if path is None:
            continue
        if "json" in path.name:
            data = truth.load(path)
            told |= set(() if data is None else truth.bgp_junos(data)
                        if d.platform == "junos" else truth.bgp_eos(data))
        else:
            told |= set(truth.bgp_text(path.read_text()))
    if not told:
        return
    mine = {(r.get("vrf", ""), truth.host(r["address"])):
            r.get("remote_as") for r in d.facts["neighbor"]
            if "address" in r and r.get("protocol", "bgp") == "bgp"}
    for vrf, address, as_ in sorted(told, key=str):
        have = mine.get((vrf, truth.host(address)), "absent")
        why = None
        if have == "absent" and re.search(
                r"listen range|allow [0-9]|interface-range|"
                r"neighbor interface", d.text):
            why = "a dynamic neighbour: only its range is configured"
        ledger.add("BGP neighbour", d.platform, d.where,
                   f"the device has {address} AS {as_} in {vrf!r}, facts "
                   f"AS {have}", have == as_, why)
    seen = {(v, truth.host(a)) for v, a, _ in told}
    vrfs = {v for v, _, _ in told}
    for (vrf, address), as_ in sorted(mine.items()):
        if (vrf, address) not in seen:
            why = None if vrf in vrfs else "the output does not show that VRF"
            ledger.add("BGP neighbour", d.platform, d.where,
                       f"facts have {address} AS {as_} in {vrf!r}", False,
                       why)


ADJACENCIES = (
    ("ospf", ("show_ip_ospf_neighbor", "show_ospf_neighbor")),
    ("eigrp", ("show_ip_eigrp_neighbors",
               "show_ip_eigrp_neighbors_detail_vrf_ALL")),
    ("isis", ("show_isis_neighbors", "show_clns_neighbors",
              "show_isis_adjacency")),
)


def compare_adjacencies(d, ledger):
    """Where the device has a neighbour, the facts must expect one."""
    for protocol, names in ADJACENCIES:
        path = d.file(*names)
        if path is None:
            continue
        if "json" not in path.name:
            told = set(truth.adjacencies_text(path.read_text()))
        else:
            data = truth.load(path)
            if data is None:
                continue
            told = set((truth.adjacencies_junos if d.platform == "junos"
                        else truth.adjacencies_eos)(data, protocol))
        mine = {truth.short(r["interface"]) for r in d.facts["neighbor"]
                if r.get("protocol") == protocol and "interface" in r}
        for i in sorted(told):
            ledger.add(f"{protocol.upper()} neighbour", d.platform, d.where,
                       f"{i} has a neighbour, facts expect none", i in mine)
        for i in sorted(mine - told):
            ledger.add(f"{protocol.upper()} neighbour", d.platform, d.where,
                       f"{i} has no neighbour, facts expect one", False,
                       "nobody answers at the moment")


# ---- versions ----

def plain(version):
    return re.sub(r"[\s,].*$", "", version or "")


def compare_version(d, ledger, rows):
    path = d.file("show_version")
    if path is None:
        return
    host = version = None
    if "json" in path.name:
        data = truth.load(path)
        if data is None:
            return
        if d.platform == "junos":
            top = truth.flat(data)
            top = top.get("software-information") or top.get(
                "multi-routing-engine-results", [{}])[0].get(
                "multi-routing-engine-item", [{}])[0].get(
                "software-information", [{}])
            host = top[0].get("host-name")
            version = top[0].get("junos-version")
        else:
            version = data.get("version")
    elif d.platform in NTC:
        got = rows.get(str(path))
        if got:
            host = got[0].get("hostname")
            version = (got[0].get("version") or got[0].get("os") or
                       got[0].get("image"))
            if d.platform == "nx-os":
                version = got[0].get("os")
    if host:
        mine = d.device.get("hostname", "")
        ledger.add("hostname", d.platform, d.where,
                   f"{host!r}, facts {mine!r}", mine == host)
    if version:
        mine = d.device.get("version") or d.device.get("train") or ""
        why = None
        good = plain(mine) == plain(version)
        if d.device.get("train") and not d.device.get("version"):
            good = version_has_train(version, mine)
        elif not mine:
            why = "no line of the configuration states a release"
        ledger.add("release", d.platform, d.where,
                   f"{version!r}, facts {mine!r}", good, why)


def version_has_train(version, train):
    m = re.match(r"(\d+)\.(\d+)", version)
    return bool(m) and m[0] == train or version.startswith(train)


VERSION_FIELDS = {
    "cisco_ios": ("version", "hardware", "serial", "hostname"),
    "cisco_xr": ("version", "hardware", "", "hostname"),
    "cisco_nxos": ("os", "platform", "serial", "hostname"),
    "cisco_asa": ("version", "hardware", "serial", "hostname"),
}


def first(x):
    while isinstance(x, list):
        x = x[0] if x else ""
    return x


def same_version_field(field, said, mine):
    if field == "version":
        # 9.5(2)204 is written 9.5.2.204 too; a special build says so.
        return re.sub(r"[()]", ".", plain(said)).rstrip(".") in (
            re.sub(r"[()]", ".", plain(mine)).rstrip("."),)
    # "Nexus9000 C9396PX": the template takes the last word; of ASA it takes
    # memory and processor as well.
    return said == mine or field == "model" and (
        mine.endswith(" " + said) or said.split(",")[0] == mine)


def version_why(got, said, mine):
    if got.get("platform") == "ios-xe" and re.match(r"3\.", mine) and \
            re.match(r"1[25]\.", said):
        return "IOS XE's own release, not that of the IOS inside it"
    return None


def compare_expected(program, corpora, ledger):
    """Our reader of "show version" against ntc-templates' expected rows."""
    tests = corpora / "ntc-templates/tests"
    for platform, fields in VERSION_FIELDS.items():
        for raw in sorted((tests / platform / "show_version").glob("*.raw")):
            want = yaml.load(raw.with_suffix(".yml").read_text(),
                             Loader)["parsed_sample"][0]
            out = subprocess.run([program, "dump", raw],
                                 stdout=subprocess.PIPE, check=False).stdout
            got = [json.loads(x) for x in out.splitlines()]
            got = next((r for r in got if r["kind"] == "device"), {})
            for field, key in zip(("version", "model", "serial", "hostname"),
                                  fields):
                said = first(want.get(key)) if key else None
                if not said:
                    continue
                mine = first(got.get(field, ""))
                ledger.add(f"show version {field}", platform, raw.name,
                           f"{said!r}, facts {mine!r}",
                           same_version_field(field, said, mine),
                           version_why(got, said, mine))


def show_rows(program, corpora, found):
    wanted = []
    for d in found:
        for name, command in (("show_interfaces", "show interfaces"),
                              ("show_interface", "show interface"),
                              ("show_version", "show version")):
            path = d.show / f"{name}.txt"
            if path.exists() and d.platform in NTC:
                wanted.append((NTC[d.platform], command, path))
    return truth.rows(program, corpora / "ntc-templates/ntc_templates/templates",
                      wanted)


def main():
    program, corpora = sys.argv[1], pathlib.Path(sys.argv[2])
    ledger = Ledger()
    found = [d for d in devices(program, corpora) if d.platform]
    rows = show_rows(program, corpora, found)
    for d in found:
        compare_interfaces(d, ledger, rows)
        compare_vrfs(d, ledger)
        compare_routes(d, ledger)
        compare_bgp(d, ledger)
        compare_adjacencies(d, ledger)
        compare_version(d, ledger, rows)
    compare_expected(program, corpora, ledger)
    ledger.table()
    left = {(where, kind, what) for kind, _, where, what in ledger.left}
    unlisted = sorted(left - set(LEFT))
    gone = sorted(set(LEFT) - left)
    for key in sorted(left & set(LEFT)):
        print(f"left, known: {key}: {LEFT[key]}")
    for key in unlisted:
        print(f"not ok {key[0]} {key[1]}: {key[2]}")
    for key in gone:
        print(f"not ok {key}: listed as left over, but is not any more")
    n = sum(ledger.compared.values())
    print(f"{len(found)} devices, {n} facts compared, "
          f"{sum(ledger.equal.values())} equal, "
          f"{sum(ledger.explained.values())} explained, {len(left)} left over")
    return 1 if unlisted or gone or not n else 0


if __name__ == "__main__":
    sys.exit(main())
