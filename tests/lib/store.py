"""A case that lasts: what it holds, what happens to it when things go wrong."""
import contextlib
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

from . import check as counting
from . import history as repositories
from .check import program, run, stable

HARBOUR = pathlib.Path("examples/harbour").resolve()
SERVER = pathlib.Path("/usr/lib/postgresql/15/bin")


def scan(case, *args, **more):
    """(exit status, report or None, standard error) of a scan into a case."""
    return counting.scan("--case", case, *args, **more)


def report(case, *args, build="debug", **more):
    p = run([program(build), "report", "--json", "-", *args, case], **more)
    return p.returncode, p.stdout, p.stderr.decode(errors="replace")


def case(*args):
    p = run([program(), "case", *args])
    return p.returncode, p.stdout.decode(), p.stderr.decode(errors="replace")


def told(rep):
    """What a report says, without where its sources lie."""
    return (
        sorted((f["rule"], f["device"] or "", f["title"], f["severity"], f["count"], f["fingerprint"]) for f in rep["findings"]),
        sorted((d["name"], d["verdict"], d["version"] or "", d["trust"] or "") for d in rep["devices"]),
        sorted((c["row"], c["device"], c["state"]) for c in rep["coverage"]),
    )


def rows(place, sql):
    with contextlib.closing(sqlite3.connect(place)) as db:
        return db.execute(sql).fetchall()


def findings(rep, rule=None):
    return {f["rule"]: f for f in rep["findings"]} if rule is None else [f for f in rep["findings"] if f["rule"] == rule]


# ---- the same, however it came in ----


def again(t, name, place):
    """Reports come again byte for byte, and an unchanged source is not read."""
    _, first, said = scan(place, HARBOUR)
    _, plain, _ = counting.scan(HARBOUR)
    t.ok(first is not None and stable(first) == stable(plain), f"{name}: the first scan into a case is a scan", said)
    _, one, _ = report(place)
    _, two, _ = report(place)
    t.ok(one == two and json.loads(one) == first, f"{name}: a report of the case is that of the scan, byte for byte")
    _, second, said = scan(place, HARBOUR)
    t.ok(second is not None and stable(second) == stable(first), f"{name}: a second scan changes nothing", said)
    return first


def by_parts(t, name, place):
    """Evidence that comes folder by folder is judged as if it came at once."""
    folders = [HARBOUR / p for p in ("configs", "logs", "web", "flows", "show", "files") if (HARBOUR / p).is_dir()]
    _, whole, _ = counting.scan(*folders)
    for folder in folders:
        _, last, said = scan(place, folder)
    t.ok(last is not None and told(last) == told(whole), f"{name}: parts add up to the whole", said)
    return folders, whole


def flows(t, folder):
    """Flows are read by the addresses of devices, which may come later."""
    _, whole, _ = counting.scan(HARBOUR / "configs", HARBOUR / "flows")
    place = folder / "flows.db"
    scan(place, HARBOUR / "configs")
    _, got, said = scan(place, HARBOUR / "flows")
    t.ok(told(got) == told(whole), "store: flows that come later know the devices", said)
    _, _, said = scan(folder / "flows-told.db", HARBOUR / "flows")
    p = run([program(), "scan", "--case", folder / "flows-told.db", HARBOUR / "configs"])
    t.ok(b"once more" in p.stderr, "store: flows that came first are told of", p.stderr.decode())
    p = run([program(), "scan", "--case", folder / "flows-told.db", HARBOUR / "configs"])
    t.ok(b"once more" not in p.stderr, "store: and are read again by the next scan", p.stderr.decode())
    _, out, said = report(folder / "flows-told.db")
    t.ok(told(json.loads(out)) == told(whole), "store: with what they show then", said)


def unread(t, folder):
    """Only what is new or changed is read: the run that read it is kept."""
    place = folder / "unread.db"
    work = folder / "unread"
    shutil.copytree(HARBOUR / "configs", work)
    scan(place, work)
    scan(place, work)
    t.ok(rows(place, "SELECT DISTINCT run FROM sources") == [(1,)], "store: what is unchanged is not read again")
    changed = sorted(work.glob("*.cfg"))[0]
    changed.write_text(changed.read_text() + "!\n! edited\n")
    scan(place, work)
    again = rows(place, "SELECT path, standing FROM sources WHERE run = 3")
    t.ok(again == [(changed.name, "current")], "store: what changed is read again, and that alone", again)
    moved = folder / "elsewhere"
    work.rename(moved)
    _, got, _ = scan(place, moved)
    t.ok(len(got["sources"]) == len(list(moved.glob("*"))), "store: a folder that was moved is the same evidence", len(got["sources"]))
    inside = moved / "case.db"
    shutil.copy(place, inside)
    status, got, said = scan(inside, moved)
    t.ok(not any("case.db" in s["path"] for s in got["sources"]), "store: a case is no evidence of itself", said)
    inside.unlink()
    status, got, said = scan(place, folder / "absent", folder / "absent")
    t.ok(status == 3 and len([s for s in got["sources"] if s["state"] == "unreadable"]) >= 1, "store: what is not there is told", said)
    t.ok(rows(place, "SELECT count(DISTINCT unit) FROM sources WHERE state = 'unreadable'") == [(1,)], "store: and is one source")
    (folder / "absent").write_text("nothing\n")
    status, got, said = scan(place, folder / "absent")
    t.ok(not any(s["state"] == "unreadable" for s in got["sources"]), "store: until it is there", said)
    status, _, said = scan(place, "--custody", moved)
    t.ok(rows(place, "SELECT DISTINCT run FROM sources WHERE standing = 'current' AND path LIKE '%.cfg'") == [(7,)], "store: --custody reads everything", said)


# ---- what changes ----

