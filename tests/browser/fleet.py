#!/usr/bin/env python3
"""fleet.py FOLDER N: evidence of N made-up devices, the same in every run.

Most are plain; some lack protections, some run a release with an open flaw,
and a few show what an intruder leaves.  A syslog of the fleet gives times.
Addresses are those of RFC 5737 and RFC 3849 but for indicators.
"""
import pathlib
import sys

BAD = ["45.61.133.31", "45.61.159.25", "172.86.80.15", "167.88.173.58"]
SITES = ["ams", "bru", "cph", "dub", "fra", "gva", "hel", "lis", "mad", "osl"]
ROLES = ["core", "edge", "agg", "acc", "pe", "sw"]


def name(i):
    return f"{SITES[i % 10]}-{ROLES[i // 10 % 6]}{i // 60 + 1}"


def ios(i, xe):
    release = ["17.9", "17.6", "17.12", "16.12"][i % 4] if xe else "15.2"
    out = [f"version {release}", "service timestamps log datetime msec show-timezone",
           "service password-encryption" if i % 3 else "no service password-encryption",
           f"hostname {name(i)}", "!", "enable secret 9 $9$made.up$not.a.hash", "aaa new-model",
           "aaa authentication login default group tacacs+ local", "!",
           "interface Loopback0", f" ip address 10.{i // 65536}.{i // 256 % 256}.{i % 256} 255.255.255.255", "!",
           "interface GigabitEthernet0/0/0", f" description to {name((i + 7) % 5000)}",
           f" ip address 10.200.{i // 250 % 250}.{i % 250 + 1} 255.255.255.0", "!"]
    if xe:
        out += ["ip http server" if i % 11 == 0 else "no ip http server",
                "ip http secure-server" if i % 11 == 0 else "no ip http secure-server"]
    if i % 97 == 5:
        out.append("username cisco_support privilege 15 secret 9 $9$made.up$not.a.hash")
    if i % 149 == 3:
        out += [f"access-list 20 permit {BAD[i % 4]}"]
    out += ["access-list 10 permit 192.0.2.0 0.0.0.255",
            "snmp-server community public RO" if i % 13 == 0 else "snmp-server group ops v3 priv",
            "logging host 192.0.2.20", "ntp server 192.0.2.30", "line vty 0 4",
            " access-class 20 in" if i % 149 == 3 else " access-class 10 in",
            " transport input telnet ssh" if i % 17 == 0 else " transport input ssh", "end", ""]
    return "\n".join(out)


def junos(i):
    out = [f"set version {['21.4R3-S5', '22.2R3', '20.4R3'][i % 3]}", f"set system host-name {name(i)}",
           "set system services ssh root-login " + ("allow" if i % 3 == 0 else "deny"),
           "set system syslog host 192.0.2.20 any notice",
           f"set interfaces lo0 unit 0 family inet address 10.{i // 65536}.{i // 256 % 256}.{i % 256}/32"]
    if i % 7 == 0:
        out.append("set system services telnet")
    return "\n".join(out) + "\n"


def version(i):
    release = ["17.09.04a", "17.06.03", "17.12.02", "16.12.05"][i % 4]
    return (f"{name(i)}#show version\nCisco IOS XE Software, Version {release}\n"
            f"Cisco IOS Software [Cupertino], ASR1000 Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version {release.replace('.0', '.')}, RELEASE SOFTWARE (fc1)\n"
            f"{name(i)} uptime is 20 weeks, 1 day, 3 hours, 7 minutes\n"
            "cisco ASR1001-X (1NG) processor (revision 1NG) with 3687408K/6147K bytes of memory.\n")


def syslog(n):
    """A login a day of every hundredth device, and those of an intruder."""
    out = []
    for day in range(1, 120):
        month, of = (2 + (day - 1) // 28, (day - 1) % 28 + 1)
        for i in range(day % 100, n, 100):
            out.append(f"2025-{month:02}-{of:02}T06:{i % 60:02}:07Z {name(i)} 4711: 2025-{month:02}-{of:02}T06:{i % 60:02}:07Z: %SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: ops] [Source: 192.0.2.9] [localport: 22] at 06:{i % 60:02}:07 UTC")
            if i % 149 == 3 or i % 97 == 5:
                out.append(f"2025-{month:02}-{of:02}T02:{i % 60:02}:11Z {name(i)} 4712: 2025-{month:02}-{of:02}T02:{i % 60:02}:11Z: %SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: cisco_support] [Source: {BAD[i % 4]}] [localport: 22] at 02:{i % 60:02}:11 UTC")
    return "\n".join(out) + "\n"


def main():
    folder, n = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    (folder / "configs").mkdir(parents=True, exist_ok=True)
    (folder / "show").mkdir(exist_ok=True)
    for i in range(n):
        kind = i % 10
        text = junos(i) if kind in (4, 9) else ios(i, kind < 6)
        (folder / "configs" / f"{name(i)}.cfg").write_text(text)
        if kind < 4 and i % 3:
            (folder / "show" / f"{name(i)}_show_version.txt").write_text(version(i))
    (folder / "syslog.log").write_text(syslog(n))


if __name__ == "__main__":
    main()
