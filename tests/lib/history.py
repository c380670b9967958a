"""Repositories of configurations, built with git: since when, until when, what changed, and what is wrong
with a repository."""
import contextlib
import json
import os
import pathlib
import shutil
import sqlite3
import tempfile

from .check import program, run

BAD = "access-list 20 permit 45.61.133.31"
USER = "username ftpx privilege 15 secret 9 $9$abcdefghijklmn$abcdefghijklmnopqrstuvwxyz0123456789ABCDEFH"
SECRETS = ("0822455D0A16", "s3cr3t", "$9$abc")
SIGN = "AA25-239A:I-14"
RULE = "acl-10-20-50-permits-public"


def config(name, number, extra="", server="10.1.0.5", acl=""):
    return f"""!RANCID-CONTENT-TYPE: cisco
!
!Chassis type: ASR1001-X - a ASR1000 router
!Image: Software: X86_64_LINUX_IOSD-UNIVERSALK9-M, 16.12.4, RELEASE SOFTWARE (fc1)
!
version 16.12
hostname {name}
!
enable secret 9 $9$abcdefghijklmn$abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG
aaa new-model
aaa authentication login default group tacacs+ local
aaa accounting commands 15 default start-stop group tacacs+
username noc privilege 15 secret 9 $9$abcdefghijklmn$abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG
{extra}
tacacs server T1
 address ipv4 {server}
 key 7 0822455D0A16
!
interface GigabitEthernet0/0/0
 ip address 192.0.2.{number} 255.255.255.0
!
logging host 10.1.0.6
access-list 20 permit 10.1.0.0 0.0.255.255
{acl}
snmp-server community s3cr3t RO 20
line vty 0 4
 access-class 20 in
 transport input ssh
!
end
"""


class Repo:
    def __init__(self, path, *more):
        self.path = pathlib.Path(path)
        self.env = dict(os.environ, GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_SYSTEM="/dev/null",
                        GIT_AUTHOR_NAME="rancid", GIT_AUTHOR_EMAIL="rancid@noc.example.net",
                        GIT_COMMITTER_NAME="rancid", GIT_COMMITTER_EMAIL="rancid@noc.example.net")
        run(["git", "init", "-q", "-b", "main", *more, self.path], env=self.env)

    def git(self, *args):
        return run(["git", "-C", self.path, *args], env=self.env).stdout.decode().strip()

    def put(self, name, text):
        at = self.path / name
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_bytes(text if isinstance(text, bytes) else text.encode())

    def commit(self, day, message="updates"):
        """The commit's name."""
        self.env["GIT_AUTHOR_DATE"] = self.env["GIT_COMMITTER_DATE"] = f"{day}T02:00:00Z" if len(day) == 10 else day
        self.git("add", "-A")
        self.git("commit", "-qm", message)
        return self.git("rev-parse", "HEAD")


def history(repo, *args, json_too=True, build="debug"):
    """(exit status, report or None, all that was said)."""
    more = ["--json", "-"] if json_too else []
    p = run([program(build), "history", *more, *args, repo])
    try:
        report = json.loads(p.stdout)
    except ValueError:
        report = None
    return p.returncode, report, (p.stdout + p.stderr).decode(errors="replace")


def sample(*args, build="debug"):
    """A folder of states, one folder for each day, and perhaps one of logs."""
    *more, folder = args
    with tempfile.TemporaryDirectory() as name:
        r = Repo(pathlib.Path(name) / "r")
        for day in sorted(p for p in folder.iterdir() if p.name != "logs"):
            for old in r.path.iterdir():
                if old.name != ".git":
                    old.unlink()
            for file in day.iterdir():
                r.put(file.name, file.read_bytes())
            r.commit(day.name)
        if (folder / "logs").exists():
            more += ["--with", folder / "logs"]
        return history(r.path, *more, build=build)


def signs(report, rule=None, device=None):
    return [f for f in (report or {}).get("findings", []) if (rule is None or f["rule"] == rule) and (device is None or f["device"] == device)]


def valid(t, report, schema, name):
    try:
        import jsonschema
    except ImportError:
        t.skip(f"history: {name} against the schema", "python3-jsonschema is absent")
        return
    text = json.loads(pathlib.Path(f"data/schema/{schema}.json").read_text())
    wrong = [e.message for e in jsonschema.validators.validator_for(text)(text).iter_errors(report)] if report else ["no JSON"]
    t.ok(not wrong, f"history: {name} follows its schema", "\n".join(wrong[:5]))


