"""Counting checks, and running the program."""
import json
import os
import pathlib
import subprocess

SHARED = pathlib.Path(os.environ.get("TIDEMARK_SHARED", "../shared"))


class Checks:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.failures = []

    def ok(self, condition, name, detail=""):
        if condition:
            self.passed += 1
            return True
        self.failed += 1
        self.failures.append(name)
        print(f"not ok  {name}", flush=True)
        for line in str(detail).splitlines()[:25]:
            print(f"        {line}", flush=True)
        return False

    def skip(self, name, why):
        self.skipped += 1
        print(f"SKIPPED {name}: {why}", flush=True)

    def report(self):
        for name in self.failures:
            print(f"failed: {name}")
        print(
            f"{self.passed} passed, {self.failed} failed, "
            f"{self.skipped} skipped",
            flush=True,
        )


def run(argv, **more):
    """A command with its output as bytes; never raises."""
    more.setdefault("timeout", 600)
    try:
        return subprocess.run(
            [str(a) for a in argv],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **more,
        )
    except subprocess.TimeoutExpired as e:
        return subprocess.CompletedProcess(
            argv, 124, e.stdout or b"", b"timed out"
        )


def make(build, *targets):
    jobs = os.cpu_count() or 2
    return run(
        ["make", "-s", f"-j{jobs}", f"BUILD={build}", *targets], timeout=1800
    )


def program(build="debug"):
    return pathlib.Path(f"build/{build}/tidemark").resolve()


def scan(*args, build="debug", **more):
    """(exit status, report or None, standard error) of a scan."""
    p = run([program(build), "scan", "--json", "-", *args], **more)
    try:
        report = json.loads(p.stdout)
    except ValueError:
        report = None
    return p.returncode, report, p.stderr.decode(errors="replace")


def stable(report):
    """The report without its run-time stamp."""
    r = dict(report)
    r["run"] = {
        k: v
        for k, v in report["run"].items()
        if k not in ("started", "seconds", "ages")
    }
    return r
