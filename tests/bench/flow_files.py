"""Flow files for the benchmark."""
import ipaddress
import random
import struct

BLOCK = 10000  # records, some 1 MB


def make_nfcapd(path, n, bad):
    """n flows of 50,000 addresses in layout 2, uncompressed; one in 100,000 is
    with an address that is looked for."""
    rng = random.Random(239)
    ips = [rng.randrange(1 << 24, 224 << 24) for _ in range(50000)]
    bad = [int(ipaddress.ip_address(b)) for b in bad if ":" not in b]
    head = struct.pack("<HHHBBHBBHH", 11, 12 + 52 + 12, 2, 0, 0, 1, 0, 9, 1, 52)
    middle = struct.Struct("<QQQQQHHBBBBHHII")
    ports = [443, 80, 53, 22, 123, 25, 8080, 3389]
    with open(path, "wb") as f:
        f.write(struct.pack("<HHIQBBHIQII", 0xA50C, 2, 0x01070100, 1740823200, 0, 0, 0, 0, 0, 1 << 20, (n + BLOCK - 1) // BLOCK))
        done = 0
        while done < n:
            rows = []
            for i in range(done, min(n, done + BLOCK)):
                t = 1740823200000 + i // 10
                a = ips[i * 7919 % 50000]
                b = bad[i // 100000 % len(bad)] if i % 100000 == 50000 else ips[i * 104729 % 50000]
                port, client = ports[i % 8], 1024 + i * 31 % 60000
                sport, dport = (port, client) if i & 8 else (client, port)
                rows.append(head + middle.pack(t, t + 900, t + 900, 1 + i % 50, 60 * (1 + i % 3000), sport, dport, 6 if i % 8 != 2 else 17, 0x1B, 0, 0, 2, 12, a, b))
            body = b"".join(rows)
            f.write(struct.pack("<IIHH", len(rows), len(body), 3, 0) + body)
            done += len(rows)
