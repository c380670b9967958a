"""Reports for tools: golden ones of hostile evidence, checks of form for all.

Each format has its own schema or checker; what a scan stamps with its own
time is replaced before golden files are compared."""
import csv
import datetime
import fnmatch
import io
import json
import pathlib
import re
import tempfile
import uuid

from . import by_hand
from .check import program, run

HOME = pathlib.Path("tests/reports")
HOSTILE = HOME / "hostile"
HARBOUR = pathlib.Path("examples/harbour")
SECRETS = ("hunter2secret", "08701E1D5D4C53")
BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\u0080-\u009f\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def schema_errors(name, value):
    import jsonschema

    schema = json.loads((HOME / "schema" / f"{name}.json").read_text())
    return [
        f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}"
        for e in jsonschema.Draft202012Validator(schema).iter_errors(value)
    ][:5]


def findings_told(got, report, key):
    want = sorted(f["fingerprint"] for f in report["findings"])
    return [] if sorted(key) == want else [f"{len(got)} for {len(want)} findings"]


def sarif(text, report):
    log = json.loads(text)
    bad = schema_errors("sarif", log)
    marks = []
    for one in log["runs"]:
        rules = one["tool"]["driver"]["rules"]
        ids = [r["id"] for r in rules]
        if len(set(ids)) != len(ids):
            bad.append("a rule twice")
        for r in one["results"]:
            marks.append(r["fingerprints"]["tidemark/v1"])
            if ids[r["ruleIndex"]] != r["ruleId"]:
                bad.append(f"{r['ruleId']}: another rule at its index")
    return bad + findings_told(marks, report, marks)


STIX_NEEDS = {
    "identity": {"name"},
    "indicator": {"pattern", "pattern_type", "valid_from"},
    "observed-data": {"first_observed", "last_observed", "number_observed", "object_refs"},
    "sighting": {"sighting_of_ref"},
    "note": {"content", "object_refs"},
    "attack-pattern": {"name"},
    "vulnerability": {"name"},
    "campaign": {"name"},
    "relationship": {"relationship_type", "source_ref", "target_ref"},
    "ipv4-addr": {"value"},
}
# Appendix B, as far as it concerns what is written; related-to goes with anything.
STIX_RELATIONS = {("indicator", "indicates", "campaign"), ("attack-pattern", "targets", "identity"), ("vulnerability", "related-to", "identity")}
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
UUID5 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def stix_object(o, ids):
    """What is wrong with one object (STIX 2.1, sections 3.2, 4, 5)."""
    kind, uuid_ = o["id"].split("--")
    bad = []
    need = STIX_NEEDS[o["type"]] | {"spec_version"}
    if o["type"] != "ipv4-addr":
        need |= {"created", "modified"}
    else:
        name = json.dumps({"value": o["value"]}, separators=(",", ":"))
        space = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
        if str(uuid.uuid5(space, name)) != uuid_:
            bad.append("not the specification's id")
    if need - set(o):
        bad.append(f"lacks {need - set(o)}")
    if kind != o["type"] or not UUID5.fullmatch(uuid_):
        bad.append("id")
    for key, v in o.items():
        refs = [v] if key.endswith("_ref") else v if key.endswith("_refs") else []
        bad += [f"{key}: {r} is not there" for r in refs if r not in ids and not r.startswith("marking-")]
        if key in ("created", "modified", "first_seen", "last_seen", "first_observed", "last_observed", "valid_from", "valid_until"):
            if not STAMP.fullmatch(v):
                bad.append(f"{key}: {v}")
        if len(set(refs)) != len(refs):
            bad.append(f"{key}: one twice")
        if v in ("", [], {}, None):
            bad.append(f"{key}: empty")
    if o["type"] == "relationship":
        way = (o["source_ref"].split("--")[0], o["relationship_type"], o["target_ref"].split("--")[0])
        bad += [] if way in STIX_RELATIONS else [f"no such relationship: {way}"]
    if o.get("first_seen", "") > o.get("last_seen", "~"):
        bad.append("last seen before first")
    return [f"{o['id']}: {b}" for b in bad]


