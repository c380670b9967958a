"""STIX patterns against lines of telemetry, end to end: what they say must be
held against the record, not only parsed."""
import json
import pathlib
import tempfile

from .check import scan

WHEN = "2025-06-01T10:00:%02dZ edge1 "
ACL = WHEN + "%%SEC-6-IPACCESSLOGP: list 101 permitted tcp %s(4444) -> 192.0.2.1(22), 1 packet\n"
ONE = ACL % (0, "203.0.113.9")
TWICE = ONE + ACL % (5, "203.0.113.9")
FIRST_SECOND = ONE + ACL % (5, "203.0.113.10")
FIVE = "".join(ACL % (i, "203.0.113.9") for i in (0, 1, 2, 8, 9))
SSH = WHEN % 0 + "sshd[12]: Accepted password for evilop from 203.0.113.9 port 40000 ssh2\n"
SSH6 = WHEN % 0 + "sshd[1]: Accepted password for x from 2001:0DB8:0:0:0:0:DEAD:BEEF port 1 ssh2\n"
COMMAND = WHEN % 0 + "%PARSER-5-CFGLOG_LOGGEDCMD: User:evilop  logged command:copy running-config tftp\n"
ASN = WHEN % 0 + "%BGP-5-ADJCHANGE: neighbor 203.0.113.9 Up AS 64666\n"
WEB = '203.0.113.9 - - [01/Jun/2025:10:00:00 +0000] "GET /gate.php?a=b HTTP/1.1" 200 12 "-" "EvilBot/1.0 (x; y)"\n'


def eve(kind, **more):
    event = {"timestamp": "2025-06-01T10:00:00.000000+0000", "event_type": kind, "src_ip": "192.0.2.5", "src_port": 4444}
    event |= {"dest_ip": "203.0.113.9", "dest_port": 80, "proto": "TCP", **more}
    return json.dumps(event, separators=(",", ":")) + "\n"


HTTP = eve("http", http={"hostname": "c2.evil.example", "url": "/gate.php?a=b", "http_user_agent": "EvilBot/1.0 (x; y)", "http_method": "GET", "status": 200})
TLS = eve(
    "tls",
    tls={
        "subject": "CN=gate.evil",
        "issuerdn": "CN=evil root",
        "serial": "0A:1B:2C:3D:4E:5F",
        "fingerprint": "aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd",
        "sni": "c2.evil.example",
        "ja3": {"hash": "e7d705a3286e19ea42f587b344ee6865"},
    },
)
FILE = eve("fileinfo", fileinfo={"filename": "/tmp/evil.bin", "md5": "0123456789abcdef0123456789abcdef"})
CONN = (
    "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n"
    "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\n"
    "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\n"
    "1748772000.0\tC1\t198.51.100.7\t4444\t203.0.113.9\t22\ttcp\tssh\t1.0\t10\t20\tSF\n"
)
IIS = (
    "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2025-06-01 10:00:00\n"
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs-host sc-status\n"
    "2025-06-01 10:00:00 192.0.2.1 GET /gate.php a=b 80 - 203.0.113.9 x c2.evil.example 200\n"
)
FORTI = (
    'date=2025-06-01 time=10:00:00 devname="fw1" devid="FG" logid="0317013312" type="utm" subtype="webfilter" level="notice" '
    'srcip=192.0.2.5 srcport=4444 dstip=203.0.113.9 dstport=80 proto=6 service="HTTP" hostname="c2.evil.example" action="passthrough" url="/gate.php?a=b"\n'
)

SRC = "network-traffic:src_ref.value = '203.0.113.9'"
A, B = "[ipv4-addr:value = '203.0.113.9']", "[ipv4-addr:value = '203.0.113.10']"
REQUEST = "network-traffic:extensions.'http-request-ext'."

