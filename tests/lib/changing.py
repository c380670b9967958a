"""Files that change while they are read, and what stands in a folder beside
files: the rest goes on, and each tells what became of it.

A large log is changed while the program is stopped: as soon as it has opened
the log, before it has handed out its parts.
"""
import hashlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from .check import program, scan

LINE = b"2025-03-01T10:00:%02d+00:00 edge1 sshd[7]: Accepted password for op from %s port 5 ssh2\n"
QUIET = b"10.0.0.9"
SEEN = b"45.61.133.31"


def log(n, last=SEEN):
    return b"".join(LINE % (i % 60, QUIET) for i in range(n - 1)) + LINE % (0, last)


def held(pid, path):
    """How many descriptors of the file a process has."""
    try:
        return sum(os.path.realpath(f"/proc/{pid}/fd/{fd}") == str(path) for fd in os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


def while_read(folder, change):
    """(exit status, report) of a scan of a folder whose big.log is changed
    once its parts are handed out; None where that was missed."""
    path = folder / "big.log"
    with tempfile.TemporaryFile() as out:
        argv = [program(), "scan", "--quiet", "--jobs", "1", "--json", "-", folder]
        p = subprocess.Popen(argv, stdout=out, stderr=subprocess.DEVNULL, start_new_session=True)
        while p.poll() is None and held(p.pid, path) < 3:
            pass
        if p.poll() is not None:
            return None
        os.killpg(p.pid, signal.SIGSTOP)
        missed = held(p.pid, path) == 0
        if not missed:
            change(path)
        os.killpg(p.pid, signal.SIGCONT)
        p.wait(300)
        out.seek(0)
        return None if missed else (p.returncode, json.loads(out.read()))


def appended(path):
    with open(path, "ab") as f:
        f.write(log(50))


def replaced(path):
    other = path.with_suffix(".new")
    other.write_bytes(log(10, QUIET))
    other.rename(path)


def rewritten(path):
    data = path.read_bytes().replace(b"edge1", b"edge2")
    time.sleep(0.02)
    path.write_bytes(data)


def over(path):
    path.write_bytes(b"")


# (what, change, exit status, in why, all of it was read as it stood at first)
CHANGES = [
    ("a growing log", appended, 1, "file-grew", True),
    ("a log that is replaced", replaced, 1, "", True),
    ("a log that is deleted", lambda p: p.unlink(), 1, "", True),
    ("a log without rights", lambda p: p.chmod(0), 1, "", True),
    ("a log that is cut off", lambda p: os.truncate(p, 10 << 20), 3, "file-changed", False),
    ("a log that is emptied", over, 3, "file-changed", False),
    ("a log that is written anew", rewritten, 3, "file-changed", False),
]


def changes(t):
    data = log(250000)
    for what, change, status, why, whole in CHANGES:
        d = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-"))
        got = None
        for _ in range(20):
            (d / "big.log").unlink(missing_ok=True)
            (d / "big.log").write_bytes(data)
            (d / "z.log").write_bytes(log(3))
            got = while_read(d, change)
            if got is not None:
                break
        if not t.ok(got is not None, f"changing: {what}: was changed in time"):
            continue
        code, report = got
        s = {x["path"]: x for x in report["sources"]}
        big = s["big.log"]
        t.ok(code == status, f"changing: {what}: exit status {status}", (code, big))
        t.ok(why in (big["why"] or "") and bool(why) == bool(big["why"]), f"changing: {what}: {why or 'nothing'} is told", big)
        t.ok(s["z.log"]["records"] == 3, f"changing: {what}: the rest goes on", s)
        if whole:
            t.ok(big["bytes"] == len(data) and big["records"] == 250000 and big["xxh3_8m"], f"changing: {what}: it was read as it stood", big)
            met = [f["count"] for f in report["findings"] if f["kind"] == "indicator"]
            t.ok(met == [2], f"changing: {what}: its last line counts", met)
        shutil.rmtree(d)


def beside(t):
    """Links, pipes, sockets, names of one file, files that have no size."""
    d = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-"))
    (d / "a.log").write_bytes(log(5))
    os.link(d / "a.log", d / "b.log")
    (d / "loop").symlink_to(".")
    (d / "self").symlink_to("self")
    (d / "gone").symlink_to("nowhere")
    os.mkfifo(d / "fifo")
    with socket.socket(socket.AF_UNIX) as s:
        s.bind(str(d / "sock"))
    code, report, said = scan(d)
    got = {s["path"]: (s["state"], s["why"]) for s in report["sources"]}
    want = {
        "b.log": "same-file: a.log",
        "loop": "symbolic-link: to .: inside the scanned folder",
        "self": "symbolic-link: to self: Too many levels of symbolic links",
        "gone": "symbolic-link: to nowhere: missing",
        "fifo": "special-file: a named pipe",
        "sock": "special-file: a socket",
    }
    for name, why in want.items():
        t.ok(got.get(name) == ("skipped", why), f"beside: {name} is skipped: {why}", got)
    met = [f["count"] for f in report["findings"] if f["kind"] == "indicator"]
    t.ok(met == [1], "beside: a file of two names counts once", met)
    shutil.rmtree(d)
    code, report, said = scan("/proc/self/status")
    s = report["sources"][0]
    t.ok(s["bytes"] > 0 and s["sha256"] and s["sha256"] != hashlib.sha256(b"").hexdigest(), "beside: a file without size that has content is read", s)


def sparse(t):
    """A hole of 200 MiB, and a line behind it."""
    d = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-"))
    (d / "s.log").write_bytes(log(5, QUIET))
    os.truncate(d / "s.log", 200 << 20)
    with open(d / "s.log", "ab") as f:
        f.write(b"\n" + log(1))
    code, report, said = scan(d)
    met = [f["count"] for f in report["findings"] if f["kind"] == "indicator"]
    s = report["sources"][0]
    t.ok(s["bytes"] > 200 << 20 and met == [1], "sparse: what stands behind a hole is searched", (s, met))
    shutil.rmtree(d)


def changing(t):
    changes(t)
    beside(t)
    sparse(t)
