"""Configurations in what carries them: mail, pagers, terminals, one file for
several devices; read as far as sense goes, with a diagnostic.  And the share
of statements understood."""
import base64
import json
import pathlib
import quopri
import re
import shutil
import tempfile

from .check import program, run, scan

IOS = """!
version 15.7
service timestamps log datetime msec
hostname %s
!
interface GigabitEthernet0/0
 description uplink
 ip address 192.0.2.1 255.255.255.0
!
ip access-list standard MGMT
 permit 198.51.100.0 0.0.0.255
!
line con 0
line vty 0 4
 access-class MGMT in
 transport input telnet
!
end
"""
JUNOS = """version 21.4R3-S5.4;
system {
    host-name %s;
    services {
        ssh;
        telnet;
    }
}
interfaces {
    ge-0/0/0 {
        unit 0 {
            family inet {
                address 192.0.2.9/30;
            }
        }
    }
}
routing-options {
    static {
        route 198.51.100.0/24 next-hop 192.0.2.10;
    }
}
"""
FORTI = """#config-version=FGT60F-7.4.8-FW-build2795-250101:opmode=0:vdom=0:user=admin
config system global
    set hostname "%s"
    set admin-telnet enable
end
config system interface
    edit "port1"
        set ip 192.0.2.17 255.255.255.0
        set allowaccess ping telnet ssh
    next
end
config system admin
    edit "ops"
        set accprofile "prof_admin"
    next
end
"""
HEAD = "From: noc@example.net\nTo: soc@example.net\nSubject: configuration\nDate: Mon, 2 Jun 2025 10:00:00 +0000\n"
KINDS = {"ios": IOS, "junos": JUNOS, "fortios": FORTI}


def rows(data, name="x.cfg"):
    """Records and diagnostics of one file."""
    d = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-"))
    (d / name).write_bytes(data)
    p = run([program(), "dump", name], cwd=d)
    shutil.rmtree(d)
    return [json.loads(line) for line in p.stdout.splitlines()], p.stderr.decode()


def facts(records):
    """What the records say, but for where."""
    def bare(r):
        kept = {k: v for k, v in r.items() if k not in ("at_line", "entry_line", "path")}
        if "opening_why" in kept:
            kept["opening_why"] = re.sub(r" line \d+", "", kept["opening_why"])
        return kept

    return sorted(json.dumps(bare(r), sort_keys=True) for r in records if r["kind"] != "command")


def same(t, what, plain, data, word, lines=True):
    want, _ = rows(plain)
    got, said = rows(data)
    t.ok(want and facts(want) == facts(got), f"carried {what}: the same facts", set(facts(want)) ^ set(facts(got)))
    if word:
        t.ok(word in said, f"carried {what}: {word} is said", said)
    else:
        t.ok(not said, f"carried {what}: nothing to say", said)


def paged(text, mark, every=8):
    out = []
    for i, line in enumerate(text.splitlines()):
        if i % every == every - 1:
            line = mark + line
        out.append(line)
    return ("\n".join(out) + "\n").encode()


