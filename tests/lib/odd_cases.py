"""The cases of odd.py.  Addresses are of RFC 5737 and RFC 3849."""
import bz2
import pathlib
import struct

import captures as c

from . import flows as f

A, B, OUT = "192.0.2.10", "198.51.100.1", "203.0.113.9"


class Case:
    """kinds: how many records of a kind; rows: fields that some record has;
    none: that none has; said: words of each diagnostic."""

    def __init__(self, name, data, kinds=None, rows=(), none=(), said=(), cuts=True, borders=()):
        self.name, self.data = name, data
        self.kinds, self.rows, self.none, self.said = kinds or {}, rows, none, said
        self.cuts, self.borders = cuts, set(borders)


def record(data, seconds=c.START, fraction=0, order="<", kept=None, wire=None):
    n = len(data)
    return struct.pack(order + "IIII", seconds, fraction, n if kept is None else kept, n if wire is None else wire) + data


def head(magic=0xA1B2C3D4, link=101, order="<"):
    return struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, link)


def borders(parts):
    """Where each of the parts ends."""
    at, out = 0, []
    for p in parts:
        at += len(p)
        out.append(at)
    return out


def file(name, parts, **want):
    return Case(name, b"".join(parts), borders=borders(parts) + set_ends(parts), **want)


def set_ends(packets):
    """A packet of NetFlow 9 does not say where it ends: any set may be last."""
    out, base = [], 0
    for p in packets:
        at = 20 if p[:2] == b"\0\x09" else len(p)
        while at < len(p):
            at += struct.unpack(">H", p[at + 2:at + 4])[0]
            out.append(base + at)
        base += len(p)
    return out


def query(n, src=A, dst=OUT):
    return c.udp(src, 4000 + n, dst, 53, c.dns_query(f"n{n}.example.net"))


def asked(n, **more):
    return {"kind": "dns", "dns_name": f"n{n}.example.net", **more}


# ---- containers ----

def orders():
    for order, word in (("<", "little"), (">", "big")):
        for magic, per, what in ((0xA1B2C3D4, 1, "micro"), (0xA1B23C4D, 1000, "nano")):
            yield file(f"pcap-{word}-{what}", [head(magic, order=order), record(query(1), fraction=250000 * per, order=order)],
                       kinds={"dns": 1, "packets": 1}, rows=[asked(1, time="2025-06-01T00:00:00.250Z")])
    patched = struct.pack("<IHBB", 2, 0, 0, 0)
    one = query(1)
    yield file("pcap-patched", [head(0xA1B2CD34), record(b"", kept=len(one), wire=len(one)) + patched + one],
               kinds={"dns": 1, "packets": 1})


def lengths():
    yield file("pcap-kept-beyond-wire", [head(), record(query(1), wire=20), record(query(2))], kinds={"dns": 2})
    yield file("pcap-empty-packets", [head(), record(b""), record(b""), record(query(1))],
               kinds={"dns": 1}, rows=[{"kind": "packets", "packets": 3, "unread": 2}])
    # A length that nobody keeps: what stands behind it cannot be found.
    yield file("pcap-impossible-length", [head(), record(query(1)), record(b"", kept=0x7FFFFFFF) + query(2)],
               kinds={"dns": 1}, said=[["truncated", "behind packet 1", "longer than any capture keeps"]], cuts=False)
    # The wrong byte order from the second packet on says the same.
    yield file("pcap-order-changes", [head(), record(query(1)), record(query(2), order=">")],
               kinds={"dns": 1}, said=[["truncated", "behind packet 1"]], cuts=False)


def snap(n, name, kinds, rows=()):
    whole = query(1)
    return file(name, [head(), record(whole[:n], wire=len(whole)), record(query(2))], kinds=kinds, rows=rows)


def snaps():
    yield snap(19, "snap-in-ip", {"dns": 1, "flow": 1}, [{"kind": "packets", "unread": 1}])
    yield snap(22, "snap-in-ports", {"dns": 1, "flow": 2})
    yield snap(30, "snap-in-dns", {"dns": 1, "flow": 2}, [{"kind": "flow", "src_port": 4001, "bytes_out": 32}])


