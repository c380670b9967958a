#!/usr/bin/env python3
"""Writes the binary inputs of this folder anew: tests/golden/flow/make.py.
Files compressed with LZO and LZ4 come from nfdump where it is installed."""
import ipaddress
import pathlib
import shutil
import struct
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "lib"))

import flows as f  # noqa: E402

FLOWS = [
    f.Flow("198.51.100.7", "192.0.2.1", 50123, 57722, octets=3456, packets=12),
    f.Flow("192.0.2.1", "198.51.100.7", 57722, 50123, octets=99000, packets=80),
    f.Flow("203.0.113.9", "192.0.2.1", 40000, 22, flags=0x02, packets=1, octets=60),
    f.Flow("2001:db8::7", "2001:db8:1::1", 40001, 443, back=70000),
    f.Flow("192.0.2.1", "203.0.113.9", 0, 0x0800, proto=1, flags=0, packets=3, octets=252),
    f.Flow("192.0.2.1", "203.0.113.10", 0, 0, proto=47, flags=0, packets=3000, octets=2520000),
    f.Flow("192.0.2.9", "198.51.100.70", 49152, 69, proto=17, flags=0, packets=4, octets=400),
    f.Flow("192.0.2.9", "198.51.100.71", 49153, 49, flags=0x1A),
]
V4 = [x for x in FLOWS if x.src.version == 4]


def put(name, data):
    (HERE / name).write_bytes(data)
    return HERE / name


def nfcapd():
    records = [f.exporter(1, "192.0.2.254")] + [f.v3_record(x) for x in FLOWS]
    plain = put("nfcapd/layout2.in", f.nfcapd_v2([records[:4], records[4:]]))
    put("nfcapd/layout2-bz2.in", f.nfcapd_v2([records], "bz2"))
    if shutil.which("nfdump"):
        lzo = HERE.parent.parent / "flows/layout2-lzo.in"
        for flag, to in (("-z", lzo), ("-y", HERE / "nfcapd/layout2-lz4.in")):
            subprocess.run(["nfdump", "-q", "-r", plain, flag, "-w", to], check=True)
    whole = plain.read_bytes()
    put("nfcapd/truncated.in", whole[:-30])
    hurt = bytearray(whole)
    hurt[40 + 12 + 32 + 2] = 3  # the size of the first record
    put("nfcapd/bad-block.in", bytes(hurt))
    put("nfcapd/huge-block.in", whole[:44] + b"\xff\xff\xff\x7f" + whole[48:])
    extra = struct.pack("<IQII", 0xC00002FE, 77, 0xC6336402, 0xC6336403)
    v1 = [f.exporter(3, "192.0.2.253"), f.v1_map(0, []), f.v1_map(1, [4, 23, 17, 39])]
    v1 += [f.v1_record(x, 3, 0) for x in FLOWS]
    v1.append(f.v1_record(V4[0], 3, 1, struct.pack("<HH", 1, 2) + extra))
    put("nfcapd/layout1.in", f.nfcapd_v1([v1], 9))


TEMPLATE = [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (6, 1), (1, 4), (2, 4), (22, 4), (21, 4), (48, 1), (89, 1)]


def data(x, sampler=1, status=0x40):
    at = [f.UPTIME - (1740823260000 - t) for t in (x.first, x.last)]
    return struct.pack(">IIHHBBIIIIBB", int(x.src), int(x.dst), x.sport, x.dport, x.proto, x.flags, x.octets, x.packets, *at, sampler, status)


