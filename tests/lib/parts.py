"""The parts of the test run."""
import collections
import fnmatch
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from . import browser, carriers, dissect, feeds, fixes, flaws, flow_truth, history, images, inputs, knowledge, odd, ownspace, reports, store as kept, twins, updates, vex, waivers
from .check import SHARED, make, program, run, scan, stable
from .flow_patterns import patterns

GOLDEN = pathlib.Path("tests/golden")
CASES = pathlib.Path("tests/cases")


def built(t, build, *targets):
    p = make(build, *targets)
    return t.ok(
        p.returncode == 0, f"build {build} {' '.join(targets)}", p.stderr.decode()
    )


def static(t, refresh):
    p = run(["tools/layers"])
    t.ok(p.returncode == 0, "layers: modules include only what is below", p.stdout.decode())
    p = run(["tools/style"])
    t.ok(p.returncode == 0, "style: no banned function, no stray file", p.stdout.decode())
    manual(t)
    p = run(["tools/device-facts"])
    t.ok(
        p.returncode == 0 and p.stdout == pathlib.Path("docs/device-facts.md").read_bytes(),
        "docs/device-facts.md is current: tools/device-facts > docs/device-facts.md",
        p.stderr.decode(),
    )
    if built(t, "debug", "all"):
        knowledge.check(t)


def manual(t):
    """The manual's table of diagnostics is that of base/diag.def."""
    declared = re.findall(
        r'^DIAG\(\w+, (\w+), "([a-z0-9-]+)"',
        pathlib.Path("src/base/diag.def").read_text(),
        re.M,
    )
    told = re.findall(
        r"^\.It Cm ([a-z0-9-]+) Pq (\w+)",
        pathlib.Path("docs/man/tidemark.1").read_text(),
        re.M,
    )
    want = sorted((name, severity.lower()) for severity, name in declared)
    t.ok(want == sorted(told), "manual: its diagnostics are those of diag.def", set(want) ^ set(told))


def run_units(t, build, names=None):
    if not built(t, build, "units"):
        return
    for path in sorted(pathlib.Path(f"build/{build}/unit").iterdir()):
        if path.suffix or not os.access(path, os.X_OK):
            continue
        env = dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP")
        p = run([path], env=env, timeout=900)
        said = p.stdout.decode(errors="replace")
        n = 0
        for line in said.splitlines():
            if line.startswith("ok "):
                if "# SKIP" in line:
                    t.skip(f"{build} {path.name}", line)
                else:
                    t.passed += 1
                n += 1
            elif line.startswith("not ok ") and "# SKIP" in line:
                t.skip(f"{build} {path.name}", line)
                n += 1
            elif line.startswith("not ok "):
                t.ok(False, f"{build} {path.name}: {line[7:]}", p.stderr.decode(errors="replace"))
                n += 1
            elif "SKIP" in line.upper() and "shared" in line:
                t.skip(f"{build} {path.name}", line)
        t.ok(
            p.returncode == 0 and n > 0,
            f"{build} {path.name} ends well",
            said[-1500:] + p.stderr.decode(errors="replace")[-1500:],
        )


def unit(t, refresh):
    run_units(t, "debug")


def golden_format(path):
    """The reader of a golden folder stands in its file "format"."""
    f = path.parent / "format"
    return f.read_text().strip() if f.exists() else path.parent.name


# Golden inputs have no time of their own, so that their years are known.
GOLDEN_TIME = 1748736000  # 2025-06-01


def golden(t, refresh):
    built(t, "debug", "all")
    for path in sorted(GOLDEN.rglob("*.in")):
        os.utime(path, (GOLDEN_TIME, GOLDEN_TIME))
        want = path.with_suffix(".jsonl")
        name = f"golden {path.relative_to(GOLDEN)}"
        p = run(
            [program(), "dump", "--format", golden_format(path), path.name],
            cwd=path.parent,
        )
        if refresh and fnmatch.fnmatch(str(path), refresh):
            want.write_bytes(p.stdout)
        if not want.exists():
            t.ok(False, name, "no expected output: tests/run --refresh")
            continue
        t.ok(
            p.returncode == 0 and p.stdout == want.read_bytes(),
            name,
            difference(want.read_text(), p.stdout.decode(errors="replace"))
            + p.stderr.decode(errors="replace"),
        )
        q = run([program(), "dump", "--identify", path.name], cwd=path.parent)
        said = q.stdout.decode(errors="replace").split("\t")
        if not (path.parent / "unclaimed").exists():
            t.ok(
                len(said) > 1 and said[1] == golden_format(path),
                f"identify {path.relative_to(GOLDEN)}",
                q.stdout.decode(errors="replace"),
            )