# (pattern, lines, met: True, False, or None for "cannot be told")
CASES = [
    (f"[network-traffic:src_ref.type = 'ipv4-addr' AND {SRC}]", ONE, True),
    (f"[network-traffic:src_ref.type = 'ipv6-addr' AND {SRC}]", ONE, False),
    ("[network-traffic:dst_ref.value = '203.0.113.9']", ONE, False),
    (f"[EXISTS network-traffic:dst_ref AND {SRC}]", ONE, True),
    (f"[{SRC} AND network-traffic:dst_port = 22]", ONE, True),
    (f"[{SRC} AND network-traffic:dst_port NOT = 22]", ONE, False),
    (f"[{SRC} AND network-traffic:dst_port IN (21,22)]", ONE, True),
    (f"[{SRC} AND network-traffic:dst_port > 22]", ONE, False),
    (f"[{SRC} AND network-traffic:protocols[*] = 'tcp']", ONE, True),
    (f"[{SRC} AND network-traffic:protocols[0] = 'udp']", ONE, False),
    ("[ipv4-addr:value ISSUBSET '203.0.113.0/24']", ONE, True),
    ("[ipv4-addr:value ISSUPERSET '203.0.113.9/32']", ONE, True),
    ("[ipv6-addr:value = '2001:db8::dead:beef']", SSH6, True),
    ("[network-traffic:dst_ref.value = '203.0.113.9' AND network-traffic:dst_byte_count > 19]", CONN, True),
    ("[network-traffic:dst_ref.value = '203.0.113.9' AND network-traffic:src_byte_count > 10]", CONN, False),
    ("[domain-name:value = 'c2.evil.example']", TLS, True),
    ("[domain-name:value LIKE '%.evil.example']", TLS, True),
    ("[domain-name:value MATCHES '^c2\\\\.evil\\\\.example$']", TLS, True),
    ("[network-traffic:x_ja3 = 'e7d705a3286e19ea42f587b344ee6865']", TLS, None),
    ("[x509-certificate:serial_number = '0a1b2c3d4e5f']", TLS, True),
    ("[x509-certificate:hashes.'SHA-1' = 'aabbccddeeff00112233445566778899aabbccdd']", TLS, True),
    ("[x509-certificate:subject = 'CN=gate.evil' AND x509-certificate:issuer = 'CN=evil root']", TLS, True),
    ("[x509-certificate:subject = 'CN=gate.evil' AND x509-certificate:issuer = 'CN=other root']", TLS, False),
    (f"[{REQUEST}request_header.'User-Agent' = 'EvilBot/1.0 (x; y)']", WEB, True),
    (f"[{REQUEST}request_value = '/gate.php?a=b']", WEB, True),
    (f"[{SRC} AND {REQUEST}request_method = 'get']", WEB, True),
    (f"[{SRC} AND {REQUEST}request_method = 'post']", WEB, False),
    ("[url:value LIKE 'http://c2.evil.example/gate%']", HTTP, True),
    ("[url:value LIKE 'http://c2.evil.example/door%']", HTTP, False),
    ("[domain-name:value = 'c2.evil.example' AND url:value MATCHES 'gate\\\\.php']", HTTP, True),
    ("[domain-name:value = 'c2.evil.example' AND url:value MATCHES 'door\\\\.php']", HTTP, False),
    ("[file:hashes.MD5 = '0123456789ABCDEF0123456789abcdef']", FILE, True),
    ("[file:name = 'evil.bin' AND file:parent_directory_ref.path = '/tmp']", FILE, None),
    ("[file:name = 'evil.bin' AND file:parent_directory_ref.path = '/var']", FILE, False),
    ("[user-account:account_login = 'evilop']", SSH, True),
    ("[autonomous-system:number = 64666]", ASN, True),
    ("[process:command_line = 'copy running-config tftp']", COMMAND, True),
    ("[process:command_line = 'copy running-config ftp']", COMMAND, False),
    ("[software:name = 'sshd' AND software:version = 'ssh2']", SSH, True),
    (f"({A} FOLLOWEDBY {B}) WITHIN 5 SECONDS", FIRST_SECOND, True),
    (f"({A} FOLLOWEDBY {B}) WITHIN 4 SECONDS", FIRST_SECOND, None),
    (f"{B} FOLLOWEDBY {A}", FIRST_SECOND, None),
    (f"{A} REPEATS 2 TIMES WITHIN 5 SECONDS", TWICE, True),
    (f"{A} REPEATS 2 TIMES WITHIN 4 SECONDS", TWICE, None),
    (f"{A} REPEATS 3 TIMES WITHIN 5 SECONDS", FIVE, True),
    (f"{A} REPEATS 3 TIMES WITHIN 2 SECONDS", FIVE, None),
    (f"{A} START t'2025-06-01T00:00:00Z' STOP t'2025-06-02T00:00:00Z'", ONE, True),
    (f"{A} START t'2024-06-01T00:00:00Z' STOP t'2024-06-02T00:00:00Z'", ONE, None),
    (f"{A} REPEATS 2 TIMES START t'2024-06-01T00:00:00Z' STOP t'2024-06-02T00:00:00Z'", TWICE, None),
    # A URL in two fields, and its near misses.
    ("[url:value = 'http://c2.evil.example/gate.php?a=b']", HTTP, True),
    ("[url:value = 'http://c2.evil.example/gate.php?a=b']", HTTP.replace("/gate", "\\/gate"), True),
    ("[url:value = 'https://c2.evil.example:80/gate.php?a=b']", HTTP, True),
    ("[url:value = 'http://203.0.113.9/gate.php?a=b']", HTTP, True),
    ("[url:value = 'http://c2.evil.example/gate.php?a=c']", HTTP, False),
    ("[url:value = 'http://evil.example/gate.php?a=b']", HTTP, False),
    ("[url:value = 'http://c2.evil.example:8080/gate.php?a=b']", HTTP, False),
    ("[url:value = 'http://c2.evil.example/gate.php?a=b']", IIS, True),
    ("[url:value = 'http://c2.evil.example/gate.php?a=b']", FORTI, None),
]


def stix(t):
    with tempfile.TemporaryDirectory() as d:
        d = pathlib.Path(d)
        for i, (pattern, lines, met) in enumerate(CASES):
            indicator = {"type": "indicator", "id": f"indicator--{i}", "pattern_type": "stix", "pattern": pattern}
            (d / "feed.json").write_text(json.dumps({"type": "bundle", "id": "bundle--1", "objects": [indicator]}))
            (d / "edge.log").write_text(lines)
            _, report, err = scan("--indicators", d / "feed.json", d / "edge.log")
            mine = [f for f in report["findings"] if f["rule"].startswith("indicator--")] if report else None
            sure = bool(mine) and any(f["confidence"] != "low" for f in mine)
            got = None if mine and not sure else sure
            t.ok(mine is not None and got == met, f"stix: {pattern} is {met}", [mine and [(f["title"], f["confidence"]) for f in mine], err])
