"""Years of lines that name none: from neighbours, the file, the archive."""
import calendar
import gzip
import io
import os
import pathlib
import tarfile
import tempfile
import time

from .check import scan

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def at(day):
    return calendar.timegm(time.strptime(day, "%Y-%m-%d"))


def line(stamp):
    return f"{stamp} edge1 sshd[12]: Accepted password for x from 203.0.113.9 port 40000 ssh2\n"


def lines(*stamps):
    return "".join(line(s) for s in stamps).encode()


def tar(data, day):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as t:
        info = tarfile.TarInfo("a.log")
        info.size, info.mtime = len(data), at(day)
        t.addfile(info, io.BytesIO(data))
    return out.getvalue()


MONTHLY = lines(*(f"{m}  3 10:00:00" for _ in range(3) for m in MONTHS), "Jan  3 10:00:00")
TURN = lines("Dec 30 10:00:00", "Jan  2 10:00:00")

# (what, files, day of the files, first, last)
CASES = [
    ("across New Year", {"a.log": TURN}, "2025-01-03", "2024-12-30", "2025-01-02"),
    ("three years in one block", {"a.log": MONTHLY}, "2025-01-04", "2022-01-03", "2025-01-03"),
    ("later in the year than the file", {"a.log": lines("Jun 30 10:00:00")}, "2025-01-03", "2024-06-30", "2024-06-30"),
    ("29 February", {"a.log": lines("Feb 29 10:00:00")}, "2025-01-03", "2024-02-29", "2024-02-29"),
    (
        "neighbours that name one",
        {"a.log": lines("2023-12-30T10:00:00Z", "Dec 31 10:00:00", "Jan  1 10:00:00", "2024-01-02T10:00:00Z")},
        "2026-01-03",
        "2023-12-30",
        "2024-01-02",
    ),
    ("one line of a clock that was not set", {"a.log": lines("Nov  9 10:00:00", "Nov 10 10:00:00", "Nov  1 00:00:20", "Nov 10 11:00:00")}, "2025-11-11", "2025-11-01", "2025-11-10"),
    ("one line half a year off", {"a.log": lines("Nov  9 10:00:00", "Mar  1 00:00:20", "Nov 10 11:00:00")}, "2025-11-11", "2025-03-01", "2025-11-10"),
    (
        "rotated files",
        {"a.log": lines("Jan  3 10:00:00"), "a.log.1": lines("Dec 31 10:00:00"), "a.log.2.gz": gzip.compress(lines("Dec 20 10:00:00"), mtime=0)},
        "2025-01-04",
        "2024-12-20",
        "2025-01-03",
    ),
    ("the time in gzip", {"a.log.gz": gzip.compress(TURN, mtime=at("2022-01-03"))}, "2026-01-03", "2021-12-30", "2022-01-02"),
    ("the time in an archive", {"a.tgz": tar(TURN, "2022-01-03")}, "2026-01-03", "2021-12-30", "2022-01-02"),
    ("a mark of UTF-8", {"a.log": b"\xef\xbb\xbf" + lines(*["2025-06-01T10:00:00Z"] * 3)}, "2026-01-03", "2025-06-01", "2025-06-01"),
]


def large(t):
    """The same in a log that is read in parts: four years of a quiet device,
    whose line with the address stands on a day of each; a device that was not
    set in between, and the turn of the year."""
    filler = "".join(f"%s  {d} 10:00:%02d edge1 app: " + "x" * 700 + "\n" for d in range(1, 10))
    out, want = [], []
    for year in (2021, 2022, 2023, 2024):
        for m in MONTHS:
            for k in range(40):
                out.append(filler % tuple(x for _ in range(9) for x in (m, k)) if k == 0 else "".join(f"{m} {10 + k // 3:2d} 10:00:{k:02d} edge1 app: {'x' * 700}\n" for _ in range(9)))
            if m in ("Jan", "Jul", "Dec"):
                out.append(line(f"{m} 30 10:00:00"))
                want.append(f"{year}-{MONTHS.index(m) + 1:02d}-30")
            if m == "Jul":
                out.append("Mar  1 00:00:20 edge1 sshd[12]: Server listening on 0.0.0.0 port 22.\n")
    data = "".join(out).encode()
    with tempfile.TemporaryDirectory() as d:
        path = pathlib.Path(d) / "quiet.log"
        path.write_bytes(data)
        os.utime(path, (at("2025-01-01"), at("2025-01-01")))
        feed = pathlib.Path(d) / "feed.txt"
        feed.write_text("203.0.113.9\n")
        for jobs in ("1", "3"):
            _, report, err = scan("--jobs", jobs, "--indicators", feed, path)
            got = [((f["first_seen"] or "")[:10], (f["last_seen"] or "")[:10], f["count"]) for f in report["findings"] if "of feed" in f["title"]]
            t.ok(len(data) > 10 << 20 and got == [(want[0], want[-1], len(want))], f"years: four years in a large log, {jobs} jobs", [got, want, report["sources"]])
            times = sorted(e["time"][:10] for e in report["timeline"] if e["finding"] is None)
            t.ok(set(times) - {"2021-01-01"} == set(want), f"years: each login of a large log has its year, {jobs} jobs", times)


def years(t):
    large(t)
    with tempfile.TemporaryDirectory() as d:
        for i, (what, files, day, first, last) in enumerate(CASES):
            d_ = pathlib.Path(d) / str(i)
            d_.mkdir()
            for name, data in files.items():
                (d_ / name).write_bytes(data)
                os.utime(d_ / name, (at(day), at(day)))
            (d_.parent / "feed.txt").write_text("203.0.113.9\n")
            _, report, err = scan("--indicators", d_.parent / "feed.txt", d_)
            mine = [f for f in report["findings"] if "of feed" in f["title"]]
            got = [((f["first_seen"] or "")[:10], (f["last_seen"] or "")[:10]) for f in mine]
            t.ok(got == [(first, last)], f"years: {what}", [got, report["sources"], err])
