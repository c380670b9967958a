"""Ten dialects in one file, as a central server writes them: each line is read
as if it stood among its own."""
import itertools
import json
import os
import pathlib
import tempfile

from .check import scan

SEEN = "45.61.133.31"
DAY = 1743465600  # 2025-04-01

PARTS = {
    "ios.log": [
        f"<189>Mar  1 10:00:01 edge2 102: Mar  1 10:00:01.123: %SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: op] [Source: {SEEN}] [localport: 22] at 10:00:01 UTC Sat Mar 1 2025",
        f"Mar  1 10:00:02 edge3 103: *Mar  1 10:00:02.123: %SYS-5-CONFIG_I: Configured from console by op on vty0 ({SEEN})",
        "Mar  1 10:00:03 edge2 104: Mar  1 10:00:03.123: %SYS-5-LOGGINGHOST_STARTSTOP: Logging to host 192.0.2.99 port 514 stopped - CLI initiated",
    ],
    "asa.log": [
        f"Mar  1 10:01:00 fw1 : %ASA-6-302013: Built inbound TCP connection 12345 for outside:{SEEN}/4444 ({SEEN}/4444) to inside:192.0.2.30/22 (192.0.2.30/22)",
        "Mar  1 10:01:01 fw1 : %ASA-5-111008: User 'enable_15' executed the 'no logging host inside 192.0.2.99' command.",
        f"Mar  1 10:01:02 fw1 : %ASA-6-605005: Login permitted from {SEEN}/40000 to outside:192.0.2.31/ssh for user \"op\"",
    ],
    "junos.log": [
        f"Mar  1 10:02:00 mx1 sshd[1234]: Accepted password for op from {SEEN} port 50000 ssh2",
        "Mar  1 10:02:01 mx1 mgd[2345]: UI_CMDLINE_READ_LINE: User 'op', command 'clear log messages '",
        "<165>1 2025-03-01T10:02:02.000Z mx2 mgd 2345 UI_CMDLINE_READ_LINE [junos@2636.1.1.1.2.18 username=\"op\" command=\"request system zeroize \"] User 'op', command 'request system zeroize '",
    ],
    "pan.log": [
        f"Mar  1 10:03:00 pa1 1,2025/03/01 10:03:00,001122334455,SYSTEM,auth,2561,2025/03/01 10:03:00,,auth-success,,0,0,general,informational,\"authenticated for user 'op'. From: {SEEN}.\",1234,0x0,0,0,0,0,,pa1",
        f"Mar  1 10:03:01 pa1 1,2025/03/01 10:03:01,001122334455,TRAFFIC,end,2561,2025/03/01 10:03:01,{SEEN},192.0.2.40,0.0.0.0,0.0.0.0,rule1,,,web-browsing,vsys1,untrust,trust,ethernet1/1,ethernet1/2,fwd,2025/03/01 10:03:01,1,1,4444,443,0,0,0x0,tcp,allow,1000,500,500,10,2025/03/01 10:02:00,30,any,0,1,0x0,US,US,0,5,5,tcp-fin,0,0,0,0,,pa1,from-policy,,,0,,0,,N/A",
    ],
    "forti.log": [
        f"<190>date=2025-03-01 time=10:04:01 devname=\"fg1\" devid=\"FG100D0000000001\" logid=\"0000000013\" type=\"traffic\" subtype=\"forward\" level=\"notice\" vd=\"root\" srcip={SEEN} srcport=1234 dstip=192.0.2.51 dstport=443 proto=6 action=\"accept\" sentbyte=100 rcvdbyte=200",
        f"<190>date=2025-03-01 time=10:04:02 devname=\"fg1\" devid=\"FG100D0000000001\" logid=\"0100032001\" type=\"event\" subtype=\"system\" level=\"information\" vd=\"root\" logdesc=\"Admin login successful\" sn=\"1\" user=\"op\" ui=\"ssh({SEEN})\" method=\"ssh\" srcip={SEEN} dstip=192.0.2.50 action=\"login\" status=\"success\" reason=\"none\" profile=\"super_admin\" msg=\"Administrator op logged in successfully from ssh({SEEN})\"",
    ],
    "server.log": [
        f"Mar  1 10:05:00 jump1 sshd[999]: Accepted publickey for root from {SEEN} port 51000 ssh2: RSA SHA256:abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
        f"Mar  1 10:05:01 web1 nginx: {SEEN} - - [01/Mar/2025:10:05:01 +0000] \"GET /%2577eb%2575i_%2577sma_Http HTTP/1.1\" 200 512 \"-\" \"curl/8\"",
    ],
    "tac.log": [
        f"Mar  1 10:06:00 tac1 tac_plus[55]: Mar  1 10:06:00 192.0.2.60\top\ttty2\t{SEEN}\tstop\ttask_id=12\ttimezone=UTC\tservice=shell\tpriv-lvl=15\tcmd=no logging host 192.0.2.99 <cr>",
        f"Sat Mar  1 10:06:01 2025\t192.0.2.61\top\ttty2\t{SEEN}\tstop\ttask_id=13\ttimezone=UTC\tservice=shell\tpriv-lvl=15\tcmd=monitor capture CAP start <cr>",
    ],
    "web.log": [
        f"{SEEN} - - [01/Mar/2025:10:07:00 +0000] \"POST /webui_wsma_http HTTP/1.1\" 200 512 \"-\" \"curl/8\"",
    ],
    "json.log": [
        f"{{\"timestamp\":\"2025-03-01T10:08:00Z\",\"host\":\"app1\",\"program\":\"sshd\",\"message\":\"Accepted password for op from {SEEN} port 52000 ssh2\"}}",
        f"{{\"timestamp\":\"2025-03-01T10:08:01.000000+0000\",\"flow_id\":1,\"event_type\":\"flow\",\"src_ip\":\"{SEEN}\",\"src_port\":4444,\"dest_ip\":\"192.0.2.80\",\"dest_port\":57722,\"proto\":\"TCP\",\"flow\":{{\"bytes_toserver\":100,\"bytes_toclient\":200,\"start\":\"2025-03-01T10:08:01.000000+0000\"}}}}",
    ],
    "nxos.log": [
        f"2025 Mar  1 10:09:00 nx1 %AUTHPRIV-5-SYSTEM_MSG: pam_aaa: Authentication success for user op from {SEEN} - sshd[777]",
    ],
}
# "host" of an event in JSON lines is the device only where nothing else is.
DEVICES = {"192.0.2.60", "192.0.2.61", "app1", "edge2", "edge3", "fg1", "fw1", "jump1", "mx1", "mx2", "nx1", "pa1", "web1"}


