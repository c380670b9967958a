"""Known exploited flaws: what the knowledge asks for is there to be found, every
feature rule has its samples, and a small fleet gets the answers that
tests/flaws/fleet.tsv gives it, in the JSON report and as CSV."""
import csv
import io
import json
import pathlib
import re
import tempfile

from .check import program, run, scan

FEATURES = pathlib.Path("data/features")
FLAWS = pathlib.Path("data/vulnerabilities")
FLEET = pathlib.Path("tests/flaws/fleet")
DOORS = pathlib.Path("tests/flaws/doors")


def feature_of(rule):
    text = rule.read_text()
    name = re.search(r"^  feature: (\S+)", text, re.M)[1]
    state = re.search(r"^  state: (\S+)", text, re.M)
    return name, state[1] if state else "enabled"


def samples(t, build="debug"):
    for rule in sorted(FEATURES.glob("*.yml")):
        hits = sorted(FEATURES.glob(f"{rule.stem}.hit*.*"))
        misses = sorted(FEATURES.glob(f"{rule.stem}.miss*.*"))
        t.ok(hits and misses, f"feature {rule.stem} has both samples")
        for path in hits + misses:
            report = scan(path, build=build)[1]
            told = {(f["name"], f["state"]) for d in report["devices"] for f in d["features"]}
            t.ok(
                (feature_of(rule) in told) == (path in hits),
                f"{build} feature {rule.stem} {'meets' if path in hits else 'passes over'} {path.name}",
                told,
            )


def reader_settings():
    names = set()
    for path in pathlib.Path("tests/golden").rglob("*.jsonl"):
        for line in path.read_text(errors="replace").splitlines():
            if '"kind": "setting"' in line:
                names.add(json.loads(line)["name"])
    return names


def asked():
    """(file, setting) of every test of a flaw."""
    for path in sorted(FLAWS.glob("*.yaml")):
        text = re.sub(r"\s*\n\s+", " ", path.read_text())
        for m in re.finditer(r"\{setting: ([a-z0-9-]+)([^}]*)\}", text):
            yield path.name, m[1]
            for key in ("unless", "with"):
                more = re.search(key + r": \[?([a-z0-9, -]+)", m[2])
                for name in re.findall(r"[a-z0-9-]+", more[1]) if more else ():
                    if name not in ("unless", "with", "silent"):
                        yield path.name, name


def knowledge(t):
    given = {feature_of(r)[0] for r in FEATURES.glob("*.yml")}
    known = given | reader_settings()
    wanted = set(asked())
    t.ok(len(wanted) > 60, "flaws ask for settings", len(wanted))
    missing = sorted(w for w in wanted if w[1] not in known)
    t.ok(not missing, "every setting that a flaw asks for is told by a reader or a rule", missing)
    idle = given - {name for _, name in wanted}
    t.ok(not idle, "every feature is asked for by a flaw", sorted(idle))


def answer_text(a):
    places = ";".join(
        pathlib.Path(p["path"]).name + (f":{p['line']}" if p["line"] else "") for p in a["evidence"]
    )
    deadline = a["deadline"]
    if deadline is None:
        due = "-"
    elif deadline["publicly_exposed"] is None:
        due = f"{deadline['if_exposed']}/{deadline['if_not']}"
    else:
        due = deadline["if_exposed" if deadline["publicly_exposed"] else "if_not"]
    return [a["answer"], a["reach"] or "-", places or "-", due, "; ".join(a["need"]) or "-"]