def times():
    yield file("times-jump", [head()] + [record(query(1), s) for s in (c.START, 86400, c.START + 10, 4000000000, c.START + 20)],
               kinds={"dns": 5, "flow": 1}, rows=[{"kind": "flow", "time": "1970-01-02T00:00:00Z", "duration": "3999913600.000000"}])
    yield file("times-zero", [head(), record(query(1), 0), record(query(2))], kinds={"dns": 2},
               rows=[asked(1), asked(2, time="2025-06-01T00:00:00Z"), {"kind": "packets", "time": "2025-06-01T00:00:00Z"}],
               none=[asked(1, time="1970-01-01T00:00:00Z")])
    yield file("times-none-at-all", [head(), record(query(1), 0)], kinds={"dns": 1}, none=[{"time": "1970-01-01T00:00:00Z"}])
    yield file("times-fraction", [head(), record(query(1), fraction=0xFFFFFFFF)], kinds={"dns": 1})


def section(order="<", length=-1):
    return c.block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, length))


def option(order, code, body):
    return struct.pack(order + "HH", code, len(body)) + body + b"\0" * (-len(body) % 4)


def interface(link=101, order="<", resolution=None, offset=None, snap=0):
    body = struct.pack(order + "HHI", link, 0, snap) + option(order, 2, b"eth0")
    if resolution is not None:
        body += option(order, 9, bytes([resolution]))
    if offset is not None:
        body += option(order, 14, struct.pack(order + "q", offset))
    return c.block(order, 1, body + option(order, 0, b""))


def packet(data, at=0, ticks=c.START * 10**6, order="<", wire=None, more=b""):
    head = struct.pack(order + "IIIII", at, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data) if wire is None else wire)
    return c.block(order, 6, head + data + b"\0" * (-len(data) % 4) + more)


def pcapngs():
    yield file("ng-sections", [
        section(), interface(1), interface(113), packet(c.ether(query(1))),
        section(">"), interface(101, ">", 9), packet(query(2), 0, c.START * 10**9 + 5000, ">"),
        section(), interface(101, "<", 0x8A, -3600), packet(query(3), 0, (c.START + 3600) * 1024 + 512),
        packet(query(4), 1)],
        kinds={"dns": 3}, rows=[asked(1, time="2025-06-01T00:00:00Z"), asked(2, time="2025-06-01T00:00:00.000005Z"),
                                asked(3, time="2025-06-01T00:00:00.500Z"), {"kind": "packets", "packets": 4, "unread": 1}],
        said=[["1 packets of interfaces that the capture does not describe"]])
    old = struct.pack("<HHIIII", 0, 0, c.START * 10**6 >> 32, c.START * 10**6 & 0xFFFFFFFF, len(query(1)), len(query(1)))
    yield file("ng-kinds-of-blocks", [
        section(), interface(), c.block("<", 2, old + query(1)), c.block("<", 3, struct.pack("<I", len(query(2))) + query(2)),
        c.block("<", 4, b"\x01\0\x08\0\xc0\0\2\1edge\0\0\0\0"), c.block("<", 0x0BAD, b"x" * 30000), c.block("<", 5, b"\0" * 40),
        packet(query(3), more=option("<", 1, b"a comment"))],
        kinds={"dns": 3}, rows=[asked(1, time="2025-06-01T00:00:00Z"), asked(3, time="2025-06-01T00:00:00Z")])
    yield file("ng-snap", [section(), interface(snap=40), c.block("<", 3, struct.pack("<I", 900) + query(1)[:40])],
               kinds={"flow": 1}, rows=[{"kind": "packets", "packets": 1}])
    cut = struct.pack("<HHI", 101, 0, 0) + struct.pack("<HH", 9, 200) + b"\x06"
    yield file("ng-options-cut", [section(), c.block("<", 1, cut), packet(query(1))], kinds={"dns": 1},
               rows=[asked(1, time="2025-06-01T00:00:00Z")])
    yield file("ng-captured-beyond-block", [section(), interface(), c.block("<", 6, struct.pack("<IIIII", 0, 0, 1, 60000, 60000) + query(1)), packet(query(2))],
               kinds={"dns": 2})
    for n, why in ((13, "impossible length"), (8, "impossible length"), (0x7FFFFFFC, "longer than any capture keeps")):
        yield file(f"ng-length-{n}", [section(), interface(), packet(query(1)), struct.pack("<II", 6, n) + query(2)],
                   kinds={"dns": 1}, said=[["truncated", "behind packet 1", why]], cuts=False)
    yield file("ng-no-order", [section(), interface(), packet(query(1)), struct.pack("<III", 0x0A0D0D0A, 28, 0x12345678) + b"\0" * 16],
               kinds={"dns": 1}, said=[["behind packet 1", "byte-order magic"]], cuts=False)
    yield file("ng-resolutions", [section()] + [interface(101, "<", r) for r in (0, 19, 20, 63 | 0x80, 64 | 0x80, 127)] +
               [packet(query(n), n, c.START) for n in range(6)], kinds={"dns": 6},
               rows=[asked(0, time="2025-06-01T00:00:00Z")])


