"""What routers do in flows: the same findings whatever form the flows come in,
however they are packed, split or shared among workers."""
import json
import pathlib
import random
import subprocess
import tarfile
import tempfile

from . import flows as made
from .check import program, scan, stable

ROUTER = pathlib.Path("data/rules/router-relays.hit.d/edge-1.cfg")
START = 1740823200000
R, OUTSIDE, FAR = "192.0.2.1", "203.0.113.9", "198.51.100.77"
WANTED = {"router-managed-from-outside", "router-answers-57722", "router-answers-high-22", "router-aaa-elsewhere",
          "router-tunnel-with-stranger", "router-relays", "router-large-transfer-out", "router-beacon", "router-fetches-from-outside"}


def both(a, b, sport, dport, out, back, at=0, took=60000, proto=6):
    first = START + at
    return [made.Flow(x, y, p, q, proto, 0x1B if proto == 6 else 0, first, first + took, max(3, n // 500), n)
            for x, y, p, q, n in ((a, b, sport, dport, out), (b, a, dport, sport, back))]


def incident():
    """Flows, one-way, in order of time."""
    f = both(OUTSIDE, R, 50123, 22, 90000, 120000, took=300000)
    f += both(OUTSIDE, R, 50124, 57722, 9000, 12000) + both(OUTSIDE, R, 50126, 57722, 9000, 12000)
    f += both(OUTSIDE, R, 50127, 22022, 900, 1200) + both(OUTSIDE, R, 50128, 22022, 900, 1200)
    f += both(R, FAR, 50129, 49, 900, 1200)
    f += [made.Flow(R, FAR, proto=47, flags=0, first=START, packets=3000, octets=2500000)]
    f += [made.Flow(R, FAR, 50130, 69, 17, 0, START, packets=1, octets=60)]
    f += both(OUTSIDE, R, 50131, 8443, 5000000, 9000000, took=900000) + both(R, FAR, 50132, 443, 5020000, 9010000, at=2000, took=896000)
    f += both(R, OUTSIDE, 50133, 9443, 150000000, 90000, took=900000)
    for n in range(30):
        f += both(R, FAR, 51000 + n, 8080, 900, 1200, at=n * 300000, took=2000)
    rng = random.Random(5)
    for n in range(300):
        # What knocks and is not answered, and what others say to each other.
        f.append(made.Flow(f"198.51.100.{rng.randrange(1, 70)}", R, 40000 + n, rng.choice((22, 23, 4786, 57722)), flags=2, first=START + n * 1000, packets=1, octets=60))
        f += both(f"10.9.0.{n % 250 + 1}", "203.0.113.200", 40000 + n, 22022, 90000, 120000, at=n * 1000)
    return sorted(f, key=lambda x: x.first)


def stamp(ms, zone=""):
    s = ms // 1000 - START // 1000 + 36000
    return f"2025-03-{1 + s // 86400:02}{zone or ' '}{s // 3600 % 24:02}:{s // 60 % 60:02}:{s % 60:02}"


NAMES = {6: "TCP", 17: "UDP", 47: "GRE"}


def csv(flows):
    out = "ts,te,td,sa,da,sp,dp,pr,flg,ipkt,ibyt\n"
    for f in flows:
        flags = {0x1B: "...AP.SF", 2: "......S.", 0: "........"}[f.flags]
        out += f"{stamp(f.first)},{stamp(f.last)},{(f.last - f.first) / 1000:.3f},{f.src},{f.dst},{f.sport},{f.dport},{NAMES[f.proto]},{flags},{f.packets},{f.octets}\n"
    return out.encode()


def zeek(flows, more=0):
    """Connections: both ways together.  more: lines of other addresses."""
    out = ["#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n"
           "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\n"
           "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tcount\tcount\tcount\tcount\n"]
    back = {(f.src, f.sport, f.dst, f.dport, f.first): f for f in flows}
    told = set()
    for i, f in enumerate(flows):
        b = back.get((f.dst, f.dport, f.src, f.sport, f.first))
        if id(f) in told:
            continue
        told.add(id(b))
        state = "S0" if f.flags == 2 else "SF" if f.proto == 6 else "-"
        n, p = (b.octets, b.packets) if b else (0, 0)
        proto = {6: "tcp", 17: "udp", 47: "unknown_transport"}[f.proto]
        if f.proto != 47:
            out.append(f"{f.first / 1000:.6f}\tC{i}\t{f.src}\t{f.sport}\t{f.dst}\t{f.dport}\t{proto}\t-\t{(f.last - f.first) / 1000:.6f}\t{f.octets}\t{n}\t{state}\t{f.packets}\t{f.octets}\t{p}\t{n}\n")
    line = "1740823200.000000\tCother\t10.9.9.9\t40000\t10.9.9.10\t443\ttcp\tssl\t1.000000\t900\t900\tSF\t10\t900\t10\t900\n"
    middle = len(out) // 2
    return ("".join(out[:middle]) + line * more + "".join(out[middle:])).encode()


def found(report):
    return sorted((f["rule"], f["device"], f["title"]) for f in report["findings"] if f["rule"].startswith("router-")) if report else None


def rules(report):
    return {f["rule"] for f in report["findings"] if f["rule"].startswith("router-")} if report else None


def forms(flows):
    v3, v1 = [made.v3_record(f) for f in flows], [made.v1_record(f) for f in flows]
    few = [flows[i:i + 25] for i in range(0, len(flows), 25)]
    yield "csv", csv(flows)
    yield "nfcapd", made.nfcapd_v2([v3[:100], v3[100:]])
    yield "bz2.nfcapd", made.nfcapd_v2([v3[:100], v3[100:]], "bz2")
    yield "old.nfcapd", made.nfcapd_v1([v1], len(v1))
    yield "netflow5", b"".join(made.v5(x, sequence=25 * i) for i, x in enumerate(few))
    yield "pcap", made.pcap([made.v5(x, sequence=25 * i) for i, x in enumerate(few)])


def same_in_all_forms(t, folder, flows):
    want = None
    for name, data in forms(flows):
        place = folder / name
        place.mkdir()
        (place / "edge-1.cfg").write_bytes(ROUTER.read_bytes())
        (place / f"flows.{name}").write_bytes(data)
        _, report, said = scan(place)
        got = found(report)
        want = want or got
        t.ok(got is not None and WANTED <= rules(report), f"patterns in {name}", f"missing {WANTED - (rules(report) or set())}\n{said}")
        t.ok(got == want, f"patterns in {name} as in the others", f"{got}\n{want}")
    return want


def same_however_it_comes(t, folder, flows, want):
    data = made.nfcapd_v2([[made.v3_record(f) for f in flows]])
    cfg = folder / "csv/edge-1.cfg"
    packed = folder / "packed"
    packed.mkdir()
    (folder / "flows.nfcapd").write_bytes(data)
    # The flows come before the configuration that they need.
    with tarfile.open(packed / "all.tar.gz", "w:gz") as tar:
        tar.add(folder / "flows.nfcapd", "a/flows.nfcapd")
        tar.add(cfg, "b/edge-1.cfg")
    _, report, said = scan(packed)
    t.ok(found(report) == want, "patterns of flows in an archive", said)
    t.ok(report and [s["path"] for s in report["sources"]] == ["all.tar.gz", "all.tar.gz!/a/flows.nfcapd", "all.tar.gz!/b/edge-1.cfg"],
         "each source of an archive that is read twice is told once", report and report["sources"])
    p = subprocess.run([program(), "scan", "--json", "-", cfg, "-"], input=csv(flows), stdout=subprocess.PIPE)
    t.ok(found(json.loads(p.stdout)) == want, "patterns of flows from a pipe")
    several = folder / "several"
    several.mkdir()
    (several / "edge-1.cfg").write_bytes(cfg.read_bytes())
    for i in range(5):
        part = [made.v3_record(f) for f in flows[i * len(flows) // 5:(i + 1) * len(flows) // 5]]
        (several / f"nfcapd.20250301100{i}").write_bytes(made.nfcapd_v2([part]))
    _, report, said = scan(several)
    t.ok(found(report) == want, "patterns of flows over several files", f"{found(report)}\n{want}\n{said}")
    _, alone, _ = scan(folder / "flows.nfcapd")
    t.ok(found(alone) == [], "no patterns without a device", found(alone))


def same_for_any_workers(t, folder, flows):
    """A log that is read in chunks, and the files above."""
    place = folder / "zeek"
    place.mkdir()
    (place / "edge-1.cfg").write_bytes(ROUTER.read_bytes())
    (place / "conn.log").write_bytes(zeek(flows, more=120000))
    # Zeek tells no GRE.
    reports = [scan("--jobs", str(n), place, folder / "several")[1] for n in (1, 2, 5)]
    t.ok(all(reports) and len({json.dumps(stable(r)["findings"]) for r in reports}) == 1, "patterns are the same for any number of workers")
    _, report, said = scan(place)
    t.ok(report is not None and WANTED - {"router-tunnel-with-stranger"} <= rules(report), "patterns in a log that is read in chunks",
         f"missing {WANTED - (rules(report) or set())}\n{said}")


def limit_is_told(t, folder):
    place = folder / "many"
    place.mkdir()
    (place / "edge-1.cfg").write_bytes(ROUTER.read_bytes())
    f = [made.Flow(R, f"198.{18 + n // 60000}.{n // 250 % 240}.{n % 250 + 1}", 50000, 443, first=START) for n in range(20100)]
    (place / "flows.csv").write_bytes(csv(f))
    status, report, _ = scan(place)
    said = json.dumps(report["sources"]) if report else ""
    t.ok(status == 3 and "contacts of routers" in said, "contacts beyond the limit are told", f"{status} {said}")


def patterns(t, refresh):
    flows = incident()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        want = same_in_all_forms(t, folder, flows)
        same_however_it_comes(t, folder, flows, want)
        same_for_any_workers(t, folder, flows)
        limit_is_told(t, folder)
