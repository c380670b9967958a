#!/usr/bin/env python3
"""Writes the golden inputs of the readers of login records and of the journal: binary, so made here."""
import pathlib
import socket
import struct

LOG = pathlib.Path(__file__).resolve().parent / "golden/log"


def utmp(kind, pid, line, user, host, seconds, address):
    packed = socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address).ljust(16, b"\0")
    return struct.pack("<hxxi32s4s32s256shhiii16s20x", kind, pid, line, b"x", user, host, 0, 0, 0, seconds, 0, packed)


def last(seconds, line, host):
    return struct.pack("<i32s256s", seconds, line, host)


def journal(fields):
    out = b""
    for name, value in fields:
        plain = b"\n" not in value and all(c >= 32 or c == 9 for c in value)
        out += name + b"=" + value + b"\n" if plain else name + b"\n" + struct.pack("<Q", len(value)) + value + b"\n"
    return out + b"\n"


def write(path, data):
    (LOG / path).parent.mkdir(parents=True, exist_ok=True)
    (LOG / path).write_bytes(data)


boot = utmp(2, 0, b"~", b"reboot", b"5.10.0", 1740820000, "0.0.0.0")
good = boot + utmp(6, 811, b"tty1", b"LOGIN", b"", 1740820100, "0.0.0.0")
good += utmp(7, 4711, b"pts/0", b"alice", b"203.0.113.9", 1740823200, "203.0.113.9") + utmp(7, 4712, b"pts/1", b"bob", b"", 1740823260, "2001:db8::9")
good += utmp(7, 4713, b"pts/2", b"carol", b"jump.example.net", 1740823300, "192.0.2.7") + utmp(8, 4711, b"pts/0", b"", b"", 1740826800, "0.0.0.0")
write("utmp/wtmp.in", good)
write("utmp/btmp.in", utmp(6, 9, b"ssh:notty", b"root", b"203.0.113.9", 1740823200, "203.0.113.9") + utmp(6, 9, b"ssh:notty", b"", b"203.0.113.9", 1740823201, "203.0.113.9"))
# A record that is none behind those that are, and one that is cut off.
write("utmp/wtmp-broken.in", good * 6 + b"\xff" * 384 + good + good[:100])
write("lastlog/lastlog.in", last(1740823200, b"pts/0", b"203.0.113.9") + bytes(292 * 3) + last(1740823300, b"tty1", b"") + last(1740823400, b"pts/4", b"jump.example.net"))
head = [(b"__CURSOR", b"s=1;i=1"), (b"__REALTIME_TIMESTAMP", b"1740823200123456"), (b"_HOSTNAME", b"jump-1"), (b"PRIORITY", b"6")]
entries = journal(head + [(b"SYSLOG_IDENTIFIER", b"sshd"), (b"MESSAGE", b"Accepted password for alice from 203.0.113.9 port 50022 ssh2")])
entries += journal(head + [(b"SYSLOG_IDENTIFIER", b"sudo"), (b"MESSAGE", b"   alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/usr/bin/tcpdump -i eth0")])
entries += journal(head + [(b"_COMM", b"app"), (b"MESSAGE", b"first line\nsecond \x01 line")])
entries += journal(head[:1] + [(b"__REALTIME_TIMESTAMP", b"soon"), (b"MESSAGE", b"without a time")])
write("journal-export/entries.in", entries)
write("journal-export/cut.in", entries[:-400])
write("journal-export/length.in", entries + b"__CURSOR=x\nMESSAGE\n" + b"\xff" * 8 + b"none\n")
