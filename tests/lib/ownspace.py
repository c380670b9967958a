"""Own address space from BGP: what several devices announce, with an interface of theirs in it; what one alone announces is nobody's word."""
import pathlib
import tempfile

from .check import scan

# Public, of nobody here: 100.0.0.0/8 but for what is set aside.
OWN, OTHER = "100.20", "100.21"
NET = f"network {OWN}.0.0 mask 255.255.0.0"


def device(n, lines, inside=True):
    address = f"{OWN}.7.{n}" if inside else f"10.0.0.{n}"
    return (
        "version 17.9\nservice timestamps log datetime msec\n"
        f"hostname r{n}\n!\n"
        f"interface Loopback0\n ip address {address} 255.255.255.255\n!\n"
        + "".join(f"{x}\n" for x in lines)
        + "!\nend\n"
    )


def bgp(*lines):
    return ["router bgp 64500"] + [f" {x}" for x in lines]


# Announces nothing itself; its server is asked for in the space of the others.
ASKING = (
    "version 17.9\nservice timestamps log datetime msec\nhostname r9\n!\n"
    f"aaa new-model\ntacacs server T1\n address ipv4 {OWN}.9.10\n!\nend\n"
)


def stranger(*texts):
    """Is r9's server one outside the operator's space?"""
    with tempfile.TemporaryDirectory() as top:
        for i, text in enumerate((ASKING,) + texts):
            (pathlib.Path(top) / f"c{i}.cfg").write_text(text)
        _, got, said = scan(top)
        return any(f["rule"] == "aaa-server-public" and f["device"] == "r9" for f in got["findings"])


def check(t):
    two = lambda lines, **k: stranger(device(1, lines, **k), device(2, lines, **k))
    t.ok(two([]), "own: a public AAA server is told of")
    t.ok(not two(bgp(NET)), "own: not in what two devices announce")
    t.ok(not two(bgp("address-family ipv4", f" {NET}")), "own: announced in an address family")
    t.ok(not two(bgp("address-family ipv4 unicast", f" network {OWN}.0.0/16")), "own: announced as a prefix")
    t.ok(stranger(device(1, bgp(NET)), device(2, [])), "own: what one device announces proves nothing")
    t.ok(two(bgp(f"network {OTHER}.0.0 mask 255.255.0.0")), "own: another network proves nothing")
    t.ok(two(bgp("network 100.0.0.0 mask 255.0.0.0")), "own: a wide network is mostly others'")
    t.ok(two(bgp("address-family ipv4 vrf CUST", f" {NET}")), "own: a customer's VRF is not the operator")
    t.ok(two(bgp("vrf CUST", " address-family ipv4 unicast", f"  network {OWN}.0.0/16")), "own: nor is a VRF with families below")
    t.ok(two(bgp(NET), inside=False), "own: nothing of the operator's in it")
    t.ok(two(["router ospf 1", f" {NET}"]), "own: an interior protocol announces nothing")