def incident(folder):
    """Two devices: an address let in for two days, an account that came and went, a server that was replaced,
    a file that was moved, one that was removed."""
    r = Repo(folder)
    c = {}
    r.put("core/configs/r1", config("r1", 1))
    r.put("core/configs/r2", config("r2", 2))
    r.put("core/router.db", "r1;cisco;up\nr2;cisco;up\n# r3;cisco;up\nr9;cisco;down\n")
    c["begin"] = r.commit("2023-03-01")
    r.put("core/configs/r1", config("r1", 1, acl=BAD))
    c["let in"] = r.commit("2023-05-02")
    r.put("core/configs/r2", config("r2", 2, extra=USER))
    c["user"] = r.commit("2023-05-03")
    r.put("core/configs/r1", config("r1", 1))
    c["tidied"] = r.commit("2023-05-04")
    r.put("core/configs/r2", config("r2", 2))
    c["user gone"] = r.commit("2023-05-05")
    r.put("core/configs/r2", config("r2", 2, server="203.0.113.77"))
    c["server"] = r.commit("2024-01-05")
    r.git("mv", "core/configs/r1", "core/configs/edge1")
    c["moved"] = r.commit("2024-02-05")
    r.git("rm", "-q", "core/configs/r2")
    c["removed"] = r.commit("2024-03-05")
    return r, c


def spans_of(finding):
    return [tuple((s[k] or {}).get("commit") for k in ("first", "last", "gone")) for s in finding["history"]["spans"]]


def since_when(t, folder):
    r, c = incident(folder / "incident")
    status, report, said = history(r.path)
    valid(t, report, "tidemark-report-1", "the report")
    t.ok(status == 1, "history: signs set the exit status", f"{status}\n{said[:800]}")
    found = signs(report, SIGN, "r1")
    t.ok(len(found) == 1 and spans_of(found[0]) == [(c["let in"], c["user"], c["tidied"])],
         "history: first commit, last commit and the one that no longer shows it", found)
    if found:
        f = found[0]
        t.ok((f["first_seen"], f["last_seen"]) == ("2023-05-02T02:00:00Z", "2023-05-03T02:00:00Z") and f["history"]["gone"]
             and f["history"]["file"] == "core/configs/edge1" and f["history"]["spans"][0]["first"]["author"].startswith("rancid <"),
             "history: dates, author, and the file under its new name", f["history"])
        t.ok(f["evidence"][0]["path"].endswith("@" + c["let in"][:12]) and f["evidence"][0]["text"] == BAD, "history: the line that shows it", f["evidence"])
    verdicts = {d["name"]: d["verdict"] for d in report["devices"]}
    t.ok(verdicts.get("r1") == "compromised", "history: what is gone still counts", verdicts)
    brief = signs(report, "change-brief-access")
    t.ok([spans_of(f) for f in brief] == [[(c["user"], c["tidied"], c["user gone"])]] and "ftpx" in brief[0]["title"],
         "history: an account that stood for two days", brief)
    t.ok(not signs(history(r.path, "--brief", "1")[1], "change-brief-access"), "history: --brief says how short is short")
    gone = signs(report, "aaa-server-public", "r2")
    t.ok(len(gone) == 1 and spans_of(gone[0]) == [(c["server"], c["moved"], c["removed"])], "history: a file that is removed ends what it showed", gone)
    t.ok(not [f for f in report["findings"] if f["kind"] == "hardening" and f["history"]["gone"]], "history: gone weaknesses are left out")
    whole = history(r.path, "--all")[1]
    t.ok([f for f in whole["findings"] if f["kind"] == "hardening" and f["history"]["gone"]]
         and {d["name"]: d["verdict"] for d in whole["devices"]} == verdicts, "history: --all tells of them, and no verdict moves")
    weak = [f for f in report["findings"] if f["kind"] == "hardening"]
    t.ok(weak and all(f["history"]["spans"][0]["first"]["commit"] == c["begin"] for f in weak), "history: a moved file keeps its past")
    told = history(r.path, json_too=False)[2]
    t.ok(told.index("STOOD FOR A WHILE") < told.index("STILL THERE") and "stood for 2 days" in told and c["tidied"][:12] in told,
         "history: people are told first what came and went", told)
    t.ok("core/router.db names devices without a configuration here: r1 r2 r9\n" in told, "history: devices that the list names and nobody collects", told)
    secret = [s for s in SECRETS if s in said + told + json.dumps(whole)]
    t.ok(not secret, "history: no secret is shown", secret)
    one = {k: v for k, v in history(r.path, "--jobs", "1")[1].items() if k != "run"}
    t.ok(one == {k: v for k, v in history(r.path, "--jobs", "3")[1].items() if k != "run"}, "history: any number of workers, one report")
    run(["git", "clone", "-q", "--bare", r.path, folder / "bare"])
    t.ok(one == {k: v for k, v in history(folder / "bare")[1].items() if k != "run"}, "history: a bare repository says the same")
    t.ok(not signs(history(r.path, "--own", "45.61.133.0/24", "--own", "203.0.113.0/24")[1], "aaa-server-public"), "history: own space is nobody's else")
    bounds(t, r, c)
    logs(t, folder, r, c)
    return r, c


