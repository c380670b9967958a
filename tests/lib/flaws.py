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


SHOW = """%(name)s#show version
Cisco IOS XE Software, Version %(release)s
Cisco IOS Software [Cupertino], ISR Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version %(release)s, RELEASE SOFTWARE (fc5)
%(name)s uptime is 1 week
cisco ISR4331/K9 (1RU) processor with 1795979K/6147K bytes of memory.
%(name)s#
"""
JUNOS = "version 18.3R1;\nsystem {\n    host-name r1;\n    services { web-management { https; } }\n}\n"
WHOLE = "version 17.3\nhostname r1\n!\nip http server\nip http secure-server\nline vty 0 4\n login local\nend\n"


def release(text):
    return SHOW % {"name": "r1", "release": text}


# What was pasted, and what must come of it: files, answers to flaws, words of the terminal, and rules that must (not) find.
ODD = [
    ("one line of a filter at a prompt counts", {"r1.txt": "r1#show running-config | include ip http\nip http server\nr1#\n", "v.txt": release("17.9.4")},
     {"CVE-2023-20198": "exposed"}, [], ["http-server-on"], ["http-without-access-list"]),
    ("the same without a prompt", {"r1.txt": "ip http server\nno ip http secure-server\n"}, {}, [], ["http-server-on"], ["http-without-access-list"]),
    ("a line that says no counts", {"r1.txt": "r1#show run | i vstack|http\nno ip http server\nno ip http secure-server\nno vstack\nr1#\n", "v.txt": release("17.9.4")},
     {"CVE-2023-20198": "feature-off"}, [], [], []),
    ("what a filter left out is not off", {"r1.txt": "r1#show run | section line vty\nline vty 0 4\n transport input ssh\nr1#\n", "v.txt": release("17.9.4")},
     {"CVE-2023-20198": "cannot-tell"}, [], [], ["aaa-absent", "log-host-absent"]),
    ("a picked line has lost what stands below it", {"r1.txt": "r1#show run | include line vty|transport\nline vty 0 4\n transport input telnet\nr1#\n"},
     {}, [], ["telnet-allowed"], ["vty-without-access-class", "exec-timeout-off"]),
    ("a version without a prompt", {"gw.txt": "Product version Check Point Gaia R81.10\nOS build 335\nOS edition 64-bit\n"}, {"CVE-2024-24919": "cannot-tell"}, ["R81.10"], [], []),
    ("a train and a release that differ", {"r1.cfg": WHOLE, "r1-v.txt": release("17.9.4")}, {"CVE-2023-20198": "exposed"},
     ["17.3 here, 17.9.4 in ", "settings by a configuration that may be older"], [], []),
    ("two releases that differ", {"r1.cfg": WHOLE, "r1-a.txt": release("17.9.4"), "r1-b.txt": release("17.9.5")}, {"CVE-2023-20198": "cannot-tell"},
     ["a flaw that only one of them has cannot be told"], [], []),
    ("two releases in one file", {"r1.txt": release("17.9.4") + release("17.9.5")}, {"CVE-2023-20198": "cannot-tell"}, ["a flaw that only one of them has cannot be told"], [], []),
    ("two spellings of one release", {"r1-a.txt": release("17.9.4"), "r1-b.txt": release("17.09.04")}, {}, [], [], []),
    ("a configuration and a show version of Junos", {"r1.conf": JUNOS, "r1.txt": "op@r1> show version\nHostname: r1\nModel: srx340\nJunos: 22.4R3-S6.5\n\nop@r1>\n"},
     {"CVE-2020-1631": "cannot-tell"}, ["18.3R1", "22.4R3-S6.5", "cannot be told"], [], []),
    ("an unknown system", {"zz.cfg": "hostname zz\nsomething strange 1.2.3\n"}, {}, ["No device could be told"], [], []),
]


def dates(t):
    """A period is told with the days of the catalogue, and how old the catalogue is."""
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "r1.cfg").write_text(WHOLE)
        (pathlib.Path(folder) / "r1-v.txt").write_text(release("17.9.4"))
        html = pathlib.Path(folder) / "out.html"
        p = run([program("debug"), "scan", "--csv", "-", "--quiet", folder])
        report = scan(pathlib.Path(folder))[1]
        said = run([program("debug"), "scan", "--html", html, "--all", folder]).stdout.decode()
        page = html.read_text()
    row = [r for r in csv.DictReader(io.StringIO(p.stdout.decode(), newline="")) if r["cve"] == "CVE-2023-20198"][0]
    answer = [a for a in report["vulnerabilities"] if a["cve"] == "CVE-2023-20198"][0]
    t.ok((row["kev_added"], row["kev_due"]) == ("2023-10-16", "2023-10-20"), "CSV: both days of KEV", row)
    t.ok(answer["deadline"]["kev_added"] == "2023-10-16" and answer["deadline"]["kev_due"] == "2023-10-20", "JSON: both days of KEV", answer)
    t.ok("In KEV since 2023-10-16, due there 2023-10-20." in " ".join(said.split()), "terminal: both days of KEV", said)
    t.ok("2023-10-20" in page and "due there" in page, "HTML: both days of KEV")
    none = [a for a in report["vulnerabilities"] if a["deadline"] and a["deadline"]["kev_added"] is None]
    t.ok(all(a["deadline"]["kev_due"] is None for a in none), "no day of KEV where a flaw is not in it")
    ages = {a["of"]: a for a in report["run"]["ages"]}
    t.ok(
        set(ages) == {"kev", "epss"} and all(re.fullmatch(r"\d{4}-\d\d-\d\d", a["day"]) for a in ages.values()),
        "JSON: how old the knowledge is", ages,
    )
    told = run([program("debug"), "scan", "tests/flaws/fleet"]).stderr.decode()
    for of, word in (("kev", "(KEV) is of"), ("epss", "(EPSS) is of")):
        a = ages[of]
        t.ok(a["old"] == (f"{word} {a['day']}, {a['days']} days old" in told), f"JSON and terminal agree on the age of {of}", (a, told))


def oddities(t):
    """Parts of configurations and evidence that contradicts itself: nothing is guessed, and what comes of it is said."""
    for what, files, answers, words, found, silent in ODD:
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                (pathlib.Path(folder) / name).write_text(text)
            report = scan(pathlib.Path(folder))[1]
            said = run([program("debug"), "scan", folder]).stdout.decode()
        got = {a["cve"]: a["answer"] for a in report["vulnerabilities"]}
        rules = {f["rule"] for f in report["findings"]}
        t.ok(all(got.get(k) == v for k, v in answers.items()), f"{what}: answers", {k: got.get(k) for k in answers})
        t.ok(all(w in said for w in words), f"{what}: said", said)
        t.ok(("conflict at line" in said) == any("older" in w or "cannot be told" in w for w in words), f"{what}: what contradicts is told, and nothing else", said)
        t.ok(rules >= set(found) and not rules & set(silent), f"{what}: findings", sorted(rules))
        part = all("version 17" not in x for x in files.values())
        clear = [c for c in report["coverage"] if c["state"] == "clear" and c["row"].startswith("AA25-239A:P")]
        t.ok(not part or not clear, f"{what}: a part clears nothing", clear[:3])


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
    oddities(t)
    dates(t)
