"""Commands that findings of indicators show: pasted into a shell where the
evidence lies, they find what was found, whatever files are called."""
import gzip
import pathlib
import re
import shutil
import subprocess
import tarfile
import tempfile

from .check import program, run, scan

LINE = "2025-03-01T10:00:00Z r1 sshd[7]: Accepted password for op from 198.51.100.7 port 40000 ssh2\n"
OTHER = "2025-03-01T10:00:00Z r1 sshd[7]: Accepted password for op from 1198.51.100.70 port 40000 ssh2\n"
NAMES = (
    b"plain.log",
    b"-rf",
    b"it's; touch made $(touch made) `touch made` -\"q.log",
    b"new\nline\t\\.log",
    b"no utf-8 \xff\xfe.log",
    "turned \u202egol.txt".encode(),
    b"$'a'&|<>*?[x]{}~!#.log",
    b"\xc3\xbcmlaut und blank.log",
)




def met(t, d, name, want, tool):
    """Scan what lies in d, and run what is told of it there."""
    if shutil.which(tool) is None:
        t.skip(f"by hand: {name}", f"{tool} is not installed")
        return
    _, report, said = scan("--indicators", d / "i.txt", d / "in")
    told = sum((f["verify"].split(".; ", 1)[-1:] for f in report["findings"] if f["kind"] == "indicator"), []) if report else []
    t.ok(told and all(x.isprintable() for x in told), f"by hand: {name}: there is a command", (told, said))
    for x in told[:1]:
        p = subprocess.run(["bash", "-c", x], cwd=d / "in", capture_output=True, timeout=60)
        t.ok(p.returncode == 0 and want in p.stdout, f"by hand: {name}: it finds the same", (x, p.stdout[:300], p.stderr[:300]))
    t.ok(not (d / "in" / "made").exists(), f"by hand: {name}: nothing in a name is carried out")


def fresh(d, indicator="198.51.100.7"):
    shutil.rmtree(d / "in", ignore_errors=True)
    (d / "in").mkdir()
    (d / "i.txt").write_text(indicator + "\n")
    return d / "in"


def names(t, d):
    for name in NAMES:
        path = fresh(d)
        with open(bytes(path) + b"/" + name, "wb") as f:
            f.write((OTHER + LINE).encode())
        met(t, d, repr(name), b"2:2025-03-01T10:00:00Z", "grep")


def packed(t, d):
    data = (OTHER + LINE).encode()
    fresh(d).joinpath("a'b.log.gz").write_bytes(gzip.compress(data))
    met(t, d, "gzip", b"2:2025-03-01T10:00:00Z", "zgrep")
    for tool, ext in (("bzip2", "bz2"), ("xz", "xz"), ("zstd", "zst")):
        path = fresh(d) / f"a.log.{ext}"
        if shutil.which(tool):
            path.write_bytes(subprocess.run([tool, "-c"], input=data, stdout=subprocess.PIPE).stdout)
            met(t, d, tool, b"2:2025-03-01T10:00:00Z", tool)
    (d / "x y.log").write_bytes(data)
    with tarfile.open(fresh(d) / "a.tgz", "w:gz") as tar:
        tar.add(d / "x y.log", "-x/x y.log")
    met(t, d, "tar", b"2:2025-03-01T10:00:00Z", "tar")
    fresh(d)
    if shutil.which("zip"):
        subprocess.run(["zip", "-q", d / "in" / "a.zip", "x y.log"], cwd=d)
        met(t, d, "zip", b"2:2025-03-01T10:00:00Z", "unzip")


def others(t, d):
    fresh(d, "198.51.100.0/24").joinpath("a.log").write_text(OTHER + LINE)
    met(t, d, "a prefix", b"from 198.51.100.7", "sed")
    shutil.copy("tests/golden/packet/packet-capture/services.in", fresh(d, "198.51.100.1") / "a'b.pcap")
    met(t, d, "packets", b"198.51.100.1", "tshark")
    for name in ("tests/golden/flow/nfcapd/layout2.in", "tests/golden/log/utmp/wtmp.in"):
        src = pathlib.Path(name)
    
        path = fresh(d) / ("a b" if "nfcapd" in name else "wtmp")
        shutil.copy(src, path)
        text = run([program(), "dump", path]).stdout.decode()
        found = re.search(r'"src_ip": "([0-9.]+)"', text)
        (d / "i.txt").write_text((found[1] if found else "none") + "\n")
        met(t, d, src.parent.name, found[1].encode() if found else b"?", "nfdump" if "nfcapd" in name else "utmpdump")


def shown(t, d):
    """Where two findings say why alike, what to look at is told of each."""
    path = fresh(d)
    (path / "r1.log").write_text(LINE)
    (path / "r2.log").write_text(LINE.replace("Accepted", "Failed").replace("sshd", "login") + "2025-03-01T10:00:01Z r1 sshd[7]: Accepted publickey for op from 198.51.100.8 port 4 ssh2\n")
    (d / "i.txt").write_text("198.51.100.7\n198.51.100.8\n")
    p = run([program(), "scan", "--indicators", d / "i.txt", "--markdown", d / "r.md", path])
    text, md = p.stdout.decode(), (d / "r.md").read_text()
    for where, out in (("terminal", text), ("markdown", md)):
        t.ok("grep -anwF -- 198.51.100.7 r1.log" in out and "grep -anwF -- 198.51.100.8 r2.log" in out, f"by hand: on {where}", out)
    t.ok("\n## Indicators met: 2 of " in md and re.search(r"\n\| Address 198\.51\.100\.8 of feed i\.txt \| high \| logged in; traffic permitted \(F\d\) \| 1 \| 2025-03-01T10:00:01Z \| 2025-03-01T10:00:01Z \| r1 \|\n", md), "by hand: indicators that were met are a table in Markdown", md[:3000])


def run_all(t):
    with tempfile.TemporaryDirectory() as d:
        d = pathlib.Path(d)
        names(t, d)
        packed(t, d)
        others(t, d)
        shown(t, d)
