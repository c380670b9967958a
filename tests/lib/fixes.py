"""Plans: commands that close what they are for, files of commands, no secret."""
import collections
import fnmatch
import json
import pathlib
import re
import tempfile

import yaml

from .check import SHARED, program, run

# Of the findings with commands, this share must be closed by them.
CLOSED = 0.95
FAMILIES = ("ios", "ios-xe", "nx-os", "junos", "eos")
# The corpora hold few devices of these: so many findings at least must be tried, and as many closed.
FEW = {"ios-xr": 60, "pan-os": 20, "fortios": 8, "asa": 5}
# What is drawn in the samples' configurations as a secret.
SECRET = re.compile(r"\$9\$uMZwpLk|0822455D|Quagga|Sample-(?:Key|Secret|Master)|-----BEGIN")


def plan(*args, status=(0, 1)):
    p = run([program("debug"), "fix", "--json", "-", *args])
    if p.returncode not in status:
        return None, p.stderr.decode(errors="replace")
    return json.loads(p.stdout), p.stderr.decode(errors="replace")


def steps_of(report, kind=None):
    for d in report["devices"]:
        for s in d["steps"]:
            if kind is None or s["kind"] == kind:
                yield d, s


def samples(t):
    """Each rule's own sample is mended by its own commands, where there are some for the platform."""
    seen = collections.Counter()
    for path in sorted(pathlib.Path("data").glob("*/*.hit*")):
        if path.is_dir() or path.suffix not in (".cfg", ".conf"):
            continue
        rule = path.name.split(".hit")[0]
        report, said = plan(path)
        if not t.ok(report is not None, f"fix: a plan for {path.name}", said):
            continue
        for d, s in steps_of(report):
            if s["rule"] != rule:
                continue
            seen[s["check"]] += 1
            t.ok(
                s["check"] in ("closes", "by hand"),
                f"fix: {path.name}: {s['title']} is closed",
                [c["text"] for c in s["commands"]],
            )
            t.ok(
                s["check"] != "closes" or s["covered"] or s["undo"] or s["commands"],
                f"fix: {path.name}: can be taken back",
            )
        t.ok(not SECRET.search(json.dumps(report)), f"fix: {path.name}: no secret and no sample is shown")
    t.ok(seen["closes"] >= 60, "fix: commands close the samples of their rules", seen)
    print(f"        samples: {dict(seen)}", flush=True)


def sentences(t):
    """What stands under a platform is a command, or marked as a word to people."""
    for path in sorted(pathlib.Path("data").glob("[rh]*/*.yml")):
        for doc in yaml.safe_load_all(path.read_text()):
            fix = (doc or {}).get("tidemark", {}).get("fix") or {}
            if not isinstance(fix, dict):
                continue
            for key, lines in fix.items():
                lines = lines if isinstance(lines, list) else str(lines).split("\n")
                prose = [x for x in lines if re.match(r"[A-Z][a-z]+ ", str(x))]
                t.ok(key == "any" or not prose, f"fix: {path.name}: sentences for {key} begin with '# '", prose)


def measured(t):
    if not (SHARED / "corpora").exists():
        t.skip("fix: findings of the corpora that commands close", "no corpora")
        return
    report, said = plan(SHARED / "corpora", status=(0, 1, 3))
    if not t.ok(report is not None, "fix: a plan for the corpora", said):
        return
    by = collections.defaultdict(collections.Counter)
    for d, s in steps_of(report, "hardening"):
        by[d["platform"]][s["check"]] += 1
        t.ok(s["proposed"] == (s["check"] != "stays"), "fix: what closes nothing is not proposed")
    for name, n in sorted(by.items()):
        tried = n["closes"] + n["stays"]
        if tried:
            print(f"        {name:8} {n['closes']} of {tried} closed, {n['untried']} not tried, {n['by hand']} by hand", flush=True)
    for name in FAMILIES:
        n = by[name]
        tried = n["closes"] + n["stays"]
        t.ok(tried >= 100 and n["closes"] >= CLOSED * tried, f"fix: {name}: commands close what they are for", n)
        t.ok(n["untried"] <= 0.05 * (tried + n["untried"]), f"fix: {name}: nearly all could be tried", n)


    for name, least in FEW.items():
        n = by[name]
        tried = n["closes"] + n["stays"]
        t.ok(tried >= least and n["closes"] >= CLOSED * tried, f"fix: {name}: commands close what they are for", n)


def example(t):
    report, said = plan("examples/harbour")
    if not t.ok(report is not None, "fix: a plan for the example", said):
        return
    devices = {d["name"]: d for d in report["devices"]}
    names = [d["name"] for d in report["devices"]]
    t.ok(names.index("quay-agg1") < names.index("quay-agg2"), "fix: compromised devices come first", names)
    agg1, agg2 = devices["quay-agg1"], devices["quay-agg2"]
    t.ok(agg1["collect_first"] and agg1["collect"] and not agg2["collect_first"], "fix: evidence is saved first where an intruder is")
    t.ok(agg2["upgrade"] == {"flaws": 3, "release": "17.15.4a", "same_line": False, "left": 0}, "fix: one release for all flaws", agg2["upgrade"])
    phases = ("contain", "evict", "patch", "harden")
    for d in report["devices"]:
        order = [phases.index(s["phase"]) for s in d["steps"]]
        t.ok(order == sorted(order), f"fix: {d['name']}: contain, evict, patch, harden", order)
    edge = [s for s in devices["pilot-edge1"]["steps"] if "access list 20" in s["title"]]
    t.ok(
        edge and [c["text"] for c in edge[0]["commands"]] == ["ip access-list standard 20", " no permit 45.61.133.31"],
        "fix: an entry goes, not its list", edge,
    )