# ---- headers ----

def gre(body, kind=0x0800):
    return struct.pack(">HH", 0, kind) + body


def nest(wrap, n, inner):
    for _ in range(n):
        inner = wrap(inner)
    return inner


def vxlan(body):
    return c.udp(A, 5555, B, 4789, b"\x08\0\0\0\0\0\x01\0" + c.ether(body))


def gtp(body):
    return c.udp(A, 2152, B, 2152, struct.pack(">BBHI", 0x30, 0xFF, len(body), 7) + body)


def erspan(kind, body):
    frame = c.ether(body)
    if kind == 1:
        return c.ip4(A, B, 47, struct.pack(">HH", 0, 0x88BE) + frame)
    if kind == 2:
        return c.ip4(A, B, 47, struct.pack(">HHI", 0x1000, 0x88BE, 1) + b"\x10\x01\0\x02\0\0\0\0" + frame)
    return c.ip4(A, B, 47, struct.pack(">HHI", 0x1000, 0x22EB, 1) + b"\x20\x01\0\x02" + b"\0" * 8 + frame)


def nesting():
    # Six IP headers are read: those around and the one that asks.
    wraps = {
        "gre": lambda p: c.ip4(A, B, 47, gre(p)),
        "ipip": lambda p: c.ip4(A, B, 4, p),
        "vxlan": vxlan,
        "gtp": gtp,
        "erspan1": lambda p: erspan(1, p),
        "erspan2": lambda p: erspan(2, p),
        "erspan3": lambda p: erspan(3, p),
        "6in4": lambda p: c.ip4(A, B, 41, c.ip6("2001:db8::1", "2001:db8::2", 4, p)),
    }
    for name, wrap in wraps.items():
        most = 2 if name == "6in4" else 5
        yield file(f"nest-{name}", [head(), record(nest(wrap, most, query(1)))], kinds={"dns": 1}, rows=[asked(1)])
        yield file(f"nest-{name}-beyond", [head(), record(nest(wrap, most + 1, query(1))), record(query(2))],
                   kinds={"dns": 1}, rows=[asked(2)], said=[["too-deep", "1 packets"]])
    tags = [c.ether(b"\0\x64" + b"\x81\0\0\x65" * (n - 1) + b"\x08\0" + query(n), 0x8100) for n in (1, 2, 8)]
    labels = [c.ether(b"\0\x01\0\x40" * (n - 1) + b"\0\x01\x01\x40" + query(n), 0x8847) for n in (3, 12)]
    ppp = [c.ether(b"\x11\0\0\x01" + struct.pack(">H", len(query(4)) + 2) + b"\0\x21" + query(4), 0x8864)]
    mixed = [c.ether(b"\0\x64\x81\0\0\x65\x88\x47" + b"\0\x01\x01\x40" + vxlan(c.ip4(A, B, 47, gre(query(5)))), 0x88A8)]
    yield file("nest-layer-2", [head(link=1)] + [record(p) for p in tags + labels + ppp + mixed],
               kinds={"dns": 7}, rows=[asked(n) for n in (1, 2, 3, 4, 5, 8, 12)])
    endless = c.ether(b"\0\x64" + b"\x81\0\0\x65" * 300 + b"\x08\0" + query(9), 0x8100)
    yield file("nest-endless-tags", [head(link=1), record(endless), record(c.ether(query(1)))], kinds={"dns": 1},
               rows=[{"kind": "packets", "packets": 2, "unread": 1}])
    chain = b"".join(struct.pack(">BB6x", 60, 0) for _ in range(40)) + struct.pack(">BB6x", 17, 0)
    yield file("nest-endless-options", [head(), record(c.ip6("2001:db8::1", "2001:db8::2", 60, chain + b"\0" * 20)), record(query(1))],
               kinds={"dns": 1})


