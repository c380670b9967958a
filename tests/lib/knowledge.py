"""What knowledge files tell people: commands under the platform they are for,
sentences that are true everywhere under "any"; advisories whose rows are all
answered, by a check or by hand."""
import pathlib
import re

from .check import program, run, scan

# First words of commands.  What stands under "any" is for every platform, so
# it may not begin with one.
COMMANDS = re.compile(
    r"(?:aaa|access-class|access-list|archive|banner|clear|commit|config|configure|control-plane"
    r"|copy|crypto|delete|deny|diagnose|dir|display|edit|enable|event|exec-timeout|file|fnsysctl"
    r"|get|guestshell|hidekeys|info-center|interface|iox|ip|ipv4|ipv6|key|line|log|logging"
    r"|login|management|monitor|more|neighbor|no|notify|ntp|ntp-service|password|peer|permit"
    r"|radius|request|router|run|service|set|show|snmp-agent|snmp-server|ssh|tacacs"
    r"|tacacs-server|telnet|tftp-server|transport|undo|username|verify|vlan|vstack)\b"
)
PLATFORMS = set(
    "ios ios-xe ios-xr nx-os asa ftd eos junos pan-os fortios sr-os vrp routeros vyos edgeos"
    " frr cumulus f5 netscaler sonicos ivanti any".split()
)


def unquoted(text):
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1].replace("''", "'")
    return text


def told(path):
    """(section, platforms, text) of the sections "verify" and "fix"."""
    section = platforms = None
    for line in path.read_text().splitlines():
        if re.match(r"\S|  \S", line):
            m = re.match(r"  (verify|fix):\s*(.*)", line)
            section, platforms = (m[1], "any") if m else (None, None)
            if m and m[2] not in ("", ">", "|", ">-"):
                yield section, "any", unquoted(m[2])
            continue
        m = re.match(r"    ([a-z0-9 -]+):(?:\s+(.*))?$", line)
        if section is None:
            continue
        if m:
            platforms = m[1]
            rest = m[2] or ""
            if rest.startswith("["):
                rest = rest[1:].rstrip("]")
            if rest:
                yield section, platforms, unquoted(rest)
            continue
        m = re.match(r"\s+(?:- )?(.*)", line)
        if m and line.lstrip().startswith("- "):
            yield section, platforms, unquoted(m[1])


def texts(t):
    seen = 0
    for folder in ("data/rules", "data/hardening"):
        for path in sorted(pathlib.Path(folder).glob("*.yml")):
            for section, platforms, text in told(path):
                seen += 1
                odd = set(platforms.split()) - PLATFORMS
                t.ok(not odd, f"{path.stem}: platforms of {section} are known", odd)
                if "any" not in platforms.split():
                    continue
                t.ok(
                    not COMMANDS.match(text),
                    f"{path.stem}: {section} for any platform is no command",
                    text,
                )
    t.ok(seen > 500, "knowledge: verify and fix are found", seen)


def explain(*words):
    return run([program(), "explain", *words]).stdout.decode()


def advisories(t):
    p = run([program(), "intel", "list"])
    t.ok(b" 0 problems" in p.stdout, "knowledge: loads without a problem", p.stderr.decode())
    known = [line.split()[0] for line in explain().splitlines()]
    files = list(pathlib.Path("data/advisories").glob("*.yaml"))
    t.ok(len(known) == len(files), "explain lists every advisory", known)
    for name in known:
        said = explain(name)
        rows = re.findall(rf"^  ({re.escape(name)}:\S+) +(by rule|by hand|unanswered)", said, re.M)
        t.ok(len(rows) > 0, f"explain {name} lists its rows", said[:500])
        if name == "AA25-239A":
            continue
        open_rows = [r for r, how in rows if how == "unanswered"]
        t.ok(not open_rows, f"{name}: every row has a check or a procedure", open_rows)
        for row, how in rows:
            if how == "by hand":
                t.ok("\nby hand " in explain(row), f"{row} has a procedure")


def rows_by_platform(t):
    """Cells and findings speak of rows for the device's own system only."""
    status, report, said = scan("tests/golden/config/junos", "tests/golden/config/cisco-ios")
    if not t.ok(report is not None, "advisories: golden configurations give a report", said):
        return
    platform = {d["name"]: d["platform"] for d in report["devices"]}
    strange = {"ios": "STIG-JUNOS-NDM", "ios-xe": "STIG-JUNOS-NDM", "junos": "STIG-CISCO-NDM"}
    own = {"ios": "STIG-CISCO-NDM", "ios-xe": "STIG-CISCO-NDM", "junos": "STIG-JUNOS-NDM"}
    main = {}
    seen = {}
    for c in report["coverage"]:
        advisory = c["row"].split(":")[0]
        seen.setdefault(c["device"], set()).add(advisory)
        main[c["device"]] = main.get(c["device"], 0) + (advisory == "AA25-239A")
    t.ok(len(set(main.values())) == 1, "advisories: the main one has a cell for every row and device", main)
    known = [d for d in platform if platform[d] in own]
    t.ok({platform[d] for d in known} == set(own), "advisories: devices of three systems", platform)
    for d in known:
        t.ok(own[platform[d]] in seen[d], f"advisories: {d} has rows of {own[platform[d]]}")
        t.ok(strange[platform[d]] not in seen[d], f"advisories: {d} has no row of {strange[platform[d]]}")
    for f in report["findings"]:
        named = {r.split(":")[0] for r in f["advisory"]}
        if platform.get(f["device"]) in own:
            odd = strange[platform[f["device"]]] in named
            t.ok(not odd, f"{f['id']} {f['rule']} names rows of its own system", named)


def check(t):
    texts(t)
    advisories(t)
    rows_by_platform(t)
