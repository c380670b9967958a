"""Inputs for make bench: logs of monitors, as Zeek and Suricata write them."""
import random

ZEEK = """#separator \\x09
#set_separator\t,
#empty_field\t(empty)
#unset_field\t-
#path\tconn
#open\t2025-03-01-00-00-00
#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents
#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tbool\tbool\tcount\tstring\tcount\tcount\tcount\tcount\tset[string]
"""
SERVICES = ((443, "tcp", "ssl"), (53, "udp", "dns"), (22, "tcp", "ssh"), (80, "tcp", "http"))


def ends(hosts):
    """Addresses of both sides, line by line; one line in 200,000 has one of
    the hosts."""
    rng = random.Random(5)
    ips = [f"{rng.randrange(128, 224)}.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}" for _ in range(50000)]
    i = 0
    while True:
        far = hosts[i // 200000 % len(hosts)] if i % 200000 == 100000 else ips[i * 104729 % 50000]
        yield ips[i * 7919 % 50000], far
        i += 1


def make_conn(path, lines, hosts):
    with open(path, "w", buffering=1 << 20) as f:
        f.write(ZEEK)
        for i, (src, dst) in zip(range(lines), ends(hosts)):
            port, proto, service = SERVICES[i % 4]
            f.write(f"{1740787200 + i / 50:.6f}\tC{i * 2654435761 % 2**48:012x}\t{src}\t{1024 + i % 60000}\t{dst}\t{port}\t{proto}\t{service}\t{i % 1000 / 37:.6f}\t{i % 9000}\t{i % 70000}\tSF\t-\t-\t0\tShADadFf\t{i % 40}\t{i % 20000}\t{i % 50}\t{i % 80000}\t-\n")


def make_eve(path, lines, hosts):
    with open(path, "w", buffering=1 << 20) as f:
        for i, (src, dst) in zip(range(lines), ends(hosts)):
            head = f'{{"timestamp":"2025-03-01T{i // 3600 % 24:02d}:{i // 60 % 60:02d}:{i % 60:02d}.{i % 1000000:06d}+0000","flow_id":{i * 2654435761 % 2**50},"in_iface":"eth0","event_type":'
            pair = f'"src_ip":"{src}","src_port":{1024 + i % 60000},"dest_ip":"{dst}","dest_port":443,"proto":"TCP"'
            if i % 3 == 0:
                f.write(f'{head}"flow",{pair},"app_proto":"tls","flow":{{"pkts_toserver":{i % 40},"pkts_toclient":{i % 50},"bytes_toserver":{i % 9000},"bytes_toclient":{i % 70000},"state":"closed","reason":"timeout"}}}}\n')
            elif i % 3 == 1:
                f.write(f'{head}"dns",{pair},"dns":{{"type":"query","id":{i % 65536},"rrname":"node{i % 100000}.cdn-{i % 977}.example","rrtype":"A","tx_id":0}}}}\n')
            else:
                f.write(f'{head}"tls",{pair},"tls":{{"subject":"CN=node{i % 100000}.example","issuerdn":"CN=Some CA","sni":"www{i % 5000}.example.net","version":"TLS 1.3"}}}}\n')
