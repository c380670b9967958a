#!/usr/bin/env python3
"""Packet captures for tests: tests/captures.py [FOLDER] writes them all.

Everything in them is made up: documentation addresses (RFC 5737, RFC 3849),
invented names and secrets.  The same run gives the same bytes.
"""
import hashlib
import ipaddress
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

START = 1748736000  # 2025-06-01


def address(text):
    return ipaddress.ip_address(text).packed


def ones(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ip4(src, dst, protocol, body, ident=1, flags=0, at=0):
    head = struct.pack(
        ">BBHHHBBH4s4s", 0x45, 0, 20 + len(body), ident, flags << 13 | at // 8,
        64, protocol, 0, address(src), address(dst),
    )
    return head[:10] + struct.pack(">H", ones(head)) + head[12:] + body


def ip6(src, dst, protocol, body):
    return struct.pack(">IHBB", 0x60000000, len(body), protocol, 64) + address(src) + address(dst) + body


def ip(src, dst, protocol, body):
    return (ip6 if ":" in src else ip4)(src, dst, protocol, body)


def udp(src, sport, dst, dport, body):
    return ip(src, dst, 17, struct.pack(">HHHH", sport, dport, 8 + len(body), 0) + body)


FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


def tcp(src, sport, dst, dport, seq, ack, flags, body=b""):
    return ip(src, dst, 6, struct.pack(
        ">HHIIBBHHH", sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 0x50, flags, 65535, 0, 0) + body)


def ether(body, kind=None):
    if kind is None:
        kind = 0x0800 if body[0] >> 4 == 4 else 0x86DD
    return bytes.fromhex("00005e00530100005e005302") + struct.pack(">H", kind) + body


def pcap(packets, link=1, order="<", nano=False, snap=262144):
    out = [struct.pack(order + "IHHiIII", 0xA1B23C4D if nano else 0xA1B2C3D4, 2, 4, 0, 0, snap, link)]
    for i, p in enumerate(packets):
        fraction = i * 1000 * (1000 if nano else 1)
        out.append(struct.pack(order + "IIII", START + i // 1000, fraction, min(len(p), snap), len(p)) + p[:snap])
    return b"".join(out)


def block(order, kind, body):
    body += b"\0" * (-len(body) % 4)
    n = 12 + len(body)
    return struct.pack(order + "II", kind, n) + body + struct.pack(order + "I", n)


def pcapng(packets, links=(1,), order="<", resolution=6):
    """packets: (interface, bytes)."""
    out = [block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))]
    for link in links:
        options = struct.pack(order + "HHB3x", 9, 1, resolution) + struct.pack(order + "HH", 0, 0)
        out.append(block(order, 1, struct.pack(order + "HHI", link, 0, 0) + options))
    out.append(block(order, 5, b"\0" * 12))
    for i, (n, p) in enumerate(packets):
        ticks = START * 10**resolution + i * 10 ** (resolution - 3)
        out.append(block(order, 6, struct.pack(order + "IIIII", n, ticks >> 32, ticks & 0xFFFFFFFF, len(p), len(p)) + p))
    return b"".join(out)


class Talk:
    """A TCP connection, segment by segment."""

    def __init__(self, client, cport, server, sport, isn=1000):
        self.a, self.b = (client, cport), (server, sport)
        self.seq = {True: isn, False: 90000}
        self.out = []

    def put(self, client, flags, body=b"", at=None):
        src, dst = (self.a, self.b) if client else (self.b, self.a)
        seq = self.seq[client] if at is None else at
        self.out.append(tcp(*src, *dst, seq, self.seq[not client], flags, body))
        if at is None:
            self.seq[client] += len(body) + (1 if flags & (SYN | FIN) else 0)

    def open(self):
        self.put(True, SYN)
        self.put(False, SYN | ACK)
        self.put(True, ACK)
        return self

    def say(self, body):
        self.put(True, PSH | ACK, body)
        return self

    def answer(self, body):
        self.put(False, PSH | ACK, body)
        return self

    def close(self):
        self.put(True, FIN | ACK)
        self.put(False, FIN | ACK)
        self.put(True, ACK)
        return self.out


def extension(kind, body):
    return struct.pack(">HH", kind, len(body)) + body


def hello(name="vpn.example.net"):
    sni = name.encode()
    parts = [
        extension(0x1A1A, b""),
        extension(0, struct.pack(">HBH", len(sni) + 3, 0, len(sni)) + sni),
        extension(10, struct.pack(">HHHH", 6, 0x2A2A, 29, 23)),
        extension(11, b"\x01\x00"),
        extension(13, struct.pack(">HHH", 4, 0x0403, 0x0804)),
        extension(16, b"\x00\x0c\x02h2\x08http/1.1"),
        extension(43, b"\x04\x03\x04\x03\x03"),
    ]
    ext = b"".join(parts)
    ciphers = struct.pack(">HHHH", 0x0A0A, 0x1302, 0x1301, 0xC02F)
    body = b"\x03\x03" + b"R" * 32 + b"\x00" + struct.pack(">H", len(ciphers)) + ciphers + b"\x01\x00"
    body += struct.pack(">H", len(ext)) + ext
    shake = b"\x01" + struct.pack(">I", len(body))[1:] + body
    return b"\x16\x03\x01" + struct.pack(">H", len(shake)) + shake


def hello_prints():
    """JA3 and JA4 of hello(), by their definitions."""
    ja3 = hashlib.md5(b"771,4866-4865-49199,0-10-11-13-16-43,29-23,0").hexdigest()
    suites = hashlib.sha256(b"1301,1302,c02f").hexdigest()[:12]
    rest = hashlib.sha256(b"000a,000b,000d,002b_0403,0804").hexdigest()[:12]
    return ja3, f"t13d0306h2_{suites}_{rest}"


def name(text):
    return b"".join(bytes([len(p)]) + p.encode() for p in text.split(".")) + b"\0"


def dns_query(text, kind=1):
    return struct.pack(">HHHHHH", 7, 0x0100, 1, 0, 0, 0) + name(text) + struct.pack(">HH", kind, 1)


def dns_answer(text, addresses):
    out = struct.pack(">HHHHHH", 7, 0x8180, 1, len(addresses), 0, 0) + name(text) + struct.pack(">HH", 1, 1)
    for a in addresses:
        a = address(a)
        out += struct.pack(">HHHIH", 0xC00C, 28 if len(a) == 16 else 1, 1, 60, len(a)) + a
    return out


def tlv(tag, body):
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    return bytes([tag, 0x82]) + struct.pack(">H", len(body)) + body


def number(v):
    return tlv(2, v.to_bytes(max(1, (v.bit_length() + 8) // 8), "big"))


def oid(text):
    parts = [int(p) for p in text.split(".")]
    out = [parts[0] * 40 + parts[1]]
    for p in parts[2:]:
        part = [p & 0x7F]
        while p := p >> 7:
            part.insert(0, p & 0x7F | 0x80)
        out += part
    return tlv(6, bytes(out))


def pdu(tag, variable, value=tlv(5, b"")):
    return tlv(tag, number(9) + number(0) + number(0) + tlv(0x30, tlv(0x30, oid(variable) + value)))


def snmp(version, community, body):
    return tlv(0x30, number(version) + tlv(4, community) + body)


def snmp3(user, body):
    head = tlv(0x30, number(5) + number(65507) + tlv(4, b"\x01") + number(3))
    security = tlv(4, tlv(0x30, tlv(4, b"engine") + number(1) + number(2) + tlv(4, user) + tlv(4, b"m" * 12) + tlv(4, b"")))
    return tlv(0x30, number(3) + head + security + tlv(0x30, tlv(4, b"engine") + tlv(4, b"") + body))


COPY_TABLE = "1.3.6.1.4.1.9.9.96.1.1.1.1.2.336"


def tacacs(kind, flags=0):
    body = bytes(range(16))
    return struct.pack(">BBBBII", 0xC0, kind, 1, flags, 0x1234ABCD, len(body)) + body


def radius(code, attributes):
    body = b"".join(bytes([t, len(v) + 2]) + v for t, v in attributes)
    return struct.pack(">BBH", code, 5, 20 + len(body)) + b"A" * 16 + body


def smart_install(text=b"tftp://192.0.2.66/edge1.cfg"):
    return struct.pack(">IIIII", 1, 1, 8, 0x408, 0x10014) + b"\0" * 4 + text + b"\0" * 8


def bgp_open(number_of_as, router):
    capability = b"\x41\x04" + struct.pack(">I", number_of_as)
    options = b"\x02" + bytes([len(capability)]) + capability
    body = struct.pack(">BHH4sB", 4, 23456, 180, address(router), len(options)) + options
    return b"\xff" * 16 + struct.pack(">HB", 19 + len(body), 1) + body


ADMIN, ROUTER, OUT = "192.0.2.10", "198.51.100.1", "203.0.113.9"


def http(host=ROUTER, status=200, agent="curl/8.0", path="/webui/%252577sma"):
    t = Talk(ADMIN, 40001, host, 80).open()
    head = f"POST {path} HTTP/1.1\r\nHost: edge1.example.net\r\nUser-Agent: {agent}\r\nContent-Length: 3000\r\n\r\n".encode()
    first = t.seq[True]
    # The second half comes first, and once more.
    t.put(True, PSH | ACK, head[40:], first + 40)
    t.put(True, PSH | ACK, head[:40], first)
    t.put(True, PSH | ACK, head[:40], first)
    t.seq[True] = first + len(head)
    t.say(b"GET /inside/a/body HTTP/1.1\r\n\r\n".ljust(1500, b"x")).say(b"y" * 1500)
    t.answer(f"HTTP/1.1 {status} OK\r\nContent-Length: 2\r\n\r\nok".encode())
    t.say(b"GET /second HTTP/1.1\r\nHost: edge1\r\n\r\n")
    return t.close()


def services():
    p = http()
    h = hello()
    p += Talk(ADMIN, 40002, OUT, 443).open().say(h[:50]).say(h[50:]).answer(b"\x16\x03\x03\x00\x02ab").close()
    p += Talk(ADMIN, 40003, ROUTER, 57722).open().answer(b"SSH-2.0-OpenSSH_8.0\r\n").say(b"SSH-2.0-paramiko_3.4\r\n").close()
    p += Talk(ROUTER, 40004, OUT, 21).open().answer(b"220 ready\r\n").say(b"USER up").say(b"load\r\nPASS s3cret-word\r\n").say(
        b"SITE PSWD old-word new-word\r\nSTOR edge1.cfg\r\n").close()
    p += [udp(ADMIN, 40005, OUT, 53, dns_query("Cdn.Example.ORG")), udp(OUT, 53, ADMIN, 40005, dns_answer("cdn.example.org", ["203.0.113.77", "2001:db8::7"]))]
    p += [udp(ROUTER, 40006, OUT, 69, b"\0\x02startup-config\0octet\0")]
    p += [udp(ADMIN, 40007, ROUTER, 161, snmp(1, b"n0t-shown", pdu(0xA3, COPY_TABLE, number(1))))]
    p += [udp(ROUTER, 161, ADMIN, 40007, snmp(1, b"n0t-shown", pdu(0xA2, COPY_TABLE, number(1))))]
    p += [udp(ADMIN, 40008, ROUTER, 161, snmp3(b"noc", pdu(0xA1, "1.3.6.1.2.1.1")))]
    p += Talk(ROUTER, 40009, OUT, 49).open().say(tacacs(1)).close()
    p += Talk(ROUTER, 40010, OUT, 5049).open().say(tacacs(3, 1)).close()
    p += [udp(ROUTER, 1645, OUT, 1645, radius(1, [(1, b"noc"), (2, b"h" * 16), (32, b"edge1")])), udp(OUT, 1645, ROUTER, 1645, radius(3, []))]
    p += Talk(OUT, 40011, ROUTER, 4786).open().say(smart_install()).close()
    p += Talk(ROUTER, 40012, OUT, 179).open().say(bgp_open(4200000001, ROUTER)).answer(bgp_open(64500, OUT)).close()
    p += [udp(ROUTER, 514, ADMIN, 514, b"<189>44: Jun  1 00:00:01: %SYS-5-CONFIG_I: Configured from console by noc on vty0 (203.0.113.9)")]
    t = Talk(ROUTER, 40013, ADMIN, 601).open()
    one = b"<189>45: Jun  1 00:00:02: %SYS-5-CONFIG_I: Configured from console by noc on vty1 (203.0.113.9)"
    p += t.say(str(len(one)).encode() + b" " + one + b"9").say(b"7 <189>46").close()
    return p


def tunnels():
    inner = udp("192.0.2.1", 5000, "192.0.2.2", 161, snmp(0, b"n0t-shown", pdu(0xA0, "1.3.6.1.2.1.1.5.0")))
    inner6 = udp("2001:db8::1", 5001, "2001:db8::2", 53, dns_query("a.example", 28))
    a, b = ROUTER, OUT
    vxlan = b"\x08\0\0\0\0\0\x01\0"
    return [
        (0, ether(ip4(a, b, 47, b"\x20\0\x08\0\0\0\0\x07" + inner))),
        (0, ether(ip4(a, b, 47, b"\x10\0\x88\xbe\0\0\0\x01" + b"\x10\x01\0\x02\0\0\0\0" + ether(inner)))),
        (0, ether(ip4(a, b, 47, b"\x10\0\x22\xeb\0\0\0\x02" + b"\x20\x01\0\x02" + b"\0" * 7 + b"\x01" + b"\0" * 8 + ether(inner)))),
        (0, ether(udp(a, 50001, b, 4789, vxlan + ether(inner)))),
        (0, ether(udp(a, 2152, b, 2152, b"\x34\xff" + struct.pack(">HI", len(inner) + 8, 77) + b"\0\0\0\x85" + b"\x01\x10\x20\0" + inner))),
        (0, ether(udp(a, 50002, b, 6081, b"\x01\0\x65\x58\0\0\x07\0" + b"\x01\x02\0\0" + ether(inner)))),
        (0, ether(b"\0\x64\x81\0\0\x65\x08\0" + inner, 0x88A8)),
        (0, ether(b"\0\x01\x00\x40\0\x01\x11\x40" + inner, 0x8847)),
        (0, ether(b"\x11\0\0\x01" + struct.pack(">H", len(inner) + 2) + b"\0\x21" + inner, 0x8864)),
        (0, ether(ip4(a, b, 41, inner6))),
        (0, ether(ip4(a, b, 4, inner))),
        (0, ether(ip4(a, b, 50, b"\0\0\0\x09" + b"e" * 60))),
        (1, inner6),
        (2, b"\0\0\0\x01\0\x06" + b"\0" * 8 + struct.pack(">H", 0x0800) + inner),
        (3, struct.pack("<I", 2) + inner),
        (9, inner),
    ]


def pieces():
    message = struct.pack(">HHHH", 5000, 53, 0, 0) + dns_query("long." + "x" * 60 + ".example", 16).ljust(2000, b"\0")
    message = message[:4] + struct.pack(">H", len(message)) + message[6:]
    a, b = ADMIN, OUT
    p = [
        ip4(a, b, 17, message[1480:], 9, 0, 1480),
        ip4(a, b, 17, message[:800], 9, 1, 0),
        ip4(a, b, 17, message[800:1480], 9, 1, 800),
        ip4(a, b, 17, message[:800], 10, 1, 0),  # the rest never comes
    ]
    for at, more in ((0, 1), (1000, 0)):
        part = message[at : at + 1000] if more else message[at:]
        p.append(ip6("2001:db8::1", "2001:db8::2", 44, struct.pack(">BBHI", 17, 0, at | more, 5) + part))
    return p


def states():
    p = Talk(ADMIN, 41001, ROUTER, 22).open().say(b"x").answer(b"y").close()
    t = Talk(ADMIN, 41002, ROUTER, 23)
    t.put(True, SYN)
    t.put(False, RST | ACK)
    p += t.out
    t = Talk(ADMIN, 41003, ROUTER, 4786)
    t.put(True, SYN)
    t.put(True, SYN, at=1000)
    p += t.out
    t = Talk(ADMIN, 41004, ROUTER, 57722).open()
    t.put(True, RST)
    p += t.out
    t = Talk(ADMIN, 41005, ROUTER, 443, 5000)  # begins in the middle
    p += t.answer(b"abc").say(b"def").out
    p += Talk(ADMIN, 41001, ROUTER, 22, 77777).open().out  # the same ends anew
    p += [ip4(ADMIN, ROUTER, 1, b"\x08\0\0\0\0\x01\0\x01" + b"p" * 56), ip4(ROUTER, ADMIN, 1, b"\0\0\0\0\0\x01\0\x01" + b"p" * 56)]
    p += [udp("2001:db8::1", 123, "2001:db8::2", 123, b"\x23" + b"\0" * 47), ip4(ADMIN, "224.0.0.5", 89, b"\x02\x01" + b"\0" * 42)]
    return p


def samples():
    """For rules that speak of what is in packets."""
    rules = "../data/rules"
    smart = Talk(OUT, 40011, ROUTER, 4786).open()
    yield f"{rules}/wire-smart-install-file.hit.pcap", pcap(smart.say(smart_install()).answer(b"\0" * 16).close(), 101)
    smart = Talk(OUT, 40011, ROUTER, 4786).open()
    yield f"{rules}/wire-smart-install-file.miss.pcap", pcap(smart.say(smart_install(b"")).answer(b"\0" * 16).close(), 101)
    for word, tag in (("hit", 0xA3), ("miss", 0xA0)):
        ask = udp(ADMIN, 40007, ROUTER, 161, snmp(1, b"n0t-shown", pdu(tag, COPY_TABLE, number(1))))
        yield f"{rules}/wire-snmp-config-copy.{word}.pcap", pcap([ask], 101)
        mode, file = ("STOR", "edge1-confg") if word == "hit" else ("RETR", "image.bin")
        t = Talk(ROUTER, 40004, OUT, 21).open().say(f"USER up\r\n{mode} {file}\r\n".encode())
        yield f"{rules}/wire-config-sent.{word}.pcap", pcap(t.close(), 101)
    yield f"{rules}/wire-config-sent.hit-2.pcap", pcap([udp(ROUTER, 40006, OUT, 69, b"\0\x02running-config\0octet\0")], 101)


def upgrades():
    """TLS that begins inside other protocols."""
    h = hello("mail.example.net")
    ldap = tlv(0x30, number(1) + tlv(0x77, tlv(0x80, b"1.3.6.1.4.1.1466.20037")))
    talks = [
        (587, [b"EHLO client\r\n", b"STARTTLS\r\n", h[:40], h[40:]]),
        (143, [b"a1 CAPABILITY\r\na2 STARTTLS\r\n" + h]),
        (110, [b"STLS\r\n", h]),
        (21, [b"AUTH TLS\r\n", h]),
        (389, [ldap, h]),
        (5222, [b"<?xml version='1.0'?><stream:stream to='example.net' xmlns='jabber:client'>", b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", h]),
        (5432, [struct.pack(">II", 8, 80877103), h]),
        (3306, [b"\x20\0\0\x01" + b"\0" * 32, h]),
        (3389, [b"\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x03\0\0\0", h]),
        (25, [b"EHLO client\r\nMAIL FROM:<a@example.net>\r\n", b"DATA\r\n" + b"line\r\n" * 40, h]),  # too late
        (5432, [struct.pack(">II", 8, 196608), h]),  # no request of TLS
    ]
    packets = []
    for i, (port, said) in enumerate(talks):
        t = Talk(ADMIN, 42000 + i, ROUTER, port).open()
        for body in said:
            t.say(body)
        packets += t.close()
    return packets


def quic():
    """Client hellos inside QUIC: versions 1 and 2, in pieces, over two
    datagrams; one that was changed on its way."""
    try:
        from lib import quic as q
    except ImportError:
        return None
    h = hello("quic.example.net")[5:]
    one = q.initial(1, b"8bytesid", [(0, h)])
    packets = [one, q.initial(0x6B3343CF, b"version2", [(0, h)])]
    packets += [q.initial(1, b"in order", [(90, h[90:]), (0, h[:50]), (50, h[50:90])], 7, 3)]
    packets += [q.initial(1, b"twoparts", [(60, h[60:])]), q.initial(1, b"twoparts", [(0, h[:60])], 1)]
    packets += [one[:600] + bytes([one[600] ^ 1]) + one[601:], one[:1150]]
    ports = (43000, 43001, 43002, 43003, 43003, 43004, 43005)
    return [udp(OUT, port, ROUTER, 443, body) for port, body in zip(ports, packets)]


def prints():
    """The example of JA4's description, t13d1516h2_8daaf6152771_e5627efa2ab1,
    and its examples of protocol names (ALPN) that are no text: ab, ad, 3b, 3d,
    01, and hh of one letter."""
    def shake(alpn):
        sni = b"www.example.net"
        kinds = [0x5, 0xA, 0xB, 0x12, 0x15, 0x17, 0x1B, 0x23, 0x2B, 0x2D, 0x33, 0x4469, 0xFF01]
        inside = {0x2B: b"\x02\x03\x04", 0xA: b"\0\x02\0\x1d", 0xB: b"\1\0"}
        signed = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601]
        ext = extension(0x3A3A, b"") + extension(0, struct.pack(">HBH", len(sni) + 3, 0, len(sni)) + sni)
        ext += extension(16, struct.pack(">HB", len(alpn) + 1, len(alpn)) + alpn)
        ext += extension(13, struct.pack(">H", 16) + b"".join(struct.pack(">H", x) for x in signed))
        ext += b"".join(extension(k, inside.get(k, b"")) for k in reversed(kinds))
        suites = [0x5A5A, 0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC013, 0xC014, 0x9C, 0x9D, 0x2F, 0x35]
        body = b"\x03\x03" + b"R" * 32 + b"\0" + struct.pack(">H", 2 * len(suites)) + b"".join(struct.pack(">H", x) for x in suites)
        body += b"\1\0" + struct.pack(">H", len(ext)) + ext
        message = b"\1" + struct.pack(">I", len(body))[1:] + body
        return b"\x16\x03\x01" + struct.pack(">H", len(message)) + message

    packets = []
    for i, alpn in enumerate((b"h2", b"\xab", b"\xab\xcd", b"0\xab", b"01\xab\xcd", b"0\xab\xcd1", b"h")):
        packets += Talk(ADMIN, 44000 + i, ROUTER, 443).open().say(shake(alpn)).close()
    return packets


GOLDEN = "golden/packet/packet-capture"


def files():
    whole = pcap([ether(p) for p in services()])
    yield f"{GOLDEN}/services.in", whole
    yield f"{GOLDEN}/tunnels.in", pcapng(tunnels(), (1, 101, 113, 0))
    yield f"{GOLDEN}/tunnels-big-endian.in", pcapng(tunnels()[:2], (1,), ">", 9)
    yield f"{GOLDEN}/fragments.in", pcap(pieces(), 101, ">", True)
    yield f"{GOLDEN}/states.in", pcap(states(), 101)
    yield f"{GOLDEN}/truncated.in", whole[:1010]
    yield f"{GOLDEN}/broken.in", pcap(states()[:3], 101) + b"\xff" * 40
    yield f"{GOLDEN}/short-snap.in", pcap([ether(p) for p in services()][:12], snap=60)
    yield f"{GOLDEN}/other-link.in", pcap([b"\0" * 40], 127)
    yield f"{GOLDEN}/empty.in", pcap([])
    yield f"{GOLDEN}/upgrades.in", pcap(upgrades(), 101)
    yield f"{GOLDEN}/ja4.in", pcap(prints(), 101)
    if quic() is not None:  # needs python3-cryptography
        yield f"{GOLDEN}/quic.in", pcap(quic(), 101)
    yield from samples()


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
    for path, data in files():
        at = folder / path
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_bytes(data)


if __name__ == "__main__":
    main()