def carried(t, kind, text):
    plain = (text % "edge7").encode()
    same(t, f"{kind} CRLF", plain, plain.replace(b"\n", b"\r\n"), "")
    same(t, f"{kind} UTF-16", plain, plain.decode().encode("utf-16"), "utf-16")
    same(t, f"{kind} UTF-16 without a mark", plain, plain.decode().encode("utf-16-le"), "utf-16")
    same(t, f"{kind} quoted", plain, b"".join(b"> " + x + b"\n" for x in plain.splitlines()), "mail")
    same(t, f"{kind} quoted twice", plain, b"".join(b">> " + x + b"\n" for x in plain.splitlines()), "mail")
    same(t, f"{kind} mail", plain, HEAD.encode() + b"\n" + plain, "mail")
    same(t, f"{kind} base64", plain, (HEAD + "Content-Transfer-Encoding: base64\n\n").encode() + base64.encodebytes(plain), "mail")
    same(t, f"{kind} quoted-printable", plain, (HEAD + "Content-Transfer-Encoding: quoted-printable\n\n").encode() + quopri.encodestring(plain), "mail")
    part = "--b1\nContent-Type: text/html\n\n<p>see below</p>\n--b1\nContent-Type: text/plain; name=\"a.cfg\"\nContent-Transfer-Encoding: base64\n\n"
    same(t, f"{kind} attachment", plain, (HEAD + 'Content-Type: multipart/mixed;\n boundary="b1"\n\n' + part).encode() + base64.encodebytes(plain) + b"--b1--\n", "mail")
    for name, mark in (
        ("ASA", "<--- More --->\r              \r"),
        ("IOS", " --More-- \b\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b\b"),
        ("Junos", "---(more 42%)---\r                \r"),
        ("plain", "--More-- \r         \r"),
    ):
        same(t, f"{kind} pager {name}", plain, paged(text % "edge7", mark), "pager")
    odd = plain.replace(b"uplink", b"\xff\xfe uplink") if kind == "ios" else plain + b"# \xff\xfe\n"
    got, said = rows(odd)
    t.ok(any(r.get("hostname") == "edge7" for r in got), f"carried {kind} odd bytes: read", said)
    half = plain[: len(plain) * 2 // 3]
    got, said = rows(half)
    t.ok(any(r.get("hostname") == "edge7" for r in got), f"carried {kind} half: what is there is read", said)
    t.ok(not any(r["kind"] == "setting" and r.get("origin") == "default" and r.get("state") != "unknown" and kind == "ios" for r in got), f"carried {kind} half: its silence says nothing", got)


def wrapped(t):
    for width in (80, 132):
        long = [f" permit tcp host 198.51.100.{i} host 203.0.113.{i} eq 2{'2' * i} log " + "established " * 7 + f"dscp af1{i}" for i in range(1, 9)]
        text = IOS % "edge7" + "ip access-list extended LONG\n" + "\n".join(long) + "\n"
        out = []
        for line in text.splitlines():
            out += [line[i : i + width] for i in range(0, len(line), width)] or [""]
        broken = ("\n".join(out) + "\n").encode()
        same(t, f"ios wrapped at {width}", text.encode(), broken, "wrapped")
    long = "".join(f"set firewall family inet filter LONG term number-{i} from source-prefix-list management-stations-of-region-{i}\n" for i in range(5))
    text = "set version 21.4R3\nset system host-name edge7\nset system services ssh\n" + long
    broken = "\n".join(line[i : i + 80] for line in text.splitlines() for i in range(0, len(line), 80)) + "\n"
    same(t, "junos wrapped at 80", text.encode(), broken.encode(), "wrapped")
    # Lines of just that width that nothing follows stay as they are.
    text = IOS % "edge7" + "".join(f"access-list 10 remark {'x' * 57}{i}\n" for i in range(6))
    same(t, "lines of 80 columns", text.encode(), text.encode(), "")


def devices(t):
    for kind, text in KINDS.items():
        d = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-"))
        first, second = text % "north1", text % "south2"
        second = second.replace("192.0.2.", "203.0.113.").replace("telnet", "ssh")
        (d / "two.cfg").write_text(first + second)
        status, report, said = scan(d)
        names = {x["name"] for x in report["devices"]}
        t.ok(names == {"north1", "south2"}, f"{kind} two devices: both are there", names)
        telnet = [(e["path"], e["line"]) for f in report["findings"] if "elnet" in f["title"] for e in f["evidence"]]
        last = len(first.splitlines())
        t.ok(telnet and all(line <= last for _, line in telnet), f"{kind} two devices: Telnet is the first one's", telnet)
        p = run([program(), "dump", d / "two.cfg"])
        hosts = [json.loads(x) for x in p.stdout.splitlines()]
        at = {r["hostname"]: r["at_line"] for r in hosts if r["kind"] == "device"}
        t.ok(at.get("south2", 0) > last >= at.get("north1", 99), f"{kind} two devices: lines keep their numbers", at)
        t.ok(b"several-devices" in p.stderr, f"{kind} two devices: it is said", p.stderr)
        shutil.rmtree(d)
    same(t, "one name twice", (IOS % "edge7").encode(), (IOS % "edge7").encode(), "")
    banner = (IOS % "edge7").replace("line con 0\n", "banner motd ^C\nhostname of this box is secret\nhostname other9\n^C\nline con 0\n")
    got, said = rows(banner.encode())
    t.ok({r["hostname"] for r in got if r["kind"] == "device"} == {"edge7"}, "a name in a banner is no device", said)


TYPO = {
    "cisco-ios": (IOS % "e1" + "snmp-server comunity harb0ur\nip rout 10.0.0.0 255.0.0.0 192.0.2.2\ninterface GigabitEthernet0/1\n ip adress 192.0.2.5 255.255.255.0\n set system host-name x\n", 4),
    "junos": (JUNOS % "e1" + "system { servces { ssh; } }\nprotocols { bgp { group X { tpye internal; } } }\nsnmp-server x;\n", 3),
    "fortios": (FORTI % "e1" + 'config system interfac\nedit "p"\nset ip 192.0.2.1\nnext\nend\nconfig system global\nset hostnam "x"\nend\nhostname x\n', 3),
    "pan-os": ("set deviceconfig system hostname e1\nset mgt-config users a permissions role-based superuser yes\nset network interface ethernet ethernet1/1 layer3 ip 192.0.2.66/29\nset deviceconfig sytem hostname x\nset rulebase securty rules R from any\nip route 0.0.0.0 0.0.0.0 192.0.2.1\n", 3),
    "cisco-nx-os": ("!Command: show running-config\nversion 9.3(5) Bios:version\nhostname e1\nfeature bgp\nvrf context management\n  ip rout 0.0.0.0/0 192.0.2.1\ninterface Ethernet1/1\n  no swichport\n", 2),
    "cisco-ios-xr": ("!! IOS XR Configuration 7.5.2\nhostname e1\nrouter static\n adress-family ipv4 unicast\n!\ninterface MgmtEth0/RP0/CPU0/0\n ipv4 adress 192.0.2.1 255.255.255.0\n!\nend\n", 2),
    "cisco-asa": ("ASA Version 9.16(4)\nhostname e1\ninterface GigabitEthernet0/0\n nameiff outside\n security-level 0\nsame-securty-traffic permit inter-interface\n", 2),
    "arista-eos": ("! device: e1 (vEOS, EOS-4.28.3M)\nhostname e1\nmanagement api http-commands\n   no shutdwn\nspaning-tree mode mstp\n", 2),
}


def understood(t):
    d = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-"))
    for kind, (text, wrong) in TYPO.items():
        (d / f"{kind}.cfg").write_text(text)
        p = run([program(), "dump", "--unknown", "--json", f"{kind}.cfg"], cwd=d)
        shares = json.loads(p.stdout)["platforms"] if p.stdout else []
        got = shares[0] if shares else {}
        t.ok(len(shares) == 1 and got["platform"] == f"{kind}-config" and got["grammar"], f"understood {kind}: it has a grammar", got)
        t.ok(got.get("unknown") == wrong, f"understood {kind}: {wrong} statements are not", got.get("forms"))
        lines = got["files"][0]["unknown_lines"] if got else []
        t.ok(len(lines) == wrong, f"understood {kind}: their lines are named", lines)
        t.ok(b"harb0ur" not in p.stdout, f"understood {kind}: no secret", p.stdout)
    p = run([program(), "dump", "--unknown", d])
    t.ok(p.returncode == 0 and b"not understood: junos-config" in p.stdout and b"harb0ur" not in p.stdout, "understood: text", p.stdout + p.stderr)
    shutil.rmtree(d)


def run_all(t):
    for kind, text in KINDS.items():
        carried(t, kind, text)
    wrapped(t)
    devices(t)
    understood(t)
