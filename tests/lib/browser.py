"""The HTML report: what of it needs no browser, then all of it in Chromium."""
import base64
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from . import history
from .check import make, program, run

HERE = pathlib.Path("tests/browser")
HARBOUR = "examples/harbour"

# What evidence could try: to end the data, to be markup, to turn text around.
BAIT = "</script><script>window.owned=1</script><img src=x onerror=window.owned=2>"
TURNED = "<!--<script>\u202emoc.elpmaxe\u202c\u2066 &lt;b&gt; javascript:window.owned=3"
SNEAKY = TURNED + "\x07\x1b]0;owned\x07"


def hostile(folder):
    """Evidence whose every name and text is against its reader."""
    folder.mkdir()
    config = "\n".join([
        "version 17.6", "hostname edge1", "!",
        f"banner motd ^C {BAIT}", TURNED, "^C", "ip http server", "ip http secure-server",
        "username cisco_support privilege 15 secret 9 $9$made.up$not.a.hash",
        "snmp-server community public RO",
        "interface GigabitEthernet0/0", f" description {BAIT} {TURNED}",
        " ip address 192.0.2.1 255.255.255.0",
        "access-list 20 permit 45.61.133.31", f"access-list 20 remark {BAIT}",
        "line vty 0 4", " access-class 20 in", " transport input telnet", "end", ""])
    (folder / "x' onmouseover='window.owned=5' <script>window.owned=4<.cfg").write_text(config)
    lines = []
    for i, user in enumerate([BAIT, SNEAKY, "cisco_support", "'\"><img src=x onerror=window.owned=6>"]):
        user = user.replace("\n", " ")
        lines.append(
            f"2025-02-11T02:0{i}:07Z <img/src=x/onerror=window.owned=7> 4711: 2025-02-11T02:0{i}:07Z: "
            f"%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: {user}] [Source: 45.61.133.31] [localport: 22] at 02:0{i}:07 UTC")
        lines.append(
            f"2025-02-11T03:0{i}:07Z edge1 4712: 2025-02-11T03:0{i}:07Z: "
            f"%PARSER-5-CFGLOG_LOGGEDCMD: User:cisco_support  logged command:access-list 20 permit 45.61.133.31 {user} <img src=x onerror=window.owned=8>")
    (folder / "syslog<script>window.owned=9<").mkdir()
    (folder / "syslog<script>window.owned=9<" / "a.log").write_text("\n".join(lines) + "\n")
    (folder / f"unread {SNEAKY[:40].replace('/', '')}.bin").write_bytes(b"\x00\xff" * 500)
    (folder / "waivers.yaml").write_text("[]\n")


def report(folder, name, *paths):
    p = run([program(), "scan", "--quiet", "--html", folder / f"{name}.html",
             "--json", folder / f"{name}.json", *paths], timeout=300)
    return p.returncode in (0, 1, 3), p.stderr.decode(errors="replace")


def kept(folder):
    """A case of a repository and of other evidence, with decisions: case.html and case.json."""
    r, _ = history.incident(folder / "routers")
    case, told = folder / "kept.db", {}
    for args in (["history", "--quiet", "--case", case, r.path], ["scan", "--quiet", "--case", case, HARBOUR]):
        p = run([program(), *args])
        if p.returncode not in (0, 1, 3):
            return False, p.stderr.decode(errors="replace")
    for n in range(2):
        p = run([program(), "report", "--quiet", "--html", folder / "case.html", "--json", folder / "case.json", case])
        told = json.loads((folder / "case.json").read_text())
        if n == 0:
            mark = {k: next(f["fingerprint"] for f in told["findings"] if f["kind"] == k and "history" not in f) for k in ("vulnerability", "compromise")}
            run([program(), "case", "accept", mark["vulnerability"], "--case", case, "--reason", "lab <b>only</b>", "--by", "mika", "--until", "9999-12-30"])
            run([program(), "case", "reject", mark["compromise"], "--case", case, "--reason", "our own", "--by", "tariq"])
    return p.returncode in (0, 1, 3), p.stderr.decode(errors="replace")


def data_of(page):
    return re.search(r'<script type="application/json" id="data">\n(.*?)</script>', page, re.S).group(1)


def without_browser(t, folder):
    page = (folder / "hostile.html").read_text()
    body = data_of(page)
    t.ok(not re.search("[<>&]", body), "html: data holds no character of markup")
    t.ok("window.owned" in body, "html: hostile evidence is in the data")
    data = json.loads(body)
    told = json.loads((folder / "hostile.json").read_text())
    names = [d[data["device_columns"].index("name")] for d in data["devices"]]
    t.ok(names == [d["name"] for d in told["devices"]], "html: devices are those of the JSON report", names)
    ids = [f[0] for f in data["findings"]]
    t.ok(ids == [f["id"] for f in told["findings"]], "html: findings are those of the JSON report")
    for bait in ("<script>window.owned=4<", "<img src=x onerror=window.owned=6>", "\u202emoc", "\x1b]0;owned"):
        t.ok(any(bait in s for s in data["strings"]), f"html: {bait!r} came through")
    outside = page.replace(body, "")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', outside).group(1)
    for element, directive in (("script", "script-src"), ("style", "style-src")):
        hashes = {
            "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"
            for text in re.findall(rf"<{element}>(.*?)</{element}>", outside, re.S)
        }
        want = set(re.search(rf"{directive} ([^;]*)", policy).group(1).split())
        t.ok(hashes == want and hashes, f"html: the policy names the hash of each {element} and no other", hashes ^ want)
    t.ok(not re.search(r"unsafe|\*|https?:", policy), "html: the policy allows nothing else", policy)
    t.ok("default-src 'none'" in policy, "html: the policy starts with nothing", policy)
    t.ok(not re.search(r"<[a-z][^>]*\son[a-z]+=|<[a-z][^>]*\sstyle=|(?:src|href)=\"(?!#)", outside.split("<body>")[0] + outside.split("<body>")[1].split("<script>")[0]),
         "html: the page has no handler, no style attribute, no address")