def fleet(t):
    report = scan(FLEET)[1]
    answers = {(a["device"], a["cve"]): a for a in report["vulnerabilities"]}
    wanted = [
        line.split("\t")
        for line in pathlib.Path("tests/flaws/fleet.tsv").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    for device, cve, *want in wanted:
        got = answer_text(answers[device, cve]) if (device, cve) in answers else "nothing"
        t.ok(got == want, f"flaw {cve} on {device}", f"want {want}\ngot  {got}")
    for a in report["vulnerabilities"]:
        if a["answer"] == "exposed" and a["finding"] is None:
            t.ok(False, f"{a['device']} {a['cve']} has its finding")
    exposed = {(f["device"], f["rule"]) for f in report["findings"] if f["kind"] == "vulnerability"}
    t.ok(
        exposed == {k for k, a in answers.items() if a["answer"] == "exposed"},
        "what is exposed is a finding and the other way round",
    )
    p = run([program(), "scan", "--quiet", "--csv", "-", FLEET])
    rows = list(csv.DictReader(io.StringIO(p.stdout.decode(), newline="")))
    t.ok(
        [(r["device"].lstrip("'"), r["cve"], r["answer"]) for r in rows]
        == [(a["device"], a["cve"], a["answer"]) for a in report["vulnerabilities"]],
        "the CSV has a row for each answer",
    )
    formula = [r for r in rows if any(v[:1] in "=+-@" and v for v in r.values())]
    t.ok(not formula, "no cell of the CSV is a formula", formula[:1])


def deadlines(t):
    """Where nobody knows who gets at a flaw, both deadlines are told, in every form alike."""
    with tempfile.TemporaryDirectory() as d:
        run([program(), "scan", "--quiet", "--all", "--json", f"{d}/json", "--csv", f"{d}/csv", "--markdown", f"{d}/md", FLEET])
        report = json.loads(pathlib.Path(d, "json").read_text())
        rows = list(csv.DictReader(io.StringIO(pathlib.Path(d, "csv").read_text(), newline="")))
        markdown = pathlib.Path(d, "md").read_text()
    plain = re.sub(r"\\(.)", r"\1", markdown)
    both = one = shown = 0
    for a, r in zip(report["vulnerabilities"], rows):
        due = a["deadline"]
        if due is None:
            want = ""
        elif due["publicly_exposed"] is None and due["if_exposed"] != due["if_not"]:
            want = f"{due['if_exposed']} if publicly exposed; else {due['if_not']}"
            both += 1
        else:
            want = due["if_not"] if due["publicly_exposed"] is False else due["if_exposed"]
            one += 1
        if r["deadline"] != want:
            t.ok(False, f"deadline of {a['cve']} on {a['device']}", (r["deadline"], want))
        if a["answer"] == "exposed":
            line = next((l for l in plain.splitlines() if l.startswith(f"| {a['device']} | {a['cve']}: ")), "")
            shown += f"| {want} |" in line
    t.ok(both > 5 and one > 5, "both deadlines where the reach is not known, one where it is", (both, one))
    exposed = sum(a["answer"] == "exposed" for a in report["vulnerabilities"])
    t.ok(shown == exposed > 0, "Markdown has a table of what is exposed, with deadlines", (shown, exposed))


def doors(t):
    """Who gets at a service through the interfaces: answer, deadline, reason."""
    report = scan(DOORS)[1]
    answers = {(a["device"], a["cve"]): a for a in report["vulnerabilities"]}
    t.ok("hB7sQ2kd" not in json.dumps(report), "a reason quotes no community")
    rows = [
        line.split("\t")
        for line in DOORS.with_suffix(".tsv").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    devices = {p.stem for p in DOORS.iterdir()}
    t.ok(devices == {row[0] for row in rows}, "every device of tests/flaws/doors has a row")
    for device, cve, reach, due, *reasons in rows:
        a = answers.get((device, cve))
        t.ok(
            a is not None
            and [a["reach"], answer_text(a)[3]] == [reach, due]
            and all(r in a["reach_why"] for r in reasons),
            f"{device}: {cve} is reached by {reach}",
            f"want {reach} {due} {reasons}\ngot  {a and [a['reach'], answer_text(a)[3], a['reach_why']]}",
        )


def explained(t):
    p = run([program(), "explain", "CVE-2020-3118"])
    said = p.stdout.decode()
    for part in ("KEV         added 2021-11-03", "EPSS ", "SSVC ", "fixed in 6.6.3", "CSCvr78185", "CDP service", "BOD 26-04"):
        t.ok(part in said, f"explain CVE-2020-3118 tells {part.strip()}", said)


def check(t):
    knowledge(t)
    samples(t)
    fleet(t)
    deadlines(t)
    doors(t)
    explained(t)