PLAIN = """version 17.9
hostname tide-lab1
!
interface Loopback0
 ip address 198.51.100.9 255.255.255.255
!
{}line vty 0 4
 transport input ssh
!
end
"""
LINE = "2025-03-0{}T10:11:{:02}+00:00 tide-lab1 10{}: Mar  {} 2025 10:11:{:02}.100 UTC: %{}\n"


def log_line(day, second, text):
    return LINE.format(day, second, second, day, second, text)


def changes(t, folder):
    """A sign of compromise outlives the configuration that showed it; a gap
    does not."""
    place, work = folder / "changes.db", folder / "changes"
    work.mkdir()
    cfg = work / "tide-lab1.cfg"
    cfg.write_text(PLAIN.format("access-list 20 permit 203.0.113.7\naccess-list 20 permit 45.61.133.31\n!\niox\n!\nip http server\n!\n"))
    _, first, _ = scan(place, work)
    signs = {f["fingerprint"] for f in first["findings"] if f["kind"] in ("compromise", "indicator")}
    gaps = {f["rule"] for f in first["findings"] if f["kind"] == "hardening"}
    cfg.write_text(PLAIN.format("no ip http server\n!\n"))
    _, plain, _ = counting.scan(work)
    _, second, _ = scan(place, work)
    kept = {f["fingerprint"] for f in second["findings"] if f["kind"] in ("compromise", "indicator")}
    t.ok(signs and kept == signs, "store: signs of compromise stay when the configuration is replaced", (signs, kept))
    left = {f["rule"] for f in second["findings"] if f["kind"] == "hardening"}
    want = {f["rule"] for f in plain["findings"] if f["kind"] == "hardening"}
    t.ok(left == want and gaps != left, "store: gaps are those of the newer one", left ^ want)
    where = [s for s in second["sources"] if "replaced" in (s["why"] or "")]
    t.ok(len(where) == 1 and where[0]["path"].startswith("tide-lab1.cfg@"), "store: the older one is told apart", where)
    cells = [c for c in second["coverage"] if c["state"] == "clear"]
    plain_cells = [c for c in plain["coverage"] if c["state"] == "clear"]
    t.ok(len(cells) <= len(plain_cells), "store: what is past clears nothing", (len(cells), len(plain_cells)))
    cfg.unlink()
    _, third, _ = scan(place, work)
    t.ok(told(third) == told(second), "store: a file that is gone stays in the case")


def logs(t, folder):
    """A log that has grown counts once; one that was rotated counts beside
    what came after it."""
    place, work = folder / "logs.db", folder / "logs"
    work.mkdir()
    log = work / "syslog.log"
    one = log_line(1, 5, "SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: noc] [Source: 45.61.133.31] [localport: 22] at 10:11:05 UTC Sat Mar 1 2025")
    two = log_line(2, 6, "SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: noc] [Source: 45.61.133.31] [localport: 22] at 10:11:06 UTC Sun Mar 2 2025")
    log.write_text(one)
    _, first, _ = scan(place, work)
    rule = next(f["rule"] for f in first["findings"] if "45.61.133.31" in f["title"] and f["kind"] == "indicator")
    log.write_text(one + two)
    _, grown, _ = scan(place, work)
    count = [f["count"] for f in findings(grown, rule) if "logged in" in f["title"]]
    t.ok(count == [2] and len(grown["sources"]) == 1, "store: a log that has grown counts once", (count, len(grown["sources"])))
    log.write_text(two.replace("102025", "102026").replace("Mar  2", "Mar  3").replace("03-02", "03-03"))
    _, rotated, _ = scan(place, work)
    count = [f["count"] for f in findings(rotated, rule) if "logged in" in f["title"]]
    t.ok(count == [3], "store: a log that was rotated stays", count)
    _, same, _ = scan(place, work)
    t.ok(stable(same) == stable(rotated), "store: and does so once")
    place = folder / "stream.db"
    for text in (one, two, one):
        counting.scan("--case", place, "-", input=text.encode())
    _, out, _ = report(place)
    out = json.loads(out)
    t.ok(len(out["sources"]) == 2, "store: streams are told apart by what they hold", [s["path"] for s in out["sources"]])


def knowledge(t, folder):
    """With other knowledge sources are read again while they are there."""
    place, work, rules = folder / "knowledge.db", folder / "evidence", folder / "rules"
    shutil.copytree(HARBOUR / "configs", work)
    rules.mkdir()
    (rules / "own.yml").write_text(
        "title: A lab rule\nid: 7d4a2f1e-3f0e-4d0e-9f5e-0d6c7a1f2b3c\nname: lab-rule\nstatus: test\n"
        "logsource: {product: tidemark, category: config}\n"
        "detection:\n  sel: {line|startswith: 'hostname '}\n  condition: sel\nlevel: low\n")
    scan(place, work)
    gone = sorted(work.glob("*.cfg"))[0]
    gone.unlink()
    other = folder / "other"
    other.mkdir()
    (other / "note.cfg").write_text(PLAIN.format(""))
    _, got, said = scan(place, "--rules", rules, other)
    seen = {f["evidence"][0]["path"] for f in findings(got, "lab-rule")}
    old = {s["path"] for s in got["sources"] if "other-reading" in (s["why"] or "")}
    t.ok(old == {gone.name}, "store: what cannot be read again says so", (old, said))
    t.ok(seen == {p.name for p in work.glob("*.cfg")} | {"note.cfg"}, "store: what can is read with the new rules", seen)
    status, out, said = report(place)
    t.ok(status in (0, 1, 3) and json.loads(out) == got and said == "", "store: a report has the knowledge of the last scan", said)
    (rules / "own.yml").unlink()
    status, out, said = report(place)
    t.ok("other knowledge" in said and "forgotten" in out.decode(), "store: when that is gone, it is told", said)