def met(report):
    """What was found: check, device, title, line.  A message of tac_plus in
    syslog is a message beside the command it tells of."""
    all_ = {(f["rule"], f["device"], f["title"], e["text"]) for f in report["findings"] for e in f["evidence"]}
    told = {x[3] for x in all_ if "entered commands" in x[2]}
    return {x for x in all_ if not ("named in a log" in x[2] and x[3] in told)}


def write(folder, files):
    for name, lines in files.items():
        (folder / name).write_text("".join(line + "\n" for line in lines))
        os.utime(folder / name, (DAY, DAY))


def mixed(t):
    with tempfile.TemporaryDirectory(prefix="tidemark-") as d:
        apart, one, many = (pathlib.Path(d) / x for x in ("apart", "one", "many"))
        for x in (apart, one, many):
            x.mkdir()
        rows = [x for r in itertools.zip_longest(*PARTS.values()) for x in r if x]
        write(apart, PARTS)
        write(one, {"all.log": rows})
        # In parts of a large file the same.
        quiet = "Mar  1 10:00:00 edge9 7: Mar  1 10:00:00.123: %LINK-3-UPDOWN: Interface GigabitEthernet0/1, changed state to up"
        write(many, {"all.log": [quiet] * 80000 + rows + [quiet] * 80000})
        got = [scan(x)[1] for x in (apart, one, many)]
        want = met(got[0])
        t.ok(len(want) > 20, "mixed: the parts alone have findings", sorted(map(str, want)))
        for what, report in zip(("in one file", "in a large file"), got[1:]):
            have = met(report)
            t.ok(have == want, f"mixed: {what} the findings are those of the parts", "\n".join(sorted(f"{'-' if x in want else '+'} {x}"[:230] for x in want ^ have)))
            names = {x["name"] for x in report["devices"]} - {"edge9"}
            t.ok(names == DEVICES, f"mixed: {what} each line has its device", names ^ DEVICES)
        t.ok(got[1]["sources"][0]["records"] == len(rows), "mixed: every line is counted", json.dumps(got[1]["sources"][0]))
