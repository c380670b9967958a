"""Indicator feeds: what each format yields, what is refused and where, and
that what is written is read back."""
import csv
import fnmatch
import hashlib
import io
import json
import pathlib
import tempfile

from . import stix, windows
from .check import program, run, scan

FEEDS = pathlib.Path("tests/feeds")


def intel(*args, cwd=FEEDS):
    return run([program(), "intel", *args], cwd=cwd)


def told(name):
    """What check says, then every indicator as CSV."""
    checked = intel("check", name)
    written = intel("convert", "--to", "csv", name)
    return b"".join(
        [
            b"exit %d\n" % checked.returncode,
            checked.stderr,
            checked.stdout,
            written.stdout,
        ]
    )


def golden(t, refresh):
    for path in sorted(FEEDS.iterdir()):
        if path.suffix == ".want":
            continue
        want = path.with_name(path.name + ".want")
        got = told(path.name)
        if refresh and fnmatch.fnmatch(str(path), refresh):
            want.write_bytes(got)
        t.ok(
            want.exists() and got == want.read_bytes(),
            f"feed {path.name}",
            got.decode(errors="replace"),
        )


def values(path, cwd):
    p = intel("convert", "--to", "plain", "--past", path, cwd=cwd)
    return sorted(p.stdout.decode().splitlines())


def round_trips(t):
    with tempfile.TemporaryDirectory() as d:
        for name in ("list.txt", "table.csv", "misp-event.json", "stix-1.2.xml"):
            first = values(name, FEEDS)
            for form, ending in (("stix", "json"), ("misp", "json"), ("csv", "csv")):
                out = pathlib.Path(d) / f"x.{ending}"
                out.write_bytes(intel("convert", "--to", form, name).stdout)
                again = values(out.name, d)
                t.ok(
                    len(first) > 3 and first == again,
                    f"feed {name} as {form} and back",
                    set(first) ^ set(again),
                )
        everything(t, pathlib.Path(d))
        # What says more than a value goes through STIX unchanged.
        out = pathlib.Path(d) / "p.json"
        out.write_bytes(intel("convert", "--to", "stix", "stix-2.0.json").stdout)
        more = intel("convert", "--to", "stix", out.name, cwd=d).stdout
        t.ok(b"REPEATS 5 TIMES" in more and b"64500 AND" in more, "feed: patterns as STIX and back", more)


def rows(path, cwd, columns):
    p = intel("convert", "--to", "csv", "--past", path, cwd=cwd)
    cells = csv.reader(io.StringIO(p.stdout.decode()))
    return {tuple(row[i] for i in columns) for row in cells if row[0] != "type"}


# What each form cannot hold of every.csv: types, and what is said beside.
LOST = {
    "stix": (set(), None),
    "csv": (set(), None),
    "misp": ({"cert-serial", "ja4"}, "sources"),
    "plain": ({"cert-hash", "cert-serial", "ja3", "ja4", "user", "user-agent"}, "windows"),
    "zeek": ({"asn", "cert-serial", "ja3", "ja4"}, "windows"),
}


def everything(t, d):
    """A value of every type to each form and back; what is lost is told."""
    first = rows("every.csv", FEEDS, (0, 1))
    told = rows("every.csv", FEEDS, (1, 3, 4, 8, 9, 10))
    for form, (types, word) in LOST.items():
        p = intel("convert", "--to", form, "--past", "every.csv")
        (d / f"every.{form}").write_bytes(p.stdout)
        again = rows(f"every.{form}", d, (0, 1))
        if word == "windows":  # neither for what is revoked, nor for exact names
            gone = {"203.0.113.78", "evil, one.bin"} if form == "plain" else {"203.0.113.78"}
            first_ = {("domain" if k == "hostname" else k, v) for k, v in first if v not in gone}
        else:
            first_ = first
        want = {(k, v) for k, v in first_ if k not in types}
        t.ok(len(want) > 15 and again == want, f"feed every.csv as {form} and back", want ^ again)
        said = p.stderr.decode()
        t.ok(word is None or f"{form} has no place for {word}" in said, f"feed every.csv as {form}: what is lost is told", said)
        if word is None:
            t.ok(rows(f"every.{form}", d, (1, 3, 4, 8, 9, 10)) == told, f"feed every.csv as {form}: windows, confidence, TLP stay")
    only = {v for k, v in first if k == "address" and v != "203.0.113.78"}
    for form in ("nfdump", "cisco-acl", "junos-acl"):
        (d / form).write_bytes(intel("convert", "--to", form, "--past", "every.csv").stdout)
        t.ok({v for k, v in rows(form, d, (0, 1))} == only, f"feed every.csv as {form} and back", only)
    hosts = intel("convert", "--to", "suricata", "every.csv")
    t.ok(b"/" not in hosts.stdout and b"203.0.113.107\n" in hosts.stdout, "feed: a Suricata dataset holds no prefixes", hosts.stdout)