def people(t, folder):
    """Notes and decisions stay, with who and when, and are honoured."""
    place = folder / "people.db"
    _, plain, _ = scan(place, HARBOUR)
    flaws = [f for f in plain["findings"] if f["device"] == "quay-agg2" and f["kind"] == "vulnerability"]
    marks = [f["fingerprint"] for f in flaws]
    status, out, said = case("accept", *marks, "--case", place, "--reason", "lab switch, no route", "--by", "mika", "--until", "9999-12-30")
    t.ok(status == 0, "case: findings are accepted", said)
    _, out, _ = report(place)
    got = json.loads(out)
    verdict = {d["name"]: d["verdict"] for d in got["devices"]}["quay-agg2"]
    t.ok(verdict not in ("exposed", "suspicious", "compromised"), "case: what is accepted moves no verdict", verdict)
    w = next(f["waiver"] for f in got["findings"] if f["fingerprint"] == marks[0])
    w = dict(w)
    t.ok(w.pop("made")[:10] == time.strftime("%Y-%m-%d", time.gmtime()), "case: it says when", w)
    t.ok(w == {"owner": "mika", "reason": "lab switch, no route", "expires": "9999-12-30", "decision": "accepted", "expired": False}, "case: it says who, why and until when", w)
    _, again, _ = scan(place, HARBOUR)
    t.ok([f["waiver"] for f in again["findings"]] == [f["waiver"] for f in got["findings"]], "case: a later scan honours it")
    sign = next(f for f in plain["findings"] if f["kind"] == "compromise" and f["device"] == "pilot-edge1")
    case("reject", sign["fingerprint"], "--case", place, "--reason", "our own capture", "--by", "tariq")
    case("note", sign["fingerprint"], "--case", place, "--reason", "ticket 4482\x1b[2J", "--by", "mika")
    _, out, _ = report(place)
    got = json.loads(out)
    w = next(f["waiver"] for f in got["findings"] if f["fingerprint"] == sign["fingerprint"])
    t.ok(w["decision"] == "rejected" and w["expires"] is None, "case: what is rejected stays, marked", w)
    t.ok(not any(e["finding"] and next(f for f in got["findings"] if f["id"] == e["finding"])["fingerprint"] == sign["fingerprint"] for e in got["timeline"]), "case: and leaves the timeline")
    today = time.strftime("%Y-%m-%d", time.gmtime())
    for form, accepted, rejected in ((["--color", "never"], "accepted", "rejected"), (["--quiet", "--markdown", "-"], "Accepted", "Rejected")):
        said = re.sub(r"\\(.)", r"\1", run([program(), "report", *form, place]).stdout.decode())
        for words in (f"{accepted} on {today} until 9999-12-30, by mika: lab switch, no route", f"{rejected} on {today}, with no end, by tariq: our own capture"):
            t.ok(words.lower() in said.lower(), f"case: people read {words.split(',')[0]!r}", said[:1500])
    case("reopen", *marks, "--case", place, "--reason", "it was moved")
    _, out, _ = report(place)
    got = json.loads(out)
    t.ok(not any(f["waiver"] for f in got["findings"] if f["fingerprint"] in marks), "case: what is reopened counts again")
    _, out, _ = case("list", "--case", place)
    t.ok(len(out.splitlines()) == 2 * len(marks) + 2 and "mika, until 9999-12-30: lab switch" in out and "\x1b" not in out, "case: all that was said is listed", out)
    _, out, _ = case("list", sign["fingerprint"], "--case", place)
    t.ok(len(out.splitlines()) == 2 and all(sign["fingerprint"] in l for l in out.splitlines()), "case: of one finding too", out)
    for args, word in ((["accept", marks[0]], "--reason"), (["accept", "F12", "--reason", "x"], "16 hexadecimal"), (["accept", "--reason", "x"], "no FINDING"), (["bless", marks[0], "--reason", "x"], "expected note"), (["accept", marks[0], "--reason", "x", "--until", "2030-02-30"], "--until")):
        status, _, said = case(*args, "--case", place)
        t.ok(status == 2 and word in said, f"case: refused with {word}", said)
    status, _, said = case("list", "--case", folder / "absent.db")
    t.ok(status == 4 and not (folder / "absent.db").exists(), "case: a case that is not there is not made", said)
    expired = folder / "expired.db"
    scan(expired, HARBOUR)
    case("accept", *marks, "--case", expired, "--reason", "x", "--until", "2001-01-01")
    _, out, _ = report(expired)
    got = json.loads(out)
    t.ok({d["name"]: d["verdict"] for d in got["devices"]} == {d["name"]: d["verdict"] for d in plain["devices"]}, "case: what has expired moves nothing")
    said = run([program(), "report", "--color", "never", expired]).stdout.decode()
    t.ok(f"acceptance of {today} expired on 2001-01-01, by " in said, "case: and people read when it was made, and ended", said[:1500])


def waivers(t, folder):
    place, path = folder / "waivers.db", folder / "waivers.yaml"
    _, plain, _ = counting.scan(HARBOUR)
    mark = plain["findings"][0]["fingerprint"]
    path.write_text(f"- finding: {mark}\n  owner: noc@example.net\n  reason: known\n  expires: 9999-12-30\n")
    scan(place, "--waivers", path, HARBOUR)
    scan(place, "--waivers", path, HARBOUR)
    _, out, _ = report(place)
    w = json.loads(out)["findings"][0]["waiver"]
    t.ok(w is not None and w["owner"] == "noc@example.net", "store: what --waivers accepts stays accepted", w)
    t.ok(rows(place, "SELECT count(*) FROM dispositions") == [(1,)], "store: and is kept once")


def own(t, folder):
    place = folder / "own.db"
    scan(place, "--own", "167.88.173.0/24", HARBOUR)
    _, plain, _ = counting.scan("--own", "167.88.173.0/24", HARBOUR)
    _, got, _ = scan(place, HARBOUR)
    t.ok(told(got) == told(plain), "store: own address space stays own")