def exports():
    put("flow-export/v5.in", f.v5(V4[:4]) + f.v5(V4[4:], 4, sampling=0x4064) + f.v5(V4[:1], 70))
    options = struct.pack(">HHHHHHHH", 300, 4, 8, 1, 4, 48, 1, 50) + struct.pack(">H", 4)
    sampler = struct.pack(">IBI", 1, 1, 1000)
    v9 = [
        f.v9([f.flowset(256, data(V4[0]))], 1),  # before its template
        f.v9([f.flowset(1, options), f.flowset(300, sampler)], 2),
        f.v9([f.flowset(0, f.template(256, TEMPLATE)), f.flowset(256, data(V4[1]) + data(V4[2], status=0x80))], 3),
        f.v9([f.flowset(256, data(V4[3], 2)), f.flowset(999, b"\1" * 8)], 4),
        # The template changes in mid-stream.
        f.v9([f.flowset(0, f.template(256, [(12, 4), (8, 4)])), f.flowset(256, struct.pack(">II", 0xC0000201, 0xCB007109))], 9),
    ]
    put("flow-export/v9.in", b"".join(v9))
    fields = [(152, 8), (153, 8), (27, 16), (28, 16), (4, 1), (7, 2), (11, 2), (6, 2), (1, 3), (2, 8), (1, 8, 29305), (82, 65535), (100, 4, 9)]
    x = FLOWS[3]

    def record(name):
        n = bytes([len(name)]) if len(name) < 255 else b"\xff" + struct.pack(">H", len(name))
        return struct.pack(">QQ16s16sBHHH", x.first, x.last, x.src.packed, x.dst.packed, 6, x.sport, x.dport, 0x1B) + \
            struct.pack(">I", x.octets)[1:] + struct.pack(">QQ", x.packets, 4321) + n + name + b"\0\0\0\7"

    ipfix = [
        f.ipfix([f.flowset(2, f.template(400, fields), False), f.flowset(400, record(b"xe-0/0/0") + record(b"n" * 300), False)]),
        f.ipfix([f.flowset(400, record(b""), False)], 2),
        f.ipfix([f.flowset(2, struct.pack(">HH", 400, 0), False)], 3),
        f.ipfix([f.flowset(400, record(b""), False)], 3),  # withdrawn
    ]
    put("flow-export/ipfix.in", b"".join(ipfix))
    put("flow-export/v5-truncated.in", f.v5(V4[:2]) + f.v5(V4[2:], 2)[:-20])
    put("flow-export/zero-length.in", f.v9([f.flowset(0, f.template(256, [(8, 0), (12, 0)])), f.flowset(256, b"\0" * 16)]))
    put("flow-capture/mixed.in", f.pcap(v9[:3] + [f.v5(V4[:2])] + ipfix[:2] + [f.v5([x], 2 + i) for i, x in enumerate(V4[2:])] + [b"\x80no export"] + v9[3:]))

    put("flow-capture/sflow.in", f.pcap([f.sflow(V4[:3]), f.sflow(V4[:2], True), f.v5(V4[:1])], port=6343))


def events():
    """Events of ASA (new and old) and of translators."""
    def ip(a):
        return int(ipaddress.ip_address(a))

    ends = ip("192.0.2.1"), ip("198.51.100.7"), 40000, 443, 6
    ms = 1740823260000
    asa = [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (225, 4), (226, 4), (227, 2), (228, 2), (233, 1), (33002, 2), (323, 8), (152, 8), (231, 4), (232, 4)]

    def told(event, out, back):
        return struct.pack(">IIHHBIIHHBHQQII", *ends, ip("203.0.113.1"), ends[1], 50000, 443, event, 0, ms + event, ms, out, back)

    old = [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (40005, 1), (33002, 2), (85, 4)]
    cgn = [(234, 4), (235, 4), (8, 4), (225, 4), (7, 2), (227, 2), (4, 1), (230, 1), (323, 8)]
    full = cgn[:8] + [(12, 4), (11, 2), (323, 8)]
    block = [(230, 1), (8, 4), (225, 4), (361, 2), (362, 2), (323, 8)]
    sized = [(230, 1), (8, 4), (225, 4), (361, 2), (364, 2)]
    inside, outside = ip("10.0.0.1"), ip("203.0.113.1")
    put("flow-export/asa.in", b"".join([
        f.v9([f.flowset(0, f.template(260, asa)), f.flowset(260, told(1, 0, 0) + told(5, 1000, 20) + told(2, 500, 10) + told(3, 0, 0))], 1),
        f.v9([f.flowset(0, f.template(261, old)), f.flowset(261, struct.pack(">IIHHBBHI", *ends, 2, 2000, 1530))], 2)]))
    put("flow-export/nat.in", b"".join([
        f.v9([f.flowset(0, f.template(270, cgn)), f.flowset(270, struct.pack(">IIIIHHBBQ", 1, 2, inside, outside, 4000, 5000, 6, 1, ms))], 1),
        f.v9([f.flowset(0, f.template(271, full)), f.flowset(271, struct.pack(">IIIIHHBBIHQ", 1, 2, inside, outside, 4000, 5000, 6, 5, ends[1], 443, ms))], 2),
        f.v9([f.flowset(0, f.template(272, block)), f.flowset(272, struct.pack(">BIIHHQ", 16, inside, outside, 1024, 1535, ms))], 3),
        f.v9([f.flowset(0, f.template(273, sized)), f.flowset(273, struct.pack(">BIIHH", 17, inside, outside, 65000, 512) + struct.pack(">BIIHH", 17, inside, outside, 65000, 999))], 4)]))


nfcapd()
exports()
events()
