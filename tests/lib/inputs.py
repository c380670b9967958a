"""Bad input: the run goes on, says what was wrong, and exits with 3."""
import gzip
import hashlib
import io
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tarfile
import tempfile
import time
import zipfile

from . import changing, mixed, nuls, pipes, years
from .check import program, run, scan, stable

CONFIG = b"""!
version 17.9
service timestamps log datetime msec
hostname good1
!
interface GigabitEthernet0/0
 ip address 192.0.2.1 255.255.255.0
!
line vty 0 4
 transport input telnet
!
end
"""


def sources(report):
    return {s["path"]: s for s in report["sources"]} if report else {}


def folder(make):
    """A temporary folder with one good configuration beside the bad."""
    d = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-"))
    (d / "good1.cfg").write_bytes(CONFIG)
    make(d)
    return d


def bad(t, name, make, path, state, word, status=None, args=()):
    d = folder(make)
    try:
        code, report, said = scan(*args, d)
        s = sources(report)
        t.ok(report is not None, f"input {name}: a report", said)
        t.ok("good1.cfg" in s and s["good1.cfg"]["format"] == "cisco-ios-config", f"input {name}: the good file is judged")
        got = s.get(path)
        t.ok(
            got is not None and got["state"] == state and word in (got["why"] or ""),
            f"input {name}: {path} is {state} for {word}",
            got if got else sorted(s),
        )
        if status is not None:
            t.ok(code == status, f"input {name}: exit status {status}", code)
    finally:
        os.system(f"chmod -R u+rwx {d}")
        shutil.rmtree(d)


def write(name, data):
    return lambda d: (d / name).write_bytes(data)


def nested(depth, data=CONFIG):
    name = "core.cfg"
    for i in range(depth):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w:gz") as tar:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        data = out.getvalue()
        name = f"level{i}.tar.gz"
    return data


def bomb():
    zeros = gzip.compress(b"\0" * (100 << 20), 9)
    return gzip.compress(zeros * 20, 9)


def run_all(t):
    years.years(t)
    changing.changing(t)
    mixed.mixed(t)
    bad(t, "empty", write("empty.cfg", b""), "empty.cfg", "unrecognised", "empty", 3)
    bad(t, "binary", write("x.cfg", bytes(range(256)) * 64), "x.cfg", "unrecognised", "binary", 3)
    bad(t, "SiLK", write("x.rwf", b"\xde\xad\xbe\xef\x00\x16\x10\x01" + bytes(range(200)) * 9), "x.rwf", "unrecognised", "rwsilk2ipfix", 3)
    bad(t, "NULs", write("x.log", CONFIG.replace(b"!\nline", b"\0\0\0\nline")), "x.log", "read", "nul-bytes", 3)
    bad(t, "UTF-16", write("x.cfg", CONFIG.decode().encode("utf-16")), "x.cfg", "read", "utf-16", 0)
    bad(t, "CR line ends", write("x.cfg", CONFIG.replace(b"\n", b"\r").replace(b"good1", b"cr1")), "x.cfg", "read", "encoding", 0)
    bad(
        t,
        "endless line",
        write("x.log", b"x" * (9 << 20) + b"\nfoo\n"),
        "x.log",
        "read",
        "long-line",
        3,
    )
    bad(t, "truncated gzip", write("x.gz", gzip.compress(CONFIG * 500)[:-40]), "x.gz!/x", "read", "truncated", 3)
    bad(t, "damaged zip", lambda d: damaged_zip(d / "x.zip"), "x.zip!/a.cfg", "unreadable", "archive-broken", 3)
    deep(t)
    bad(t, "archive bomb", write("x.gz", bomb()), "x.gz", "read", "archive-bomb", 3)
    bad(t, "symbolic link", lambda d: (d / "l").symlink_to("/etc/passwd"), "l", "skipped", "symbolic-link", 0)
    bad(t, "socket", lambda d: os.mkfifo(d / "pipe"), "pipe", "skipped", "special-file", 0)
    wrong_name(t)
    missing(t)
    unreadable(t)
    standard_input(t)
    pipes.run_all(t)
    nuls.run_all(t)
    archives(t)
    secrets(t)
    manifest(t)
    large_log(t)
    large_joined(t)
    many_quiet(t)
    many_weak(t)
    forms(t)
    usage(t)
    itself(t)


def deep(t):
    d = folder(write("x.tgz", nested(8)))
    code, report, said = scan(d)
    whys = " ".join(s["why"] or "" for s in sources(report).values())
    t.ok(report is not None and "archive-depth" in whys, "input deep archive: archive-depth is said", whys)
    t.ok(code == 3, "input deep archive: exit status 3", code)
    shutil.rmtree(d)