# ---- fragments ----

def message(text, n=1200):
    body = c.dns_query(text, 16).ljust(n, b"\0")
    return struct.pack(">HHHH", 5000, 53, 8 + len(body), 0) + body


def part(whole, at, to, ident=9, more=None):
    return record(c.ip4(A, OUT, 17, whole[at:to], ident, int(to < len(whole)) if more is None else more, at))


def fragments():
    one, other = message("first.example.net"), message("other.example.net")
    yield file("fragments-overlap", [head(), part(one, 0, 800), part(other, 0, 400), part(other, 400, 1000, more=1), part(one, 1000, 1208)],
               kinds={"dns": 1}, rows=[{"dns_name": "first.example.net"}], none=[{"dns_name": "other.example.net"}], cuts=False)
    yield file("fragments-twice-and-back", [head(), part(one, 1000, 1208), part(one, 1000, 1208), part(one, 400, 1000), part(one, 0, 400), part(one, 0, 400, more=1)],
               kinds={"dns": 1}, said=[["truncated", "1 datagrams of which fragments are missing"]], cuts=False)
    yield file("fragments-end-inside", [head(), part(one, 0, 800), part(one, 800, 1208), part(one, 0, 800, 10), part(one, 400, 1000, 10, 0), part(one, 1000, 1208, 10)],
               kinds={"dns": 1}, said=[["truncated", "datagrams of which fragments are missing"]], cuts=False)
    yield file("fragments-beyond-64k", [head(), record(c.ip4(A, OUT, 17, b"x" * 1400, 9, 0, 65528)), record(query(1))],
               kinds={"dns": 1}, said=[["1 datagrams of which"]], cuts=False)
    many = [part(one, 16 * i, 16 * i + 8) for i in range(70)]
    yield file("fragments-many-holes", [head(), *many, record(query(1))], kinds={"dns": 1}, said=[["datagrams of which"]], cuts=False)
    flood = [record(c.ip4(A, OUT, 17, one[:800], i, 1, 0)) for i in range(600)]
    yield file("fragments-flood", [head(), *flood, record(query(1))], kinds={"dns": 1}, said=[["600 datagrams of which"]], cuts=False)


# ---- TCP ----

def get(n):
    return f"GET /n{n} HTTP/1.1\r\nHost: edge.example.net\r\nUser-Agent: made\r\n\r\n".encode()


def web(n, isn=1000):
    return c.Talk(A, 30000 + n, B, 80, isn).open()


def page(n):
    return {"kind": "http", "uri": f"/n{n}"}


