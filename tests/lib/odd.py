"""Hostile and odd captures and flow files, end to end: what makes sense is
read, the rest is counted and told with its place, and the run goes on.

Every case is made here.  A case says what the dump must tell (kinds of records
and how many, fields) and which diagnostics with which words; all cases are
read again by the build with sanitizers, and cut off at every byte.
"""
import json
import pathlib
import tempfile

from .check import make, program, run
from .odd_cases import CASES


def dumped(path, build="debug"):
    p = run([program(build), "dump", path.name], cwd=path.parent)
    said = [line.removeprefix(f"tidemark: {path.name}:") for line in p.stderr.decode(errors="replace").splitlines()]
    rows = [json.loads(line) for line in p.stdout.decode(errors="replace").splitlines()]
    return p, rows, said


def holds(row, want):
    return all(row.get(k) == v for k, v in want.items())


def brief(rows):
    return "\n".join(json.dumps({k: v for k, v in r.items() if k not in ("path", "src_ip", "protocol")})[:250] for r in rows[:12])


def case(t, path, one):
    p, rows, said = dumped(path)
    name = f"odd {one.name}"
    t.ok(p.returncode in (0, 3), f"{name}: the run goes on", p.stderr[-500:])
    kinds = {}
    for r in rows:
        kinds[r["kind"]] = kinds.get(r["kind"], 0) + 1
    for kind, n in one.kinds.items():
        t.ok(kinds.get(kind, 0) == n, f"{name}: {n} of kind {kind}", kinds)
    for want in one.rows:
        t.ok(any(holds(r, want) for r in rows), f"{name}: {want}", brief(rows))
    for want in one.none:
        t.ok(not any(holds(r, want) for r in rows), f"{name}: not {want}", brief(rows))
    left = list(said)
    for words in one.said:
        hit = next((line for line in left if all(w in line for w in words)), None)
        t.ok(hit is not None, f"{name}: says {' '.join(words)}", said)
        if hit is not None:
            left.remove(hit)
    t.ok(not left, f"{name}: says nothing else", left)


def reports(t, folder, build):
    """All of a folder in one run: no source costs another one anything."""
    p = run([program(build), "scan", "--all", "--json", "-", folder], timeout=900)
    said = p.stderr.decode(errors="replace")
    t.ok("ERROR: " not in said and "runtime error" not in said, f"odd: {build} build is clean over {folder.name}", said[-3000:])
    try:
        report = json.loads(p.stdout)
    except ValueError:
        t.ok(False, f"odd: {build} build reports on {folder.name}", said[-3000:])
        return None
    died = [s["path"] for s in report["sources"] if (s["why"] or "").startswith("worker")]
    t.ok(not died, f"odd: no worker dies over {folder.name}, {build} build", died[:10])
    return report


def cut(data, step):
    for n in range(0, len(data), step):
        yield n, data[:n]


def truncations(t, root, build):
    """Each of the small ones cut off at every byte.  What stands before the
    cut is as it was: records of whole ones begin with it."""
    folder = root / "cut"
    folder.mkdir(exist_ok=True)
    n = 0
    for one in CASES:
        if not one.cuts:
            continue
        for at, data in cut(one.data, 1 if len(one.data) < 1500 else 7):
            (folder / f"{one.name}-{at:05d}.bin").write_bytes(data)
            n += 1
    report = reports(t, folder, build)
    if report is None:
        return
    t.ok(n > 3000 and len(report["sources"]) == n, f"odd: {n} cut files have a source each, {build} build", len(report["sources"]))
    silent = [s["path"] for s in report["sources"]
              if s["state"] == "read" and s["format"] in FORMATS and not s["why"] and not whole(s)]
    t.ok(not silent, f"odd: a cut is told, {build} build", silent[:20])


FORMATS = ("packet-capture", "flow-capture", "flow-export", "nfcapd")
BORDERS = {one.name: one.borders for one in CASES}


def whole(source):
    """Cut where an item ends, nothing is missing as far as one can tell."""
    name, at = pathlib.Path(source["path"]).stem.rsplit("-", 1)
    return int(at) in BORDERS[name]


def flipped(t, root, build):
    """A byte of each changed, anywhere: nobody dies."""
    folder = root / "flip"
    folder.mkdir(exist_ok=True)
    for one in CASES:
        step = max(1, len(one.data) // 60)
        for at in range(0, len(one.data), step):
            data = bytearray(one.data)
            data[at] ^= 0xFF
            (folder / f"{one.name}-{at:05d}.bin").write_bytes(bytes(data))
    reports(t, folder, build)


def odd(t, refresh):
    with tempfile.TemporaryDirectory(prefix="tidemark-") as made:
        root = pathlib.Path(made)
        every = root / "every"
        every.mkdir()
        for one in CASES:
            path = every / f"{one.name}.bin"
            path.write_bytes(one.data)
            case(t, path, one)
        got = {}
        for build in ("debug", "release", "asan"):
            make(build, "all")
            report = reports(t, every, build)
            if report is not None:
                got[build] = [(s["path"], s["records"], s["why"]) for s in report["sources"]]
        t.ok(len({json.dumps(v) for v in got.values()}) == 1, "odd: every build says the same", got.keys())
        truncations(t, root, "asan")
        flipped(t, root, "asan")