def bounds(t, r, c):
    late = history(r.path, "--since", "2023-05-04")[1]
    f = signs(late, SIGN, "r1")
    t.ok(len(f) == 1 and spans_of(f[0])[0][0] == c["user"], "history: --since begins with the state left before", [spans_of(x) for x in f])
    t.ok(not signs(history(r.path, "--since", "2023-06-01")[1], SIGN), "history: what was gone before --since is left out")
    early = signs(history(r.path, "--until", "2023-05-04")[1], SIGN, "r1")
    t.ok(len(early) == 1 and not early[0]["history"]["gone"], "history: --until ends before it is gone", early)
    ref = signs(history(r.path, "--ref", c["let in"])[1], SIGN)
    t.ok(len(ref) == 1 and not ref[0]["history"]["gone"], "history: --ref names the end of the line")


TAC = "{when}\t192.0.2.{n}\tnoc\ttty2\t10.1.0.9\tstop\ttask_id=1\tservice=shell\tpriv-lvl=15\tcmd={command} <cr>\n"


def logs(t, folder, r, c):
    path = folder / "accounting.log"
    frame = [("Wed Mar  1 10:00:00 2023", 1, "show version"), ("Mon May  8 10:00:00 2023", 1, "show version")]

    def told(lines, *more):
        path.write_text("".join(TAC.format(when=w, n=n, command=x) for w, n, x in lines))
        got = signs(history(r.path, "--with", path, *more)[1], "change-unaccounted-access", "r1")
        return sorted({spans_of(f)[0][0] for f in got})

    t.ok(told(frame) == sorted([c["let in"], c["tidied"]]), "history: changes that no command goes with", told(frame))
    entered = ("Tue May  2 01:30:00 2023", 1, BAD)
    t.ok(told(frame + [entered]) == [c["tidied"]], "history: a command before the commit explains it")
    t.ok(told(frame + [("Tue May  2 01:30:00 2023", 1, "show running-config")]) == sorted([c["let in"], c["tidied"]]), "history: looking explains nothing")
    t.ok(told(frame + [("Tue May  2 01:30:00 2023", 2, BAD)]) == sorted([c["let in"], c["tidied"]]), "history: nor does a command on another device")
    early = ("Mon May  1 01:30:00 2023", 1, BAD)
    t.ok(told(frame + [early]) == sorted([c["let in"], c["tidied"]]) and told(frame + [early], "--poll", "48") == [c["tidied"]], "history: --poll says how long before")
    t.ok(told(frame[:1]) == [], "history: logs that end before say nothing")