def stix(text, report):
    bundle = json.loads(text)
    ids = [o["id"] for o in bundle["objects"]]
    bad = [] if len(set(ids)) == len(ids) else ["an id twice"]
    if set(bundle) != {"type", "id", "objects"} or bundle["type"] != "bundle":
        bad.append("bundle")
    for o in bundle["objects"]:
        bad += stix_object(o, set(ids))
    told = [o for o in bundle["objects"] if o["type"] in ("sighting", "note")]
    if len(told) != sum(f["kind"] != "hardening" for f in report["findings"]):
        bad.append("findings are missing")
    ways = [(o["source_ref"], o["relationship_type"], o["target_ref"]) for o in bundle["objects"] if o["type"] == "relationship"]
    if len(set(ways)) != len(ways):
        bad.append("a relationship twice")
    lone = {o["sighting_of_ref"] for o in told if o["type"] == "sighting"} - {a for a, way, _ in ways if way == "indicates"}
    named = {x for f in report["findings"] if f["kind"] == "indicator" for x in f["advisory"]}
    if lone and any(x.startswith("AA25-239A") for x in named):
        bad.append(f"indicators that indicate nothing: {sorted(lone)[:3]}")
    return bad


def csv_(text, report):
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    marks = [r["fingerprint"] for r in rows]
    bad = [f"formula: {v!r}" for r in rows for v in r.values() if v.strip()[:1] in tuple("=+-@|%\t\r")]
    bad += ["line ends"] if text.replace("\r\n", "").count("\n") else []
    by_mark = {f["fingerprint"]: f for f in report["findings"]}
    for r in rows:
        f = by_mark[r["fingerprint"]]
        if (r["severity"], r["device"].lstrip("'")) != (f["severity"], f["device"] or ""):
            bad.append(f"{r['finding']}: another severity or device")
    return bad + findings_told(marks, report, marks)


def navigator(text, report):
    layer = json.loads(text)
    bad = schema_errors("navigator", layer)
    ids = [x["techniqueID"] for x in layer["techniques"]]
    if ids != sorted(set(ids)):
        bad.append("techniques are not in order, each once")
    revoked = {"T1562.004"}
    named = {x for f in report["findings"] if not f["waiver"] for x in f["techniques"]}
    if revoked & set(ids) or (named & revoked and "T1686" not in ids):
        bad.append("a number that this ATT&CK revoked")
    if "T1040" in named and "T1040" not in ids:
        bad.append("T1040 is missing")
    return bad


MISP_TYPES = {
    "ip-dst": "Network activity",
    "text": "Internal reference",
    "vulnerability": "External analysis",
}


def misp(text, report):
    event = json.loads(text)["Event"]
    bad = [f"lacks {k}" for k in ("uuid", "info", "date", "timestamp", "threat_level_id", "analysis") if not event.get(k)]
    if event["published"] or event["distribution"] != "0":
        bad.append("for others to see")
    values = [(a["type"], a["value"]) for a in event["Attribute"]]
    bad += ["a value twice"] if len(set(values)) != len(values) else []
    seen = 0
    for a in event["Attribute"]:
        if MISP_TYPES[a["type"]] != a["category"] or not UUID5.fullmatch(a["uuid"]):
            bad.append(f"{a['value']}: type, category or id")
        bad += [f"{a['value']}: {k}" for k in ("timestamp",) if not a[k].isdigit()]
        seen += len(a.get("Sighting", []))
    if seen != sum(f["kind"] == "indicator" for f in report["findings"]):
        bad.append("sightings are missing")
    signs = sum(a["type"] == "text" for a in event["Attribute"])
    if signs != sum(f["kind"] in ("compromise", "vulnerability") for f in report["findings"]):
        bad.append("signs are missing")
    return bad


def ecs(text, report):
    bad, marks = [], []
    for line in text.splitlines():
        x = json.loads(line)
        bad += schema_errors("ecs", x)
        marks.append(x["event"]["id"])
    return bad + findings_told(marks, report, marks)


CEF = re.compile(r"<(1[2-3]\d)>1 (\S+) - tidemark - - - CEF:0\|((?:[^|\\]|\\[|\\])*\|){6}(.*)")
CEF_KEY = re.compile(r"(?:^| )([A-Za-z0-9]+)=")