LINES = """\
2024-03-01T10:00:00+00:00 r1 1: Mar  1 10:00:00.000: %SEC-6-IPACCESSLOGP: list E denied tcp 203.0.113.7(4444) -> 192.0.2.1(23), 1 packet
"""

CASES = [
    # (value in the list, line, does it hit)
    ("203.0.113.7", "login from 203.0.113.7 failed", True),
    ("203.0.113.7", "login from 1203.0.113.7 failed", False),
    ("203.0.113.7", "login from 203.0.113.71 failed", False),
    ("evil.example", "lookup evil.example.", True),
    ("evil.example", "lookup www.evil.example", True),
    ("evil.example", "lookup notevil.example", False),
    ("evil.example", "lookup evil.example.net", False),
    ("evil.example", "lookup evil-example", False),
    ("evil.example", "GET http://EVIL.example/x", True),
    ("http://a.example/b?c=d", "GET http://a.example/b?c=d HTTP/1.1", True),
    ("http://a.example/b?c=d", "GET http://a.example/b?c=de HTTP/1.1", False),
    ("http://a.example/b", "GET http://a.example/b/c", False),
    ("http://a.example/", "see http://a.example/", True),
    ("http://a.example/", "see a.example", False),
    ("0123456789abcdef0123456789abcdef", "md5=0123456789ABCDEF0123456789abcdef;", True),
    ("0123456789abcdef0123456789abcdef", "x0123456789abcdef0123456789abcdef", False),
    ("0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef0", False),
    ("eve@mail.example", "from=<eve@mail.example>", True),
    ("eve@mail.example", "from=<steve@mail.example>", False),
    ("AS64500", "path AS64500 seen", True),
    ("AS64500", "path AS645001 seen", False),
    ("2001:db8::5", "from 2001:0DB8:0:0::5 port 22", True),
    ("203.0.113.7", "from ::ffff:cb00:7107 port 22", True),
    ("203.0.113.7", "from 64:ff9b::cb00:7107 port 22", True),
    ("203.0.113.7", "from 64:ff9b::cb00:7108 port 22", False),
    ("203.0.113.7", "from 2002:cb00:7107::1 port 22", True),
    ("203.0.113.7", "from 2001:0:c000:201:0:f:34ff:8ef8 port 22", True),
    ("198.51.100.0/25", "from 64:ff9b::198.51.100.127 port 22", True),
    ("198.51.100.0/25", "from 198.51.100.127", True),
    ("198.51.100.0/25", "from 198.51.100.128", False),
]


def hits(t):
    with tempfile.TemporaryDirectory() as d:
        d = pathlib.Path(d)
        for value, line, wanted in CASES:
            (d / "feed.txt").write_text(f"# feed\n{value}\n")
            (d / "notes.txt").write_text(f"some notes\n{line}\n")
            p = run([program(), "scan", "--all", "--jobs", "1", "--indicators", "feed.txt", "notes.txt"], cwd=d)
            met = b"of feed feed.txt" in p.stdout
            t.ok(met == wanted, f"feed: {value} {'in' if wanted else 'not in'} \"{line}\"", p.stdout.decode() + p.stderr.decode())


def sender(t):
    """A value that only says who sent a message did nothing in it."""
    line = "2025-03-01T10:11:12Z %s 1: %%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: op] [Source: %s] [localport: 22]\n"
    with tempfile.TemporaryDirectory() as d:
        d = pathlib.Path(d)
        (d / "feed.txt").write_text("gw1.evil.org\n203.0.113.77\n")
        (d / "a.log").write_text(line % ("gw1.evil.org", "198.51.100.9") + line % ("203.0.113.77", "198.51.100.9") + line % ("203.0.113.77", "203.0.113.77"))
        _, report, _ = scan("--indicators", d / "feed.txt", d / "a.log")
        said = sorted((f["evidence"][0]["line"], f["title"].split(": ", 1)[1]) for f in report["findings"] if f["kind"] == "indicator")
        t.ok(said == [(1, "the sender of a message"), (2, "the sender of a message"), (3, "logged in; traffic permitted")], "feed: the sender of a message is told from a peer", said)


def scanned(t):
    """A hundred thousand denied packets are one line; who is denied is no
    intruder; what is suppressed is said."""
    with tempfile.TemporaryDirectory() as d:
        d = pathlib.Path(d)
        (d / "feed.txt").write_text("203.0.113.7\n8.8.8.8\nnot one\n")
        (d / "edge.log").write_text(LINES * 100000)
        p = run([program(), "scan", "--all", "--indicators", "feed.txt", "edge.log"], cwd=d)
        said, err = p.stdout.decode(), p.stderr.decode()
        t.ok(said.count("of feed feed.txt:") == said.count("of feed feed.txt\n") == 1 and "100000" in said.replace(",", ""), "feed: denied scans are one line", said[:2000])
        t.ok("denied" in said and "suspicious" not in said, "feed: a denied scan is a sighting", said[:2000])
        t.ok("2 indicators loaded from 1 feed, 1 items refused, 1 suppressed by a warninglist" in err, "feed: counts are told", err)