# A configuration, the release that show version states, and of each flaw the answer with its way around.
AROUND = """version 17.9
hostname buoy-r2
!
ip http server
ip http secure-server
access-list 10 permit 10.0.0.0 0.0.0.255
snmp-server view POLL iso included
snmp-server community Quagga71 view POLL RO 10
snmp-server community Quagga72 RW
!
line vty 0 4
 login local
 transport input ssh
end
"""
RELEASE = """buoy-r2#show version
Cisco IOS XE Software, Version %s
Cisco IOS Software [Cupertino], ISR Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version %s, RELEASE SOFTWARE (fc5)
buoy-r2 uptime is 1 week
cisco ISR4331/K9 (1RU) processor with 1795979K/6147K bytes of memory.
buoy-r2#
"""
JUNOS = """version 18.3R1;
system {
    host-name buoy-srx;
    root-authentication {
        encrypted-password "$6$x$y";
    }
    services {
        ssh;
        web-management {
            https {
                system-generated-certificate;
            }
        }
    }
}
interfaces {
    ge-0/0/0 {
        unit 0 {
            family inet {
                address 192.0.2.6/24;
            }
        }
    }
}
security {
    dynamic-vpn {
        access-profile users;
    }
}
"""
HTTP = ["no ip http server", "no ip http secure-server"]


def around(release, config=AROUND):
    """The steps for flaws of a device, by CVE, and what --check says."""
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "buoy-r2.cfg").write_text(config)
        (pathlib.Path(folder) / "buoy-r2.txt").write_text(RELEASE % (release, release))
        report, _ = plan(folder)
        said = run([program("debug"), "fix", "--check", folder]).stdout.decode()
    return {s["rule"]: s for _, s in steps_of(report, "vulnerability")}, said, report


def workarounds(t):
    """Ways around flaws are tried like hardening: from exposed to affected with the feature off."""
    flaws, said, report = around("17.9.4")
    web = flaws.get("CVE-2023-20198")
    t.ok(
        web and web["check"] == "closes" and web["answer"] == {"before": "exposed", "after": "feature-off", "line": "no ip http server"},
        "fix: without the web server its flaw needs a feature that is off", web,
    )
    t.ok(web and [c["text"] for c in web["commands"]] == HTTP and len(web["undo"]) == 2, "fix: a way around can be taken back", web)
    t.ok("now: exposed; with these commands: affected, feature off (no ip http server)" in said, "fix: --check tells the answer with it", said)
    snmp = flaws.get("CVE-2025-20352", {})
    shown = [c["text"] for c in snmp.get("commands", []) if c["command"]]
    t.ok(
        snmp.get("check") == "closes" and "snmp-server view POLL cafSessionMethodsInfoEntry.2.1.111 excluded" in shown
        and "snmp-server community <secret> view TIDEMARK-SNMP rw" in shown and not any("view POLL RO" in x for x in shown),
        "fix: a view in use loses the object, a community without one gets one", shown,
    )
    text = json.dumps(report) + said
    t.ok("Quagga" not in text and "SAMPLE" not in text, "fix: ways around show no secret and no sample")
    flaws, said, _ = around("17.15.4a")
    t.ok(not flaws and "with these commands" not in said, "fix: no way around what a device does not have", flaws)
    off = AROUND.replace("ip http", "no ip http")
    flaws, _, _ = around("17.9.4", off)
    t.ok("CVE-2023-20198" not in flaws, "fix: nothing to get around where the feature is off", flaws)
    # Another service of the same flaw stays on: then nothing is claimed, and the release is what is left.
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "srx.conf"
        path.write_text(JUNOS)
        report, _ = plan(path)
        said = run([program("debug"), "fix", "--check", path])
        step = [s for _, s in steps_of(report) if s["rule"] == "CVE-2020-1631"][0]
        t.ok(
            step["check"] == "stays" and not step["proposed"] and step["answer"] == {"before": "exposed", "after": "exposed", "line": None}
            and step["by_hand"] == ["upgrade to 18.3R3-S2 or later", "delete system services web-management"],
            "fix: what leaves the feature on is not proposed", step,
        )
        t.ok(said.returncode == 1 and b"with these commands: still exposed" in said.stdout, "fix: --check says that the flaw stays", said.stdout)
        path.write_text(JUNOS.replace("dynamic-vpn", "idp"))
        report, _ = plan(path)
        step = [s for _, s in steps_of(report) if s["rule"] == "CVE-2020-1631"][0]
        t.ok(step["check"] == "closes" and step["answer"]["after"] == "feature-off", "fix: and is where it goes off", step)
        # Part of a configuration: its silence is no proof that anything is off.
        path.write_text(JUNOS.replace("dynamic-vpn", "idp").replace("root-authentication", "login"))
        report, _ = plan(path)
        step = [s for _, s in steps_of(report) if s["rule"] == "CVE-2020-1631"][0]
        t.ok(step["check"] == "untried" and step["answer"] is None, "fix: a part of a configuration proves nothing", step)
    report, _ = plan("examples/harbour")
    judged = [s for _, s in steps_of(report, "vulnerability") if s["answer"]]
    t.ok(len(judged) >= 6, "fix: flaws of the example are judged with their ways around", len(judged))
    t.ok(all((s["check"] == "closes") == (s["answer"]["after"] == "feature-off") for s in judged), "fix: a way around closes where the feature goes off")


