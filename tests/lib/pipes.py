"""Pipes as arguments: a shell's process substitution, /dev/stdin, a named pipe;
one that lies in a folder is never opened."""
import gzip
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading

from .check import program, scan

LOG = b"".join(
    b"2025-03-0%dT10:00:00Z r1 sshd[7]: Accepted password for op from 198.51.100.7 port 40000 ssh2\n" % day for day in range(1, 10)
)
FEED = b"198.51.100.7\n"


def met(report, path):
    """Where the feed's address was seen in a source: lines."""
    return [
        e["line"]
        for f in (report or {"findings": []})["findings"]
        if f["kind"] == "indicator"
        for e in f["evidence"]
        if e["path"] == path
    ]


def source(report, path):
    return next((s for s in (report or {"sources": []})["sources"] if s["path"] == path), {})


def shell(d, line):
    """A scan as it is typed, with the report of it."""
    p = subprocess.run(["bash", "-c", f"exec {program()} scan --json r.json --indicators {line}"], cwd=d, capture_output=True, timeout=120)
    return p, (d / "r.json").read_bytes() if (d / "r.json").exists() else b""


def substitution(t, d):
    p, text = shell(d, "i.txt <(zcat a.log.gz) <(cat a.log)")
    report = json.loads(text or b"null")
    paths = [s["path"] for s in report["sources"]] if report else []
    t.ok(len(paths) == 2 and all(x.startswith("/dev/fd/") for x in paths), "pipes: two substitutions are two sources, named as given", paths or p.stderr)
    for x in paths:
        s = source(report, x)
        t.ok(s["records"] == 9 and s["bytes"] == len(LOG) and s["sha256"] == hashlib.sha256(LOG).hexdigest(), "pipes: what was read is counted and hashed", s)
        t.ok(len(met(report, x)) > 0, "pipes: it is searched", report["findings"])
    p, text = shell(d, "<(cat i.txt) a.log")
    report = json.loads(text or b"null")
    t.ok(met(report, "a.log"), "pipes: a feed may come through one", p.stderr)
    p, text = shell(d, "i.txt <(true) a.log")
    report = json.loads(text or b"null")
    t.ok(p.returncode == 3 and met(report, "a.log"), "pipes: one that gives nothing is told, and holds up nobody", (p.returncode, p.stderr))


def standard(t, d):
    for name, data in (("plain", LOG), ("compressed", gzip.compress(LOG))):
        code, report, said = scan("--indicators", d / "i.txt", "/dev/stdin", input=data)
        path = "/dev/stdin" if name == "plain" else "/dev/stdin!/data"
        t.ok(met(report, path), f"pipes: /dev/stdin, {name}", (said, report and [s["path"] for s in report["sources"]]))
    code, report, said = scan("--indicators", d / "i.txt", "-", "/dev/stdin", input=LOG)
    t.ok(met(report, "-") and source(report, "/dev/stdin").get("state") == "skipped", "pipes: one that is given twice is read once", said)


def named(t, d):
    path = d / "late"
    os.mkfifo(path)
    writer = threading.Timer(1, lambda: path.write_bytes(LOG))
    writer.start()
    code, report, said = scan("--indicators", d / "i.txt", path, d / "a.log")
    writer.join()
    t.ok(met(report, str(path)) and met(report, "a.log"), "pipes: a named one is waited for", said)
    (d / "folder").mkdir()
    os.mkfifo(d / "folder" / "p")
    (d / "folder" / "a.log").write_bytes(LOG)
    code, report, said = scan("--indicators", d / "i.txt", d / "folder", timeout=60)
    s = source(report, "p")
    t.ok(code != 124 and s.get("state") == "skipped" and "special-file" in s.get("why", "") and met(report, "a.log"), "pipes: in a folder they are passed over", (code, s))


def run_all(t):
    d = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-"))
    (d / "i.txt").write_bytes(FEED)
    (d / "a.log").write_bytes(LOG)
    (d / "a.log.gz").write_bytes(gzip.compress(LOG))
    if shutil.which("bash"):
        substitution(t, d)
    else:
        t.skip("pipes: process substitution", "no bash")
    standard(t, d)
    named(t, d)
    shutil.rmtree(d)