def cef(text, report):
    bad, marks = [], []
    for line in text.splitlines():
        m = CEF.fullmatch(line)
        if not m:
            bad.append(line)
            continue
        keys = CEF_KEY.findall(m[4])
        if len(set(keys)) != len(keys):
            bad.append(f"a key twice: {line}")
        unescaped = re.sub(r"\\[\\=]", "", m[4])
        if "\\" in unescaped or unescaped.count("=") != len(keys):
            bad.append(f"not escaped: {line}")
        marks.append(re.match("externalId=(\\S+)", m[4])[1])
    return bad + findings_told(marks, report, marks)


OCSF_CLASS = {"hardening": 2003, "vulnerability": 2002, "compromise": 2004, "indicator": 2004}


def ocsf(text, report):
    bad, marks = [], []
    by_mark = {f["fingerprint"]: f for f in report["findings"]}
    for line in text.splitlines():
        x = json.loads(line)
        bad += schema_errors("ocsf", x)
        uid = x["finding_info"]["uid"]
        f = by_mark[uid]
        marks.append(uid)
        if x["class_uid"] not in (OCSF_CLASS[f["kind"]], 2004):
            bad.append(f"{uid}: class")
        if x["type_uid"] != x["class_uid"] * 100 + x["activity_id"]:
            bad.append(f"{uid}: type_uid")
        extra = {2002: "vulnerabilities", 2003: "compliance"}.get(x["class_uid"], "finding_info")
        if not x.get(extra):
            bad.append(f"{uid}: lacks {extra}")
    return bad + findings_told(marks, report, marks)


# Name, golden file, checker.  Options are --NAME.
FORMATS = (
    ("sarif", "hostile.sarif", sarif),
    ("stix", "hostile.stix.json", stix),
    ("findings-csv", "hostile.findings.csv", csv_),
    ("navigator", "hostile.layer.json", navigator),
    ("misp", "hostile.misp.json", misp),
    ("ecs", "hostile.ecs.ndjson", ecs),
    ("cef", "hostile.cef", cef),
    ("ocsf", "hostile.ocsf.ndjson", ocsf),
)


def stamps(text, report):
    """Without what a run stamps: its time in all its forms, its version."""
    run_ = report["run"]
    day, fraction = run_["started"].rstrip("Z").split(".")
    text = text.replace(run_["started"], "STARTED")
    text = text.replace(f"{day}.{fraction[:3]}Z", "STARTED")
    at = datetime.datetime.fromisoformat(day + "+00:00")
    text = re.sub(rf"\b{int(at.timestamp())}({fraction[:3]})?\b", "STARTED", text)
    text = text.replace(f'"date": "{day[:10]}"', '"date": "STARTED"')
    text = re.sub('"uuid": "[^"]*"', '"uuid": "RUN"', text)
    text = re.sub('"bundle--[^"]*"', '"bundle--RUN"', text)
    text = text.replace(run_["knowledge"], "KNOWLEDGE")
    return text.replace(run_["version"], "VERSION")


def made(t, name, src, *more):
    """Reports of one scan: {format: text}, and the JSON report."""
    with tempfile.TemporaryDirectory() as d:
        files = {n: pathlib.Path(d) / n for n, _, _ in FORMATS}
        argv = [program(), "scan", "--quiet", "--json", f"{d}/json", *more]
        for n, f in files.items():
            argv += [f"--{n}", f]
        p = run([*argv, src])
        if not t.ok(p.returncode in (0, 1), f"reports of {name}: made", p.stderr.decode(errors="replace")):
            return None, None
        report = json.loads(pathlib.Path(d, "json").read_text())
        return {n: f.read_bytes().decode("utf-8") for n, f in files.items()}, report


def formed(t, name, texts, report):
    for n, _, check in FORMATS:
        try:
            bad = check(texts[n], report)
        except (ValueError, KeyError, IndexError, TypeError) as e:
            bad = [repr(e)]
        t.ok(not bad, f"reports of {name}: {n} is well formed", "\n".join(bad[:5]))