def difference(want, got):
    w, g = want.splitlines(), got.splitlines()
    for i in range(max(len(w), len(g))):
        a = w[i] if i < len(w) else "(nothing)"
        b = g[i] if i < len(g) else "(nothing)"
        if a != b:
            return f"line {i + 1}\nwant {a}\ngot  {b}\n"
    return ""


def sample_rules(folder):
    for rule in sorted(pathlib.Path(folder).glob("*.yml")):
        yield rule, sorted(rule.parent.glob(f"{rule.stem}.hit*.*")), sorted(
            rule.parent.glob(f"{rule.stem}.miss*.*")
        )


# ATT&CK 19 revoked the techniques on the left for those on the right.
RENUMBERED = {
    "t1562.001": "t1685",
    "t1562.003": "t1690",
    "t1562.004": "t1686",
    "t1562.013": "t1686.002",
    "t1070.002": "t1685.006",
}


def both_numbers(t, rule):
    tags = set(re.findall(r"attack\.(t[0-9.]+)", rule.read_text()))
    for old, new in RENUMBERED.items():
        t.ok((old in tags) == (new in tags), f"{rule.stem} has {old} and {new} or neither", tags)


def samples(t, refresh, build="debug"):
    """Every rule has a matching and a near-miss sample beside it, and its
    techniques by old and new number."""
    for folder in ("data/rules", "data/hardening", "examples/rules"):
        more = [] if folder.startswith("data/") else ["--rules", folder]
        for rule, hits, misses in sample_rules(folder):
            t.ok(hits and misses, f"{rule.stem} has both samples")
            both_numbers(t, rule)
            trusted = rule.with_suffix(".images.csv")
            given = ["--images", trusted] if trusted.exists() else []
            for path in hits + misses:
                judge = history.sample if path.suffix == ".history" else scan
                status, report, said = judge(*more, *given, path, build=build)
                found = {f["rule"] for f in report["findings"]} if report else set()
                wanted = path in hits
                t.ok(
                    report is not None and (rule.stem in found) == wanted,
                    f"{build} {rule.stem} {'meets' if wanted else 'passes over'} {path.name}",
                    f"found: {sorted(found)}\n{said}",
                )
    twins.check(t, sample_rules("data/rules"))
    rows_answered(t)
    shared_secrets(t)


def rows_answered(t):
    """Every row of every advisory has a check that names it or a procedure
    for people, and every row that a rule names is there."""
    named = set()
    for path in (p for d in ("rules", "hardening", "vulnerabilities") for p in pathlib.Path("data", d).glob("*.y*ml")):
        named |= set(re.findall(r"\b[A-Z]+[A-Z0-9-]+:[A-Z]-[0-9]+[a-z]?\b", path.read_text()))
    shown = set(re.findall(r"^  - word: (\S+)", pathlib.Path("data/prerequisites.yaml").read_text(), re.M))
    for path in sorted(pathlib.Path("data/advisories").glob("*.yaml")):
        logs = [set(re.findall(r"[\w-]+", a)) for c in re.findall(r"clear_when: \[(\[.*?\])\]", path.read_text(), re.S) for a in re.findall(r"\[(.*?)\]", c, re.S)]
        bare = [a for a in logs if a & {"accounting", "syslog"} and not a & shown]
        t.ok(not bare, f"{path.stem}: silence of a log counts only where the device is shown to log it", bare)
        advisory = re.search(r"^id: *(\S+)", path.read_text(), re.M)[1].strip("'\"")
        said = run([program(), "explain", advisory]).stdout.decode()
        rows = re.findall(r"^  - id: (\S+)", path.read_text(), re.M)
        told = re.findall(r"^  [A-Z0-9-]+:(\S+) +(by rule|by hand|unanswered) .*\([a-z]+\)$", said, re.M)
        t.ok([r for r, _ in told] == rows, f"explain {path.stem}: tells every row", set(rows) ^ {r for r, _ in told})
        open_ = [r for r, word in told if word == "unanswered"]
        t.ok(not open_, f"{path.stem}: no row is unanswered", open_)
        stray = {n for n in named if n.startswith(f"{advisory}:")} - {f"{advisory}:{r}" for r in rows}
        t.ok(not stray, f"{path.stem}: rules name rows that are there", stray)


