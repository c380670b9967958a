"""Inputs for make bench: a capture like one of an edge link."""
import pathlib
import random
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
sys.dont_write_bytecode = True

import captures  # noqa: E402

CONVERSATIONS = 20000


def make_capture(path, mib, hosts):
    """TCP between many ends, of all sizes; some conversations in a million
    packets are with an indicator's address."""
    rng = random.Random(239)
    sizes = [0, 0, 0, 100, 500, 1400, 1400, 1400]
    heads = []
    for i in range(CONVERSATIONS):
        src = f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}"
        dst = hosts[i % len(hosts)] if i % 2000 == 0 else f"203.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}"
        ports = rng.randrange(1024, 65535), rng.choice((22, 80, 443, 8443))
        for n in sorted(set(sizes)):
            heads.append(captures.ether(captures.tcp(src, ports[0], dst, ports[1], 1, 1, 16, b"\x17" * n)))
    per = len(set(sizes))
    order = sorted(set(sizes))
    want, size, i = mib << 20, 24, 0
    with open(path, "wb", buffering=1 << 20) as f:
        f.write(captures.pcap([]))
        while size < want:
            p = heads[rng.randrange(CONVERSATIONS) * per + order.index(rng.choice(sizes))]
            f.write(struct.pack("<IIII", captures.START + i // 50000, i % 50000 * 20, len(p), len(p)) + p)
            size += 16 + len(p)
            i += 1
