"""OpenVEX and CSAF VEX: schema, and those mandatory tests of CSAF 2.0
(section 6.1) that a document of ours can break."""
import json
import pathlib
import re
import tempfile
import urllib.parse

from .check import SHARED, run, scan, program

SCHEMA = SHARED / "facts" / "vulnerabilities" / "csaf" / "csaf_2.0_schema.json"
GROUPS = {
    "affected": ("known_affected", "first_affected", "last_affected"),
    "not_affected": ("known_not_affected",),
    "fixed": ("fixed", "first_fixed"),
    "under_investigation": ("under_investigation",),
}


def ids(entry, key):
    return entry.get("product_status", {}).get(key, [])


def csaf_troubles(doc):
    """Each broken test, by its number."""
    out = []
    defined = [p["product_id"] for p in doc.get("product_tree", {}).get("full_product_names", [])]
    if len(defined) != len(set(defined)):
        out.append("6.1.2 a product id is defined twice")
    track = doc["document"]["tracking"]
    numbers = [r["number"] for r in track["revision_history"]]
    if [r["date"] for r in track["revision_history"]] != sorted(r["date"] for r in track["revision_history"]):
        out.append("6.1.14 revisions are not in order")
    if track["version"] != numbers[-1]:
        out.append("6.1.16 the version is not the latest revision")
    if track["status"] == "final" and track["version"] in ("0", "0.0.0"):
        out.append("6.1.17 a final document has version 0")
    if len(numbers) != len(set(numbers)):
        out.append("6.1.22 a revision twice")
    cves = [v["cve"] for v in doc.get("vulnerabilities", [])]
    if len(cves) != len(set(cves)):
        out.append("6.1.23 a CVE twice")
    for v in doc.get("vulnerabilities", []):
        out += [f"{x} ({v['cve']})" for x in vulnerability_troubles(v, set(defined))]
    if doc["document"]["category"] == "csaf_vex":
        if not defined:
            out.append("6.1.27.4 no product tree")
        if not cves:
            out.append("6.1.27.11 no vulnerabilities")
    return out


def vulnerability_troubles(v, defined):
    out = []
    groups = {g: [i for k in keys for i in ids(v, k)] for g, keys in GROUPS.items()}
    named = [i for g in groups.values() for i in g]
    for part in ("flags", "remediations", "threats"):
        for x in v.get(part, []):
            named += x.get("product_ids", [])
            if not x.get("product_ids"):
                out.append(f"6.1.29/6.1.32 {part} without a product")
    if not set(named) <= defined:
        out.append("6.1.1 an undefined product")
    flat = [i for g in groups.values() for i in set(g)]
    if len(flat) != len(set(flat)):
        out.append("6.1.6 a product in two groups of statuses")
    if not v.get("notes"):
        out.append("6.1.27.5 no notes")
    if not flat:
        out.append("6.1.27.7 no status")
    flagged = [i for f in v.get("flags", []) for i in f["product_ids"]]
    if len(flagged) != len(set(flagged)):
        out.append("6.1.33 a product with two justifications")
    why = set(flagged) | {i for x in v.get("threats", []) if x["category"] == "impact" for i in x["product_ids"]}
    if not set(groups["not_affected"]) <= why:
        out.append("6.1.27.9 not affected without a statement")
    mended = {i for x in v.get("remediations", []) for i in x["product_ids"]}
    if not set(groups["affected"]) <= mended:
        out.append("6.1.27.10 affected without an action")
    return out


def openvex_troubles(doc):
    out = []
    for s in doc["statements"]:
        what = f"{s['vulnerability']['name']} {s['products'][0]['@id']}"
        if s["status"] == "not_affected" and s.get("justification") not in (
            "vulnerable_code_not_present",
            "vulnerable_code_cannot_be_controlled_by_adversary",
        ):
            out.append(f"no justification: {what}")
        if s["status"] == "affected" and not s.get("action_statement"):
            out.append(f"no action: {what}")
        if s["status"] not in ("affected", "not_affected", "fixed", "under_investigation"):
            out.append(f"no status of OpenVEX: {what}")
        if not re.fullmatch(r"urn:tidemark:device:[A-Za-z0-9._%-]+", s["products"][0]["@id"]):
            out.append(f"no IRI: {what}")
    return out


def validator(t):
    if not SCHEMA.exists():
        t.skip("vex: schema of CSAF", f"{SCHEMA} is not here")
        return None
    import jsonschema

    return jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))


def written(t, d, paths, name):
    opened, csaf, report = (pathlib.Path(d) / f"{name}.{x}" for x in ("openvex", "csaf", "json"))
    p = run([program("debug"), "scan", "--quiet", "--openvex", opened, "--csaf", csaf, "--json", report, *paths])
    t.ok(p.returncode in (0, 1, 3), f"vex: {name} is written", p.stderr)
    return [json.loads(x.read_text()) for x in (opened, csaf, report)]


def agrees(t, name, opened, csaf, report):
    """Both say what the JSON report says, device by device."""
    status = {"exposed": "affected", "feature-off": "not_affected", "cannot-tell": "under_investigation"}
    want = {}
    for a in report["vulnerabilities"]:
        got = status.get(a["answer"])
        if a["answer"] != "not-applicable":
            want[(a["cve"], a["device"])] = got
    said = {
        (s["vulnerability"]["name"], urllib.parse.unquote(s["products"][0]["@id"].rpartition(":")[2])): s["status"] for s in opened["statements"]
    }
    wrong = [k for k, v in want.items() if v is not None and said.get(k) != v]
    odd = [k for k, v in want.items() if v is None and said.get(k) not in ("fixed", "not_affected")]
    t.ok(len(said) == len(want) and not wrong and not odd, f"vex: {name} agrees with the report", (wrong[:5], odd[:5]))
    n = sum(len(i) for v in csaf.get("vulnerabilities", []) for i in v["product_status"].values())
    t.ok(n == len(want), f"vex: {name}: CSAF has each answer once", (n, len(want)))


def vex(t, refresh):
    schema = validator(t)
    with tempfile.TemporaryDirectory() as d:
        for name, paths in (("harbour", ["examples/harbour"]), ("fleet", ["tests/flaws/fleet"])):
            opened, csaf, report = written(t, d, paths, name)
            t.ok(not csaf_troubles(csaf), f"vex: {name}: mandatory tests of CSAF", csaf_troubles(csaf)[:5])
            t.ok(not openvex_troubles(opened), f"vex: {name}: OpenVEX", openvex_troubles(opened)[:5])
            if schema:
                wrong = [e.message[:200] for e in schema.iter_errors(csaf)]
                t.ok(not wrong, f"vex: {name}: schema of CSAF", wrong[:5])
            agrees(t, name, opened, csaf, report)
            proofs = [s for s in opened["statements"] if s.get("justification", "").endswith("adversary")]
            t.ok(
                proofs and all(re.search(r"Evidence: |not |no ", s["impact_statement"]) for s in proofs),
                f"vex: {name}: what is off is proven",
                proofs[:2],
            )
        empty = pathlib.Path(d) / "note.txt"
        empty.write_text("nothing of a device\n")
        opened, csaf, _ = written(t, d, [empty], "nothing")
        t.ok(opened["statements"] == [] and csaf["document"]["category"] == "csaf_base", "vex: nothing to say", csaf)
        if schema:
            t.ok(not list(schema.iter_errors(csaf)), "vex: nothing: schema of CSAF", csaf)