def stable(t, folder):
    """The same case, the same bytes but for the time of the run."""
    pages = set()
    for jobs in ("1", "3"):
        p = run([program(), "scan", "--quiet", "--jobs", jobs, "--html", "-", HARBOUR])
        pages.add(re.sub(rb'"started": \d+', b"", p.stdout))
    t.ok(len(pages) == 1 and len(next(iter(pages))) > 100000, "html: one report for any number of workers, on standard output too")
    out = folder / "kept.html"
    out.write_text("older\n")
    p = run([program(), "scan", "--quiet", "--html", out, "/nonexistent/evidence"])
    t.ok(p.returncode != 0, "html: a scan that reads nothing says so", p.returncode)
    p = run([program(), "scan", "--quiet", "--html", "/dev/full", HARBOUR])
    t.ok(p.returncode == 4 and b"HTML" in p.stderr, "html: a full disk is an error", p.stderr.decode())


def markdown(t, folder):
    """Markdown: the same verdicts and findings, and evidence that is no markup."""
    for name in ("harbour", "hostile"):
        src = HARBOUR if name == "harbour" else folder / name
        p = run([program(), "scan", "--quiet", "--markdown", "-", src])
        text = p.stdout.decode()
        told = json.loads((folder / f"{name}.json").read_text())
        table = text[text.index("| Device |"):].split("\n\n")[0]
        rows = re.findall(r"^\| ([^|]+?) \| (\w+) \|", table, re.M)
        plain = [(re.sub(r"\\(.)", r"\1", d), v) for d, v in rows if d not in ("Device", "---")]
        t.ok(sorted(plain) == sorted((d["name"], d["verdict"]) for d in told["devices"]), f"markdown {name}: verdicts are those of the JSON report", plain)
        running = [line for line in text.splitlines() if not line.startswith("    ")]
        said = re.sub(r"\\(.)", r"\1", "\n".join(running))
        missing = [f["title"] for f in told["findings"] if f["title"].isascii() and "\x07" not in f["title"] and f["title"] not in said]
        t.ok(not missing, f"markdown {name}: every finding is there", missing[:3])
        loose = [line for line in running if re.search(r"(?<!\\)(?:<|\[|!\[|https?://|www\.|@)", line)]
        t.ok(not loose, f"markdown {name}: evidence is no markup", loose[:3])
        t.ok(not re.search("[\x00-\x09\x0b-\x1f\u202a-\u202e\u2066-\u2069]", text), f"markdown {name}: nothing that drives a terminal")


def modules(t):
    """node_modules as the lock file has them, or False with a loud word."""
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            t.skip("browser", f"{tool} is not installed")
            return False
    lock = (HERE / "package-lock.json").read_bytes()
    mark = HERE / "node_modules/.lock-sha256"
    want = hashlib.sha256(lock).hexdigest()
    if not mark.exists() or mark.read_text() != want:
        p = run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"], cwd=HERE)
        if p.returncode != 0:
            t.skip("browser", "npm ci failed in tests/browser: " + p.stderr.decode(errors="replace")[-300:])
            return False
        mark.write_text(want)
    return True


def vendored(t):
    """What web/vendor holds is what npm has under the locked hash."""
    dist = HERE / "node_modules/uplot/dist"
    for name in ("uPlot.iife.min.js", "uPlot.min.css"):
        t.ok((pathlib.Path("web/vendor") / name).read_bytes() == (dist / name).read_bytes(), f"web/vendor/{name} is as npm has it")
    t.ok(pathlib.Path("web/vendor/uPlot.LICENSE").read_bytes() == (dist.parent / "LICENSE").read_bytes(), "web/vendor: the licence is there")


def in_browser(t, folder):
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        t.skip("browser", "chromium is not installed")
        return
    env = dict(os.environ, TIDEMARK_REPORTS=str(folder), CHROMIUM=chromium)
    p = run(["node", "--test", "--test-reporter=tap", HERE / "report.test.mjs"], env=env, timeout=1800)
    said = p.stdout.decode(errors="replace")
    n = 0
    for m in re.finditer(r"^(not )?ok \d+ - (.*)$", said, re.M):
        n += 1
        rest = said[m.end():m.end() + 3000]
        t.ok(m.group(1) is None, f"browser: {m.group(2)}", rest)
    t.ok(p.returncode == 0 and n > 10, "browser: the tests end well", said[-3000:] + p.stderr.decode(errors="replace")[-2000:])


def browser(t, refresh):
    p = make("debug", "all")
    if not t.ok(p.returncode == 0, "build debug all", p.stderr.decode()):
        return
    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(made)
        hostile(folder / "hostile")
        subprocess.run([sys.executable, HERE / "fleet.py", folder / "fleet", "5000"], check=True)
        (folder / "nothing").mkdir()
        for name, path in (("harbour", HARBOUR), ("hostile", folder / "hostile"),
                           ("fleet", folder / "fleet"), ("empty", folder / "nothing")):
            ok, said = report(folder, name, path)
            if not t.ok(ok, f"html: a report on {name}", said):
                return
        ok, said = kept(folder)
        if not t.ok(ok, "html: a report of a case", said):
            return
        run([program(), "fix", "--quiet", "--json", folder / "harbour-plan.json", HARBOUR])
        without_browser(t, folder)
        stable(t, folder)
        markdown(t, folder)
        if modules(t):
            vendored(t)
            in_browser(t, folder)