def tcps():
    t = web(1, 0xFFFFFFF0)
    for at in range(0, len(get(1)), 10):
        t.say(get(1)[at:at + 10])
    yield file("tcp-wrap", [head()] + [record(p) for p in t.close()], kinds={"http": 1}, rows=[page(1)], cuts=False)
    t, first = web(2, 0xFFFFFFE0), 0xFFFFFFE1
    for at in (40, 20, 60, 0, 20, 10):  # out of order over the wrap, overlaps, again
        t.put(True, c.PSH | c.ACK, get(2)[at:at + 25], first + at)
    yield file("tcp-wrap-out-of-order", [head()] + [record(p) for p in t.out], kinds={"http": 1}, rows=[page(2)], cuts=False)
    t = web(3)
    t.say(get(3)[:20])
    t.put(True, c.PSH | c.ACK, b"X" * 20, 1001)  # other bytes in place of those
    t.say(get(3)[20:])
    yield file("tcp-overlap-differs", [head()] + [record(p) for p in t.close()], kinds={"http": 1}, rows=[page(3)], cuts=False)
    t = web(4)
    t.put(True, c.PSH | c.ACK, get(4)[30:], 1001 + 30)  # its beginning never comes
    t.answer(b"HTTP/1.1 200 OK\r\n\r\n")
    t.seq[True] += 40000
    t.say(get(5)).answer(b"HTTP/1.1 200 OK\r\n\r\n")
    yield file("tcp-hole", [head()] + [record(p) for p in t.close()], rows=[page(5), {"kind": "packets", "gaps": 1}], cuts=False)
    t = web(6)
    for i in range(40):
        t.put(True, c.PSH | c.ACK, b"zz", 1001 + 100 + 10 * i)
    t.say(get(6)).answer(b"HTTP/1.1 200 OK\r\n\r\n")
    yield file("tcp-many-holes", [head()] + [record(p) for p in t.close()] + [record(query(1))], kinds={"dns": 1, "flow": 2}, cuts=False)
    t = web(7)
    t.put(True, c.RST, b"", 5)
    u = web(7, 77000).say(get(7))
    yield file("tcp-again-after-reset", [head()] + [record(p) for p in t.out + u.close()], kinds={"http": 1, "flow": 2}, rows=[page(7)], cuts=False)
    t = c.Talk(A, 30009, B, 80)
    t.put(True, c.SYN, get(9)[:30])  # RFC 7413
    t.put(False, c.SYN | c.ACK)
    t.say(get(9)[30:])
    yield file("tcp-fast-open", [head()] + [record(p) for p in t.close()], kinds={"http": 1}, rows=[page(9)], cuts=False)
    yield file("tcp-head-unfinished", [head()] + [record(p) for p in web(10).say(get(10)[:-2]).close()], kinds={"http": 1}, rows=[page(10)], cuts=False)
    bad = bytearray(c.tcp(A, 30008, B, 80, 1, 1, c.ACK, b"abc"))
    bad[20 + 12] = 0x10  # a header of four bytes
    yield file("tcp-short-header", [head(), record(bytes(bad)), record(query(1))], kinds={"dns": 1, "flow": 2})


# ---- exports ----

FLOWS = [f.Flow("198.51.100.7", "192.0.2.1", 50123, 57722, octets=3456, packets=12),
         f.Flow("203.0.113.9", "192.0.2.2", 40000, 22, flags=0x02, packets=1, octets=60),
         f.Flow("192.0.2.9", "198.51.100.70", 49152, 69, proto=17, flags=0, packets=4, octets=400)]
ENDS = [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (2, 4), (1, 4)]
BACK = [(12, 4), (8, 4), (11, 2), (7, 2), (4, 2), (1, 8)]


def ends(x):
    return struct.pack(">IIHHBII", int(x.src), int(x.dst), x.sport, x.dport, x.proto, x.packets, x.octets)


def back(x):
    return struct.pack(">IIHHHQ", int(x.dst), int(x.src), x.dport, x.sport, x.proto, x.octets)


def told(x, **more):
    return {"kind": "flow", "src_ip": str(x.src), "dst_ip": str(x.dst), "dst_port": x.dport, **more}


def templates(number, fields, ipfix=False):
    return f.flowset(2 if ipfix else 0, f.template(number, fields), not ipfix)


