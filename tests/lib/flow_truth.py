"""Flows as nfdump's own tools decode them, against ours."""
import ipaddress
import json
import pathlib
import shutil
import tempfile

from .check import SHARED, program, run

PROTOCOLS = {"TCP": "tcp", "UDP": "udp", "ICMP": "icmp", "ICMP6": "icmp6", "GRE": "gre", "ESP": "esp"}
PORTS = ("tcp", "udp", "sctp")



def theirs(path):
    """Rows of nfdump -o csv: addresses, ports, protocol, packets, bytes."""
    p = run(["nfdump", "-q", "-N", "-r", path, "-o", "csv"])
    out = []
    for line in p.stdout.decode().splitlines():
        c = line.split(",")
        if len(c) < 20 or c[0] == "ts":
            continue
        proto = PROTOCOLS.get(c[7], c[7].lower())
        ports = (int(float(c[5])), int(float(c[6]))) if proto in PORTS else (None, None)
        out.append((str(ipaddress.ip_address(c[3])), str(ipaddress.ip_address(c[4])), *ports, proto, int(c[11]), int(c[12])))
    return sorted(out, key=str)


def ours(path):
    p = run([program(), "dump", path])
    rows = [json.loads(line) for line in p.stdout.decode().splitlines()]
    return sorted(((r["src_ip"], r["dst_ip"], r.get("src_port"), r.get("dst_port"), r["protocol"], r["packets_out"], r["bytes_out"])
                   for r in rows if r["kind"] == "flow"), key=str)


def converted(path, folder):
    """The file in every compression that this nfdump writes."""
    for flag, name in ("-z", "lzo"), ("-j", "bz2"), ("-y", "lz4"):
        to = folder / f"{path.stem}-{name}.nf"
        p = run(["nfdump", "-q", "-r", path, flag, "-w", to])
        if p.returncode == 0 and to.exists():
            yield to


def compare(t, path):
    want, got = theirs(path), ours(path)
    t.ok(len(want) > 0 and want == got, f"flows of {path.name} as nfdump decodes them",
         f"{len(got)} flows, nfdump has {len(want)}; ours alone {[x for x in got if x not in want][:3]}; theirs alone {[x for x in want if x not in got][:3]}")


def flows(t, refresh):
    if not shutil.which("nfdump"):
        t.skip("flows", "nfdump is not installed")
        return
    files = [pathlib.Path(f"tests/golden/flow/nfcapd/{n}.in") for n in ("layout1", "layout2", "layout2-bz2", "layout2-lz4", "layout2-lzo")]
    shared = SHARED / "corpora/nfcapd"
    if shared.exists():
        files += sorted(shared.glob("*.nf"))
    else:
        t.skip("flows of the corpora", f"{shared} is absent")
    with tempfile.TemporaryDirectory() as folder:
        for path in files:
            compare(t, path)
        for path in [files[1]] + files[-1:]:
            for made in converted(path, pathlib.Path(folder)):
                compare(t, made)