def damaged_zip(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("a.cfg", CONFIG * 20)
        z.writestr("b.cfg", CONFIG * 20)
    data = bytearray(path.read_bytes())
    data[60:120] = b"\xff" * 60
    path.write_bytes(data)


def wrong_name(t):
    d = folder(write("picture.png", CONFIG.replace(b"good1", b"png1")))
    code, report, said = scan(d)
    names = {x["name"] for x in report["devices"]}
    t.ok("png1" in names, "input wrong name: content decides", names)
    shutil.rmtree(d)


def missing(t):
    d = folder(lambda d: None)
    code, report, said = scan(d / "good1.cfg", d / "nowhere.cfg")
    s = sources(report)
    t.ok(code == 3 and any(x["state"] == "unreadable" for x in s.values()), "input missing argument: unreadable, status 3", (code, s))
    t.ok("good1.cfg" in s, "input missing argument: the other is judged")
    shutil.rmtree(d)


def unreadable(t):
    if os.geteuid() == 0:
        # Root reads everything; a user does not.
        who = ["setpriv", "--reuid", "65534", "--clear-groups"]
    else:
        who = []
    d = folder(write("secret.cfg", CONFIG))
    os.chmod(d, 0o755)
    os.chmod(d / "good1.cfg", 0o644)
    os.chmod(d / "secret.cfg", 0)
    away = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-"))
    os.chmod(away, 0o755)
    binary = away / "tidemark"
    shutil.copy(program(), binary)
    p = run([*who, binary, "scan", "--json", "-", d], cwd="/")
    shutil.rmtree(away)
    try:
        s = sources(json.loads(p.stdout))
    except ValueError:
        s = {}
    got = s.get("secret.cfg", {})
    t.ok(p.returncode == 3 and got.get("state") == "unreadable", "input no permission: unreadable, status 3", (p.returncode, got, p.stderr))
    shutil.rmtree(d)


def standard_input(t):
    p = run([program(), "scan", "--json", "-", "-"], input=CONFIG)
    report = json.loads(p.stdout) if p.stdout else None
    t.ok(report and report["devices"] and report["devices"][0]["name"] == "good1", "input standard input is read", p.stderr)
    p = run([program(), "scan", "--json", "-", "-"], input=gzip.compress(CONFIG))
    report = json.loads(p.stdout) if p.stdout else None
    t.ok(report and report["devices"] and report["devices"][0]["name"] == "good1", "input standard input may be compressed", p.stderr)


def archives(t):
    tools = {
        "zip": ["zip", "-q", "x.zip", "core.cfg"],
        "7z": ["7z", "a", "-bd", "x.7z", "core.cfg"],
        "tar": ["tar", "cf", "x.tar", "core.cfg"],
        "tar.gz": ["tar", "czf", "x.tar.gz", "core.cfg"],
        "tar.xz": ["tar", "cJf", "x.tar.xz", "core.cfg"],
        "tar.bz2": ["tar", "cjf", "x.tar.bz2", "core.cfg"],
        "tar.zst": ["tar", "--zstd", "-cf", "x.tar.zst", "core.cfg"],
    }
    for ext, argv in tools.items():
        d = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-"))
        (d / "core.cfg").write_bytes(CONFIG)
        if shutil.which(argv[0]) is None:
            t.skip(f"input archive {ext}", f"{argv[0]} is not installed")
            continue
        run(argv, cwd=d)
        (d / "core.cfg").unlink()
        code, report, said = scan(d)
        s = sources(report)
        path = f"x.{ext}!/core.cfg"
        t.ok(path in s and s[path]["device"] == "good1" and s[path]["sha256"], f"input archive {ext}: member is read and hashed", (sorted(s), said))
        shutil.rmtree(d)


def secrets(t):
    text = CONFIG.replace(b"!\nline", b"username admin privilege 15 password 0 S3cretWord\nsnmp-server community Harb0urRW RW\nline")
    d = folder(write("s.cfg", text))
    for args in ((), ("--all",)):
        p = run([program(), "scan", "--json", d / "out.json", *args, d])
        both = p.stdout + (d / "out.json").read_bytes()
        t.ok(b"S3cretWord" not in both and b"Harb0urRW" not in both, f"secrets stay out of reports {args}")
    p = run([program(), "dump", d / "s.cfg"])
    t.ok(b"S3cretWord" not in p.stdout and b"Harb0urRW" not in p.stdout, "secrets stay out of dump", [line for line in p.stdout.splitlines() if b"S3cret" in line or b"Harb0ur" in line][:3])
    p = run([program(), "dump", "--show-secrets", d / "s.cfg"])
    t.ok(b"S3cretWord" in p.stdout and b"Harb0urRW" in p.stdout, "--show-secrets shows them")
    shutil.rmtree(d)


def manifest(t):
    d = folder(write("odd name\\.cfg", CONFIG))
    run([program(), "scan", "--quiet", "--custody", "--manifest", d.with_suffix(".sums"), d])
    p = run(["sha256sum", "--strict", "-c", d.with_suffix(".sums")])
    t.ok(p.returncode == 0 and p.stdout.count(b": OK") == 2, "manifest holds for sha256sum -c", p.stdout + p.stderr)
    d.with_suffix(".sums").unlink()
    shutil.rmtree(d)


LINE = b"2025-03-%02dT10:%02d:%02d+00:00 edge%d %06d: Mar %2d 10:%02d:%02d: %%SYS-5-CONFIG_I: Configured from console by op%d on vty0 (%s)\n"


def large_log(t):
    """Bigger than a chunk: split among workers, same report, right lines."""
    d = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-"))
    lines = []
    for i in range(200000):
        s = i % 60
        m = i // 60 % 60
        day = 1 + i // 10000
        ip = b"45.61.133.31" if i in (7, 99999, 100000, 199999) else b"10.0.0.9"
        lines.append(LINE % (day, m, s, i % 5, i, day, m, s, i % 3, ip))
    (d / "big.log").write_bytes(b"".join(lines))
    reports = []
    for jobs in ("1", "3"):
        code, report, said = scan("--jobs", jobs, d)
        reports.append(stable(report))
    t.ok(reports[0] == reports[1], "large log: one report for any number of workers")
    places = sorted(e["line"] for f in report["findings"] if f["kind"] == "indicator" for e in f["evidence"])
    t.ok(places == [8, 100000, 100001, 200000], "large log: line numbers hold across chunks", places)
    s = sources(report)["big.log"]
    t.ok(s["records"] == 200000 and s["xxh3_8m"], "large log: every line is counted, and it is hashed", s)
    t.ok({x["name"] for x in report["devices"]} == {f"edge{i}" for i in range(5)}, "large log: every host is a device")
    # Beyond 64 MiB each chunk hashes its own part, but for --custody.
    whole = (b"".join(lines) * 5)[: (66 << 20) + 4711]
    (d / "big.log").write_bytes(whole)
    names = [sources(scan(*more, "--jobs", "2", d)[1])["big.log"] for more in ([], ["--custody"])]
    t.ok(names[0]["xxh3_8m"] == names[1]["xxh3_8m"] and names[0]["xxh3_8m"], "large log: its parts' hashes are its hash", names)
    t.ok(names[0]["sha256"] is None and names[1]["sha256"] == hashlib.sha256(whole).hexdigest(), "large log: SHA-256 where it is asked for", names)
    shutil.rmtree(d)


ZEEK = "#separator \\x09\n#unset_field\t-\n#path\tconn\n#open\t2025-03-%02d\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\t%s\n"
FIELDS = (("proto", "tcp"), ("duration", "1.5"), ("orig_bytes", "100"), ("resp_bytes", "200"), ("conn_state", "SF"))


def large_joined(t):
    """Logs put behind one another: a header holds for the lines behind it, in whatever chunk they are."""
    d = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-"))
    hosts, parts = [], []
    # The same columns again, another order, and back to the first.
    for part, fields in enumerate((FIELDS, FIELDS, FIELDS[::-1], FIELDS)):
        parts.append(ZEEK % (part + 1, "\t".join(name for name, _ in fields)))
        hosts.append(f"203.0.113.{71 + part}")
        for i in range(110000):
            last = i == 109990
            cells = ["S0" if last and name == "conn_state" else value for name, value in fields]
            parts.append(f"1740949900.{i:06d}\tC{part}x{i}\t192.0.2.{i % 250 + 1}\t40000\t{hosts[-1] if last else '198.51.100.9'}\t443\t" + "\t".join(cells) + "\n")
    (d / "conn.log").write_text("".join(parts))
    (d / "feed.txt").write_text("\n".join(hosts) + "\n")
    (d / "logs").mkdir()
    (d / "conn.log").rename(d / "logs" / "conn.log")
    reports = [scan("--jobs", jobs, "--indicators", d / "feed.txt", d / "logs")[1] for jobs in ("1", "3")]
    t.ok(stable(reports[0]) == stable(reports[1]), "joined logs: one report for any number of workers")
    found = {f["title"].split()[1]: (f["title"].split(": ", 1)[1], f["evidence"][0]["line"]) for f in reports[0]["findings"] if f["kind"] == "indicator"}
    wanted = {h: ("connection not answered; traffic denied", (i + 1) * 5 + i * 110000 + 109991) for i, h in enumerate(hosts)}
    t.ok(found == wanted, "joined logs: a header holds in the chunks behind it", found)
    t.ok(sources(reports[0])["conn.log"]["records"] == 4 * 110005, "joined logs: every line is counted once", sources(reports[0])["conn.log"])
    shutil.rmtree(d)


def many_quiet(t):
    """Of a large fleet on the terminal, those that have nothing to tell are
    counted, and what the same devices lack is said once."""
    d = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-"))
    ip = ["10.0.0.9"] * 90
    ip[7] = ip[11] = "45.61.133.31"
    line = "2025-03-01T10:00:00Z edge%02d 1: %%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: op] [Source: %s] [localport: 22]\n"
    (d / "fleet.log").write_text("".join(line % x for x in enumerate(ip)))
    p = run([program(), "scan", d])
    out = p.stdout.decode()
    t.ok("and 58 more: unknown, nothing was found (--all)" in out, "many quiet: devices of which nothing was found are counted", out[:4000])
    t.ok("indicators met 1 of " in out and "      2 times, 2025-03-01T10:00:00Z; at worst: logged in" in out and "      on edge07, edge11\n" in out, "many quiet: an indicator is told once, with its devices", out[:9000])
    t.ok("edge00, edge01, edge02, edge03, edge04, edge05 and 84 more: " in out, "many quiet: what devices lack is said once", out[-3000:])
    out = run([program(), "scan", "--all", d]).stdout.decode()
    t.ok(all(f"  edge{i:02} " in out for i in range(90)), "many quiet: --all names each")
    shutil.rmtree(d)


def many_weak(t):
    """Of a fleet with mere gaps some are told in full, the rest counted."""
    d = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-"))
    for i in range(240):
        (d / f"r{i:03}.cfg").write_bytes(CONFIG.replace(b"good1", b"r%03d" % i))
    out = run([program(), "scan", d]).stdout.decode()
    t.ok("  and 40 more: weak (--all, --html or --json)\n" in out, "many weak: rows beyond a screenful are counted", out[:2000])
    t.ok("  and 210 more devices, weak, with " in out and out.count(": weak\n") == 30, "many weak: so are their findings", out[-3000:])
    out = run([program(), "scan", "--all", d]).stdout.decode()
    t.ok(out.count(": weak\n") == 240 and "more devices, weak" not in out, "many weak: --all tells each")
    shutil.rmtree(d)


def forms(t):
    """Logs of more than a chunk in another form: as if they were UTF-8."""
    quiet = "2025-03-01T10:00:00Z edge1 sshd[7]: Accepted password for \u00f6p from 10.0.0.9 port 5 ssh2\n"
    text = quiet * 130000 + quiet.replace("10.0.0.9", "45.61.133.31") + quiet
    made = {
        "le.log": b"\xff\xfe" + text.encode("utf-16-le"),
        "be.log": b"\xfe\xff" + text.encode("utf-16-be"),
        "plain.log": text.encode("utf-16-le"),
        "cr.log": text.replace("\n", "\r").encode(),
    }
    for name, data in made.items():
        for packed in (False, True):
            d = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-"))
            (d / (name + ".gz" if packed else name)).write_bytes(gzip.compress(data, 1) if packed else data)
            code, report, said = scan(d)
            s = next(x for x in report["sources"] if x["path"].endswith(name))
            t.ok(s["state"] == "read" and s["records"] == 130002 and s["bytes"] == len(data), f"input form {name}, packed {packed}: every line is read", s)
            t.ok(s["sha256"] == hashlib.sha256(data).hexdigest(), f"input form {name}, packed {packed}: its hash is of what stands in the file", s)
            places = [(e["line"], "logged in" in f["title"]) for f in report["findings"] if f["kind"] == "indicator" for e in f["evidence"]]
            t.ok(places == [(130001, True)], f"input form {name}, packed {packed}: the line is found and parsed", places)
            shutil.rmtree(d)


def itself(t):
    """The program holds what it looks for, and must not flag its own file."""
    code, report, said = scan(program())
    t.ok(report is not None and not report["findings"], "the program does not flag itself", [f["title"] for f in report["findings"]][:5] if report else said)


def usage(t):
    for args in ([], ["nonsense"], ["scan"], ["scan", "--jobs", "0", "."], ["scan", "--fail-on", "maybe", "."], ["dump", "--format", "nope", "."]):
        p = run([program(), *args])
        t.ok(p.returncode == 2 and p.stderr, f"usage: status 2 for {args}", p.returncode)
    for args in (["--version"], ["--help"], ["scan", "--help"], ["explain", "CVE-2023-20198"], ["explain", "AA25-239A"], ["intel", "list"]):
        p = run([program(), *args])
        t.ok(p.returncode == 0 and p.stdout and not p.stderr, f"{args} answers", p.stderr)
