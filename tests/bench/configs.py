"""Configurations of several platforms, made up, for the benchmark.  Each
function returns the text of one device of about the given number of lines."""


def ios(i, lines):
    out = [
        "Building configuration...", "", "Current configuration : 20000 bytes", "!",
        "version 17.9", "service timestamps log datetime msec", "service password-encryption", "!",
        f"hostname r{i}", "!", "aaa new-model", "!",
        "username admin privilege 15 secret 9 $9$abcdefghijklmn$opqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRST", "!",
    ]
    k = 0
    while len(out) < lines - 40:
        k += 1
        out += [
            f"interface GigabitEthernet0/0/{k}", f" description link {k} to customer {i * 13 + k}",
            f" ip address 10.{i >> 8 & 255}.{i & 255}.{k % 250 + 1} 255.255.255.252", " ip access-group EDGE in", " no ip redirects", " negotiation auto", "!",
        ]
        if k % 4 == 0:
            out += [f"ip route 10.{k % 256}.{i % 256}.0 255.255.255.0 10.0.0.{k % 250 + 1}", f"access-list 20 permit 10.9.{k % 256}.0 0.0.0.255"]
    out += ["ip access-list extended EDGE"] + [f" permit tcp any host 10.0.{j}.1 eq 443" for j in range(10)] + [" deny ip any any log", "!"]
    out += ["no ip http server", "no ip http secure-server", "logging host 10.0.0.5", "line con 0", "line vty 0 4", " access-class 20 in", " transport input ssh", "!", "end", ""]
    return "\n".join(out)


def ios_xr(i, lines):
    out = [
        "!! IOS XR Configuration 7.5.2", "!! Last configuration change at Tue Mar  4 10:11:12 2025 by ops", "!",
        f"hostname xr{i}", "clock timezone UTC 0", "logging trap informational", "logging 10.0.0.5 vrf default severity info",
        "tacacs-server host 10.0.0.6 port 49", " key 7 0508571C22431F5B4A", "!", "username ops", " group root-lr", " group cisco-support",
        " secret 10 $6$0123456789abcdef$abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuv", "!",
        "line default", " access-class ingress VTY", " transport input ssh", "!", "ipv4 access-list VTY", " 10 permit ipv4 10.0.0.0/24 any", " 20 deny ipv4 any any log", "!",
    ]
    k = 0
    while len(out) < lines - 20:
        k += 1
        out += [
            f"interface TenGigE0/0/{k // 40}/{k % 40}", f" description core {k}", f" ipv4 address 10.{i & 255}.{k % 250}.1 255.255.255.252",
            f" ipv6 address 2001:db8:{i & 65535:x}:{k:x}::1/64", " load-interval 30", "!",
        ]
        if k % 8 == 0:
            out += ["router static", " address-family ipv4 unicast", f"  10.200.{k % 256}.0/24 10.0.0.{k % 250 + 1}", " !", "!"]
    out += ["router bgp 64500", " bgp router-id 10.255.0.1"]
    out += [x for j in range(4) for x in (f" neighbor 10.1.{j}.2", "  remote-as 64501", "  password encrypted 0508571C22431F5B4A", "  address-family ipv4 unicast", "   route-policy PASS in", "  !", " !")]
    out += ["!", "ssh server v2", "ssh server vrf default", "end", ""]
    return "\n".join(out)


def nx_os(i, lines):
    out = [
        "!Command: show running-config", "!Running configuration last done at: Tue Mar  4 10:11:12 2025", "", "version 9.3(8) Bios:version 07.69",
        f"hostname nx{i}", "vdc nx id 1", "  limit-resource vlan minimum 16 maximum 4094", "feature tacacs+", "feature bgp", "no feature telnet", "no password strength-check",
        "username admin password 5 $5$abcdefgh$ijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNO  role network-admin", "ip access-list VTY", "  10 permit ip 10.0.0.0/24 any", "  20 deny ip any any log",
        "snmp-server user admin network-admin auth md5 0x0123456789abcdef0123456789abcdef priv 0x0123456789abcdef0123456789abcdef localizedkey", "ntp server 10.0.0.7 use-vrf management",
    ]
    k = 0
    while len(out) < lines - 12:
        k += 1
        out += ["", f"interface Ethernet1/{k}", f"  description port {k}", "  no switchport", f"  ip address 10.{i & 255}.{k % 250}.1/30", "  no ip redirects", "  no shutdown"]
        if k % 8 == 0:
            out += [f"ip route 10.201.{k % 256}.0/24 10.0.0.{k % 250 + 1}", f"vlan {k + 10}", f"  name V{k}"]
    out += ["logging server 10.0.0.5 6 use-vrf management", "line console", "  exec-timeout 10", "line vty", "  access-class VTY in", "  exec-timeout 10", ""]
    return "\n".join(out)