X, Y, Z = FLOWS
V9_CHANGE = [f.v9([templates(256, ENDS), f.flowset(256, ends(X))], 1), f.v9([templates(256, BACK), f.flowset(256, back(Y))], 2),
             f.v9([f.flowset(256, back(Z))], 3)]
V9_LATE = [f.v9([f.flowset(256, ends(X))], 1), f.v9([f.flowset(256, ends(Y)), f.flowset(999, b"\1" * 8)], 2),
           f.v9([templates(256, ENDS)], 3), f.v9([f.flowset(256, ends(Z))], 4)]
V9_DOMAINS = [f.v9([templates(256, ENDS)], 1, 1), f.v9([templates(256, BACK)], 1, 2), f.v9([f.flowset(256, ends(X))], 2, 1),
              f.v9([f.flowset(256, back(Y))], 2, 2)]
V9_SAMPLED = [f.v9([f.flowset(1, struct.pack(">HHHHHHHH", 300, 4, 8, 1, 4, 48, 1, 50) + struct.pack(">H", 4)), f.flowset(300, struct.pack(">IBI", 1, 7, 128))], 1),
              f.v9([templates(256, ENDS + [(48, 1)]), f.flowset(256, ends(X) + b"\7" + ends(Y) + b"\5")], 2)]
V9_GAP = [f.v9([templates(256, ENDS), f.flowset(256, ends(X))], 1), f.v9([f.flowset(256, ends(Y))], 7)]
IPFIX_WITHDRAWN = [f.ipfix([templates(256, ENDS, True), f.flowset(256, ends(X), False)], 0), f.ipfix([f.flowset(2, struct.pack(">HH", 256, 0), False)], 1),
                   f.ipfix([f.flowset(256, ends(Y), False)], 1), f.ipfix([templates(256, BACK, True), f.flowset(256, back(Z), False)], 2)]
IPFIX_ALL_WITHDRAWN = [f.ipfix([templates(256, ENDS, True), templates(257, BACK, True), f.flowset(256, ends(X), False)], 0),
                       f.ipfix([f.flowset(2, struct.pack(">HH", 2, 0), False)], 1), f.ipfix([f.flowset(256, ends(Y), False), f.flowset(257, back(Y), False)], 1),
                       f.ipfix([templates(257, ENDS, True), f.flowset(257, ends(Z), False)], 3)]
NAMED = ENDS + [(82, 65535), (7, 65535, 29305)]


def named(x, a, b):
    return ends(x) + bytes([len(a)]) + a + b"\xff" + struct.pack(">H", len(b)) + b


IPFIX_VARIABLE = [f.ipfix([templates(256, NAMED, True), f.flowset(256, named(X, b"ge-0/0/0", b"e" * 300) + named(Y, b"", b""), False)], 0),
                  f.ipfix([f.flowset(256, named(Z, b"x", b"y")[:-1] + b"", False)], 2)]
EXPORTS = {
    "v9-template-changes": (V9_CHANGE, [X, Y, Z], []),
    "v9-template-late": (V9_LATE, [X, Y, Z], [["no-template", "1 sets for 1 templates, the first is 999"]]),
    "v9-domains": (V9_DOMAINS, [X, Y], []),
    "v9-gap": (V9_GAP, [X, Y], [["sequence-gap", "1 gaps, 5 missing"]]),
    "ipfix-withdrawn": (IPFIX_WITHDRAWN, [X, Z], [["no-template", "1 sets whose template was withdrawn"]]),
    "ipfix-all-withdrawn": (IPFIX_ALL_WITHDRAWN, [X, Z], [["no-template", "2 sets whose template was withdrawn"]]),
    "ipfix-variable": (IPFIX_VARIABLE, [X, Y], [["bad-block", "1 times in 2 packets"]]),
}


def datagram(payload, source="192.0.2.250", ident=1):
    return c.udp(source, 50000, "198.51.100.5", 2055, payload)


def split(packet, ident):
    """An IP packet in fragments, the last one first."""
    body = packet[20:]
    out = [c.ip4("192.0.2.250", "198.51.100.5", 17, body[at:at + 48], ident, int(at + 48 < len(body)), at) for at in range(0, len(body), 48)]
    return out[::-1]