# ---- what it holds ----


def tables(t, folder):
    """The tables for SQL say what the report says, and hold no secret."""
    place = folder / "tables.db"
    _, rep, _ = scan(place, HARBOUR)
    t.ok(oct(os.stat(place).st_mode & 0o777) == "0o600", "store: only its owner may read it")
    got = rows(place, "SELECT name, verdict FROM devices ORDER BY name")
    t.ok(got == [(d["name"], d["verdict"]) for d in rep["devices"]], "store: devices with SQL", got[:3])
    got = rows(place, "SELECT 'F' || f.finding, f.fingerprint, d.name FROM findings f LEFT JOIN devices d USING (device) ORDER BY f.finding")
    t.ok(got == [(f["id"], f["fingerprint"], f["device"]) for f in rep["findings"]], "store: findings with SQL", got[:3])
    got = rows(place, "SELECT count(*) FROM evidence")[0][0]
    t.ok(got == sum(len(f["evidence"]) for f in rep["findings"]), "store: evidence with SQL", got)
    got = set(rows(place, "SELECT d.name, c.advisory_row, c.state FROM coverage c JOIN devices d USING (device)"))
    want = {(c["device"], c["row"], c["state"]) for c in rep["coverage"]}
    t.ok({c for c in want if c[2] in ("hit", "clear")} == {c for c in got if c[2] in ("hit", "clear")} and got <= want, "store: coverage with SQL", len(got ^ want))
    got = rows(place, "SELECT time, kind FROM timeline ORDER BY number")
    t.ok(got == [(e["time"], e["event"]) for e in rep["timeline"]], "store: the timeline with SQL", got[:2])
    got = rows(place, "SELECT count(*) FROM facts WHERE json_valid(fields)")[0][0]
    t.ok(got == rows(place, "SELECT count(*) FROM facts")[0][0] > 0, "store: facts with SQL, as JSON", got)
    for check in ("PRAGMA integrity_check", "PRAGMA foreign_key_check"):
        got = rows(place, check)
        t.ok(got in ([], [("ok",)]), f"store: {check}", got)
    secrets(t, folder)


WORDS = ("Blaubeere77x", "Quittengelee9", "Hagebutte31", "Schlehenfeuer5", "Vogelbeere8")


def secrets(t, folder):
    place, work = folder / "secrets.db", folder / "secrets"
    work.mkdir()
    (work / "a.cfg").write_text(PLAIN.format(
        f"enable password {WORDS[0]}\nusername noc privilege 15 password 0 {WORDS[1]}\nsnmp-server community {WORDS[2]} RW\n"
        f"tacacs-server key {WORDS[3]}\nip http server\n"))
    (work / "acct.log").write_text(
        f"Feb 18 02:19:05\t198.51.100.9\tnoc\ttty3\t192.0.2.7\tstop\ttask_id=4818\tstart_time=1739845145\ttimezone=UTC\tservice=shell\tpriv-lvl=15\tcmd=username noc2 privilege 15 password 0 {WORDS[4]} <cr>\n")
    _, rep, _ = scan(place, work)
    t.ok(any(e["event"] == "account" for e in rep["timeline"]), "store: an account that is made stands on the timeline", rep["timeline"])
    held = b"".join(p.read_bytes() for p in folder.glob("secrets.db*"))
    found = [w for w in WORDS if w.encode() in held]
    t.ok(not found, "store: no secret is kept", found)
    found = [w for w in WORDS if w in json.dumps(rep)]
    t.ok(not found, "store: nor shown", found)
    status, _, said = scan(place, "--show-secrets", work)
    t.ok(status == 2 and "keeps no secrets" in said, "store: secrets that are shown are not kept", said)


def shared(t, folder):
    """A secret that several runs bring is known to be one."""
    place = folder / "shared.db"
    for n in (1, 2, 3):
        work = folder / f"shared{n}"
        work.mkdir()
        (work / f"r{n}.cfg").write_text(PLAIN.format("username noc secret 5 $1$mERr$hx5rVt7rPNoS4wqbXKX7m0\n").replace("lab1", f"lab{n}").replace("100.9 ", f"100.{n} "))
        _, rep, _ = scan(place, work)
    found = [f["device"] for f in rep["findings"] if f["rule"] == "password-shared"]
    _, once, _ = counting.scan(*(folder / f"shared{n}" for n in (1, 2, 3)))
    t.ok(told(rep) == told(once) and found, "store: a secret that several runs bring is one", found)


# ---- when things go wrong ----


def intact(place, before, after=None):
    """The case reads as before, or as after what was going on."""
    status, out, said = report(place)
    if status not in (0, 1, 3):
        return said
    got = stable(json.loads(out))
    return None if got == before or got == after else "neither as before nor as after"


