"""NULs in front of a log, as copytruncate and full disks leave them: the text
behind is read with its line numbers, whatever borders there are."""
import gzip
import hashlib
import os
import pathlib
import shutil
import tempfile

from .check import scan

FEED = "198.51.100.7\n"
LINES = 400
HIT = (1, 2, 399, 400)
MIB = 1 << 20


def log(stamp):
    return b"".join(
        (stamp % (1 + i // 60 % 24, i % 60)) + b" r1 sshd[%d]: Accepted password for op from %s port 22 ssh2\n" % (i, b"198.51.100.7" if i + 1 in HIT else b"192.0.2.9")
        for i in range(LINES)
    )


FULL = log(b"2025-03-01T%02d:%02d:00Z")
YEARLESS = log(b"Mar  1 %02d:%02d:00")


def told(t, name, report, front, text):
    s = report["sources"][-1] if report else {}
    t.ok(s.get("state") == "read" and s["records"] == LINES, f"nuls: {name}: every line is read", s)
    t.ok(f"nul-bytes: {front} bytes at the front" in (s.get("why") or ""), f"nuls: {name}: they are counted", s.get("why"))
    t.ok(s.get("bytes") == front + len(text), f"nuls: {name}: the size is the file's", s.get("bytes"))
    got = sorted((e["line"], e["offset"]) for f in report["findings"] if f["kind"] == "indicator" for e in f["evidence"])
    at = [sum(len(x) + 1 for x in text.split(b"\n")[: n - 1]) for n in HIT]
    t.ok(got == [(n, front + o) for n, o in zip(HIT, at)], f"nuls: {name}: lines and offsets", got)
    return s


def sparse(path, front, text):
    with open(path, "wb") as f:
        f.truncate(front)
        f.seek(front)
        f.write(text)


def fronts(t, d, path):
    for front in (1, 4096, 8 * MIB - 100, 8 * MIB, 16 * MIB - len(FULL) // 2, 16 * MIB - 1, 16 * MIB, 16 * MIB + 1, 24 * MIB - 5):
        sparse(path, front, FULL)
        _, report, said = scan("--indicators", d / "i.txt", path)
        if front == 1:
            # So few that they may belong to the first line.
            t.ok(report["sources"][0]["records"] == LINES, "nuls: one alone", report["sources"])
            continue
        s = told(t, f"a hole of {front}", report, front, FULL)
        if s.get("sha256"):
            t.ok(s["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest(), f"nuls: the hash is the file's, {front}", s)
    os.utime(path, (1742000000, 1742000000))
    sparse(path, 9 * MIB, YEARLESS)
    os.utime(path, (1742000000, 1742000000))
    _, report, said = scan("--indicators", d / "i.txt", path)
    told(t, "no years", report, 9 * MIB, YEARLESS)
    t.ok(all((f["first_seen"] or "").startswith("2025-03-01") for f in report["findings"]), "nuls: the year is the file's", [f["first_seen"] for f in report["findings"]])


def others(t, d, path):
    whole = bytes(9 * MIB) + FULL
    path.write_bytes(whole)
    told(t, "written out", scan("--indicators", d / "i.txt", path)[1], 9 * MIB, FULL)
    for name, data in (("a pipe", whole), ("a small pipe", bytes(5000) + FULL)):
        _, report, said = scan("--indicators", d / "i.txt", "-", input=data)
        s = told(t, name, report, len(data) - len(FULL), FULL)
        t.ok(s.get("sha256") == hashlib.sha256(data).hexdigest(), f"nuls: {name}: the hash is of all bytes", s)
    path.unlink()
    path.with_suffix(".gz").write_bytes(gzip.compress(whole, 1))
    _, report, said = scan("--indicators", d / "i.txt", path.with_suffix(".gz"))
    told(t, "gzip", report, 9 * MIB, FULL)
    path.with_suffix(".gz").unlink()
    path.write_bytes(bytes(9 * MIB))
    code, report, said = scan(path)
    t.ok(report and report["sources"][0]["state"] == "unrecognised" and "nothing but NUL" in report["sources"][0]["why"], "nuls: nothing else", said)


def run_all(t):
    d = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-"))
    (d / "i.txt").write_text(FEED)
    fronts(t, d, d / "a.log")
    others(t, d, d / "a.log")
    shutil.rmtree(d)