def exports():
    for name, (packets, flows, said) in EXPORTS.items():
        want = {"rows": [told(x) for x in flows], "said": said}
        yield file(f"{name}-file", packets, kinds={"flow": len(flows)}, **want)
        yield file(f"{name}-capture", [head()] + [record(datagram(p)) for p in packets], kinds={"flow": len(flows)}, **want)
        pieces = [p for i, whole in enumerate(packets) for p in split(datagram(whole), 100 + i)]
        mixed = [record(p) for p in pieces] + [record(query(n)) for n in range(3)]
        yield file(f"{name}-fragments", [head()] + mixed, kinds={"flow": len(flows) + 4, "dns": 3}, cuts=False, **want)
    for where, made in (("file", lambda v: v), ("capture", lambda v: [head()] + [record(datagram(p)) for p in v])):
        yield file(f"v9-sampling-{where}", made(V9_SAMPLED), kinds={"flow": 2}, rows=[told(X, sampling=128)], none=[told(Y, sampling=128)])
    # Two exporters with one template number.
    both = [record(datagram(p, s)) for p, s in ((V9_DOMAINS[0], "192.0.2.250"), (f.v9([templates(256, BACK)], 1, 1), "192.0.2.251"),
                                               (V9_DOMAINS[2], "192.0.2.250"), (f.v9([f.flowset(256, back(Y))], 2, 1), "192.0.2.251"))]
    yield file("v9-exporters", [head()] + both, kinds={"flow": 2},
               rows=[told(X, exporter="192.0.2.250"), told(Y, exporter="192.0.2.251")])
    # The place of a flow in an ordinary capture is its packet.
    some = [record(query(n)) for n in range(5)] + [record(datagram(p)) for p in V9_CHANGE]
    yield file("v9-among-others", [head()] + some, kinds={"flow": 5 + 1 + 3, "dns": 5},
               rows=[told(X, exporter="192.0.2.250", at_line=6), told(Z, at_line=8), {"kind": "flow", "service": "flow-export", "dst_port": 2055}], cuts=False)
    # Waiting is bounded.
    wait = [f.v9([f.flowset(300 + i % 50, b"\1" * 1400)], i) for i in range(13000)]
    yield file("v9-waits-too-much", wait, kinds={"flow": 0}, said=[["no-template"], ["too-many", "sets waiting for templates"]], cuts=False)
    yield file("v9-endless-record", [f.v9([templates(256, [(8, 4)] + [(1, 0)] * 400 + [(12, 4)]), f.flowset(256, ends(X)[:8])], 1)], kinds={"flow": 1}, cuts=False)


def sflows():
    whole = f.sflow(FLOWS)
    unknown = struct.pack(">II", 0x00123001, 12) + b"\7" * 12 + struct.pack(">II", 99, 4) + b"1234"
    more = whole[:24] + struct.pack(">I", len(FLOWS) + 3) + unknown + whole[28:]
    rest = [record(c.udp("192.0.2.250", 50000, "198.51.100.5", 6343, d)) for d in (whole, more)]
    yield file("sflow-unknown-samples", [head()] + rest, kinds={"flow": 2 * len(FLOWS)}, rows=[told(X, sampling=512, exporter="192.0.2.240")])


# ---- nfcapd ----

def v2(blocks, how=0, count=None):
    """blocks: (body, type, flags, size or None)."""
    out = [struct.pack("<HHIQBBHIQII", 0xA50C, 2, 0x01070100, 1740823200, how, 0, 0, 0, 0, 1 << 20, len(blocks) if count is None else count)]
    for body, kind, flags, size in blocks:
        out.append(struct.pack("<IIHH", 1, len(body) if size is None else size, kind, flags) + body)
    return out


def flow(x):
    return f.v3_record(x)


GOLDEN = pathlib.Path("tests/golden/flow/nfcapd")