def asa(i, lines):
    out = [
        ": Saved", ": Serial Number: JAD000000AB", ": Hardware:   ASA5516, 8192 MB RAM, CPU Atom C2000 series 2416 MHz, 1 CPU (8 cores)", ":", "ASA Version 9.16(4)", "!",
        f"hostname fw{i}", "enable password $sha512$5000$abcdefghijklmnop$qrstuvwxyz0123456789 pbkdf2", "names", "!",
    ]
    for k in range(8):
        out += [f"interface GigabitEthernet1/{k + 1}", f" nameif if{k}", f" security-level {k * 10}", f" ip address 10.{i & 255}.{k}.1 255.255.255.0", "!"]
    k = 0
    while len(out) < lines - 20:
        k += 1
        out += [f"object network o{k}", f" host 10.{k >> 8 & 255}.{k & 255}.9", f"access-list OUT extended permit tcp any object o{k} eq https", f"access-list OUT extended deny udp any host 10.3.{k & 255}.4 eq snmp log"]
    out += ["access-group OUT in interface if0", "aaa-server T protocol tacacs+", "aaa-server T (if1) host 10.0.0.6", " key *****", "ssh 10.0.0.0 255.255.255.0 if1", "ssh timeout 5", "http server enable", "http 10.0.0.0 255.255.255.0 if1", "logging enable", "logging host if1 10.0.0.5", "telnet timeout 5", "Cryptochecksum:0123456789abcdef0123456789abcdef", ": end", ""]
    return "\n".join(out)


def eos(i, lines):
    out = [
        "! Command: show running-config", f"! device: sw{i} (DCS-7280SR-48C6, EOS-4.27.3F)", "!", "! boot system flash:/EOS-4.27.3F.swi", "!", "transceiver qsfp default-mode 4x10G", "!",
        f"hostname sw{i}", "!", "username admin privilege 15 role network-admin secret sha512 $6$abcdefgh$ijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", "!", "logging host 10.0.0.5", "ntp server 10.0.0.7", "!",
    ]
    k = 0
    while len(out) < lines - 20:
        k += 1
        out += [f"interface Ethernet{k}", f"   description port {k}", "   no switchport", f"   ip address 10.{i & 255}.{k % 250}.1/31", "   mtu 9214", "!"]
        if k % 8 == 0:
            out += [f"ip route 10.202.{k % 256}.0/24 10.0.0.{k % 250 + 1}", "!"]
    out += ["ip access-list VTY", "   10 permit ip 10.0.0.0/24 any", "!", "management api http-commands", "   no shutdown", "!", "management ssh", "   ip access-group VTY in", "!", "end", ""]
    return "\n".join(out)


def junos_braces(i, lines):
    out = [
        "## Last commit: 2025-03-04 10:11:12 UTC by ops", "version 21.4R3.15;", "system {", f"    host-name j{i};", "    root-authentication {",
        '        encrypted-password "$6$abcdefgh$ijklmnopqrstuvwxyz0123456789"; ## SECRET-DATA', "    }", "    services {", "        ssh {", "            root-login deny;", "        }", "        netconf {", "            ssh;", "        }", "    }",
        "    syslog {", "        host 10.0.0.5 {", "            any notice;", "        }", "    }", "    ntp {", "        server 10.0.0.7;", "    }", "}", "interfaces {",
    ]
    k = 0
    while len(out) < lines - 30:
        k += 1
        out += [f"    ge-0/{k // 48}/{k % 48} {{", f'        description "link {k}";', "        unit 0 {", "            family inet {", f"                address 10.{i & 255}.{k % 250}.1/30;", "            }", "        }", "    }"]
    out += ["}", "routing-options {", "    static {"] + [f"        route 10.203.{j}.0/24 next-hop 10.0.0.{j + 1};" for j in range(8)] + ["    }", "}"]
    out += ["firewall {", "    family inet {", "        filter RE {", "            term a {", "                from {", "                    source-address {", "                        10.0.0.0/24;", "                    }", "                }", "                then accept;", "            }", "        }", "    }", "}", ""]
    return "\n".join(out)