def golden(t, refresh, texts, report):
    for n, file, _ in FORMATS:
        path = HOME / "golden" / file
        text = stamps(texts[n], report)
        t.ok(not BIDI.search(text), f"hostile evidence: {n} has no controls")
        t.ok(not any(s in text for s in SECRETS), f"hostile evidence: {n} has no secrets")
        if refresh and fnmatch.fnmatch(str(path), refresh):
            path.write_text(text, newline="")
        want = path.read_bytes().decode() if path.exists() else ""
        t.ok(text == want, f"hostile evidence: {n} as before")


def decided(t):
    """What somebody accepted is marked in each format that can say so."""
    _, report = made(t, "hostile evidence", HOSTILE)
    mark = next(f["fingerprint"] for f in report["findings"] if f["rule"] == "acl-10-20-50-permits-public")
    with tempfile.TemporaryDirectory() as d:
        w = pathlib.Path(d, "waivers.yaml")
        w.write_text(f"- finding: {mark}\n  owner: =noc\n  reason: a lab, \"closed\"\n  expires: 2999-01-31\n")
        texts, report = made(t, "accepted findings", HOSTILE, "--waivers", w)
    formed(t, "accepted findings", texts, report)
    results = json.loads(texts["sarif"])["runs"][0]["results"]
    told = {r["fingerprints"]["tidemark/v1"]: r["suppressions"] for r in results if r["suppressions"]}
    t.ok(list(told) == [mark] and told[mark][0]["justification"] == 'a lab, "closed"', "accepted: sarif suppresses it", told)
    rows = [r for r in csv.DictReader(io.StringIO(texts["findings-csv"], newline="")) if r["decision"]]
    t.ok([(r["fingerprint"], r["decision"], r["decided_by"]) for r in rows] == [(mark, "accepted", "'=noc")], "accepted: csv says so", rows)
    told = [x["finding_info"]["uid"] for x in map(json.loads, texts["ocsf"].splitlines()) if x["status_id"] == 3]
    t.ok(told == [mark], "accepted: ocsf suppresses it", told)
    told = [x["event"]["id"] for x in map(json.loads, texts["ecs"].splitlines()) if x["labels"].get("decision")]
    t.ok(told == [mark], "accepted: ecs says so", told)
    t.ok(texts["cef"].count("cs6=accepted") == 1, "accepted: cef says so")
    cell = [x["comment"] for x in json.loads(texts["navigator"])["techniques"] if x["techniqueID"] == "T1686"]
    t.ok(not cell, "accepted: the layer does not count it", cell)


def kept(t):
    """Reports of a kept case, made twice, are the same to the byte."""
    with tempfile.TemporaryDirectory() as d:
        case = f"{d}/case.db"
        run([program(), "scan", "--quiet", "--case", case, HOSTILE])
        got = []
        for n in ("1", "2"):
            argv = [program(), "report", "--quiet", "--json", f"{d}/json{n}"]
            for name, _, _ in FORMATS:
                argv += [f"--{name}", f"{d}/{name}{n}"]
            p = run([*argv, case])
            t.ok(p.returncode in (0, 1), "reports of a case: made", p.stderr.decode())
            got.append({name: pathlib.Path(d, f"{name}{n}").read_bytes() for name, _, _ in FORMATS})
        t.ok(got[0] == got[1], "reports of a case: the same to the byte")
        report = json.loads(pathlib.Path(d, "json1").read_text())
        formed(t, "a case", {n: b.decode() for n, b in got[0].items()}, report)


def check(t, refresh):
    by_hand.run_all(t)
    decided(t)
    kept(t)
    texts, report = made(t, "hostile evidence", HOSTILE)
    if texts:
        formed(t, "hostile evidence", texts, report)
        golden(t, refresh, texts, report)
    one, report = made(t, "harbour", HARBOUR, "--jobs", "1")
    if one:
        formed(t, "harbour", one, report)
        two, other = made(t, "harbour", HARBOUR, "--jobs", "2")
        for n in one:
            t.ok(
                two and stamps(one[n], report) == stamps(two[n], other),
                f"reports of harbour: {n} is the same for any workers",
            )
    with tempfile.TemporaryDirectory() as d:
        pathlib.Path(d, "note.txt").write_text("nothing\n")
        texts, report = made(t, "no evidence", d)
        if texts:
            formed(t, "no evidence", texts, report)