def hurt(path, at):
    data = bytearray(path.read_bytes())
    data[at:at + 6] = b"\xff" * 6
    return bytes(data)


def nfcapds():
    good, bad = flow(X), flow(Y)
    yield file("nfcapd-bz2-corrupt", v2([(bz2.compress(good), 3, 0, None), (b"BZh9" + b"\xee" * 60, 3, 0, None), (bz2.compress(bad), 3, 0, None)], 2),
               kinds={"flow": 2}, rows=[told(X), told(Y)], said=[["bad-block", "1 of 3 blocks; the first is block 2 at byte"]], cuts=False)
    yield Case("nfcapd-lz4-corrupt", hurt(GOLDEN / "layout2-lz4.in", 60), kinds={}, said=[["bad-block", "first is block 1 at byte 40"]], cuts=False)
    yield Case("nfcapd-lzo-corrupt", hurt(GOLDEN / "layout2-lzo.in", 60), kinds={}, said=[["bad-block", "first is block 1 at byte 40"]], cuts=False)
    yield file("nfcapd-unknown-blocks", v2([(b"?" * 50, 77, 0, None), (good, 3, 0, None), (b"", 3, 0, None), (b"h" * 30, 4, 1, None), (bad, 3, 0, None)]),
               kinds={"flow": 2}, rows=[told(X), told(Y)])
    yield file("nfcapd-size-short", v2([(good, 3, 0, len(good) - 9), (bad, 3, 0, None)]), kinds={}, said=[["bad-block"], ["truncated"]], cuts=False)
    yield file("nfcapd-size-long", v2([(good, 3, 0, len(good) + 500), (bad, 3, 0, None)]), kinds={"flow": 1}, said=[["bad-block"], ["truncated"]], cuts=False)
    yield file("nfcapd-size-huge", v2([(good, 3, 0, None), (bad, 3, 0, 0xFFFFFFF0)]), kinds={"flow": 1},
               said=[["bad-block", "block 2 at byte", "says it has 4294967280 bytes"]], cuts=False)
    yield file("nfcapd-fewer-blocks", v2([(good, 3, 0, None)], count=9), kinds={"flow": 1}, said=[["truncated", "1 blocks of 9"]], cuts=False)
    yield file("nfcapd-more-blocks", v2([(good, 3, 0, None), (bad, 3, 0, None)], count=1), kinds={"flow": 2}, cuts=False)
    unknown = struct.pack("<HH", 9999, 12) + b"u" * 8
    element = struct.pack("<HH", 900, 12) + b"e" * 8
    odd = bytearray(good + element)
    struct.pack_into("<HHH", odd, 0, 11, len(odd), 3)
    yield file("nfcapd-unknown-records", v2([(unknown + good + unknown, 3, 0, None), (bytes(odd), 3, 0, None)]), kinds={"flow": 2}, rows=[told(X)])
    yield file("nfcapd-record-sizes", v2([(struct.pack("<HH", 11, 0) + b"x" * 20, 3, 0, None), (struct.pack("<HH", 11, 3), 3, 0, None), (good, 3, 0, None)]),
               kinds={"flow": 1}, said=[["bad-block", "2 of 3 blocks; the first is block 1 at byte 40"]], cuts=False)
    # A map that changes in mid-file: records keep to the last one.
    wide = struct.pack("<II", 5, 6)
    nat = struct.pack("<I", 77)
    body = [f.v1_map(1, [4]), f.v1_record(X, 1, 1, struct.pack("<HH", 1, 2)), f.v1_map(1, [17]), f.v1_record(Y, 1, 1, wide), f.v1_record(Z, 1, 9, nat)]
    yield Case("nfcapd-map-changes", f.nfcapd_v1([body[:2], body[2:]], 3), kinds={"flow": 3}, rows=[told(X), told(Y), told(Z)], cuts=False)


def every():
    for group in (orders, lengths, snaps, times, pcapngs, nesting, fragments, tcps, exports, sflows, nfcapds):
        yield from group()


CASES = [x for x in every()]
