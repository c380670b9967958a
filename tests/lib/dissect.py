"""Messages in the captures of the corpora, against what tshark finds in them.

What differs is explained, capture by capture, in tests/corpus_dissect.tsv: how
many tshark has alone, how many are ours alone, and why.
"""
import collections
import concurrent.futures
import json
import os
import pathlib
import shutil

from .check import SHARED, make, program, run

TABLE = pathlib.Path("tests/corpus_dissect.tsv")
MAGIC = {bytes.fromhex(h) for h in ("d4c3b2a1", "a1b2c3d4", "4d3cb2a1", "a1b23c4d", "0a0d0d0a")}
FIELDS = ("dns.flags.response", "tls.handshake.ja3", "http.request.method", "http.request.uri", "ssh.protocol",
          "snmp.msgVersion", "snmp.version", "tftp.opcode", "bgp.type", "udp.port", "tcp.port")
CHOSEN = "dns || tls.handshake.type==1 || http.request || ssh.protocol || snmp || tftp.opcode==1 || tftp.opcode==2 || bgp.type==1"
BETWEEN = "\x1f"


def parts(text):
    return [p for p in text.split(BETWEEN) if p]


def packet(values, out):
    v = dict(zip(FIELDS, values))
    ports = parts(v["udp.port"]) + parts(v["tcp.port"])
    if "53" in ports:
        for r in parts(v["dns.flags.response"]):
            out["dns query" if r in ("0", "False") else "dns answer"] += 1
    for ja3 in parts(v["tls.handshake.ja3"]):
        out["tls", ja3] += 1
    uris = v["http.request.uri"].split(BETWEEN)
    for i, method in enumerate(parts(v["http.request.method"])):
        out["http", f"{method} {uris[i] if i < len(uris) else ''}"] += 1
    for banner in parts(v["ssh.protocol"]):
        out["ssh", banner] += 1
    if v["snmp.msgVersion"] or v["snmp.version"]:
        out["snmp"] += 1
    out["tftp"] += sum(op in ("1", "2") for op in parts(v["tftp.opcode"]))
    out["bgp"] += parts(v["bgp.type"]).count("1")


def theirs(path):
    argv = ["tshark", "-n", "-r", path, "-Y", CHOSEN, "-T", "fields", "-E", f"aggregator={BETWEEN}", "-E", "occurrence=a"]
    for f in FIELDS:
        argv += ["-e", f]
    out = collections.Counter()
    for line in run(argv).stdout.decode(errors="replace").splitlines():
        values = line.split("\t")
        packet(values + [""] * (len(FIELDS) - len(values)), out)
    return out


def ours(path):
    out = collections.Counter()
    p = run([program("release"), "dump", "--format", "packet-capture", path])
    for line in p.stdout.decode(errors="replace").splitlines():
        r = json.loads(line)
        service = r.get("service")
        if r["kind"] == "dns":
            out["dns query" if r["status"] == "query" else "dns answer"] += 1
        elif r["kind"] == "tls":
            out["tls", r["ja3"]] += 1
        elif r["kind"] == "http":
            out["http", f"{r['method']} {r['uri']}"] += 1
        elif r["kind"] == "transfer" and service == "tftp":
            out["tftp"] += 1
        elif r["kind"] == "management" and service == "ssh":
            out["ssh", r["message"]] += 1
        elif r["kind"] == "management" and service in ("snmp", "bgp"):
            out[service] += 1
    return out


def what(key):
    return key if isinstance(key, str) else key[0]


def compared(path):
    """{what: (theirs alone, ours alone)}, and how many both have."""
    a, b = theirs(path), ours(path)
    out = {}
    for x, n in ((a - b, 0), (b - a, 1)):
        for key, count in x.items():
            out.setdefault(what(key), [0, 0])[n] += count
    return out, sum((a & b).values())


def explained():
    rows = [r.split("\t") for r in TABLE.read_text().splitlines() if not r.startswith("#")]
    return {(path, word): [int(a), int(b)] for path, word, a, b, _ in rows}


def dissect(t, refresh):
    root = SHARED / "corpora"
    if not shutil.which("tshark") or not root.is_dir():
        t.skip("dissect", "tshark or the corpora are not here")
        return
    make("release", "all")
    paths = [p for p in sorted(root.rglob("*")) if p.is_file() and p.open("rb").read(4) in MAGIC]
    known, same = explained(), 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        for path, (differ, both) in zip(paths, pool.map(compared, paths)):
            name = str(path.relative_to(root))
            same += both
            want = {word: n for (p, word), n in known.items() if p == name}
            t.ok(differ == want, f"dissect {name}: what differs from tshark is explained", f"{differ}, explained: {want}")
    t.ok(same > 1500, "dissect: messages by the thousand are the same", same)