def differences(t, folder, r, c):
    status, report, said = history(r.path, "--diff", f"{c['user gone']}..{c['server']}")
    valid(t, report, "tidemark-diff-1", "the comparison")
    texts = [x["text"] for d in report["devices"] for x in d["changes"] if x["change"] not in ("new", "gone")]
    t.ok(status == 1 and texts == ["tacacs server 10.1.0.5 replaced by tacacs server 203.0.113.77"], "diff: a server that was replaced", texts)
    texts = [x["text"] for d in history(r.path, "--diff", f"{c['let in']}..{c['user']}")[1]["devices"] for x in d["changes"]]
    t.ok(texts == ["local user ftpx added (privilege 15, kind of secret 9)"], "diff: a user that was added", texts)
    texts = [x["text"] for d in history(r.path, "--diff", f"{c['begin']}..{c['moved']}")[1]["devices"] for x in d["changes"] if d["device"] == "r1"]
    t.ok(texts == [], "diff: a moved file differs in nothing", texts)
    t.ok(history(r.path, "--diff", f"{c['moved']}..{c['moved']}")[0] == 0, "diff: the same commit twice")
    old, new = folder / "old", folder / "new"
    old.mkdir(), new.mkdir()
    text = config("r1", 1)
    (old / "a.cfg").write_text(text)
    (new / "b.cfg").write_text(text.replace(" access-class 20 in\n", "").replace("0822455D0A16", "070C285F4D06485744").replace("privilege 15 secret", "privilege 1 secret", 1))
    p = run([program(), "diff", old, new])
    said = p.stdout.decode()
    wanted = ("line vty 0-4: access class in removed (was 20)", "tacacs server 10.1.0.5: key changed", "local user noc: privilege 15 -> 1")
    t.ok(p.returncode == 1 and all(w in said for w in wanted), "diff: folders, by fact", said)
    t.ok(not [s for s in SECRETS + ("070C285F4D06485744",) if s in said], "diff: no secret is shown", said)
    approved = folder / "approved"
    approved.write_text(said)
    p = run([program(), "diff", "--baseline", approved, old, new])
    t.ok(p.returncode == 0 and b"approved" in p.stdout, "diff: what is approved is not told", p.stdout.decode())
    approved.write_text("".join(x for x in said.splitlines(True) if "privilege" not in x))
    p = run([program(), "diff", "--baseline", approved, old, new])
    t.ok(p.returncode == 1 and b"privilege 15 -> 1" in p.stdout and b"access class" not in p.stdout, "diff: the rest is", p.stdout.decode())
    (new / "c.cfg").write_text(config("r3", 3))
    p = run([program(), "diff", "--baseline", approved, old, new])
    t.ok(b"the whole configuration added" in p.stdout, "diff: a device that is new", p.stdout.decode())
    t.ok(run([program(), "diff", old]).returncode == 2, "diff: two sides are needed")


def case_against_baseline(t, folder):
    """A kept case against a configuration that is approved."""
    work, approved, case = folder / "running", folder / "golden", folder / "diff.db"
    work.mkdir(), approved.mkdir()
    (work / "r1.cfg").write_text(config("r1", 1, extra=USER))
    (work / "r2.cfg").write_text(config("r2", 2))
    (approved / "r1.cfg").write_text(config("r1", 1))
    (approved / "r2.cfg").write_text(config("r2", 2))
    run([program(), "scan", "--quiet", "--case", case, work])
    p = run([program(), "diff", approved, case])
    said = p.stdout.decode()
    t.ok(p.returncode == 1 and "local user ftpx added" in said and "r2" not in said, "diff: a case against what is approved", said + p.stderr.decode())
    t.ok(said.splitlines()[1:] == run([program(), "diff", approved, work]).stdout.decode().splitlines()[1:], "diff: says what its evidence says", said)
    p = run([program(), "diff", case, case])
    t.ok(p.returncode == 0, "diff: a case and itself", p.stdout.decode() + p.stderr.decode())
    (work / "r1.cfg").write_text(config("r1", 1))
    (work / "r2.cfg").unlink()
    p = run([program(), "diff", approved, case])
    said = p.stdout.decode()
    t.ok(p.returncode == 3 and p.stderr.decode().count("nothing is told of its device") == 2 and "r1" not in said and "r2" not in said,
         "diff: of what cannot be read again nothing is told", said + p.stderr.decode())
    t.ok(run([program(), "diff", approved, folder / "nowhere.db"]).returncode != 0, "diff: a case that is not there")


def report_of(case, *args):
    p = run([program(), "report", "--json", "-", *args, case])
    return p.returncode, json.loads(p.stdout) if p.stdout else None, p.stderr.decode(errors="replace")


def bare(report):
    """What a report says, but for the run and where the repository's paths begin."""
    text = json.dumps({k: v for k, v in (report or {}).items() if k != "run"})
    return json.loads(text.replace("remembered!/", ""))


def states_read(said):
    return int(said.split("into the case: ")[1].split(" states read")[0]), int(said.split("states read, ")[1].split(" newest")[0])