def killed(t, folder):
    """Killed at any point, a scan is in the case wholly or not at all."""
    place = folder / "killed.db"
    scan(place, HARBOUR / "configs")
    whole = folder / "whole.db"
    shutil.copy(place, whole)
    start = time.monotonic()
    scan(whole, HARBOUR / "logs")
    span = time.monotonic() - start
    before, after = (stable(json.loads(report(p)[1])) for p in (place, whole))
    bad, ends = [], {"before": 0, "after": 0}
    for i in range(30):
        victim = folder / "victim.db"
        for p in folder.glob("victim.db*"):
            p.unlink()
        shutil.copy(place, victim)
        p = subprocess.Popen([program(), "scan", "--quiet", "--case", victim, HARBOUR / "logs"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # Most of it is reading; what matters is at the end.
        time.sleep(span * (0.3 + 0.9 * i / 30))
        p.send_signal(signal.SIGKILL)
        p.wait()
        wrong = intact(victim, before, after)
        if wrong:
            bad.append((i, wrong))
        else:
            ends["after" if stable(json.loads(report(victim)[1])) == after else "before"] += 1
        if not wrong and i % 8 == 0:
            _, got, said = scan(victim, HARBOUR / "logs")
            if got is None or stable(got) != after:
                bad.append((i, "the next scan", said))
    t.ok(not bad, "store: killed at any point, the case is as before or as after", bad[:3])
    t.ok(sum(ends.values()) == 30 - len(bad), f"store: killed 30 times, {ends}")


def limited(size):
    def set_limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return set_limit


def full(t, folder):
    """No room, at any size of the file: an error, and the case as it was."""
    place = folder / "full.db"
    scan(place, HARBOUR / "configs")
    before = stable(json.loads(report(place)[1]))
    bad, refused = [], 0
    for size in range(0, 1_600_000, 100_000):
        victim = folder / "full-victim.db"
        for p in folder.glob("full-victim.db*"):
            p.unlink()
        shutil.copy(place, victim)
        p = run([program(), "scan", "--quiet", "--case", victim, HARBOUR / "logs"], preexec_fn=limited(size))
        said = p.stderr.decode(errors="replace")
        if p.returncode == 4:
            refused += 1
            if "as it was" not in said or intact(victim, before):
                bad.append((size, said))
        elif p.returncode not in (0, 1):
            bad.append((size, p.returncode, said))
    t.ok(not bad and refused >= 3, f"store: a full disk leaves the case as it was ({refused} sizes)", bad[:3])
    fresh = folder / "fresh.db"
    p = run([program(), "scan", "--quiet", "--case", fresh, HARBOUR / "logs"], preexec_fn=limited(20000))
    t.ok(p.returncode == 4 and b"File too large" in p.stderr, "store: a new case without room is an error", p.stderr.decode())
    _, got, said = scan(fresh, HARBOUR / "logs")
    t.ok(got is not None, "store: and may be filled later", said)
    small_disk(t, folder, place, before)


def small_disk(t, folder, place, before):
    mount = folder / "disk"
    mount.mkdir()
    if run(["mount", "-t", "tmpfs", "-o", "size=1500k", "none", mount]).returncode != 0:
        t.skip("store: on a full file system", "mount is not permitted here")
        return
    try:
        victim = mount / "case.db"
        shutil.copy(place, victim)
        (mount / "ballast").write_bytes(b"\0" * (1_500_000 - victim.stat().st_size - 100_000))
        status, _, said = scan(victim, HARBOUR / "logs")
        t.ok(status == 4 and "as it was" in said and intact(victim, before) is None, "store: on a full file system", said)
        run(["mount", "-o", "remount,ro", mount])
        status, out, said = report(victim)
        t.ok(status in (0, 1, 3) and stable(json.loads(out)) == before, "store: a report from a disk that cannot be written", said)
        status, _, said = scan(victim, HARBOUR / "logs")
        t.ok(status == 4 and "may not be written" in said or "Read-only" in said, "store: no scan into one", said)
    finally:
        run(["umount", mount])


def foreign(t, folder):
    """What is no case, or another version's, is refused and left alone."""
    good = folder / "good.db"
    scan(good, HARBOUR / "configs")
    before = stable(json.loads(report(good)[1]))

    def refused(name, make, word, also_report=True):
        victim = folder / "foreign.db"
        for p in folder.glob("foreign.db*"):
            p.unlink()
        make(victim)
        held = victim.read_bytes() if victim.is_file() else None
        for status, _, said in (scan(victim, HARBOUR / "logs"), report(victim)) if also_report else (scan(victim, HARBOUR / "logs"),):
            t.ok(status == 4 and word in said, f"store: {name} is refused: {word}", said)
        t.ok(held is None or victim.read_bytes() == held, f"store: {name} is left as it is")

    def other(p):
        with contextlib.closing(sqlite3.connect(p)) as db:
            db.execute("CREATE TABLE songs (name TEXT)")
            db.commit()

    def newer(p):
        shutil.copy(good, p)
        with contextlib.closing(sqlite3.connect(p)) as db:
            db.execute("PRAGMA user_version = 99")
            db.commit()

    def cut(p):
        p.write_bytes(good.read_bytes()[: good.stat().st_size // 2])

    def damaged(p):
        data = bytearray(good.read_bytes())
        at = data.find(b"berth-sw2", len(data) // 3)
        data[at:at + 5] = b"BERTH"
        p.write_bytes(data)

    def body(p):
        shutil.copy(good, p)
        with contextlib.closing(sqlite3.connect(p)) as db:
            db.execute("UPDATE raw SET body = substr(body, 1, 100) WHERE source = 3")
            db.commit()

    refused("a text", lambda p: p.write_text("hostname r1\n" * 100), "no case of tidemark")
    refused("another program's database", other, "no case of tidemark")
    refused("a newer case", newer, "newer tidemark")
    refused("a cut case", cut, "damaged")
    refused("a folder", lambda p: p.mkdir(), "no file")
    (folder / "foreign.db").rmdir()
    refused("a case with a damaged source", body, "damaged")
    t.ok(intact(good, before) is None, "store: the good one is good")
    empty = folder / "empty.db"
    empty.write_bytes(b"")
    status, _, said = report(empty)
    t.ok(status == 4 and "no case" in said, "store: an empty file holds no case", said)
    hostile(t, folder, good)
    unwritable(t, folder, good)


def older(t, folder):
    """A case of the first schema, which knew no repositories: reports read it as it is, a scan brings it up to date."""
    place = folder / "older.db"
    scan(place, HARBOUR)
    want = report(place)[1]
    with contextlib.closing(sqlite3.connect(place)) as db:
        db.executescript("DROP TABLE history_sources; DROP TABLE history_files; DROP TABLE histories; DROP TABLE coverage_parts; DROP TABLE coverage;"
                         "CREATE TABLE coverage (device BIGINT NOT NULL REFERENCES devices, advisory_row TEXT NOT NULL, state TEXT NOT NULL, trust TEXT);"
                         "PRAGMA user_version = 1")
    status, got, said = report(place)
    t.ok(got == want and rows(place, "PRAGMA user_version") == [(1,)], "store: a report of an older case, which stays as it is", said)
    _, again, said = scan(place, HARBOUR)
    t.ok(again is not None and stable(again) == stable(json.loads(want)), "store: a scan into an older case", said)
    t.ok(rows(place, "PRAGMA user_version") == [(2,)] and rows(place, "SELECT count(*) FROM history_files") == [(0,)], "store: which is up to date then")


def hostile(t, folder, good):
    """A case may come from somebody else: what it carries is not run."""
    victim = folder / "hostile.db"
    shutil.copy(good, victim)
    with contextlib.closing(sqlite3.connect(victim)) as db:
        db.executescript(
            "CREATE TRIGGER t AFTER INSERT ON runs BEGIN UPDATE notes SET text = 'run'; DELETE FROM sources; END;"
            "CREATE TRIGGER u AFTER INSERT ON notes BEGIN DELETE FROM units; END;")
        db.commit()
    status, _, said = scan(victim, HARBOUR / "logs")
    t.ok(status in (0, 1, 3) and rows(victim, "SELECT count(*) FROM sources")[0][0] > 10, "store: triggers of a foreign hand are not run", said)
    bodies = rows(good, "SELECT source, body FROM raw ORDER BY source")
    crashed = []
    for cut in range(0, 40):
        shutil.copy(good, victim)
        with contextlib.closing(sqlite3.connect(victim)) as db:
            source, data = bodies[cut % len(bodies)]
            data = bytearray(data)
            if len(data) == 0:
                continue
            at = (cut * 7919) % len(data)
            data[at] ^= 0xff
            db.execute("UPDATE raw SET body = ? WHERE source = ?", (bytes(data), source))
            db.commit()
        status, _, said = report(victim)
        if status != 4 or "damaged" not in said:
            crashed.append((cut, status, said))
    t.ok(not crashed, "store: a source with a changed byte is refused", crashed[:3])


def unwritable(t, folder, good):
    work = folder / "unwritable"
    work.mkdir()
    shutil.copy(good, work / "case.db")
    before = stable(json.loads(report(good)[1]))
    os.chmod(work / "case.db", 0o444)
    os.chmod(work, 0o555)
    as_other = []
    if os.getuid() == 0:
        if not shutil.which("setpriv"):
            t.skip("store: a folder that may not be written", "no setpriv")
            return
        as_other = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        os.chmod(folder, 0o755)
        if run([*as_other, "test", "-x", program()]).returncode != 0:
            t.skip("store: a folder that may not be written", "the program is out of another user's reach")
            return
    p = run([*as_other, program(), "report", "--quiet", "--json", "-", work / "case.db"])
    t.ok(p.returncode in (0, 1, 3) and stable(json.loads(p.stdout)) == before, "store: a report from a folder that may not be written", p.stderr.decode())
    p = run([*as_other, program(), "scan", "--quiet", "--case", work / "case.db", "/etc/hostname"])
    t.ok(p.returncode == 4 and b"case.db" in p.stderr, "store: no scan into one", p.stderr.decode())
    os.chmod(work, 0o755)


def busy(t, folder):
    """Two scans into one case at once."""
    place = folder / "busy.db"
    folders = together(t, "store", str(place))
    t.ok(rows(place, "PRAGMA integrity_check") == [("ok",)], f"store: {len(folders)} scans at once leave it whole")


def together(t, name, place):
    folders = [HARBOUR / p for p in ("configs", "logs", "web", "flows", "show", "files") if (HARBOUR / p).is_dir()]
    crowd = [subprocess.Popen([program(), "scan", "--quiet", "--jobs", "1", "--case", place, f], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for f in folders]
    said = [p.communicate()[1].decode(errors="replace") for p in crowd]
    status = [p.returncode for p in crowd]
    t.ok(all(s in (0, 1, 3) for s in status), f"{name}: scans at once all succeed", (status, said))
    _, whole, _ = counting.scan(*folders)
    # Flows may have been read before the configurations were there.
    scan(place, folders[0])
    _, out, said = report(place)
    t.ok(told(json.loads(out)) == told(whole), f"{name}: and the case is the whole", said)
    return folders


# ---- what to do, from a case ----


def plan(*args):
    """(exit status, plan as bytes, standard error) of fix."""
    p = run([program(), "fix", "--json", "-", *args])
    return p.returncode, p.stdout, p.stderr.decode(errors="replace")


def plans_same(t, name, place):
    """A plan of a case is that of the evidence in it."""
    _, want, _ = plan(HARBOUR)
    status, got, said = plan(place)
    t.ok(status == 0 and got == want and json.loads(got)["unread"] == [], f"{name}: the plan of a case is that of its evidence, byte for byte", said)


def page_plan(text):
    """The plan of an HTML report, with its strings."""
    data = json.loads(re.search(r'<script type="application/json" id="data">\n(.*?)</script>', text.decode(), re.S).group(1))
    spell = lambda v: data["strings"][v]
    return data["plan"] and {k: [spell(x) for x in v] if k == "unread" else v for k, v in data["plan"].items()}


def plans_pages(t, folder):
    """The HTML report of a case has its plan."""
    work, place = folder / "pages", folder / "pages.db"
    shutil.copytree(HARBOUR / "configs", work)
    want = page_plan(run([program(), "scan", "--quiet", "--html", "-", work]).stdout)
    got = run([program(), "scan", "--quiet", "--case", place, "--html", "-", work]).stdout
    t.ok(page_plan(got)["steps"] == want["steps"] and want["counts"]["closes"] > 0, "store: the page of a scan into a case has the plan of the scan")
    page = run([program(), "report", "--quiet", "--html", "-", place]).stdout
    t.ok(page == got and page_plan(page)["unread"] == [], "store: and so has that of a report, byte for byte")
    one = run([program(), "report", "--quiet", "--jobs", "1", "--html", "-", place]).stdout
    t.ok(one == page, "store: with any number of workers")
    (work / "quay-agg1.cfg").unlink()
    page = page_plan(run([program(), "report", "--quiet", "--html", "-", place]).stdout)
    t.ok(page["unread"] == ["quay-agg1.cfg"] and page["unread_all"] == 1 and page["counts"]["closes"] < want["counts"]["closes"], "store: it names the configurations that are gone", page["unread"])


def plans(t, folder):
    place, work = folder / "plans.db", folder / "plans"
    configs = work / "configs"
    shutil.copytree(HARBOUR, work)
    scan(place, work)
    plans_same(t, "store", place)
    _, whole, _ = plan(place)
    steps = {d["name"]: d["steps"] for d in json.loads(whole)["devices"]}

    gone, changed = configs / "quay-agg1.cfg", configs / "quay-agg2.cfg"
    gone.unlink()
    changed.write_bytes(changed.read_bytes().replace(b"quay-agg2", b"quay-agg3"))
    status, out, said = plan(place)
    got = json.loads(out)
    t.ok(status == 0 and got["unread"] == ["configs/quay-agg1.cfg", "configs/quay-agg2.cfg"], "store: a plan names the configurations that are gone or changed", (said, got["unread"]))
    left = {d["name"]: d["steps"] for d in got["devices"]}
    lost = left.pop("quay-agg1") + left.pop("quay-agg2")
    t.ok(lost and all(s["check"] in ("untried", "by hand") for s in lost), "store: their steps are not tried", lost)
    t.ok(any(s["commands"] for s in lost) and b"quay-agg3" not in out, "store: and are as known for the platform, not of the new text")
    t.ok(left and all(steps[n] == s for n, s in left.items()), "store: those of other devices stay")
    t.ok(steps["quay-agg2"] and any(s["check"] == "closes" for s in steps["quay-agg2"]), "store: which were tried before")
    p = run([program(), "fix", place])
    t.ok(b"2 configurations of the case could not be read again" in p.stdout and b"\n  configs/quay-agg1.cfg\n" in p.stdout, "store: and says so to people", p.stdout)
    t.ok(run([program(), "fix", "--check", place]).returncode == 3, "store: --check cannot say that all would close")

    marks = {s["fingerprint"] for s in steps["berth-sw2"] if s["kind"] == "hardening"}
    case("accept", *marks, "--case", place, "--reason", "lab", "--by", "mika")
    _, out, said = plan(place)
    still = {s["fingerprint"] for d in json.loads(out)["devices"] for s in d["steps"]}
    t.ok(marks and not marks & still, "store: what was accepted asks for no step", said)


def plans_odd(t, folder):
    """Files that a plan of a case must not take for others."""
    place = folder / "plans-odd.db"
    texts = [(HARBOUR / "configs" / n).read_bytes() for n in ("quay-agg2.cfg", "keel-core1.cfg")]
    for name, text in zip(("one", "two"), texts):
        (folder / name).mkdir()
        (folder / name / "r.cfg").write_bytes(text)
        run([program(), "scan", "--quiet", "--case", place, "r.cfg"], cwd=folder / name)
    status, out, said = plan(place)
    got = {d["name"]: d["steps"] for d in json.loads(out)["devices"]}
    want = {}
    for name in ("one", "two"):
        want |= {d["name"]: d["steps"] for d in json.loads(plan(folder / name / "r.cfg")[1])["devices"]}
    strip = lambda steps: [{k: v for k, v in s.items() if k != "finding"} for s in steps]
    t.ok(
        status == 0 and len(got) == 2 and json.loads(out)["unread"] == [] and {n: strip(s) for n, s in got.items()} == {n: strip(s) for n, s in want.items()},
        "store: of two files with one name, each is read for its own steps", (said, sorted(got), sorted(want)),
    )

    packed = folder / "packed.db"
    run(["tar", "czf", folder / "packed.tgz", "-C", HARBOUR, "configs"])
    run([program(), "scan", "--quiet", "--case", packed, folder / "packed.tgz"])
    _, want, _ = plan(folder / "packed.tgz")
    _, got, said = plan(packed)
    t.ok(got == want and json.loads(got)["unread"] == [] and json.loads(got)["steps"]["closes"] > 0, "store: configurations in an archive are read again", said)

    status, _, said = plan(packed, HARBOUR)
    t.ok(status == 2 and "stands alone" in said, "store: a plan is of a case or of evidence", said)
    other = folder / "songs.db"
    with contextlib.closing(sqlite3.connect(other)) as db:
        db.execute("CREATE TABLE songs (name TEXT)")
        db.commit()
    status, out, said = plan(other)
    t.ok(status == 0 and json.loads(out)["devices"] == [], "store: a database of something else is evidence like any file", said)
    empty = folder / "nothing.db"
    with contextlib.closing(sqlite3.connect(empty)) as db:
        db.execute("PRAGMA application_id = 1952738667")
        db.execute("CREATE TABLE songs (name TEXT)")
        db.commit()
    status, _, said = plan(empty)
    t.ok(status == 4 and "no case" in said, "store: what only looks like a case is refused", said)


# ---- PostgreSQL ----


@contextlib.contextmanager
def server(folder):
    """A server of our own in a folder of its own, as the user postgres."""
    as_user = []
    if os.getuid() == 0:
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        shutil.chown(folder, "postgres")
    data, log = folder / "data", folder / "log"
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    p = run([*as_user, SERVER / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8"])
    if p.returncode == 0:
        p = run([*as_user, SERVER / "pg_ctl", "-D", data, "-w", "-o", options, "-l", log, "start"])
    if p.returncode != 0:
        yield None, p.stderr.decode(errors="replace")
        return
    try:
        yield lambda base: f"postgresql://postgres:Sanddorn12@/{base}?host={folder}", ""
    finally:
        run([*as_user, SERVER / "pg_ctl", "-D", data, "-m", "immediate", "stop"])


def postgres(t):
    if not (SERVER / "initdb").exists() or (os.getuid() == 0 and not shutil.which("setpriv")):
        t.skip("store: PostgreSQL", "no server is installed (apt-get install postgresql)")
        return
    with tempfile.TemporaryDirectory(prefix="tidemark-pg-", dir="/tmp") as name:
        folder = pathlib.Path(name)
        with server(folder) as (place, why):
            if place is None:
                t.skip("store: PostgreSQL", why)
                return
            postgres_checks(t, folder, place)


def sql(place, *statements):
    return run(["psql", "-X", "-q", "-A", "-t", place, *[x for s in statements for x in ("-c", s)]]).stdout.decode()


def history_too(t, place):
    """The past of a repository in PostgreSQL, as in a file."""
    if shutil.which("git") is None:
        t.skip("PostgreSQL: repositories", "git is absent")
        return
    sql(place("postgres"), "CREATE DATABASE past")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        r, _ = repositories.incident(folder / "r")
        want = stable(repositories.history(r.path, "--case", folder / "c.db")[1])
        for again in ("first", "second"):
            status, got, said = repositories.history(r.path, "--case", place("past"))
            t.ok(got is not None and stable(got) == want, f"PostgreSQL: the {again} run over a repository", said)
        _, out, said = report(place("past"))
        t.ok(stable(json.loads(out)) == want, "PostgreSQL: and a report of it", said)


def postgres_checks(t, folder, place):
    for base in ("one", "parts", "busy", "alien", "people"):
        sql(place("postgres"), f"CREATE DATABASE {base}")
    again(t, "PostgreSQL", place("one"))
    by_parts(t, "PostgreSQL", place("parts"))
    plans_same(t, "PostgreSQL", place("one"))
    p = run([program(), "diff", HARBOUR / "configs", place("one")])
    t.ok(p.returncode == 0 and b"Sanddorn" not in p.stdout + p.stderr, "PostgreSQL: a case against a baseline, without the password", (p.stdout + p.stderr).decode()[:800])
    history_too(t, place)
    together(t, "PostgreSQL", place("busy"))
    got = sql(place("one"), "SELECT count(*) FROM tidemark.facts WHERE json(fields) IS NOT NULL")
    t.ok(int(got) > 0, "PostgreSQL: facts with SQL", got)
    _, rep, _ = scan(place("people"), HARBOUR)
    mark = rep["findings"][0]["fingerprint"]
    case("accept", mark, "--case", place("people"), "--reason", "known", "--by", "mika")
    _, out, _ = report(place("people"))
    t.ok(json.loads(out)["findings"][0]["waiver"]["owner"] == "mika", "PostgreSQL: decisions stay")
    _, out, _ = case("list", "--case", place("people"))
    t.ok(mark in out and "known" in out, "PostgreSQL: and are listed", out)
    sql(place("alien"), "CREATE SCHEMA tidemark; CREATE TABLE tidemark.songs (name TEXT)")
    status, _, said = scan(place("alien"), HARBOUR / "logs")
    t.ok(status == 4 and "holds no case" in said, "PostgreSQL: a foreign schema is refused", said)
    sql(place("one"), "UPDATE tidemark.meta SET value = '99' WHERE name = 'schema'")
    status, _, said = scan(place("one"), HARBOUR / "logs")
    t.ok(status == 4 and "newer tidemark" in said and "Sanddorn" not in said, "PostgreSQL: a newer case is refused", said)
    status, _, said = scan(place("absent"), HARBOUR / "logs")
    t.ok(status == 4 and "absent" in said and "Sanddorn" not in said, "PostgreSQL: no such database is an error, without the password", said)
    postgres_killed(t, place)


def postgres_killed(t, place):
    sql(place("postgres"), "CREATE DATABASE killed")
    scan(place("killed"), HARBOUR / "configs")
    before = stable(json.loads(report(place("killed"))[1]))
    bad = []
    for i in range(10):
        p = subprocess.Popen([program(), "scan", "--quiet", "--case", place("killed"), HARBOUR / "logs"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.05 + 0.03 * i)
        p.send_signal(signal.SIGKILL)
        p.wait()
        status, out, said = report(place("killed"))
        if status not in (0, 1, 3):
            bad.append(said)
            continue
        got = stable(json.loads(out))
        if got != before and not any(s["path"].endswith(".log") for s in got["sources"]):
            bad.append((i, "half"))
    t.ok(not bad, "PostgreSQL: killed at any point, the case is whole", bad[:3])
    _, got, said = scan(place("killed"), HARBOUR / "logs")
    _, whole, _ = counting.scan(HARBOUR / "configs", HARBOUR / "logs")
    t.ok(got is not None and told(got) == told(whole), "PostgreSQL: and can be gone on with", said)


def check(t):
    with tempfile.TemporaryDirectory(prefix="tidemark-store-") as name:
        folder = pathlib.Path(name)
        again(t, "store", folder / "one.db")
        by_parts(t, "store", folder / "parts.db")
        for part in (unread, flows, changes, logs, knowledge, people, waivers, own, tables, shared, busy, killed, full, foreign, older, plans, plans_pages, plans_odd):
            part(t, folder)
    postgres(t)