def schema(t):
    try:
        import jsonschema
    except ImportError:
        t.skip("fix: schema", "python3-jsonschema is not installed")
        return
    wanted = json.loads(pathlib.Path("data/schema/tidemark-plan-1.json").read_text())
    cls = jsonschema.validators.validator_for(wanted)
    cls.check_schema(wanted)
    for path in ("examples/harbour", "tests/golden/fix/ios-xe.cfg"):
        report, said = plan(path)
        errors = [e.message for e in cls(wanted).iter_errors(report)]
        t.ok(not errors, f"fix: the plan of {path} fits its schema", "\n".join(errors[:5]))


def golden(t, refresh):
    """Whole plans, one for each family of commands; numbers of findings come and go with rules."""
    for path in sorted(pathlib.Path("tests/golden/fix").glob("*.c*f*")):
        want = path.with_suffix(".txt")
        p = run([program("debug"), "fix", "--undo", path])
        text = re.sub(r"\[F\d+\]", "[F]", p.stdout.decode())
        if refresh and fnmatch.fnmatch(str(want), refresh):
            want.write_text(text)
        t.ok(want.exists() and want.read_text() == text, f"fix: the plan for {path.name} as before")
        t.ok("quagmire" not in text and "Zebra7" not in text and "0822455D" not in text and "$1$abc" not in text, f"fix: {path.name}: no secret")


def files(t):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "commands"
        args = [program("debug"), "fix", "--quiet", "--commands", out, "examples/harbour"]
        p = run(args)
        made = sorted(out.iterdir()) if out.exists() else []
        t.ok(p.returncode == 0 and len(made) >= 5, "fix: a file of commands for each device", p.stderr)
        before = [f.read_bytes() for f in made]
        p = run(args)
        t.ok(p.returncode == 4 and [f.read_bytes() for f in made] == before, "fix: none is written over", p.stderr)
        for f in made:
            text = f.read_text()
            live = [x for x in text.splitlines() if not x.startswith("!")]
            t.ok(not any("<" in x for x in live), f"fix: {f.name}: nothing to fill in is a command", live)
            t.ok(not any(x.startswith("reload") for x in live) or "compromised" not in text, f"fix: {f.name}: no restart where an intruder is")


HOSTILE = """hostname r1
!
username x;reload privilege 15 password 0 Quagga77
snmp-server community Quagga78 RW
interface Tunnel9
 description $(reload)
line vty 0 4
 login local
 transport input all
end
"""


def hostile(t):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "r1.cfg"
        path.write_text(HOSTILE)
        report, said = plan(path)
        t.ok(report is not None, "fix: a plan for hostile names", said)
        text = json.dumps(report)
        t.ok("Quagga" not in text, "fix: no password, no community in a plan")
        shown = [c["text"] for _, s in steps_of(report) for c in s["commands"]]
        t.ok(shown and not any(";" in x or "$(" in x for x in shown), "fix: names that a shell might take are left to the operator", shown)
        given, _ = plan("--set", "log-server=10.0.0.9", path)
        t.ok(any("10.0.0.9" in c["text"] for _, s in steps_of(given) for c in s["commands"]), "fix: --set fills in")
        for args in (["--set", "x"], ["--set", "x=a\nb"], ["--jobs", "0"], []):
            p = run([program("debug"), "fix", *args])
            t.ok(p.returncode == 2, f"fix: {args} is refused", p.stderr)
        p = run([program("debug"), "fix", "--check", path])
        t.ok(p.returncode in (0, 1) and b"closes" in p.stdout, "fix: --check tells what closes", p.stderr)
        path.write_bytes(HOSTILE.encode()[:120] + b"\0\xff\x1b[2J" + HOSTILE.encode()[60:])
        p = run([program("debug"), "fix", "--undo", path])
        t.ok(p.returncode in (0, 3) and b"\x1b" not in p.stdout, "fix: a torn file gives a plan that is safe to print", p.stderr)


def check(t, refresh):
    sentences(t)
    samples(t)
    example(t)
    workarounds(t)
    schema(t)
    golden(t, refresh)
    files(t)
    hostile(t)
    measured(t)
