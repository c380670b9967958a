"""Knowledge about flaws from files: what each gives, and real files."""
import json
import pathlib
import re
import tempfile

from .check import SHARED, program, run, scan

FILES = pathlib.Path("tests/updates")
FACTS = SHARED / "facts" / "vulnerabilities"

# Of the real files, as counted when this was written: a part that finds less is
# a step back.
AT_LEAST = {
    "cves": {"files": 128, "curated": 25},
    "csaf/cisco": {"files": 40, "curated": 25},
    "csaf/fortinet": {"files": 12, "flaws": 4},
    "csaf/paloalto": {"files": 2, "flaws": 1},
    "csaf/oasis_examples": {"files": 19},
    "csaf/cisco_openvuln": {"files": 2, "flaws": 8},
}


def told(path, build="debug"):
    """What intel update says, without what depends on the day."""
    p = run([program(build), "intel", "update", path], timeout=300)
    lines = p.stdout.decode().splitlines()
    return p, [l for l in lines if not re.match(r"(KEV|EPSS) of ", l)]


def golden(t, refresh):
    seen = 0
    for path in sorted(FILES.iterdir()):
        if path.is_dir() or path.suffix == ".tsv":
            continue
        seen += 1
        want = FILES / "expected" / (path.name + ".txt")
        p, lines = told(path)
        got = "\n".join(lines) + "\n"
        if refresh and pathlib.PurePath(path).match(refresh):
            want.write_text(got)
        t.ok(want.exists() and got == want.read_text(), f"updates: {path.name}", got)
        t.ok(
            not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", p.stdout),
            f"updates: {path.name} drives no terminal",
            p.stdout,
        )
    t.ok(seen > 25, "updates: inputs are there", seen)


def ages(t):
    """Old knowledge is told of; a fresher file ends that; nothing fails."""
    with tempfile.TemporaryDirectory() as d:
        evidence = pathlib.Path(d) / "empty.cfg"
        evidence.write_text("hostname quay-r1\n!\nend\n")
        old = run([program("debug"), "scan", "--quiet", evidence])
        t.ok(old.returncode in (0, 1, 3), "updates: a run without downloads ends well", old.stderr)
        p = run([program("debug"), "scan", "--vulnerabilities", FILES / "kev.json", evidence])
        t.ok(b"(KEV) is of" not in p.stderr, "updates: a fresh catalogue is not called old", p.stderr)
        t.ok(b"1 note on the urgency" in p.stderr, "updates: a scan tells what a file gave", p.stderr)
        p = run([program("debug"), "scan", "--vulnerabilities", FILES / "page.json", evidence])
        t.ok(b"page for people" in p.stderr, "updates: a page saved by mistake is told of", p.stderr)


def flaw_from_file(t):
    """A flaw that only a file tells of is in the report, as an open question."""
    with tempfile.TemporaryDirectory() as d:
        report = pathlib.Path(d) / "report.json"
        p = run(
            [program("debug"), "scan", "--quiet", "--vulnerabilities", FILES / "cve-list.json", "--json", report]
            + ["examples/harbour"]
        )
        flaws = json.loads(report.read_text()).get("vulnerabilities", [])
        got = {a["device"]: a for a in flaws if a["cve"] == "CVE-2099-1011"}
        edge = got.get("pilot-edge1", {})
        t.ok(
            got and all(a["answer"] == "cannot-tell" for a in got.values()),
            "updates: a flaw from a file is never called exposed",
            got,
        )
        t.ok(
            "vendor.example" in " ".join(edge.get("need", [])),
            "updates: and tells where to read on",
            edge,
        )


def count(lines, what):
    return sum(int(n) for l in lines for n in re.findall(r"(\d+) " + what, l))


def real(t):
    if not FACTS.is_dir():
        t.skip("updates: real files", f"{FACTS} is not here")
        return
    for folder, least in AT_LEAST.items():
        p, lines = told(FACTS / folder)
        heads = [l for l in lines if not l.startswith(" ")]
        got = {
            "files": sum(": " in l for l in heads),
            "flaws": count(heads, r"more from these files"),
            "curated": count(heads, r"flaws? whose curated"),
            "unusable": count(heads, r"parts? not to be used"),
        }
        print(f"{folder}: {got}")
        t.ok(
            p.returncode == 0 and all(got[k] >= n for k, n in least.items()),
            f"updates: real files of {folder}",
            (got, p.stderr.decode()[-500:]),
        )
    validator = FACTS / "csaf" / "oasis_tests"
    p, lines = told(validator)
    t.ok(p.returncode in (0, 3) and b"signal" not in p.stdout, "updates: validator cases do no harm", p.stderr)
    p, lines = told(FACTS / "kev.json")
    t.ok("135 notes on the urgency" in lines[0], "updates: the real catalogue", lines[0])
    for page in sorted((FACTS / "csaf" / "fortinet" / "html_not_csaf").iterdir()):
        p, lines = told(page)
        t.ok(p.returncode == 3 and "(HTML)" in lines[0], f"updates: {page.name} is no CSAF", lines)


def show_versions(t):
    """Real show output gives the release and platform that it states."""
    folder = FACTS / "show_version"
    if not folder.is_dir():
        t.skip("updates: releases of show output", f"{folder} is not here")
        return
    for line in (FILES / "show_versions.tsv").read_text().splitlines():
        if line.startswith("#"):
            continue
        name, platform, version = line.split("\t")
        p = run([program("debug"), "dump", folder / name])
        rows = [json.loads(l) for l in p.stdout.decode().splitlines() if l.startswith("{")]
        got = {(r.get("platform"), r.get("version")) for r in rows if r.get("kind") == "device"}
        t.ok(got == {(platform, version)}, f"updates: release in {name}", got)


def updates(t, refresh):
    show_versions(t)
    golden(t, refresh)
    ages(t)
    flaw_from_file(t)
    real(t)
