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


def sessions(flows):
    """Connections as a firewall sees them: the way there, the way back or None, and whether it let them pass."""
    back = {(f.src, f.sport, f.dst, f.dport, f.first): f for f in flows}
    told = set()
    for f in flows:
        b = back.get((f.dst, f.dport, f.src, f.sport, f.first))
        if id(f) not in told:
            told.add(id(b))
            yield f, b, f.flags != 2


def asa(flows):
    lines = []
    for n, (f, b, passed) in enumerate(sessions(flows)):
        name, out = {6: "TCP", 17: "UDP", 47: "GRE"}[f.proto], f.src == R
        if not passed:
            lines.append((f.first, f'%ASA-4-106023: Deny {name.lower()} src outside:{f.src}/{f.sport} dst inside:{f.dst}/{f.dport} by access-group "OUTSIDE" [0x0, 0x0]'))
            continue
        ends = [("inside" if a == R else "outside", a, p) for a, p in ((f.src, f.sport), (f.dst, f.dport))]
        ends = ends[::-1] if out else ends
        far, near = [f"{i}:{a}/{p}" for i, a, p in ends]
        word, took = "from" if f.proto == 47 else "for", (f.last - f.first) // 1000
        lines.append((f.first, f"%ASA-6-302013: Built {'out' if out else 'in'}bound {name} connection {n} {word} {far} ({far.split(':')[1]}) to {near} ({near.split(':')[1]})"))
        lines.append((f.last, f"%ASA-6-302014: Teardown {name} connection {n} {word} {far} to {near} duration {took // 3600}:{took // 60 % 60:02}:{took % 60:02} bytes {f.octets + (b.octets if b else 0)} TCP FINs"))
    # The firewall's own address in front is no end of a connection.
    return [f"{stamp(at, 'T')}Z 192.0.2.1 {text}" for at, text in sorted(lines)]


def junos(flows):
    for at, name, f, b in sorted(((at, n, f, b) for f, b, passed in sessions(flows) for at, n in (
            [(f.first, "CREATE"), (f.last, "CLOSE")] if passed else [(f.first, "DENY")])), key=lambda x: x[0]):
        rest = f'packets-from-client="{f.packets}" bytes-from-client="{f.octets}" packets-from-server="{b.packets if b else 0}" bytes-from-server="{b.octets if b else 0}" elapsed-time="{(f.last - f.first) // 1000}"' if name == "CLOSE" else ""
        yield (f'<14>1 {stamp(at, "T")}.000Z srx1 RT_FLOW - RT_FLOW_SESSION_{name} [junos@2636.1.1.1.2.40 source-address="{f.src}" source-port="{f.sport}" destination-address="{f.dst}" '
               f'destination-port="{f.dport}" service-name="None" protocol-id="{f.proto}" policy-name="p" {rest}]')


def by_end(flows):
    return sorted(sessions(flows), key=lambda x: x[0].last)


def panos(flows):
    for f, b, passed in by_end(flows):
        day, clock = stamp(f.last).split(" ")
        when, n = f"{day.replace('-', '/')} {clock}", (b.octets, b.packets) if b else (0, 0)
        yield (f"1,{when},0011,TRAFFIC,{'end' if passed else 'drop'},2561,{when},{f.src},{f.dst},0.0.0.0,0.0.0.0,rule,,,{'unknown-tcp' if passed else 'not-applicable'},vsys1,a,b,e1,e2,fwd,{when},1,1,"
               f"{f.sport},{f.dport},0,0,0x0,{NAMES[f.proto].lower()},{'allow' if passed else 'deny'},{f.octets + n[0]},{f.octets},{n[0]},9,{when},{(f.last - f.first) // 1000},any,0,1,0x0,,,0,{f.packets},{n[1]},x,0,0,0,0,,pa1,from-policy")


def fortios(flows):
    for f, b, passed in by_end(flows):
        day, clock = stamp(f.last).split(" ")
        n = (b.octets, b.packets) if b else (0, 0)
        yield (f'date={day} time={clock} devname="fg1" devid="FG1" logid="0000000013" type="traffic" subtype="forward" tz="+0000" srcip={f.src} srcport={f.sport} dstip={f.dst} dstport={f.dport} '
               f'proto={f.proto} action="{"close" if passed else "deny"}" policyid=4 service="X" duration={(f.last - f.first) // 1000} sentbyte={f.octets} rcvdbyte={n[0]} sentpkt={f.packets} rcvdpkt={n[1]}')