def shared_secrets(t):
    """Reuse is known by hashes under a key of the run: nothing that tells the
    secret, and nothing that differs from run to run, comes out."""
    paths = sorted(pathlib.Path("data/hardening").glob("*-shared*.hit.d"))
    first, second = (scan(*paths)[1] for _ in range(2))
    if not t.ok(first and second, "shared secrets: a report"):
        return
    said = json.dumps(stable(first))
    t.ok(
        said == json.dumps(stable(second)),
        "shared secrets: one report whatever the run's key",
    )
    told = [w for w in ("made-up-", "tackey99", "0vJc4R1yq3Vb8") if w in said]
    t.ok(not told and "several devices" in said, "shared secrets: none is shown", told)


def schema_check():
    try:
        import jsonschema
    except ImportError:
        return None
    schema = json.loads(pathlib.Path("data/schema/tidemark-report-1.json").read_text())
    cls = jsonschema.validators.validator_for(schema)
    cls.check_schema(schema)
    return cls(schema)


def expectations(case):
    for line in (case / "expected.tsv").read_text().splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def case_source(case):
    f = case / "source"
    return pathlib.Path(f.read_text().strip()) if f.exists() else case / "evidence"


def cases(t, refresh):
    built(t, "debug", "all")
    validator = schema_check()
    if validator is None:
        t.skip("schema", "python3-jsonschema is not installed")
    for case in sorted(p.parent for p in CASES.glob("*/expected.tsv")):
        src = case_source(case)
        status, report, said = scan(src)
        if not t.ok(report is not None, f"case {case.name} gives a report", said):
            continue
        if validator is not None:
            errors = [e.message for e in validator.iter_errors(report)]
            t.ok(not errors, f"case {case.name}: report fits its schema", "\n".join(errors[:5]))
        devices = {d["name"]: d for d in report["devices"]}
        cells = {(c["device"], c["row"].split(":")[1]): c["state"] for c in report["coverage"]}
        hits = {
            (c["device"], c["row"].split(":")[1])
            for c in report["coverage"]
            if c["state"] == "hit"
        }
        for kind, device, word in expectations(case):
            if kind == "verdict":
                got = devices.get(device, {}).get("verdict")
                t.ok(got == word, f"case {case.name}: {device} is {word}", f"got {got}")
            elif kind == "hit":
                t.ok((device, word) in hits, f"case {case.name}: {device} hits {word}")
            elif kind == "nothit":
                t.ok((device, word) not in hits, f"case {case.name}: {device} does not hit {word}")
            elif kind in ("clear", "unknown"):
                t.ok(cells.get((device, word)) == kind, f"case {case.name}: {device}: {word} is {kind}", cells.get((device, word)))
            elif kind == "status":
                t.ok(status == int(word), f"case {case.name}: exit status {word}", status)
            else:
                t.ok(False, f"case {case.name}: unknown expectation {kind}")
        golden_report(t, refresh, case, src)
    waivers.check(t)
    images.check(t)
    ownspace.check(t)


def golden_report(t, refresh, case, src):
    """The whole report, byte for byte but for the run."""
    want = case / "report.json"
    fixed = {}
    for jobs in ("1", "3"):
        _, report, said = scan("--jobs", jobs, src)
        if report is None:
            t.ok(False, f"case {case.name} with {jobs} workers", said)
            return
        slim = stable(report)
        del slim["run"]["knowledge"], slim["run"]["version"]
        slim["coverage"] = [c for c in slim["coverage"] if c["state"] == "hit"]
        fixed[jobs] = json.dumps(slim, indent=1, sort_keys=True) + "\n"
    t.ok(fixed["1"] == fixed["3"], f"case {case.name}: any number of workers, one report")
    if refresh and fnmatch.fnmatch(str(want), refresh):
        want.write_text(fixed["1"])
    t.ok(
        want.exists() and want.read_text() == fixed["1"],
        f"case {case.name}: report as before",
        difference(want.read_text() if want.exists() else "", fixed["1"]),
    )


def input_(t, refresh):
    inputs.run_all(t)
    carriers.run_all(t)


