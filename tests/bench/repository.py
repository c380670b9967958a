#!/usr/bin/env python3
"""A made-up repository of configurations, as RANCID or Oxidized would keep it.

tests/bench/repository.py DIR [--devices N] [--revisions N] [--per-commit N]
                              [--lines N] [--layout rancid|oxidized] [--gc]

Written through "git fast-import" into a bare repository, the same for the same
arguments.  Every state of a file differs from the one before in an interface's
description; one in a hundred adds or removes an entry of an access list, one in
ten thousand lets an address of the advisory in for two commits.
"""
import argparse
import pathlib
import random
import subprocess

import configs as made

BAD = "45.61.133.31"
BEGIN = 1577836800  # 2020-01-01


class Device:
    def __init__(self, i, lines):
        self.i = i
        self.lines = made.ios(i, lines).split("\n")
        self.places = [n for n, l in enumerate(self.lines) if l.startswith(" description")]
        self.access = self.lines.index("ip access-list extended EDGE")
        self.extra = []
        self.bad_until = -1

    def change(self, rng, at):
        self.lines[rng.choice(self.places)] = f" description changed {at}"
        if rng.random() < 0.01:
            if self.extra and rng.random() < 0.5:
                self.extra.pop()
            else:
                self.extra.append(f"access-list 20 permit 10.8.{rng.randrange(256)}.0 0.0.0.255")
        if rng.random() < 0.0001:
            self.bad_until = 2
        bad = []
        if self.bad_until > 0:
            self.bad_until -= 1
            bad = [f"access-list 20 permit {BAD}"]
        a = self.access
        return "\n".join(self.lines[:a] + self.extra + bad + self.lines[a:]).encode()


def path_of(layout, i):
    if layout == "oxidized":
        return f"site{i % 10}/r{i}"
    return f"group{i % 4}/configs/r{i}"


def main():
    p = argparse.ArgumentParser()
    p.add_argument("dir", type=pathlib.Path)
    p.add_argument("--devices", type=int, default=2000)
    p.add_argument("--revisions", type=int, default=100000)
    p.add_argument("--per-commit", type=int, default=1)
    p.add_argument("--lines", type=int, default=300)
    p.add_argument("--layout", choices=["rancid", "oxidized"], default="rancid")
    p.add_argument("--more", type=int, default=0, help="add so many commits to what is there")
    p.add_argument("--gc", action="store_true")
    a = p.parse_args()
    env = ["git", "-C", str(a.dir)]
    if not a.more:
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(a.dir)], check=True)
    rng = random.Random(7 + a.more)
    devices = [Device(i, a.lines) for i in range(a.devices)]
    imp = subprocess.Popen(env + ["fast-import", "--quiet", "--force"], stdin=subprocess.PIPE)
    out = imp.stdin
    clock = BEGIN

    def commit(files, first):
        nonlocal clock
        clock += 600
        out.write(b"commit refs/heads/main\n")
        who = f"rancid <rancid@noc.example.net> {clock} +0000\n"
        out.write(f"author {who}committer {who}data 7\nupdates\n".encode())
        if first and a.more:
            out.write(b"from refs/heads/main^0\n")
        for path, text in files:
            out.write(f"M 100644 inline {path}\ndata {len(text)}\n".encode() + text + b"\n")

    done = 0
    first = True
    if not a.more:
        commit([(path_of(a.layout, d.i), d.change(rng, 0)) for d in devices], True)
        done = len(devices)
        first = False
    else:
        clock = BEGIN + 10**8
        a.revisions = a.more * a.per_commit
    while done < a.revisions:
        chosen = rng.sample(devices, min(a.per_commit, a.revisions - done))
        commit([(path_of(a.layout, d.i), d.change(rng, done + a.more * 10**7)) for d in chosen], first)
        first = False
        done += len(chosen)
    out.close()
    imp.wait()
    if a.gc:
        subprocess.run(env + ["gc", "-q"], check=True)


if __name__ == "__main__":
    main()
