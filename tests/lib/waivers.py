"""What the user says of own space, and accepted findings: they stay, move no verdict, and lapse."""
import pathlib
import tempfile

from .check import scan

HARBOUR = "examples/harbour"


def waive(folder, marks, expires):
    path = pathlib.Path(folder) / "waivers.yaml"
    path.write_text("".join(
        f"- finding: {m}\n  owner: noc@example.net\n  reason: 'known: \"lab\"'\n  expires: {expires}\n" for m in marks))
    return path


def check(t):
    _, plain, _ = scan(HARBOUR)
    device = "quay-agg2"
    mine = [f for f in plain["findings"] if f["device"] == device and f["kind"] == "vulnerability"]
    verdict = {d["name"]: d["verdict"] for d in plain["devices"]}
    t.ok(mine and verdict[device] == "exposed", "waivers: the example has an exposed device", verdict)
    marks = [f["fingerprint"] for f in plain["findings"]]
    t.ok(len(marks) == len(set(marks)), "waivers: no two findings share a fingerprint")
    _, own, _ = scan("--own", "167.88.173.0/24", "--own", "2001:db8::/32", HARBOUR)
    gone = {(f["rule"], f["device"]) for f in plain["findings"]} - {(f["rule"], f["device"]) for f in own["findings"]}
    wanted = {(r, "keel-core1") for r in ("aaa-server-public", "flow-tacacs-outside", "outlier-aaa-server")}
    t.ok(gone == wanted, "own: a server in own space is no stranger", gone)
    status, _, said = scan("--own", "10.0.0.0/33", HARBOUR)
    t.ok(status == 2 and "prefix" in said, "own: no prefix is refused", said)
    with tempfile.TemporaryDirectory() as folder:
        path = waive(folder, [f["fingerprint"] for f in mine], "9999-12-30")
        _, got, said = scan("--waivers", path, HARBOUR)
        after = {d["name"]: d["verdict"] for d in got["devices"]}
        t.ok(after[device] not in ("exposed", "suspicious", "compromised"), "waivers: an accepted flaw moves no verdict", after[device])
        t.ok({k: v for k, v in after.items() if k != device} == {k: v for k, v in verdict.items() if k != device}, "waivers: nor that of another device")
        held = [f for f in got["findings"] if f["waiver"]]
        t.ok(len(held) == len(mine) and not any(f["waiver"]["expired"] for f in held), "waivers: the findings stay, marked", len(held))
        t.ok(held[0]["waiver"]["reason"] == 'known: "lab"', "waivers: with the reason", held[0]["waiver"])
        t.ok(got["coverage"] == plain["coverage"], "waivers: the coverage matrix is the same")
        path = waive(folder, [f["fingerprint"] for f in mine], "2001-01-01")
        _, got, said = scan("--waivers", path, HARBOUR)
        after = {d["name"]: d["verdict"] for d in got["devices"]}
        t.ok(after == verdict and "expired on 2001-01-01" in said, "waivers: an expired one only warns", said)
        for text, word in (("- finding: 12\n  owner: a\n  reason: b\n  expires: 2030-01-01\n", "line 1"), ("- owner: a\n", "no finding"), ("a: b\n", "one list"), ("- finding: 0123456789abcdef\n  owner: a\n  reason: b\n  expires: 2030-02-30\n", "line 4")):
            path.write_text(text)
            status, _, said = scan("--waivers", path, HARBOUR)
            t.ok(status == 4 and word in said, f"waivers: refused with {word}", said)