def fix(t, refresh):
    if built(t, "debug", "all"):
        fixes.check(t, refresh)


def fuzz(t, refresh):
    if not built(t, "asan", "replays"):
        return
    corpus = sorted(p for p in GOLDEN.rglob("*.in")) + sorted(
        p for p in pathlib.Path("tests/fuzz/corpus").rglob("*") if p.is_file()
    )
    for target in sorted(pathlib.Path("build/asan/fuzz").iterdir()):
        p = run([target, *corpus], timeout=900)
        t.ok(p.returncode == 0, f"fuzz corpus through {target.name}", p.stderr.decode(errors="replace")[-3000:])


def asan(t, refresh):
    if not built(t, "asan", "all"):
        return
    run_units(t, "asan")
    samples(t, refresh, build="asan")
    for case in sorted(p.parent for p in CASES.glob("*/expected.tsv")):
        status, report, said = scan(case_source(case), build="asan")
        t.ok(
            report is not None and "ERROR" not in said and "runtime error" not in said,
            f"asan case {case.name}",
            said[-3000:],
        )


# Findings of medium and high confidence on the corpora, and where alone.
ARGUED = {
    ("guestshell-enabled", "tacacs/acct.log"),
    ("log-forwarding-stopped", "ndpi-captures/tests/cfgs/default/pcap/syslog.pcap"),
}


def alarms_expected(t, report):
    """No rule alarms on the corpora more often than the list explains."""
    rows = [r.split("\t") for r in pathlib.Path("tests/corpus_alarms.tsv").read_text().splitlines() if not r.startswith("#")]
    most = {(rule, confidence): int(n) for rule, confidence, n, why in rows}
    told = collections.Counter((f["rule"], f["confidence"]) for f in report["findings"] if f["kind"] in ("compromise", "indicator"))
    new = {k: n for k, n in told.items() if n > most.get(k, 0)}
    t.ok(not new, "corpora: every alarm is explained in tests/corpus_alarms.tsv", new)
    t.ok(not set(most) - set(told), "corpora: every explained alarm is there", set(most) - set(told))


def corpora(t, refresh):
    folder = SHARED / "corpora"
    if not folder.is_dir():
        t.skip("corpora", f"{folder} is not here")
        return
    built(t, "release", "all")
    reports = {}
    for jobs in ("1", "2"):
        status, report, said = scan("--jobs", jobs, folder, build="release")
        if not t.ok(report is not None, f"corpora with {jobs} workers give a report", said):
            return
        reports[jobs], ages = stable(report), report["run"]["ages"]
    t.ok(reports["1"] == reports["2"], "corpora: one report for any number of workers")
    report = reports["1"]
    lost = [s for s in report["sources"] if (s["why"] or "").startswith("worker")]
    t.ok(not lost, "corpora: no worker was lost", lost[:5])
    alarms = [
        f
        for f in report["findings"]
        if f["kind"] in ("compromise", "indicator")
        and f["confidence"] != "low"
        and any((f["rule"], e["path"]) not in ARGUED for e in f["evidence"])
    ]
    t.ok(
        not alarms,
        "corpora: no false alarm of medium or high confidence",
        "\n".join(f"{f['rule']} {f['title']} {f['evidence'][0]}" for f in alarms[:10]),
    )
    alarms_expected(t, report)
    validator = schema_check()
    if validator is not None:
        slim = dict(report, coverage=report["coverage"][:1000], run=dict(report["run"], started="2026-01-01T00:00:00Z", seconds=1.0, ages=ages))
        errors = [e.message for e in validator.iter_errors(slim)]
        t.ok(not errors, "corpora: report fits its schema", "\n".join(errors[:5]))
    truth(t, folder)


def truth(t, folder):
    """Facts of configurations against what the devices themselves said."""
    p = run(["tests/truth_corpora.py", program("release"), folder], timeout=900)
    said = p.stdout.decode()
    print(said, end="", flush=True)
    t.ok(
        p.returncode == 0,
        "corpora: facts agree with the devices' own output",
        "\n".join(x for x in said.splitlines() if x.startswith("not ok"))
        + p.stderr.decode()[-1000:],
    )


# Statements understood, in 100, on the corpora.
UNDERSTOOD = 95