# (pattern, is all of it in the evidence)
A, B, N = "[ipv4-addr:value = '203.0.113.7']", "[domain-name:value = 'evil.example']", "[url:value = 'http://no.example/x']"
PATTERNS = [
    (f"{A} AND {B}", True),
    (f"{A} AND {N}", False),
    (f"({A} OR {N}) AND {B}", True),
    (f"{A} FOLLOWEDBY {B}", True),
    (f"{B} FOLLOWEDBY {A}", False),
    (f"({A} AND {B}) WITHIN 3600 SECONDS", True),
    (f"({A} AND {B}) WITHIN 3599 SECONDS", False),
    (f"{A} WITHIN 1 SECONDS", True),
    (f"{A} REPEATS 2 TIMES", True),
    (f"{A} REPEATS 3 TIMES", False),
    (f"{A} REPEATS 2 TIMES WITHIN 60 SECONDS", True),
    (f"{A} REPEATS 2 TIMES WITHIN 59 SECONDS", False),
]

EVIDENCE = """\
2024-03-01T10:00:00+00:00 r1 1: Mar  1 10:00:00.000: %SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: x] [Source: 203.0.113.7] [localport: 22] at 10:00:00 UTC
2024-03-01T10:01:00+00:00 r1 2: Mar  1 10:01:00.000: %SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: x] [Source: 203.0.113.7] [localport: 22] at 10:01:00 UTC
2024-03-01T11:01:00+00:00 r1 3: Mar  1 11:01:00.000: %PARSER-5-CFGLOG_LOGGEDCMD: User:x  logged command:ip host a evil.example
"""


CONFIG = """\
hostname edge1
access-list 20 permit 203.0.113.0 0.0.0.63
line vty 0 4
 access-class 20 in
end
"""


def devices(t):
    """What a feed names inside a permitted prefix, a file's name, a hash, and
    a feed's own confidence as the ceiling of what is said."""
    sha = hashlib.sha256(b"a tool\n").hexdigest()
    with tempfile.TemporaryDirectory() as d:
        d = pathlib.Path(d)
        (d / "case").mkdir()
        (d / "case/edge1.cfg").write_text(CONFIG)
        (d / "case/dropper.exe").write_bytes(b"a tool\n")
        for confidence, wanted in ((10, {"low"}), (50, {"low", "medium"}), (95, {"low", "medium", "high"})):
            rows = ["type,value,confidence"]
            rows += [f"{k},{v},{confidence}" for k, v in (("ip", "203.0.113.7"), ("ip", "203.0.113.77"), ("filename", "dropper.exe"), ("sha256", sha))]
            (d / "feed.csv").write_text("\n".join(rows) + "\n")
            _, report, err = scan("--indicators", d / "feed.csv", d / "case")
            mine = [f for f in report["findings"] if "of feed" in f["title"]]
            said = [f["title"] for f in mine]
            t.ok(len(mine) == 3, "feed: prefix, file name and hash are met", said)
            t.ok(any("203.0.113.7 " in x and "as part of what an entry admits" in x for x in said), "feed: an address inside a permitted prefix", said)
            t.ok({f["confidence"] for f in mine} == wanted, f"feed: confidence {confidence} is the ceiling", [(f["title"], f["confidence"]) for f in mine])


def patterns(t):
    """Patterns that ask for several observations, together and apart."""
    with tempfile.TemporaryDirectory() as d:
        d = pathlib.Path(d)
        (d / "edge.log").write_text(EVIDENCE)
        for i, (text, wanted) in enumerate(PATTERNS):
            indicator = {"type": "indicator", "id": f"indicator--{i}", "pattern_type": "stix", "pattern": text}
            (d / "feed.json").write_text(json.dumps({"type": "bundle", "id": "bundle--1", "objects": [indicator]}))
            _, report, err = scan("--indicators", d / "feed.json", d / "edge.log")
            mine = [f for f in report["findings"] if f["rule"].startswith("indicator--")]
            whole = [f for f in mine if "all that the pattern asks for was seen" in f["title"]]
            t.ok(mine and bool(whole) == wanted, f"feed: {text}", [f["title"] for f in mine])
            t.ok(all((f["confidence"] == "low") != (f in whole) for f in mine), f"feed: confidence of {text}", mine)


def feeds(t, refresh):
    golden(t, refresh)
    round_trips(t)
    hits(t)
    sender(t)
    scanned(t)
    patterns(t)
    stix.stix(t)
    windows.run_all(t)
    devices(t)