def cef(flows):
    for f, b, passed in by_end(flows):
        n = b.octets if b else 0
        yield (f"<14>{stamp(f.last, 'T')}Z pa2 CEF:0|Palo Alto Networks|PAN-OS|10.2|end|TRAFFIC|1|rt={f.last} src={f.src} dst={f.dst} spt={f.sport} dpt={f.dport} proto={NAMES[f.proto].lower()} "
               f"act={'allow' if passed else 'deny'} out={f.octets} in={n}")


def eve(flows):
    for f, b, passed in by_end(flows):
        if not passed:
            continue
        both_ways = {"pkts_toserver": f.packets, "bytes_toserver": f.octets, "pkts_toclient": b.packets if b else 0, "bytes_toclient": b.octets if b else 0, "age": (f.last - f.first) // 1000}
        head = {"timestamp": stamp(f.last, "T") + ".000000+0000", "flow_id": 1}
        ends = {"src_ip": str(f.src), "src_port": f.sport, "dest_ip": str(f.dst), "dest_port": f.dport, "proto": NAMES[f.proto], "app_proto": "failed"}
        # What a sensor says of it besides is no connection more.
        yield json.dumps({**head, "event_type": "anomaly", **ends})
        yield json.dumps({**head, "event_type": "flow", **ends, "flow": both_ways})


NO_VOLUMES = {"router-relays", "router-large-transfer-out", "router-tunnel-with-stranger"}
# An ASA counts the bytes of both directions together.
IN_ASA = WANTED - NO_VOLUMES | {"router-large-transfer-either"}


def same_in_logs(t, folder, flows):
    """What firewalls and sensors log of the same connections."""
    for form, wanted in ((asa, IN_ASA), (junos, WANTED), (panos, WANTED), (fortios, WANTED), (cef, WANTED - {"router-tunnel-with-stranger", "router-relays"}), (eve, WANTED)):
        place = folder / f"{form.__name__}-log"
        place.mkdir()
        (place / "edge-1.cfg").write_bytes(ROUTER.read_bytes())
        lines = list(form(flows))
        (place / "fw.log").write_text("\n".join(lines) + "\n")
        _, report, said = scan(place)
        t.ok(report is not None and rules(report) == wanted, f"patterns in the log of {form.__name__}", f"missing {wanted - (rules(report) or set())}, more {(rules(report) or set()) - wanted}\n{said}")
        # A filter that lets nothing pass: sightings at most.
        for a, b in (("permit", "deny"), ("Built", "Deny"), ("CREATE", "DENY"), ("CLOSE", "DENY"), (",allow,", ",deny,"), ('"close"', '"deny"'), ("act=allow", "act=deny")):
            lines = [x.replace(a, b) for x in lines]
        lines = [x for x in lines if "Teardown" not in x and "Deny" not in x and '"flow"' not in x]
        (place / "fw.log").write_text("\n".join(lines) + "\n")
        _, report, said = scan(place)
        t.ok(report is not None and rules(report) <= {"router-stopped-on-its-way-out"}, f"nothing that {form.__name__} denied is a use", f"{rules(report)}\n{said}")


def large_log(t, folder):
    """In chunks, whoever reads them; places keep their numbers; a router's address in front of a line costs no parsing and makes no contact."""
    place = folder / "large"
    place.mkdir()
    (place / "edge-1.cfg").write_bytes(ROUTER.read_bytes())
    other = "2025-03-01T10:00:00Z 192.0.2.1 %ASA-6-302013: Built inbound TCP connection 1 for outside:198.51.100.9/40000 (198.51.100.9/40000) to inside:10.9.9.9/443 (10.9.9.9/443)\n"
    lines = "\n".join(asa(incident())) + "\n"
    (place / "fw.log").write_text(other * 70000 + lines + other * 70000)
    reports = [scan("--jobs", str(n), place)[1] for n in (1, 2)]
    t.ok(all(reports) and len({json.dumps(stable(r)["findings"]) for r in reports}) == 1, "patterns of a large log are the same for any number of workers")
    t.ok(reports[0] and rules(reports[0]) == IN_ASA, "patterns of a log that is read in chunks", rules(reports[0]))
    at = [p["line"] for f in reports[0]["findings"] if f["rule"] == "router-managed-from-outside" for p in f["evidence"]]
    first = next(i for i, x in enumerate(lines.splitlines(), 70001) if ":192.0.2.1/22 " in x and "Teardown" in x)
    t.ok(at == [first], "a place in a chunk has its number in the file", f"{at} {first}")


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
        same_in_logs(t, folder, flows)
        large_log(t, folder)
        limit_is_told(t, folder)