def known(t, refresh):
    """Configurations are identified, and their statements understood."""
    folder = SHARED / "corpora"
    if not folder.is_dir():
        t.skip("identified and understood", f"{folder} is not here")
        return
    built(t, "release", "all")
    p = run(["tests/identify_corpus.py", pathlib.Path(program("release")).resolve(), folder], timeout=900)
    print(p.stdout.decode())
    t.ok(p.returncode == 0, "corpora: configurations are identified", p.stdout.decode()[-3000:])
    p = run([program("release"), "dump", "--understood", "--json", folder], timeout=900)
    shares = json.loads(p.stdout)["platforms"]
    for s in shares:
        if not s["grammar"]:
            print(f"understood {s['platform']}: it has no grammar")
            continue
        t.ok(
            s["percent"] >= UNDERSTOOD,
            f"corpora: {s['platform']}: {s['percent']:.1f} of 100 statements understood",
            s["statements"],
        )


CAPTURE_MAGIC = {bytes.fromhex(h) for h in ("d4c3b2a1", "a1b2c3d4", "4d3cb2a1", "a1b23c4d", "0a0d0d0a")}


def packets_told(path):
    """What dump says how many packets a capture has."""
    p = run([program("release"), "dump", "--format", "packet-capture", path])
    for line in p.stdout.decode(errors="replace").splitlines():
        if line.startswith('{"kind": "packets"'):
            return json.loads(line)["packets"], p
    return None, p


def captures(t, refresh):
    """Captures are as their generator makes them, show no secret, and hold as
    many packets as tcpdump finds in them."""
    built(t, "debug", "all")
    with tempfile.TemporaryDirectory() as made:
        root = pathlib.Path(made) / "tests"
        run(["tests/captures.py", root])
        for p in sorted(p for p in pathlib.Path(made).rglob("*") if p.is_file()):
            here = pathlib.Path(p.relative_to(made))
            t.ok(here.exists() and here.read_bytes() == p.read_bytes(), f"capture {here} is as it is made")
    one = GOLDEN / "packet/packet-capture/services.in"
    for secret in (b"n0t-shown", b"s3cret-word", b"old-word", b"new-word", b"hhhh"):
        t.ok(secret in one.read_bytes(), f"captures: {secret} goes over the wire")
        for argv in (["dump", one], ["dump", "--show-secrets", one], ["scan", "--all", "--json", "-", one]):
            p = run([program(), *argv])
            t.ok(p.stdout and secret not in p.stdout + p.stderr, f"captures: {argv[0]} keeps {secret} to itself")
    tool = os.environ.get("TCPDUMP") or shutil.which("tcpdump")
    if tool is None or not (SHARED / "corpora").is_dir():
        t.skip("captures", "tcpdump or the corpora are not here")
        return
    built(t, "release", "all")
    for path in sorted((SHARED / "corpora").rglob("*")):
        if not path.is_file() or path.open("rb").read(4) not in CAPTURE_MAGIC:
            continue
        p = run([tool, *(["-Z", "root"] if os.geteuid() == 0 else []), "-r", path, "--count"])
        want = re.search(rb"^(\d+) packets?", p.stdout, re.M)
        if want is None:
            continue
        got, q = packets_told(path)
        t.ok(got == int(want[1]), f"packets of {path.name} as tcpdump counts", f"{got}, not {int(want[1])}\n{q.stderr.decode(errors='replace')}")


def textfsm(t, refresh):
    """Every case of ntc-templates gives the rows that it expects."""
    folder = SHARED / "corpora/ntc-templates"
    if not folder.is_dir():
        t.skip("ntc-templates", f"{folder} is not here")
        return
    built(t, "release", "all")
    p = run(["tests/textfsm_corpus.py", program("release"), folder], timeout=900)
    t.ok(
        p.returncode == 0,
        "ntc-templates: " + p.stdout.decode().strip().splitlines()[-1],
        p.stdout.decode()[-3000:] + p.stderr.decode()[-1000:],
    )


SHOW = pathlib.Path("tests/show")


def show_rows(build="debug"):
    """Rows of each sample in tests/show, by its path: the folder is the
    platform, the name the command."""
    with tempfile.NamedTemporaryFile("w", suffix=".list") as names:
        for path in sorted(SHOW.glob("*/*.txt")):
            command = path.stem.replace("_", " ")
            names.write(f"{path.parent.name}\t{command}\t{path}\n")
        names.flush()
        p = run([program(build), "dump", "--show-batch", names.name])
    return {one["file"]: one for one in map(json.loads, p.stdout.decode().splitlines())}


