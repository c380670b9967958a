"""Several feeds about one value: each window counts for itself, what a feed
takes back is taken back by that feed alone, and a hit names the feed whose
window holds it."""
import json
import pathlib
import tempfile

from .check import program, run, scan

HEAD = "indicator,type,id,valid_from,valid_until,revoked\n"
LOG = "2025-03-%02dT10:00:00Z r1 sshd[7]: Accepted password for op from 198.51.100.7 port 40000 ssh2\n"
DAYS = (1, 3, 5, 7)
A = "2025-03-01,2025-03-02"
B = "2025-03-05,2025-03-06"


def row(name, window, revoked="false"):
    return f"198.51.100.7,ipv4,{name},{window},{revoked}\n"


def told(d, **feeds):
    """Day of a line -> (the feed that is named, whether it is outside)."""
    args = []
    for name, rows in feeds.items():
        (d / f"{name}.csv").write_text(HEAD + rows)
        args += ["--indicators", d / f"{name}.csv"]
    _, report, _ = scan(*args, d / "w.log")
    out = {}
    for f in (report or {"findings": []})["findings"]:
        for e in f["evidence"] if " of feed " in f["title"] else []:
            at = out.setdefault(DAYS[e["line"] - 1], [])
            at.append((f["title"].split(" of feed ")[1].split(".")[0], "outside" in f["title"], f["confidence"]))
    return out


IN, OUT = (False, "medium"), (True, "low")


def windows(t, d):
    got = told(d, a=row("x1", A), b=row("y1", B))
    want = {1: [("a", *IN)], 3: [("a", *OUT)], 5: [("b", *IN)], 7: [("a", *OUT)]}
    t.ok(got == want, "windows: each feed's counts", got)
    got = told(d, b=row("y1", B), a=row("x1", A))
    t.ok(got[1] == [("a", *IN)] and got[5] == [("b", *IN)], "windows: whichever is read first", got)
    got = told(d, a=row("x1", A, "true"), b=row("y1", B))
    t.ok(got == {x: [("b", *(IN if x == 5 else OUT))] for x in DAYS}, "windows: what its own feed took back does not count", got)
    got = told(d, a=row("x1", A) + row("x1", A, "true"), b=row("y1", B))
    t.ok(got[1] == [("b", *OUT)] and got[5] == [("b", *IN)], "windows: taken back further down", got)
    got = told(d, a=row("x1", A, "true") + row("x1", A), b=row("y1", B))
    t.ok(got[1] == [("b", *OUT)], "windows: taken back further up", got)
    got = told(d, a=row("x1", A), b=row("x1", B, "true"))
    t.ok(got[1] == [("a", *IN)] and got[5] == [("a", *OUT)], "windows: another feed takes nothing back", got)
    got = told(d, a=row("x1", A), b=row("y1", ","))
    t.ok(got[1] == [("a", *IN)] and got[3] == [("b", *IN)], "windows: none is a window for ever", got)
    got = told(d, a=row("x1", "2025-01-01,"), b=row("y1", B))
    t.ok(all(got[x] == [("a", *IN)] for x in DAYS), "windows: a smaller one adds nothing", got)
    many = "".join(row(f"x{i}", f"2024-{1 + i // 28:02}-{1 + i % 28:02},2024-{1 + i // 28:02}-{1 + i % 28:02}") for i in range(40))
    got = told(d, a=many + row("late", B))
    t.ok(got[5] == [("a", *IN)], "windows: beyond the limit they are joined, none is lost", got)


def shown(t, d):
    (d / "a.csv").write_text(HEAD + row("x1", A))
    (d / "b.csv").write_text(HEAD + row("y1", B))
    said = run([program(), "intel", "check", d / "a.csv", d / "b.csv"]).stdout.decode()
    t.ok("conflict    198.51.100.7: another validity window" in said, "windows: check tells of the conflict", said)
    plain = run([program(), "intel", "convert", "--past", "--to", "plain", d / "a.csv", d / "b.csv"]).stdout.decode()
    t.ok(plain.split() == ["198.51.100.7"], "windows: one value in a plain list", plain)
    live = run([program(), "intel", "convert", "--to", "plain", d / "a.csv", d / "b.csv"]).stdout.decode()
    t.ok(live == "", "windows: none that is past", live)
    bundle = json.loads(run([program(), "intel", "convert", "--to", "stix", d / "a.csv", d / "b.csv"]).stdout)
    got = sorted((x["valid_from"][:10], x["id"]) for x in bundle["objects"] if x["type"] == "indicator")
    t.ok([x for x, _ in got] == ["2025-03-01", "2025-03-05"] and got[0][1] != got[1][1], "windows: both in a bundle", got)


def run_all(t):
    with tempfile.TemporaryDirectory() as d:
        d = pathlib.Path(d)
        (d / "w.log").write_text("".join(LOG % x for x in DAYS))
        windows(t, d)
        shown(t, d)