def remembered(t, folder):
    """A case keeps what the states showed: the next run reads what is new, and reports come from the case."""
    r, c = incident(folder / "remembered")
    case = folder / "kept.db"

    def told(*args):
        status, report, said = history(r.path, "--case", case, *args)
        return status, report, said

    def fresh(*args):
        return bare(history(r.path, *args)[1])

    status, first, said = told()
    t.ok(first and status == 1 and bare(first) == fresh(), "kept: a run into a case says what a run says", said)
    p = run([program(), "history", "--case", folder / "quiet.db", "--json", folder / "kept.json", r.path])
    t.ok(states_read(p.stderr.decode()) == (6, 2), "kept: all states are read once", p.stderr.decode())
    for form in ("json", "html"):
        one, two = ([run([program(), "report", f"--{form}", "-", folder / "quiet.db"]).stdout for _ in range(2)])
        t.ok(one and one == two, f"kept: {form} of the case is the same again")
    t.ok(run([program(), "report", "--json", "-", folder / "quiet.db"]).stdout == (folder / "kept.json").read_bytes(), "kept: a report of the case is that of the run, byte for byte")
    p = run([program(), "history", "--case", case, r.path])
    t.ok(states_read(p.stderr.decode()) == (0, 0) and bare(report_of(case)[1]) == bare(first), "kept: a second run reads nothing", p.stderr.decode())
    t.ok(run([program(), "report", case]).stdout.decode().count(c["let in"][:12]) >= 1, "kept: people are told since when, from the case")
    r.put("core/configs/edge1", config("r1", 1, acl=BAD))
    back = r.commit("2024-04-05")
    _, again, said = told()
    f = signs(again, SIGN, "r1")
    t.ok(len(f) == 1 and spans_of(f[0])[-1] == (back, back, None) and f[0]["history"]["times"] == 2 and bare(again) == fresh(), "kept: a new commit is read, and what came twice is told twice", f)
    t.ok(not signs(told("--skip", RULE)[1], RULE) and len(signs(told()[1], RULE)) == 1, "kept: other knowledge, other results")
    t.ok(bare(told("--since", "2024-03-30")[1]) == fresh("--since", "2024-03-30") and bare(told()[1]) == fresh(), "kept: --since leaves what is remembered whole")
    t.ok(not [s for s in SECRETS if s.encode() in case.read_bytes()], "kept: the case holds no secret")
    log = logs_kept(t, folder, r, c, case)
    r.git("reset", "-q", "--hard", c["server"])
    r.put("core/configs/r2", config("r2", 2))
    r.commit("2024-05-05")
    p = run([program(), "history", "--case", case, r.path])
    t.ok(b"git-rewritten" in p.stdout, "kept: a rewritten history is told of", p.stdout.decode())
    t.ok(bare(told()[1]) == fresh("--with", log), "kept: and read anew")
    together(t, folder, r, case)
    forgetting(t, folder, r)
    status, _, said = history(r.path, "--case", folder / "absent/case.db")
    t.ok(status == 4 and "absent" in said, "kept: no place to write it", said)
    for args in (("--show-secrets",), ("--diff", "HEAD~1")):
        status, _, said = history(r.path, "--case", case, *args)
        t.ok(status == 2 and "case" in said, f"kept: not with {args[0]}", said)


def logs_kept(t, folder, r, c, case):
    """What logs told once stays told."""
    path = folder / "kept.log"
    path.write_text("".join(TAC.format(when=w, n=1, command="show version") for w in ("Wed Mar  1 10:00:00 2023", "Mon May  8 10:00:00 2023")))
    want = bare(history(r.path, "--with", path)[1])
    t.ok(signs(want, "change-unaccounted-access") and bare(history(r.path, "--case", case, "--with", path)[1]) == want, "kept: changes that nobody is on record for")
    t.ok(bare(history(r.path, "--case", case)[1]) == want and bare(report_of(case)[1]) == want, "kept: also by a run without the logs")
    # The same log as evidence of a case, whatever came first.
    for first in (["scan", "--quiet", "--case"], ["history", "--quiet", "--case"]):
        other = folder / f"{first[0]}-first.db"
        other_way = ["history", "--quiet", "--case", other, r.path] if first[0] == "scan" else ["scan", "--quiet", "--case", other, path]
        run([program(), *first, other, path if first[0] == "scan" else r.path])
        run([program(), *other_way])
        got = history(r.path, "--case", other)[1]
        t.ok(rows_of(got) == rows_of(want), f"kept: logs of the case count, {first[0]} first", rows_of(got))
        again = history(r.path, "--case", other)[1]
        t.ok(bare(again) == bare(got) and bare(report_of(other)[1]) == bare(got), f"kept: once, {first[0]} first")
    return path


