"""Flow files for tests and the benchmark, written from the public layouts:
nfcapd of nfdump 1.6 and 1.7, NetFlow 5 and 9, IPFIX, pcap around them."""
import bz2
import ipaddress
import struct


class Flow:
    """One flow; addresses as text, times in milliseconds since 1970."""

    def __init__(self, src, dst, sport=0, dport=0, proto=6, flags=0x1B, first=1740823200000, last=None, packets=10, octets=1000, back=0):
        self.src, self.dst = ipaddress.ip_address(src), ipaddress.ip_address(dst)
        self.sport, self.dport, self.proto, self.flags = sport, dport, proto, flags
        self.first, self.last = first, first + 1500 if last is None else last
        self.packets, self.octets, self.back = packets, octets, back


def le_v6(a):
    n = int(a)
    return struct.pack("<QQ", n >> 64, n & (1 << 64) - 1)


def exporter(number, address):
    a = ipaddress.ip_address(address)
    ip = struct.pack("<QII", 0, int(a), 0) if a.version == 4 else le_v6(a)
    return struct.pack("<HHI", 7, 32, 9) + ip + struct.pack("<HHI", 2 if a.version == 4 else 10, number, 0)


def v3_record(f, number=1):
    """A record of nfdump 1.7."""
    generic = struct.pack("<QQQQQHHBBBB", f.first, f.last, f.last, f.packets, f.octets, f.sport, f.dport, f.proto, f.flags, 0, 0)
    body = struct.pack("<HH", 1, 4 + len(generic)) + generic
    if f.src.version == 4:
        body += struct.pack("<HHII", 2, 12, int(f.src), int(f.dst))
    else:
        body += struct.pack("<HH", 3, 36) + le_v6(f.src) + le_v6(f.dst)
    count = 2
    if f.back:
        body += struct.pack("<HHQQQ", 5, 28, 1, 0, f.back)
        count += 1
    return struct.pack("<HHHBBHBB", 11, 12 + len(body), count, 0, 0, number, 0, 9) + body


V1_SIZES = {4: 4, 17: 8, 23: 4, 39: 8}


def v1_map(number, extensions):
    ids = list(extensions) + [0]
    if len(ids) % 2:
        ids.append(0)
    return struct.pack("<HHHH", 2, 8 + 2 * len(ids), number, sum(V1_SIZES[e] for e in extensions)) + struct.pack(f"<{len(ids)}H", *ids)


def v1_record(f, number=1, map_id=0, extensions=b""):
    """A common record of nfdump 1.6 (type 10), counters of 32 bits."""
    v6 = f.src.version == 6
    body = struct.pack("<HHHHIIBBBBHHHH", int(v6), map_id, f.first % 1000, f.last % 1000, f.first // 1000, f.last // 1000,
                       0, f.flags, f.proto, 0, f.sport, f.dport, number, 0)
    body += le_v6(f.src) + le_v6(f.dst) if v6 else struct.pack("<II", int(f.src), int(f.dst))
    body += struct.pack("<II", f.packets, f.octets) + extensions
    return struct.pack("<HH", 10, 4 + len(body)) + body


def nfcapd_v2(blocks, pack=None):
    """blocks: lists of records."""
    how = {None: 0, "bz2": 2}[pack]
    out = struct.pack("<HHIQBBHIQII", 0xA50C, 2, 0x01070100, 1740823200, how, 0, 0, 0, 0, 1 << 20, len(blocks))
    for records in blocks:
        body = b"".join(records)
        if pack == "bz2":
            body = bz2.compress(body)
        out += struct.pack("<IIHH", len(records), len(body), 3, 0) + body
    return out


def nfcapd_v1(blocks, flows):
    out = struct.pack("<HHII128s", 0xA50C, 1, 0, len(blocks), b"none")
    out += struct.pack("<15QIIHHI", flows, *[0] * 14, 1740823200, 1740823300, 0, 0, 0)
    for records in blocks:
        body = b"".join(records)
        out += struct.pack("<IIHH", len(records), len(body), 2, 0) + body
    return out


UPTIME = 3600000  # of the exporter, when it sent


def v5(flows, sequence=0, seconds=1740823260, sampling=0):
    out = struct.pack(">HHIIIIBBH", 5, len(flows), UPTIME, seconds, 0, sequence, 0, 1, sampling)
    for f in flows:
        at = [UPTIME - (seconds * 1000 - t) for t in (f.first, f.last)]
        out += struct.pack(">IIIHHIIIIHHBBBBHHBBH", int(f.src), int(f.dst), 0, 1, 2, f.packets, f.octets, *at,
                           f.sport, f.dport, 0, f.flags, f.proto, 0, 64500, 64501, 24, 24, 0)
    return out


def flowset(number, body, pad=True):
    if pad:
        body += b"\0" * (-len(body) % 4)
    return struct.pack(">HH", number, 4 + len(body)) + body


def template(number, fields):
    """fields: (type, length) or (type, length, enterprise)."""
    out = struct.pack(">HH", number, len(fields))
    for t, n, *e in fields:
        out += struct.pack(">HH", t | (0x8000 if e else 0), n) + (struct.pack(">I", e[0]) if e else b"")
    return out


def v9(sets, sequence=0, source=1, count=1, seconds=1740823260):
    return struct.pack(">HHIIII", 9, count, UPTIME, seconds, sequence, source) + b"".join(sets)


def ipfix(sets, sequence=0, domain=1, seconds=1740823260):
    body = b"".join(sets)
    return struct.pack(">HHIII", 10, 16 + len(body), seconds, sequence, domain) + body


def sflow(flows, expanded=False, rate=512):
    """Samples: the header of an Ethernet frame, or the addresses alone."""
    out = struct.pack(">II4sIIII", 5, 1, ipaddress.ip_address("192.0.2.240").packed, 0, 7, UPTIME, len(flows) + 1)
    out += struct.pack(">II8s", 2, 8, b"counters")
    for f in flows:
        if expanded:
            record = struct.pack(">IIIIIIII", 3, 32, f.octets, f.proto, int(f.src), int(f.dst), f.sport, f.dport) + struct.pack(">II", f.flags, 0)
            body = struct.pack(">11I", 1, 0, 3, rate, 9, 0, 0, 1, 0, 2, 1) + record
        else:
            tcp = struct.pack(">HHIIBBHHH", f.sport, f.dport, 1, 1, 0x50, f.flags, 0, 0, 0)
            ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40, 0, 0, 64, f.proto, 0, f.src.packed, f.dst.packed)
            frame = b"\x02\0\0\0\0\1\x02\0\0\0\0\2\x08\0" + ip + tcp + b"\0\0"
            record = struct.pack(">IIIIII", 1, 16 + len(frame), 1, 1518, 4, len(frame)) + frame
            body = struct.pack(">8I", 1, 3, rate, 9, 0, 1, 2, 1) + record
        out += struct.pack(">II", 3 if expanded else 1, len(body)) + body
    return out


def pcap(datagrams, source="192.0.2.250", port=2055):
    """A capture of Ethernet frames, one for each datagram."""
    out = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    for i, d in enumerate(datagrams):
        udp = struct.pack(">HHHH", 50000, port, 8 + len(d), 0) + d
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), i, 0, 64, 17, 0, ipaddress.ip_address(source).packed,
                         ipaddress.ip_address("198.51.100.5").packed) + udp
        frame = b"\x02\0\0\0\0\1\x02\0\0\0\0\2\x08\0" + ip
        out += struct.pack("<IIII", 1740823260 + i, 0, len(frame), len(frame)) + frame
    return out