def show(t, refresh):
    """Every template of ours reads a sample into the rows and records beside
    it, and the outputs of ntc-templates' tests for the same commands."""
    built(t, "debug", "all")
    rows = show_rows()
    for path in SHOW.glob("*/*.txt"):
        os.utime(path, (GOLDEN_TIME, GOLDEN_TIME))
    p = run([program(), "dump", SHOW])
    records = {}
    for line in p.stdout.decode().splitlines(keepends=True):
        records.setdefault(json.loads(line)["path"], []).append(line)
    for path in sorted(SHOW.glob("*/*.txt")):
        want = path.with_suffix(".jsonl")
        one = rows.get(str(path), {"error": "no rows"})
        got = "".join(json.dumps(r) + "\n" for r in one.get("rows", []))
        got += "".join(records.get(str(path.relative_to(SHOW)), []))
        if refresh and fnmatch.fnmatch(str(want), refresh):
            want.write_text(got)
        t.ok(
            "error" not in one and one["rows"] and p.returncode == 0,
            f"show {path.relative_to(SHOW)} gives rows",
            one.get("error"),
        )
        t.ok(
            want.exists() and want.read_text() == got,
            f"show {path.relative_to(SHOW)}: rows and records",
            difference(want.read_text() if want.exists() else "", got),
        )
    show_templates(t)
    folder = SHARED / "corpora/ntc-templates"
    if not folder.is_dir():
        t.skip("show on ntc-templates", f"{folder} is not here")
        return
    p = run(["tests/show_corpus.py", program(), folder, SHOW / "explained.tsv"], timeout=900)
    t.ok(
        p.returncode == 0,
        "show: " + p.stdout.decode().strip().splitlines()[-1],
        p.stdout.decode()[-3000:] + p.stderr.decode()[-1000:],
    )


def show_templates(t):
    """Each template is in the index and has a sample of its own."""
    index = pathlib.Path("data/show/index").read_text()
    told = re.findall(r"^(\S+)\.textfsm, \.\*, (\w+), (.*)$", index, re.M)
    samples = [
        (p.parent.name, p.stem.replace("_", " ")) for p in SHOW.glob("*/*.txt")
    ]
    first = {}
    kinds, fields = (
        set(re.findall(rf'^{word}\(\w+, "(\w+)"', pathlib.Path(path).read_text(), re.M))
        for word, path in (("KIND", "src/record/kinds.def"), ("FIELD", "src/record/fields.def"))
    )
    for platform, command in samples:
        for name, where, pattern in told:
            full = re.sub(r"\[\[([^\]]+)\]\]", lambda m: "(" + "(".join(m[1]) + ")?" * len(m[1]), pattern)
            if where == platform and re.match(full, command):
                first.setdefault(name, command)
                break
    for path in sorted(pathlib.Path("data/show").glob("*.textfsm")):
        t.ok(path.stem in first, f"show template {path.stem} has a sample")
        text = path.read_text()
        values = set(re.findall(r"^Value (?:[A-Z][\w,]* )?([A-Z]\w*) ", text, re.M))
        for line in re.findall(r"^#=(.*)", text, re.M):
            kind, *words = line.split()
            wrong = [] if kind in kinds else [kind]
            for word in words:
                m = re.fullmatch(r"\?(\w+)(?:=(.*))?|(\w+)(?:=(\w+)|:(.+))", word)
                if m is None or (m[3] and m[3] not in fields):
                    wrong.append(word)
                elif (m[1] or m[4]) and (m[1] or m[4]) not in values:
                    wrong.append(word)
            t.ok(not wrong, f"show template {path.stem}: {line.strip()[:60]}", wrong)


# Files of the SigmaHQ repository that do not load, and why that is right.
NOT_RULES = {
    # A tool's configuration, with a key that stands twice.
    "tests/sigma_cli_conf.yml",
    # Writes values to a list and asks it later; its author calls it
    # unsupported.
    "unsupported/windows/win_dumping_ntdsdit_via_dcsync.yml",
    # A timeframe without an aggregation; its author says that Sigma cannot
    # express it.
    "unsupported/windows/win_remote_service.yml",
}