def rows_of(report):
    """What the findings on unaccounted changes say, whatever their numbers."""
    return sorted((f["device"], f["title"], str(spans_of(f))) for f in signs(report, "change-unaccounted-access"))


def together(t, folder, r, case):
    """A case of a repository and of other evidence."""
    log = folder / "tac.log"
    log.write_text(TAC.format(when="Fri Jan  5 01:00:00 2024", n=2, command="show version"))
    p = run([program(), "scan", "--json", "-", "--case", case, log])
    both = json.loads(p.stdout)
    t.ok({s["path"] for s in both["sources"]} >= {"remembered!/core/configs/r2", "tac.log"} and signs(both, SIGN), "kept: a scan adds to it", p.stderr.decode())
    t.ok(bare(history(r.path, "--case", case)[1]) == bare(both), "kept: and the next run of the history leaves that")
    _, other, _ = history(r.path, "--case", case, "--ref", "HEAD~1")
    t.ok({s["path"].split("!/")[0] for s in other["sources"]} == {"remembered", "remembered#2", "tac.log"}, "kept: another line of commits stands beside it", [s["path"] for s in other["sources"]])


def forgetting(t, folder, r):
    """Memory that is damaged is as none; two runs at once do not mix."""
    case = folder / "damaged.db"
    want = bare(history(r.path, "--case", case)[1])
    with contextlib.closing(sqlite3.connect(case)) as db:
        for name, change in (("a checksum", "digest = 'x'"), ("of another form", "body = CAST('hostname r1' AS BLOB)")):
            db.execute(f"UPDATE memory SET {change}")
            db.commit()
            _, got, said = history(r.path, "--case", case)
            t.ok(bare(got) == want, f"kept: memory with {name} is read anew", said)
        db.execute("UPDATE history_files SET body = substr(body, 1, 20)")
        db.commit()
    status, _, said = report_of(case)
    t.ok(status == 4 and "is damaged: the past of" in said, "kept: a damaged past is refused", said)


def lone(folder, name, states):
    """A repository of one file."""
    r = Repo(folder / name)
    commits = []
    for day, text in states:
        r.put("configs/r1", text)
        commits.append(r.commit(day))
    return r, commits


def loose(r, name):
    return r.path / ".git/objects" / name[:2] / name[2:]