def junos_set(i, lines):
    out = [f"set version 21.4R3.15", f"set system host-name js{i}", 'set system root-authentication encrypted-password "$6$abcdefgh$ijklmnopqrstuvwxyz0123456789"', "set system services ssh root-login deny", "set system services netconf ssh", "set system syslog host 10.0.0.5 any notice", "set system ntp server 10.0.0.7"]
    k = 0
    while len(out) < lines - 8:
        k += 1
        name = f"ge-0/{k // 48}/{k % 48}"
        out += [f'set interfaces {name} description "link {k}"', f"set interfaces {name} unit 0 family inet address 10.{i & 255}.{k % 250}.1/30"]
        if k % 4 == 0:
            out += [f"set routing-options static route 10.{k >> 8 & 255}.{k & 255}.0/24 next-hop 10.0.0.{k % 250 + 1}", f"set firewall family inet filter RE term t{k} from source-address 10.4.{k & 255}.0/24", f"set firewall family inet filter RE term t{k} then accept"]
    return "\n".join(out + [""])


def pan_os(i, lines):
    out = [
        '<?xml version="1.0"?>', '<config version="10.1.0" urldb="paloaltonetworks">', "  <mgt-config>", "    <users>", '      <entry name="admin">', "        <phash>$5$abcdefgh$ijklmnopqrstuvwxyz0123456789</phash>",
        "        <permissions>", "          <role-based>", "            <superuser>yes</superuser>", "          </role-based>", "        </permissions>", "      </entry>", "    </users>", "  </mgt-config>", "  <devices>", '    <entry name="localhost.localdomain">',
        "      <deviceconfig>", "        <system>", f"          <hostname>pa{i}</hostname>", "          <ip-address>10.0.0.9</ip-address>", "          <service>", "            <disable-telnet>yes</disable-telnet>", "          </service>", "        </system>", "      </deviceconfig>",
        "      <vsys>", '        <entry name="vsys1">', "          <address>",
    ]
    k = 0
    while len(out) < lines - 10:
        k += 1
        out += [f'            <entry name="h{k}">', f"              <ip-netmask>10.{k >> 8 & 255}.{k & 255}.7/32</ip-netmask>", "            </entry>"]
    out += ["          </address>", "        </entry>", "      </vsys>", "    </entry>", "  </devices>", "</config>", ""]
    return "\n".join(out)


def fortios(i, lines):
    out = [
        "#config-version=FGT60F-7.0.5-FW-build0304-220208:opmode=0:vdom=0:user=admin", "#conf_file_ver=123456789", "config system global", f'    set hostname "fg{i}"', "    set admin-sport 8443", "end",
        "config system admin", '    edit "admin"', '        set accprofile "super_admin"', "        set password ENC SH2abcdefghijklmnopqrstuvwxyz0123456789=", "    next", "end", "config system interface",
        '    edit "wan1"', "        set ip 203.0.113.2 255.255.255.0", "        set allowaccess ping https", "    next", "end", "config firewall address",
    ]
    k = 0
    while len(out) < lines // 2:
        k += 1
        out += [f'    edit "h{k}"', f"        set subnet 10.{k >> 8 & 255}.{k & 255}.8 255.255.255.255", "    next"]
    out += ["end", "config firewall policy"]
    while len(out) < lines - 3:
        k += 1
        out += [f"    edit {k}", '        set srcintf "wan1"', '        set dstintf "lan"', '        set srcaddr "all"', f'        set dstaddr "h{k % 50 + 1}"', "        set action accept", '        set service "HTTPS"', "    next"]
    return "\n".join(out + ["end", ""])


MIXED = (ios, ios_xr, nx_os, asa, eos, junos_braces, junos_set, pan_os, fortios)


def make_ios(folder, n, lines=500):
    folder.mkdir()
    for i in range(n):
        (folder / f"r{i:05d}.cfg").write_text(ios(i, lines))


def make_mixed(folder, n, lines=500):
    folder.mkdir()
    for i in range(n):
        (folder / f"d{i:05d}.cfg").write_text(MIXED[i % len(MIXED)](i, lines))


def make_large(folder):
    """Per platform one file of 39,000 lines and one of 20 MB."""
    folder.mkdir()
    for make in MIXED:
        text = make(1, 39000)
        (folder / f"{make.__name__}-39k.cfg").write_text(text)
        per_line = len(text) / 39000
        (folder / f"{make.__name__}-20m.cfg").write_text(make(1, int(20e6 / per_line)))