def sigma(t, refresh):
    """The semantics suite, the page of logsources, and SigmaHQ's rules."""
    built(t, "debug", "all")
    p = run([program(), "intel", "test", *sorted(pathlib.Path("tests/sigma").glob("*.yml"))])
    said = p.stdout.decode()
    t.ok(p.returncode == 0, f"semantics: {said.strip().splitlines()[-1]}", said)
    # The suite itself can fail.
    p = run([program(), "intel", "test", "tests/sigma/wrong.case"])
    t.ok(p.returncode == 1 and b"0 passed" not in p.stdout, "semantics: a wrong case fails", p.stdout.decode())
    p = run([program(), "intel", "logsources"])
    t.ok(
        p.stdout == pathlib.Path("docs/logsources.md").read_bytes(),
        "docs/logsources.md is what the program writes",
        "tidemark intel logsources > docs/logsources.md",
    )
    correlated(t)
    folder = SHARED / "corpora/sigma"
    if not folder.is_dir():
        t.skip("SigmaHQ", f"{folder} is not here")
        return
    p = run([program(), "intel", "check", "--json", "-", folder])
    report = json.loads(p.stdout)
    bad = [f for f in report["failed"] if str(pathlib.Path(f["path"]).relative_to(folder)) not in NOT_RULES]
    t.ok(
        not bad and report["loaded"] > 2000,
        f"SigmaHQ: {report['files']} files, {report['loaded']} rules loaded, {report['run']} run, "
        f"{len(report['failed'])} problems, {len(report['not_fed'])} not fed",
        "\n".join(f"{f['path']}:{f['line']}:{f['column']}: {f['reason']}" for f in bad[:20]),
    )
    print(f"SigmaHQ: {report['files']} files, {report['loaded']} rules loaded, {report['run']} run, {len({f['path'] for f in report['failed']})} files failed", flush=True)


def correlated(t):
    """A correlation over two files, with any number of workers."""
    case = pathlib.Path("tests/cases/correlation")
    reports = set()
    for jobs in ("1", "3"):
        status, report, said = scan("--jobs", jobs, "--rules", case / "rules", case / "evidence")
        if not t.ok(report is not None, "correlation: a report", said):
            return
        found = [
            (f["rule"], f["device"], f["count"], [(e["path"].split("/")[-1], e["line"]) for e in f["evidence"]])
            for f in report["findings"]
        ]
        reports.add(json.dumps(found))
    t.ok(len(reports) == 1, "correlation: one report for any number of workers", "\n".join(reports))
    want = json.loads((case / "findings.json").read_text())
    t.ok(json.loads(reports.pop()) == want, "correlation: findings as expected", json.dumps(found, indent=1))
    for option, rules in (
        (["--only", "guess"], {"guess"}),
        (["--skip", "guess"], {"spray"}),
        (["--only", "level:high"], {"guess"}),
        (["--only", "tag:attack.t1110"], {"guess", "spray"}),
        (["--skip", "attack.t1110.003"], {"guess"}),
    ):
        status, report, said = scan(*option, "--rules", case / "rules", case / "evidence")
        got = {f["rule"] for f in report["findings"]}
        t.ok(got == rules, f"selection: {' '.join(option)}", got)


def flaws_(t, refresh):
    built(t, "debug", "all")
    flaws.check(t)


def store(t, refresh):
    """A case that lasts, in SQLite and in PostgreSQL."""
    if built(t, "debug", "all"):
        kept.check(t)


def history_(t, refresh):
    if built(t, "debug"):
        history.check(t)


def reports_(t, refresh):
    """Reports for tools."""
    if built(t, "debug", "all"):
        reports.check(t, refresh)


PARTS = {
    "static": static,
    "unit": unit,
    "golden": golden,
    "samples": samples,
    "cases": cases,
    "reports": reports_,
    "flaws": flaws_,
    "store": store,
    "input": input_,
    "feeds": feeds.feeds,
    "fix": fix,
    "fuzz": fuzz,
    "asan": asan,
    "corpora": corpora,
    "known": known,
    "updates": updates.updates,
    "vex": vex.vex,
    "captures": captures,
    "dissect": dissect.dissect,
    "odd": odd.odd,
    "flows": flow_truth.flows,
    "patterns": patterns,
    "textfsm": textfsm,
    "show": show,
    "sigma": sigma,
    "history": history_,
    "browser": browser.browser,
}
ORDER = list(PARTS)