def broken(t, folder):
    plain, bad = config("r1", 1), config("r1", 1, acl=BAD)
    days = ["2023-01-01", "2023-01-02", "2023-01-03", "2023-01-04"]
    texts = [plain, bad, bad.replace("r1\n", "r1\n! again\n", 1), plain]
    for how in ("missing", "damaged"):
        r, c = lone(folder, how, zip(days, texts))
        at = loose(r, r.git("rev-parse", c[2] + ":configs/r1"))
        at.chmod(0o600)
        if how == "missing":
            at.unlink()
        else:
            at.write_bytes(loose(r, r.git("rev-parse", c[0] + ":configs/r1")).read_bytes())
        status, report, said = history(r.path)
        f = signs(report, SIGN, "r1")
        t.ok(status == 3 and len(f) == 1 and spans_of(f[0]) == [(c[1], c[2], c[3])], f"history: a {how} state neither begins nor ends anything", f)
        t.ok("git-object" in history(r.path, json_too=False)[2], f"history: a {how} object is told of")
    r, c = lone(folder, "no-tree", zip(days, texts))
    loose(r, r.git("rev-parse", c[1] + "^{tree}")).unlink()
    status, report, said = history(r.path)
    t.ok(status == 3 and report is not None, "history: a folder that is missing", said)
    r, c = lone(folder, "no-commit", zip(days, texts))
    loose(r, c[0]).unlink()
    status, report, said = history(r.path)
    t.ok(status == 3 and len(signs(report, SIGN)) == 1, "history: a commit that is missing", said)
    r, c = lone(folder, "pack", zip(days, texts))
    r.git("gc", "-q")
    pack = next((r.path / ".git/objects/pack").glob("*.pack"))
    pack.chmod(0o600)
    data = bytearray(pack.read_bytes())
    data[len(data) // 2 :] = bytes(len(data) - len(data) // 2)
    pack.write_bytes(data)
    status, report, said = history(r.path)
    t.ok(status in (3, 4) and "signal" not in said, "history: a damaged pack", f"{status} {said[:400]}")


def odd(t, folder):
    plain, bad = config("r1", 1), config("r1", 1, acl=BAD)
    for name, path in (("no repository", folder), ("a missing path", folder / "nowhere"), ("a file", folder / "plain")):
        (folder / "plain").write_text(plain)
        status, _, said = history(path)
        t.ok(status == 4 and len(said.splitlines()) == 1, f"history: {name} is refused", said)
    Repo(folder / "empty")
    status, _, said = history(folder / "empty")
    t.ok(status == 4 and "holds no commit" in said, "history: an empty repository", said)
    Repo(folder / "sha256", "--object-format=sha256").commit("2023-01-01")
    status, _, said = history(folder / "sha256")
    t.ok(status == 4 and len(said.splitlines()) == 1, "history: SHA-256 names are refused", said)
    r, c = lone(folder, "ways", [("2023-01-01", plain), ("2023-01-05", bad), ("2023-01-03", plain)])
    status, _, said = history(r.path, "--ref", "nowhere")
    t.ok(status == 4 and "nowhere" in said, "history: no such reference", said)
    said = history(r.path, json_too=False)[2]
    t.ok("git-clock" in said and "that its dates do not tell" in said, "history: a clock that goes back", said)
    run(["git", "clone", "-q", "--depth", "2", f"file://{r.path}", folder / "shallow"])
    status, report, said = history(folder / "shallow", json_too=False)
    t.ok("git-shallow" in said and status == 1, "history: a shallow clone", said)
    r, c = lone(folder, "links", [("2023-01-01", plain)])
    os.symlink("/etc/passwd", r.path / "configs/r2")
    (r.path / "configs/big").write_bytes(b"! " + b"x" * (9 << 20))
    (r.path / "configs/bin").write_bytes(bytes(range(256)) * 40)
    (r.path / "configs/r\x1b[31m").write_text(bad)
    r.env["GIT_AUTHOR_NAME"] = "evil\x1b[2J"
    r.commit("2023-01-02")
    r.git("update-index", "--add", "--cacheinfo", f"160000,{c[0]},sub")
    r.git("commit", "-qm", "submodule")
    status, report, said = history(r.path, json_too=False)
    t.ok(status == 3 and all(w in said for w in ("symbolic-link", "too-large", "git-submodule")), "history: links, submodules, huge files", said)
    t.ok("\x1b" not in said and "root:" not in said, "history: names drive no terminal, links are not followed", said)
    r, c = lone(folder, "merge", [("2023-01-01", plain)])
    r.git("checkout", "-q", "-b", "side")
    r.put("configs/r1", bad)
    side = r.commit("2023-01-02")
    r.git("checkout", "-q", "main")
    r.put("configs/r5", config("r5", 5))
    r.commit("2023-01-03")
    r.env["GIT_AUTHOR_DATE"] = r.env["GIT_COMMITTER_DATE"] = "2023-01-04T02:00:00Z"
    r.git("merge", "-q", "-m", "side", "side")
    merge = r.git("rev-parse", "HEAD")
    f = signs(history(r.path)[1], SIGN, "r1")
    t.ok(len(f) == 1 and spans_of(f[0])[0][0] == merge and side != merge and "git-merge" in history(r.path, json_too=False)[2],
         "history: what a merge brings in appears with it", f)
    home = folder / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[broken\n")
    p = run([program(), "history", "--quiet", r.path], env=dict(os.environ, HOME=str(home)))
    t.ok(p.returncode == 1, "history: the user's configuration of git is not read", p.stderr.decode())
    t.ok(run([program(), "history"]).returncode == 2 and run([program(), "history", "--since", "soon", r.path]).returncode == 2, "history: wrong use")


def check(t):
    if shutil.which("git") is None:
        t.skip("history", "git is absent")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        r, c = since_when(t, folder)
        differences(t, folder, r, c)
        case_against_baseline(t, folder)
        remembered(t, folder)
        broken(t, folder)
        odd(t, folder)
